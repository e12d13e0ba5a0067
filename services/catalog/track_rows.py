"""Tracks by their numbers; those that were read lately are kept, for many lists show the same ones."""

import sqlite3
import threading
from collections.abc import Sequence
from itertools import islice

from services.catalog.reader import tuples
from services.catalog.rows import TRACK_COLUMNS, TrackRow, track_row

_MOST = 4096  # rows of some 5 kB

_Rows = dict[int, TrackRow]


def rows_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[TrackRow]:
    """The tracks of these numbers, in their order; those that are gone are left out."""
    return _in_order(numbers, _read(connection, numbers))


class KeptRows:
    """Rows that were read, as long as their tracks have not changed. May be used from any number of threads.

    What changes a row is noted in the table `track_changes`, in the transaction that changes it; so two
    moments of one database with the same last change have the same rows.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._identity = ""
        self._change = -1
        self._rows: _Rows = {}

    def rows_of(self, connection: sqlite3.Connection, numbers: Sequence[int]) -> list[TrackRow]:
        """As the function of that name; the same objects are given out again, so nobody may change them."""
        kept = self._at_the_moment_of(connection)
        found = {number: row for number in numbers if (row := kept.get(number)) is not None}
        missing = [number for number in numbers if number not in found]
        if missing:
            read = _read(connection, missing)
            self._keep(kept, read)
            found |= read
        return _in_order(numbers, found)

    def _at_the_moment_of(self, connection: sqlite3.Connection) -> _Rows:
        """Rows as the connection's transaction sees them, to which others may be added."""
        identity, change = connection.execute(
            "SELECT identity, (SELECT coalesce(max(change), 0) FROM track_changes) FROM meta"
        ).fetchone()
        with self._lock:
            if identity != self._identity:
                self._rows = {}
            elif change > self._change:
                self._rows = self._unchanged(connection)
            elif change < self._change:
                return {}  # of a moment that is past
            self._identity, self._change = identity, change
            return self._rows

    def _unchanged(self, connection: sqlite3.Connection) -> _Rows:
        """Another object: who still reads at an earlier moment adds what they saw to the one before."""
        rows = connection.execute("SELECT number FROM track_changes WHERE change > ?", (self._change,))
        changed = {row[0] for row in rows}
        return {number: row for number, row in self._rows.items() if number not in changed}

    def _keep(self, kept: _Rows, read: _Rows) -> None:
        with self._lock:
            kept.update(read)
            for number in list(islice(kept, max(0, len(kept) - _MOST))):
                del kept[number]


def _read(connection: sqlite3.Connection, numbers: Sequence[int]) -> _Rows:
    places = ", ".join("?" * len(numbers))
    rows = tuples(connection).execute(
        f"SELECT t.number, {TRACK_COLUMNS} FROM tracks t WHERE number IN ({places})", tuple(numbers)
    )
    return {row[0]: track_row(row[1:]) for row in rows}


def _in_order(numbers: Sequence[int], found: _Rows) -> list[TrackRow]:
    return [found[number] for number in numbers if number in found]
