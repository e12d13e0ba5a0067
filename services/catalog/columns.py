"""What lists are narrowed down and sorted by, in memory: a column each, a track's number its place.

A condition over a million tracks takes a tenth of a millisecond here; in the database, where no index
serves every mix of conditions, it takes up to a second.
"""

import sqlite3
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.catalog import common_words
from services.catalog.bitmaps import Bitmaps, Bits
from services.catalog.common_words import CommonWords
from services.catalog.described import spellings
from services.catalog.reader import tuples
from services.catalog.track_query import Range, Sort, TrackFilter
from shared.messages.job import MODELS

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

SORTED_BY: dict[Sort, str] = {
    "popular": "popularity",
    "rating": "rating",
    "plays": "plays",
    "trending": "trend",
    "duration": "duration_s",
}
"""Column of each sort that has one; the others are by number, or by how well a search fits."""

_NONE: Numbers = np.empty(0, dtype=np.int64)
_READ_AT_ONCE = 20_000
_LEAST_CAPACITY = 1024
_MOST_NEW = 20_000  # tracks that the index of words is asked about beside what is known of common words

_NAMED = ("engine", "key", "user_id")  # columns of words, kept as codes

_TYPES: dict[str, Any] = {
    "model": np.uint8,  # 0 where no track has the number
    "is_loop": np.bool_,
    "score": np.uint8,
    "duration_s": np.float32,
    "bpm": np.float32,
    "characters": np.uint16,
    **dict.fromkeys(_NAMED, np.int32),
    **dict.fromkeys(SORTED_BY.values(), np.float32),
}

_COUNTED_BY = ("model", "engine", "key", "duration_s", "bpm", "is_loop")

_MODEL_CODE = " ".join(f"WHEN '{model}' THEN {code}" for code, model in enumerate(MODELS, 1))
_SELECTED = {
    **{name: name for name in _TYPES},
    "model": f"CASE model {_MODEL_CODE} END",
    "characters": "min(length(prompt), 65535)",
}
_READ = f"SELECT number, {', '.join(_SELECTED.values())} FROM tracks"


# Along the index of changes: few of the tracks that ever changed have done so lately.
_CHANGED = "SELECT number FROM track_changes WHERE change > ? AND +number < ?"


@dataclass(frozen=True)
class View:
    """The columns as far as one reader may see them; place 0 of each is no track's.

    Attributes:
        codes: of the words in `engine`, `key` and `user_id`.
        members: numbers of the tracks in each category, the oldest first.
        words: where common words stand; of no tracks until that has been read.
        bitmaps: of what tracks are counted by.
        moment: the same object as long as no track went or is another in what it is counted by.
    """

    arrays: Mapping[str, NDArray[Any]]
    codes: Mapping[str, Mapping[str, int]]
    members: Mapping[str, Numbers]
    words: CommonWords
    bitmaps: Bitmaps = field(default_factory=Bitmaps)
    moment: object = field(default_factory=object)

    def matching(self, wanted: TrackFilter) -> Mask:
        """Which numbers are tracks that the filter lets through, as far as columns tell.

        Words and favourites are looked at elsewhere.
        """
        mask = self._narrowed(wanted, self.arrays.__getitem__)
        for category in wanted.categories:
            mask &= self.among(self.of_category(category))
        return mask

    def fitting(self, wanted: TrackFilter, numbers: Numbers) -> Mask:
        """The same of some numbers, none of which may be beyond what the reader may see."""
        mask = self._narrowed(wanted, lambda name: self.arrays[name][numbers])
        for category in wanted.categories:
            mask &= are_in(numbers, self.of_category(category))
        return mask

    def tracks(self) -> Mask:
        """Which numbers are tracks."""
        found: Mask = self.arrays["model"] != 0
        return found

    def there(self) -> Bits:
        """A bit each: which numbers are tracks."""
        return self._bits("there", "model", lambda models: models != 0)

    def of_category(self, category: str) -> Numbers:
        """Numbers of the tracks in a category."""
        found = self.members.get(category, _NONE)
        seen = len(self.arrays["model"])
        return found if not len(found) or found[-1] < seen else found[: np.searchsorted(found, seen)]

    def among(self, numbers: Numbers) -> Mask:
        """A mask of these numbers; those beyond what the reader may see are left out."""
        mask: Mask = np.zeros(len(self.arrays["model"]), dtype=np.bool_)
        mask[numbers[numbers < len(mask)]] = True
        return mask

    def having(self, name: str, value: float) -> Bits:
        """A bit each: whose column has this very value."""
        return self._bits((name, "is", value), name, lambda column: column == value)

    def below(self, name: str, edge: float) -> Bits:
        """A bit each: whose column has a value, and one below the edge."""
        least = np.float32(edge)
        return self._bits((name, "below", edge), name, lambda column: column < least)

    def in_category(self, category: str) -> Bits:
        """A bit each: what is in the category."""
        members = self.members.get(category, _NONE)
        return self.bitmaps.get(("category", category), members, 0, lambda _begin: _as_mask(members))

    def _bits(self, name: Hashable, column: str, compare: Callable[[NDArray[Any]], Mask]) -> Bits:
        values = self.arrays[column]
        return self.bitmaps.get(name, self.moment, len(values), lambda begin: compare(values[begin:]))

    def _narrowed(self, wanted: TrackFilter, column: Callable[[str], NDArray[Any]]) -> Mask:
        """Which tracks, categories aside, of those that the columns are given of."""
        model = column("model")
        mask: Mask = model == MODELS.index(wanted.model) + 1 if wanted.model else model != 0
        for name, limits in (("bpm", wanted.bpm), ("duration_s", wanted.duration_s)):
            if limits is not None:
                mask &= _between(column(name), limits)
        if wanted.least_score:
            mask &= column("score") >= wanted.least_score
        if wanted.loop is not None:
            mask &= column("is_loop") == wanted.loop
        for name, words in _named(wanted):
            known = self.codes[name]
            mask &= _is_one_of(column(name), [known[word] for word in words if word in known])
        return mask


class Columns:
    """All columns, read once, then only what is new or has changed: some 90 bytes a track with bitmaps.

    May be used from any number of threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words = common_words.NOTHING
        self._forget("")

    def view(self, connection: sqlite3.Connection) -> View:
        """The columns at the moment that the connection's transaction sees, or a later one."""
        with self._lock:
            identity, offset = connection.execute("SELECT identity, offset FROM meta").fetchone()
            if identity != self._identity:
                self._forget(identity)
            if offset > self._offset:
                self._read_on(connection, offset)
            arrays = {name: array[: self._length] for name, array in self._arrays.items()}
            members = dict(self._members)
            words = self._words if self._words.identity == identity else common_words.NOTHING
            bitmaps, moment = self._bitmaps, self._moment
        (highest,) = connection.execute("SELECT coalesce(max(number), 0) FROM tracks").fetchone()
        cut = {name: array[: highest + 1] for name, array in arrays.items()}
        return View(cut, self._codes, members, words, bitmaps, moment)

    def read_common_words(self, connection: sqlite3.Connection) -> None:
        """Read where common words stand, unless that is known but for some new tracks."""
        identity, last = connection.execute(
            "SELECT identity, (SELECT coalesce(max(number), 0) FROM tracks) FROM meta"
        ).fetchone()
        if identity != self._words.identity or last > self._words.last + _MOST_NEW:
            self._words = common_words.read(connection)

    def _forget(self, identity: str) -> None:
        self._identity = identity
        self._offset = -1
        self._change = -1
        self._length = 1
        self._arrays = {name: np.zeros(_LEAST_CAPACITY, dtype=kind) for name, kind in _TYPES.items()}
        self._members: dict[str, Numbers] = {}
        self._codes: dict[str, dict[str, int]] = {name: {} for name in _NAMED}
        self._bitmaps = Bitmaps()
        self._moment = object()

    def _read_on(self, connection: sqlite3.Connection, offset: int) -> None:
        (change,) = connection.execute("SELECT coalesce(max(change), 0) FROM track_changes").fetchone()
        last = self._length - 1
        if self._offset >= 0 and change > self._change:
            self._read_changed(connection)
        self._read(connection, f"{_READ} WHERE number > ? ORDER BY number", (last,))
        self._add_members(_members_above(connection, last) if last else _members(connection))
        self._offset, self._change = offset, change

    def _read_changed(self, connection: sqlite3.Connection) -> None:
        values = (self._change, self._length)
        wanted = np.array(sorted(row[0] for row in connection.execute(_CHANGED, values)), dtype=np.int64)
        found = self._read(connection, f"{_READ} WHERE number IN ({_CHANGED})", values)
        deleted = [number for number in wanted.tolist() if number not in found]
        if deleted:
            self._arrays["model"][deleted] = 0
            self._moment = object()
        self._move_members(wanted, _grouped(connection, f"number IN ({_CHANGED})", values))

    def _add_members(self, found: Mapping[str, Numbers]) -> None:
        """Of tracks that are newer than those that are known."""
        for category, numbers in found.items():
            known = self._members.get(category)
            self._members[category] = numbers if known is None else np.concatenate([known, numbers])

    def _move_members(self, tracks: Numbers, found: Mapping[str, Numbers]) -> None:
        """These tracks are now in these categories and in no other; both in ascending order.

        A category that none of them joined or left stays the same object, with its bitmap.
        """
        for category in {**self._members, **found}:
            known, now = self._members.get(category, _NONE), found.get(category, _NONE)
            before = tracks[are_in(tracks, known)]
            if not np.array_equal(before, now):
                stayed = np.delete(known, np.searchsorted(known, before))
                self._members[category] = np.sort(np.concatenate([stayed, now]))

    def _read(self, connection: sqlite3.Connection, sql: str, values: tuple[int, ...]) -> set[int]:
        """Take the rows over; returns their numbers."""
        cursor = tuples(connection).execute(sql, values)
        found: set[int] = set()
        while rows := cursor.fetchmany(_READ_AT_ONCE):
            numbers, *columns = zip(*rows, strict=True)
            found.update(numbers)
            places = np.array(numbers, dtype=np.int64)
            known = places < self._length
            self._grow(int(places.max()) + 1)
            for name, values_of in zip(_SELECTED, columns, strict=True):
                encoded = self._encoded(name, values_of)
                if name in _COUNTED_BY and not self._has(name, places[known], encoded[known]):
                    self._moment = object()
                self._arrays[name][places] = encoded
        return found

    def _has(self, name: str, places: Numbers, values: NDArray[Any]) -> bool:
        return np.array_equal(self._arrays[name][places], values, equal_nan=name == "bpm")

    def _encoded(self, name: str, values: Sequence[Any]) -> NDArray[Any]:
        if name in _NAMED:
            codes = self._codes[name]
            fold: Callable[[str], str] = str.casefold if name == "key" else str
            return np.array([codes.setdefault(fold(value or ""), len(codes)) for value in values], np.int32)
        if name == "bpm":
            return np.array([np.nan if value is None else value for value in values], np.float32)
        return np.array(values, dtype=_TYPES[name])

    def _grow(self, length: int) -> None:
        """Make room; a view that was given out keeps the arrays that it has."""
        if length <= self._length:
            return
        if length > len(self._arrays["model"]):
            for name, array in self._arrays.items():
                larger = np.zeros(max(length, 2 * len(array)), dtype=array.dtype)
                larger[: self._length] = array[: self._length]
                self._arrays[name] = larger
        self._length = length


def _members(connection: sqlite3.Connection) -> dict[str, Numbers]:
    """Numbers of the tracks in each category, in their order; read along the table's key."""
    rows = tuples(connection).execute(
        "SELECT category, number FROM track_categories ORDER BY category, number"
    )
    return {
        category: np.fromiter((number for _, number in members), dtype=np.int64)
        for category, members in groupby(rows, key=itemgetter(0))
    }


def _members_above(connection: sqlite3.Connection, number: int) -> dict[str, Numbers]:
    return _grouped(connection, "number > ?", (number,))


def _grouped(connection: sqlite3.Connection, condition: str, values: tuple[int, ...]) -> dict[str, Numbers]:
    """The same of some tracks, found by the index of their numbers.

    Were they to come by category, all that there are would be read.
    """
    rows = tuples(connection).execute(
        f"SELECT number, category FROM track_categories WHERE {condition} ORDER BY number", values
    )
    found: dict[str, list[int]] = {}
    for number, category in rows:
        found.setdefault(category, []).append(number)
    return {category: np.array(numbers, dtype=np.int64) for category, numbers in found.items()}


def are_in(numbers: Numbers, ascending: Numbers) -> Mask:
    """Which of the numbers are among the others."""
    if not len(ascending):
        return np.zeros(len(numbers), dtype=np.bool_)
    places = np.searchsorted(ascending, numbers)
    found: Mask = ascending[np.minimum(places, len(ascending) - 1)] == numbers
    return found


def _between(column: NDArray[Any], limits: Range) -> Mask:
    found: Mask = (column >= np.float32(limits[0])) & (column <= np.float32(limits[1]))
    return found


def _is_one_of(column: NDArray[Any], codes: Sequence[int]) -> Mask:
    if len(codes) == 1:
        only: Mask = column == codes[0]
        return only
    return np.isin(column, codes)


def _as_mask(numbers: Numbers) -> Mask:
    mask: Mask = np.zeros(int(numbers[-1]) + 1 if len(numbers) else 0, dtype=np.bool_)
    mask[numbers] = True
    return mask


def _named(wanted: TrackFilter) -> list[tuple[str, Sequence[str]]]:
    found: list[tuple[str, Sequence[str]]] = []
    if wanted.engine is not None:
        found.append(("engine", (wanted.engine,)))
    if wanted.user_id is not None:
        found.append(("user_id", (wanted.user_id,)))
    if wanted.key:
        found.append(("key", [name.casefold() for name in spellings(wanted.key)]))
    return found
