"""Descriptors in the library: filters by tempo and key, and the tracks that sound most alike."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.catalog import likeness
from services.catalog.queries import Library, TrackQuery
from services.catalog.track_query import Sort
from shared.messages.events import TrackPublished
from shared.messages.job import Descriptors
from tests.services.catalog.crowd import deleted
from tests.services.catalog.events import dump, entries, job_id, make_job, project, published


def heard(
    number: int, place: float | tuple[float, ...] = 0.0, tags: dict[str, Any] | None = None, **told: Any
) -> TrackPublished:
    """A track that was described so; `place` is its vector, or the first number of one of zeros."""
    values = {"brightness_hz": 900.0, "dynamic_range_db": 6.0, "onset_rate_hz": 2.0, "seam": 0.5}
    ends = {"leading_silence_s": 0.0, "trailing_silence_s": 0.1}
    vector = place if isinstance(place, tuple) else (place,) + (0.0,) * 63
    found = Descriptors(features=vector, **{**values, **ends, **told})
    event = published(make_job(number), tags=tags or {})
    return event.model_copy(update={"report": event.report.model_copy(update={"descriptors": found})})


def ids(*numbers: int) -> list[str]:
    return [job_id(number) for number in numbers]


def similar(library: Library, number: int, count: int = 10) -> list[str]:
    found = library.similar(job_id(number), count)
    assert found is not None
    return [track.id for track in found]


def listed(library: Library, **wanted: Any) -> list[str]:
    return [track.id for track in library.tracks(TrackQuery(**wanted)).items]


def test_the_most_alike_come_first_and_never_the_track_itself(database: Path, library: Library) -> None:
    project(database, entries([heard(1, 0.0), heard(2, 5.0), heard(3, 1.0), heard(4, -2.0)]))
    assert similar(library, 1) == ids(3, 4, 2)
    assert similar(library, 2) == ids(3, 1, 4)
    assert similar(library, 1, 2) == ids(3, 4)


def test_of_tracks_that_are_equally_alike_the_newest_comes_first(database: Path, library: Library) -> None:
    project(database, entries([heard(number, 1.0) for number in range(1, 8)]))
    assert similar(library, 3, 3) == ids(7, 6, 5)
    assert similar(library, 7, 3) == ids(6, 5, 4)


def test_only_measured_tracks_are_alike(database: Path, library: Library) -> None:
    project(database, entries([heard(1), published(make_job(2)), heard(3, (1.0,))]))
    assert similar(library, 1) == []
    assert similar(library, 2) == []
    assert similar(library, 3) == []
    assert library.similar(job_id(9), 10) is None


def test_tracks_published_after_a_question_are_found_by_the_next(database: Path, library: Library) -> None:
    project(database, entries([heard(1), heard(2, 3.0)]))
    assert similar(library, 1) == ids(2)
    project(database, entries([heard(3, 1.0)], first=2))
    assert similar(library, 1) == ids(3, 2)


def test_what_was_prepared_is_not_read_by_the_first_who_asks(
    database: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(database, entries([heard(1), heard(2, 3.0), heard(3, 1.0)]))
    library.prepare()
    monkeypatch.delattr(likeness.Vectors, "_grow")  # to read another vector is an error now
    assert similar(library, 1) == ids(3, 2)


def test_a_database_made_again_is_read_again(database: Path, library: Library) -> None:
    project(database, entries([heard(1), heard(2, 3.0)]))
    assert similar(library, 1) == ids(2)
    database.unlink()
    project(database, entries([heard(5), heard(1), heard(6, 2.0)]))
    assert similar(library, 1) == ids(5, 6)


@pytest.mark.parametrize("block", [1, 8, 1024])
@pytest.mark.parametrize(
    ("spread", "far"),
    [
        pytest.param(1.0, 0.0, id="as they are measured"),
        pytest.param(1e-3, 30.0, id="all but alike, far from zero"),
        pytest.param(1e5, 0.0, id="very large"),
    ],
)
def test_the_nearest_are_those_of_a_plain_search(
    database: Path, library: Library, monkeypatch: pytest.MonkeyPatch, block: int, spread: float, far: float
) -> None:
    monkeypatch.setattr(likeness, "_BLOCK", block)
    rng = np.random.default_rng(5)
    vectors = (far + spread * rng.standard_normal((60, 64))).round(4)
    vectors[50] = vectors[20]
    log = entries(heard(number, tuple(map(float, one))) for number, one in enumerate(vectors, 1))
    project(database, [*log, *entries([deleted(30)], first=len(log))])
    asked, numbers = 9, np.arange(1, 61)
    known = vectors.astype(np.float32)
    distances = np.square(known - known[asked]).sum(axis=1)
    distances[29] = np.inf
    order = np.lexsort((-numbers, distances))[1:]
    for count in (1, 20, 58, 100):
        assert similar(library, asked + 1, count) == ids(*numbers[order[: min(count, 58)]])


def test_the_engines_word_counts_before_the_measurement(database: Path, library: Library) -> None:
    told: dict[str, Any] = {"bpm": 100.0, "key": "A minor"}
    project(database, entries([heard(1, tags={"bpm": 80, "key": "C# blues"}, **told), heard(2, **told)]))
    first, second = library.tracks_by_id(ids(1, 2))
    assert (first.bpm, first.key, second.bpm, second.key) == (80.0, "C# blues", 100.0, "A minor")
    assert first.descriptors is not None
    assert (first.descriptors.bpm, first.descriptors.key) == (100.0, "A minor")
    assert first.tags == {"bpm": 80, "key": "C# blues"}
    assert second.tags == {}


def test_a_tag_that_is_no_number_leaves_the_measured_tempo(database: Path, library: Library) -> None:
    project(database, entries([heard(1, tags={"bpm": "fast", "key": 7.0}, bpm=100.0, key="A minor")]))
    (track,) = library.tracks_by_id(ids(1))
    assert (track.bpm, track.key) == (100.0, "A minor")


@pytest.mark.parametrize("sort", ["recent", "duration", "relevance"])
def test_lists_keep_to_tempos_and_keys(database: Path, library: Library, sort: Sort) -> None:
    log = [heard(1, bpm=80.0, key="C# minor"), heard(2, bpm=120.0, key="D minor"), heard(3)]
    project(database, entries(log))
    assert listed(library, sort=sort, bpm=(80.0, 100.0)) == ids(1)
    assert listed(library, sort=sort, bpm=(100.0, 300.0)) == ids(2)
    assert listed(library, sort=sort, key="db MINOR") == ids(1)
    assert listed(library, sort=sort, key="  d  minor ") == ids(2)
    assert listed(library, sort=sort, key="D major") == []
    assert listed(library, sort=sort, key="' OR 1=1 --") == []
    assert library.tracks(TrackQuery(sort=sort, bpm=(80.0, 100.0))).total == 1


def test_reading_the_log_again_makes_the_same_rows(database: Path, tmp_path: Path) -> None:
    log = entries([heard(1, 0.25, bpm=80.0, key="C# minor"), published(make_job(2)), heard(3, 2.0)])
    project(database, log)
    project(tmp_path / "again.db", log, batch=1)
    assert dump(tmp_path / "again.db") == dump(database)
    assert len([row for row in dump(database) if row[0] == "track_features"]) == 2
