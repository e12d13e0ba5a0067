"""Which tracks sound alike: distances between the vectors that the analyzer made of them."""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.catalog.described import VECTOR_FLOATS
from services.catalog.reader import tuples

Floats = NDArray[np.float32]

_READ_AT_ONCE = 10_000
_LEAST_CAPACITY = 1024
_GONE = np.float32(1e30)  # the square of a deleted track's vector: further away than any other
_ROUNDING = 1e-5  # of a distance, as a share of both squares; 64 additions are rounded by half of it at most
_BLOCK = 1024


@dataclass(frozen=True)
class _Known:
    """The vectors of tracks in the order of their numbers.

    Attributes:
        numbers: shape (N,).
        vectors: shape (N, 64).
        squares: shape (N,), of the vectors' lengths; `_GONE` of deleted tracks.
        largest: of the squares.
    """

    numbers: NDArray[np.int64]
    vectors: Floats
    squares: Floats
    largest: float

    def places(self, numbers: Sequence[int]) -> NDArray[np.int64]:
        """Where tracks stand; those that have no vector or are deleted are left out."""
        wanted = np.array(numbers, dtype=np.int64)
        places = np.searchsorted(self.numbers, wanted)
        there = places < len(self.numbers)
        found: NDArray[np.int64] = places[there][self.numbers[places[there]] == wanted[there]]
        return found[self.squares[found] < _GONE]

    def nearest(self, place: int, count: int) -> NDArray[np.int64]:
        """Places that hold the `count` nearest to another, and maybe more, itself among them; in no order.

        One product of a matrix and a vector tells all distances but for its rounding, in a tenth of the time
        that their differences take.
        """
        about = self.vectors @ (-2 * self.vectors[place])
        about += self.squares  # but for the square of its own, which all have in common
        rounding = 2 * self.largest * _ROUNDING
        found = np.flatnonzero(about <= _least(about, count + 1) + 2 * rounding)
        return found[self.squares[found] < _GONE]

    def distances(self, places: NDArray[np.int64], place: int) -> Floats:
        """Squares of the distances to another, to the last digit."""
        squares: Floats = np.square(self.vectors[places] - self.vectors[place]).sum(axis=1)
        return squares


class Vectors:
    """The vectors of all tracks in memory, 270 bytes each; read once, then only what is new.

    May be used from any number of threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget("")

    def prepare(self, connection: sqlite3.Connection) -> None:
        """Read what is new, so that the next question need not wait for it; 3 s for a million tracks."""
        self._at_the_moment_of(connection)

    def nearest(self, connection: sqlite3.Connection, number: int, count: int) -> list[int]:
        """Numbers of up to `count` other tracks, the most alike first, of equals the newest first.

        None for a track without a vector.
        """
        known = self._at_the_moment_of(connection)
        places = known.places([number])
        if not len(places) or count < 1:
            return []
        place = int(places[0])
        found = known.nearest(place, count)
        found = found[found != place]
        order = np.lexsort((-known.numbers[found], known.distances(found, place)))[:count]
        return [int(one) for one in known.numbers[found[order]]]

    def nearest_among(
        self, connection: sqlite3.Connection, numbers: Sequence[int], to: Sequence[int], count: int
    ) -> list[int]:
        """Up to `count` of these numbers, those that sound most like any of the tracks `to`; nearest first.

        Tracks without a vector are like nothing.
        """
        if not to or not numbers:
            return []
        known = self._at_the_moment_of(connection)
        models, others = known.places(to), known.places(numbers)
        if not len(models) or not len(others):
            return []
        distances = np.min([known.distances(others, int(model)) for model in models], axis=0)
        return [int(one) for one in known.numbers[others[np.argsort(distances, kind="stable")[:count]]]]

    def _forget(self, identity: str) -> None:
        self._identity = identity
        self._deleted = 0
        self._length = 0
        self._numbers: NDArray[np.int64] = np.zeros(_LEAST_CAPACITY, dtype=np.int64)
        self._vectors: Floats = np.zeros((_LEAST_CAPACITY, VECTOR_FLOATS), dtype=np.float32)
        self._squares: Floats = np.zeros(_LEAST_CAPACITY, dtype=np.float32)
        self._largest = 0.0

    def _at_the_moment_of(self, connection: sqlite3.Connection) -> _Known:
        with self._lock:
            (identity,) = connection.execute("SELECT identity FROM meta").fetchone()
            if identity != self._identity:
                self._forget(identity)
            self._read_on(connection)
            self._leave_out_deleted(connection)
            there = slice(self._length)
            return _Known(self._numbers[there], self._vectors[there], self._squares[there], self._largest)

    def _read_on(self, connection: sqlite3.Connection) -> None:
        last = int(self._numbers[self._length - 1]) if self._length else 0
        fresh = tuples(connection).execute(
            "SELECT number, vector FROM track_features WHERE number > ? ORDER BY number", (last,)
        )
        while rows := fresh.fetchmany(_READ_AT_ONCE):
            numbers, contents = zip(*rows, strict=True)
            vectors = np.frombuffer(b"".join(contents), dtype="<f4").reshape(-1, VECTOR_FLOATS)
            self._grow(self._length + len(rows))
            new = slice(self._length, self._length + len(rows))
            self._numbers[new], self._vectors[new] = numbers, vectors
            self._squares[new] = np.square(vectors).sum(axis=1)
            self._largest = max(self._largest, float(self._squares[new].max()))
            self._length = new.stop

    def _grow(self, length: int) -> None:
        """Make room; who was given the arrays before keeps those."""
        if length > len(self._numbers):
            capacity = max(length, 2 * len(self._numbers))
            self._numbers = _longer(self._numbers, self._length, capacity)
            self._vectors = _longer(self._vectors, self._length, capacity)
            self._squares = _longer(self._squares, self._length, capacity)

    def _leave_out_deleted(self, connection: sqlite3.Connection) -> None:
        (deleted,) = connection.execute("SELECT count(*) FROM deleted_tracks").fetchone()
        if deleted == self._deleted:
            return
        gone = [row[0] for row in connection.execute("SELECT number FROM deleted_tracks")]
        self._squares[: self._length][np.isin(self._numbers[: self._length], gone)] = _GONE
        self._deleted = deleted


def _least(values: Floats, count: int) -> float:
    """At least the `count`-th least value, and hardly more; infinite where there are fewer."""
    least = np.minimum.reduceat(values, np.arange(0, len(values), _BLOCK))
    if len(least) < count:
        least = values
    return float(np.partition(least, count - 1)[count - 1]) if len(least) >= count else np.inf


def _longer(array: NDArray[Any], length: int, capacity: int) -> NDArray[Any]:
    longer: NDArray[Any] = np.zeros((capacity, *array.shape[1:]), dtype=array.dtype)
    longer[:length] = array[:length]
    return longer
