"""Tracks that were read before are shown as they are now, whatever has changed since."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from services.catalog import track_rows
from services.catalog.queries import Library, TrackQuery
from services.catalog.rows import TrackRow
from services.catalog.track_rows import KeptRows, rows_of
from shared.messages.event import Event
from tests.services.catalog.crowd import Log, deleted, played, suggested, voted
from tests.services.catalog.events import make_job, project, published

DEEDS: dict[str, list[Event]] = {
    "a vote": [voted(1, "ada", 1)],
    "a play": [played(1, "ada")],
    "a suggestion": [suggested(1, "ada", "techno")],
    "a suggestion of what it is in": [suggested(1, "ada", "ambient")],
    "a suggestion that is withdrawn": [
        suggested(1, "ada", "ambient"),
        suggested(1, "ada", "ambient", withdrawn=True),
    ],
    "an agreement": [suggested(1, who, "techno") for who in ("ada", "bob", "eve")],
    "an agreement that is withdrawn": [
        *(suggested(1, who, "techno") for who in ("ada", "bob", "eve")),
        suggested(1, "eve", "techno", withdrawn=True),
    ],
    "a deletion": [deleted(1)],
    "the deletion of the newest, then another": [deleted(2), published(make_job(3, "bells"))],
}


@pytest.mark.parametrize("what", DEEDS)
def test_lists_show_what_happened_to_tracks_that_they_showed_before(
    what: str, database: Path, library: Library
) -> None:
    log = Log(*(published(make_job(number, "ambient drone")) for number in (1, 2)))
    project(database, log.entries)
    assert shown(library) == shown(Library(database))
    for deed in DEEDS[what]:
        before = shown(library)
        project(database, [log.append(deed)])
        assert shown(library) == shown(Library(database))
        assert shown(library) != before or is_unseen(deed)


def is_unseen(deed: Event) -> bool:
    """Whether it is a suggestion of what the track is not in: nobody sees it with the track yet."""
    return getattr(deed, "category", "") == "techno"


def shown(library: Library) -> tuple[list[TrackRow], list[TrackRow]]:
    """A list along an index, and one that is narrowed down."""
    return library.tracks(TrackQuery()).items, library.tracks(TrackQuery(least_score=1)).items


@pytest.fixture
def reading(database: Path) -> Iterator[list[sqlite3.Connection]]:
    """Two connections to a library with two tracks."""
    project(database, Log(*(published(make_job(number)) for number in (1, 2))).entries)
    with closing(connected(database)) as one, closing(connected(database)) as other:
        yield [one, other]


def connected(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def test_a_reader_of_an_earlier_moment_sees_that_and_leaves_nothing_of_it(
    reading: list[sqlite3.Connection],
) -> None:
    early, late = reading
    kept = KeptRows()
    early.execute("BEGIN")
    assert plays(kept.rows_of(early, [1])) == [0]
    late.execute("UPDATE tracks SET plays = 7")
    assert plays(kept.rows_of(late, [1])) == [7]
    assert plays(kept.rows_of(early, [1, 2])) == [0, 0]
    assert plays(kept.rows_of(late, [1, 2])) == [7, 7]
    early.execute("ROLLBACK")
    assert plays(kept.rows_of(early, [1, 2])) == [7, 7]


def test_rows_of_another_database_are_not_mistaken(reading: list[sqlite3.Connection]) -> None:
    one, _ = reading
    kept = KeptRows()
    assert plays(kept.rows_of(one, [1])) == [0]
    one.execute("DROP TRIGGER tracks_changed")  # as if the other one had had the same number of changes
    one.execute("UPDATE tracks SET plays = 7")
    assert plays(kept.rows_of(one, [1])) == [0]
    one.execute("UPDATE meta SET identity = 'another'")
    assert plays(kept.rows_of(one, [1])) == [7]


def test_a_track_that_has_not_changed_is_read_once(reading: list[sqlite3.Connection]) -> None:
    one, _ = reading
    kept = KeptRows()
    first, second = kept.rows_of(one, [1, 2])
    one.execute("UPDATE tracks SET plays = 7 WHERE number = 2")
    again = kept.rows_of(one, [2, 1, 3])
    assert again[1] is first
    assert again[0] is not second
    assert again == rows_of(one, [2, 1, 3])


def test_no_more_are_kept_than_there_is_room_for(
    reading: list[sqlite3.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(track_rows, "_MOST", 1)
    one, _ = reading
    kept = KeptRows()
    first, second = kept.rows_of(one, [1, 2])
    again = kept.rows_of(one, [1, 2])
    assert again == [first, second]
    assert again[1] is second
    assert again[0] is not first


def plays(rows: Sequence[TrackRow]) -> list[int]:
    return [row.plays for row in rows]
