"""Which tracks sound alike: distances between the vectors that the analyzer made of them."""

import sqlite3
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.catalog.described import VECTOR_FLOATS

_READ_AT_ONCE = 10_000


class Vectors:
    """The vectors of all tracks in memory, 256 bytes each; read once, then only what is new.

    May be used from any number of threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._identity = ""
        self._deleted = 0
        self._numbers: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._vectors: NDArray[np.float32] = np.empty((0, VECTOR_FLOATS), dtype=np.float32)

    def nearest(self, connection: sqlite3.Connection, number: int, count: int) -> list[int]:
        """Numbers of up to `count` other tracks, the most alike first, of equals the newest first.

        None for a track without a vector.
        """
        with self._lock:
            self._read_on(connection)
            numbers, vectors = self._numbers, self._vectors
        place = int(np.searchsorted(numbers, number))
        if place == len(numbers) or numbers[place] != number:
            return []
        distances = np.square(vectors - vectors[place]).sum(axis=1)
        distances[place] = np.inf
        kept = min(count, len(numbers) - 1)
        limit = np.partition(distances, kept - 1)[kept - 1] if kept else -1.0
        among = np.flatnonzero(distances <= limit)
        order = np.lexsort((-numbers[among], distances[among]))[:kept]
        return [int(found) for found in numbers[among[order]]]

    def nearest_among(
        self, connection: sqlite3.Connection, numbers: Sequence[int], to: Sequence[int], count: int
    ) -> list[int]:
        """Up to `count` of these numbers, those that sound most like any of the tracks `to`; nearest first.

        Tracks without a vector are like nothing.
        """
        with self._lock:
            self._read_on(connection)
            known, vectors = self._numbers, self._vectors
        models, others = _places(known, to), _places(known, numbers)
        if not len(models) or not len(others):
            return []
        differences = vectors[others][:, np.newaxis, :] - vectors[models][np.newaxis, :, :]
        distances = np.square(differences).sum(axis=2).min(axis=1)
        return [int(found) for found in known[others[np.argsort(distances, kind="stable")[:count]]]]

    def _read_on(self, connection: sqlite3.Connection) -> None:
        (identity,) = connection.execute("SELECT identity FROM meta").fetchone()
        if identity != self._identity:
            self._identity, self._numbers, self._vectors = identity, self._numbers[:0], self._vectors[:0]
            self._deleted = 0
        last = int(self._numbers[-1]) if len(self._numbers) else 0
        fresh = connection.execute(
            "SELECT number, vector FROM track_features WHERE number > ? ORDER BY number", (last,)
        )
        numbers, vectors = [self._numbers], [self._vectors]
        while rows := fresh.fetchmany(_READ_AT_ONCE):
            content = b"".join(row[1] for row in rows)
            numbers.append(np.array([row[0] for row in rows], dtype=np.int64))
            vectors.append(np.frombuffer(content, dtype="<f4").reshape(-1, VECTOR_FLOATS))
        if len(numbers) > 1:
            self._numbers, self._vectors = np.concatenate(numbers), np.concatenate(vectors)
        self._leave_out_deleted(connection)

    def _leave_out_deleted(self, connection: sqlite3.Connection) -> None:
        (deleted,) = connection.execute("SELECT count(*) FROM deleted_tracks").fetchone()
        if deleted == self._deleted:
            return
        gone = [row[0] for row in connection.execute("SELECT number FROM deleted_tracks")]
        kept = ~np.isin(self._numbers, np.array(gone, dtype=np.int64))
        self._numbers, self._vectors, self._deleted = self._numbers[kept], self._vectors[kept], deleted


def _places(known: NDArray[np.int64], numbers: Sequence[int]) -> NDArray[np.int64]:
    """Where these numbers stand among the known ones, which ascend; those that do not are left out."""
    wanted = np.array(numbers, dtype=np.int64)
    places = np.searchsorted(known, wanted)
    there = places < len(known)
    found: NDArray[np.int64] = places[there][known[places[there]] == wanted[there]]
    return found
