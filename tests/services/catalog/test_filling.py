"""A library that is filled all at once is the one that following the log makes."""

import sqlite3
from pathlib import Path

from bench import made_up
from bench.made_up_library import recorded
from services.catalog.database import open_catalog, opened
from services.catalog.filling import filling
from services.catalog.projection import Applied, apply
from services.catalog.queries import Library, TrackQuery
from shared.bus.log_entry import Message
from shared.messages import envelope
from tests.services.catalog import events
from tests.services.catalog.crowd import deleted, favourited, suggested, voted
from tests.services.catalog.events import dump, entries, job_id, life, make_job


def log_of(tracks: int) -> list[Message]:
    """A made-up log, with a track that is deleted, entries that are none, and one that cannot be stored."""
    bodies = [envelope.encode(fact) for fact in recorded(made_up.library(tracks))]
    odd = [
        *entries([*life(make_job(1), attempts=3), voted(1, "ada", 1), deleted(1)]),
        *entries([events.published(make_job(2), sample_rate_hz=2**70), *life(make_job(3))]),
        *entries([events.refused(4), events.refused(5, user_id="bob"), events.failed(make_job(6))]),
        *entries([events.cancelled(make_job(7)), favourited(3, "ada"), suggested(3, "ada", "jazz")]),
    ]
    bodies += [envelope.encode(one.recorded) for one in odd if one.recorded is not None]
    bodies += [b"no JSON", b'{"type": "job.sung"}']
    bodies += bodies[:3]
    return [Message(2 * number, body) for number, body in enumerate(bodies)]


def filled(database: Path, log: list[Message], size: int) -> list[Applied]:
    seen: list[Applied] = []
    with opened(database) as connection, filling(connection, seen.append) as filler:
        for start in range(0, len(log), size):
            filler.take(log[start : start + size])
    return seen


def schema_of(database: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(database)
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    connection.close()
    return rows


def test_a_filled_library_has_the_rows_the_indexes_and_the_words_of_one_that_followed(tmp_path: Path) -> None:
    log = log_of(60)
    seen = filled(tmp_path / "filled.db", log, 7)
    with open_catalog(tmp_path / "followed.db") as connection:
        for message in log:
            apply(connection, [message.read()])
    assert dump(tmp_path / "filled.db") == dump(tmp_path / "followed.db")
    assert schema_of(tmp_path / "filled.db") == schema_of(tmp_path / "followed.db")
    assert [applied.offset for applied in seen] == [
        log[min(n + 6, len(log) - 1)].offset for n in range(0, len(log), 7)
    ]
    assert sum(applied.skipped for applied in seen) == 3
    with sqlite3.connect(tmp_path / "filled.db") as connection:
        connection.execute("INSERT INTO tracks_fts(tracks_fts, rank) VALUES ('integrity-check', 1)")
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_filled_library_goes_on_as_any_other(database: Path, library: Library) -> None:
    database.parent.mkdir(parents=True)
    filled(database, [Message(0, b"no JSON")], 1)
    with open_catalog(database) as connection:
        apply(connection, entries(life(make_job(1, "a harp at dawn")), first=1))
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert [track.id for track in library.tracks(TrackQuery(search="harp")).items] == [job_id(1)]
