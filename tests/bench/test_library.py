"""The benchmark of the library measures what it says, over a library that the projection filed."""

from pathlib import Path

from bench import library, made_up
from bench.made_up_library import fill, recorded
from services.catalog.database import open_catalog
from services.catalog.projection import apply
from shared.bus.log_entry import LogEntry
from shared.messages import envelope
from tests.services.catalog.events import dump


def test_every_question_has_its_percentiles_and_the_rate_its_aim() -> None:
    figures = {figure.name: figure for figure in library.run(rows=300, times=3, seconds=0.5)}
    names = [name.removesuffix(", p99") for name in figures if name.endswith(", p99")]
    assert {"newest", "a rare word by relevance", "facets of everything", "next, 20 excluded"} <= set(names)
    for name in names:
        p50, p95, p99 = (figures[f"{name}, {part}"].value for part in ("p50", "p95", "p99"))
        assert 0 < p50 <= p95 <= p99
        assert figures[f"{name}, p99"].aim == library.P99_AIM_MS
    rate = figures["requests/s with 16 clients"]
    assert (rate.aim, rate.at_least) == (300, True)
    assert rate.baseline is not None
    assert min(rate.value, rate.baseline) > 0
    assert figures["tracks"].value == 300
    assert all(figures[f"{name}, p50"].baseline for name in ("newest", "counts", "tempo and key"))


def test_the_made_up_library_is_the_one_that_its_log_makes(tmp_path: Path) -> None:
    fill(tmp_path / "filled.db", 50)
    bodies = map(envelope.encode, recorded(made_up.library(50)))
    entries = [LogEntry(offset, envelope.decode(body)) for offset, body in enumerate(bodies)]
    with open_catalog(tmp_path / "read.db") as connection:
        apply(connection, entries)
    assert dump(tmp_path / "filled.db") == dump(tmp_path / "read.db")


def test_made_up_tracks_are_the_same_every_time_and_no_two_alike() -> None:
    tracks = list(made_up.tracks(200))
    assert tracks[:100] == list(made_up.tracks(100))
    assert len({track.subject for track in tracks}) == len({track.job.prompt for track in tracks}) == 200
    assert all(3 <= len(track.job.prompt) <= 500 for track in tracks)
    assert [event.TYPE for event in made_up.life(tracks[0])][-1] == "track.published"
