"""Where common words stand, in memory: in which tracks, and at which place of their texts.

The index of words reads all that it has of a word to find out which tracks have it beside others, some
30 ms for four common words among a million tracks. Here that is a comparison of arrays. They are filled
from the index itself, so that both agree on what a word is.
"""

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from services.catalog.bitmaps import Bits, Latest, both, packed_numbers, unpacked
from services.catalog.search import ANYWHERE, PROMPT, TEXTS

Numbers = NDArray[np.int64]

COMMON = 5000
"""A word in more tracks than this is common."""

_MOST_PLACES = 24_000_000
"""Of all words together, 6 bytes each; the rarest of the common words are left out first."""

_MOST_LONGER = 100
"""Of a word that more words of prompts begin with, often one of two letters, the longer ones are not kept."""

_MOST_BITMAPS = 256
"""Of words that were asked for lately, 125 kB each for a million tracks."""

_LAST = "\U0010ffff"  # behind the end of a word: after all words that begin so
_COLUMN_BITS = 14  # a word's place in its text has so many bits, its column lies above
_LAST_PLACE = 2**_COLUMN_BITS - 64  # a row of words never reaches into the next column

_VOCABULARY = "SELECT term FROM temp.words_by_count WHERE doc > ? ORDER BY doc DESC"
_OCCURRENCES = f"""
    SELECT group_concat(doc << 16 | offset |
        (CASE col WHEN 'prompt' THEN 0 WHEN 'tag_words' THEN {PROMPT} ELSE {TEXTS} END << {_COLUMN_BITS})),
        max(offset)
    FROM temp.words_by_place WHERE term = ?
"""
_LONGER = "SELECT group_concat(rowid) FROM tracks_fts WHERE tracks_fts MATCH ?"
_IN_PROMPTS = "SELECT term FROM temp.words_by_column WHERE col = 'prompt'"
_TABLES = {"words_by_count": "row", "words_by_column": "col", "words_by_place": "instance"}


@dataclass(frozen=True)
class _Places:
    """Where a word stands.

    Attributes:
        numbers: of tracks, ascending, one as often as it has the word.
        places: of the word in each, its column in the two highest bits.
        columns: how many of the index they lie in, counted from the first.
    """

    numbers: NDArray[np.int32]
    places: NDArray[np.uint16]
    columns: int


@dataclass(frozen=True)
class _Longer:
    """Longer words that begin with a word.

    Attributes:
        numbers: of tracks that have one of them and not the word itself, ascending.
        prompts: where one of them stands in a prompt.
    """

    numbers: NDArray[np.int32]
    prompts: _Places


@dataclass(frozen=True)
class CommonWords:
    """What is known of common words. Tracks are told as bitmaps, deleted ones among them.

    Attributes:
        identity: of the database that was read.
        last: number of the newest track then; of later ones nothing is known here.
    """

    identity: str
    last: int
    words: Mapping[str, _Places]
    longer: Mapping[str, _Longer]
    _bitmaps: Latest = field(default_factory=lambda: Latest(_MOST_BITMAPS))

    def having(self, row: Sequence[str], columns: int) -> Bits | None:
        """The tracks with these words right behind each other.

        Args:
            columns: `PROMPT`, `TEXTS` or `ANYWHERE` of `search`.

        Returns:
            None where one of the words is not common.
        """
        if not all(word in self.words for word in row):
            return None
        if len(row) == 1:
            return self._having_word(row[0], columns)
        words = [self._having_word(word, columns) for word in row]
        return self._in_a_row([self.words[word] for word in row], words, columns)

    def having_longer(self, row: Sequence[str], columns: int) -> Bits | None:
        """The same for a row whose last word is the beginning of a longer one, besides `having`.

        Returns:
            None where that is not known: of words alone it is `ANYWHERE`, of others in prompts.
        """
        *before, last = row
        if last not in self.longer or not all(word in self.words for word in before):
            return None
        longer = self.longer[last]
        if columns == PROMPT:
            found = self._kept(longer.prompts.numbers, "longer", last, PROMPT)
            words = [*(self._having_word(word, columns) for word in before), found]
            return self._in_a_row([*(self.words[word] for word in before), longer.prompts], words, columns)
        return self._kept(longer.numbers, "longer", last) if columns == ANYWHERE and not before else None

    def _having_word(self, word: str, columns: int) -> Bits:
        found = self.words[word]
        if found.columns <= columns:
            return self._kept(found.numbers, word)
        return self._bitmaps.get((word, columns), lambda: self._packed(_up_to(found, columns).numbers))

    def _kept(self, numbers: NDArray[np.int32], *name: str | int) -> Bits:
        return self._bitmaps.get(name, lambda: self._packed(numbers))

    def _packed(self, numbers: NDArray[np.int32]) -> Bits:
        return packed_numbers(numbers, self.last + 1)

    def _in_a_row(self, places: Sequence[_Places], having: Sequence[Bits], columns: int) -> Bits:
        """The tracks with words in a row, of which these tracks have each."""
        if len(places) == 1:
            return having[0]
        mask = unpacked(both(*having))
        keys = [_keys(_up_to(_within(mask, one), columns), place) for place, one in enumerate(places)]
        return self._packed((reduce(_in_both, keys) >> 16).astype(np.int32))


NOTHING = CommonWords("", 0, {}, {})


def read(connection: sqlite3.Connection) -> CommonWords:
    """Read where common words stand, as the connection's transaction sees it; 0.2 µs a place."""
    identity, last = connection.execute(
        "SELECT identity, (SELECT coalesce(max(number), 0) FROM tracks) FROM meta"
    ).fetchone()
    if last <= COMMON:
        return CommonWords(identity, last, {}, {})
    with _vocabulary(connection):
        words = _read_places(connection)
        longer = _read_longer(connection, words)
    return CommonWords(identity, last, words, longer)


def _read_places(connection: sqlite3.Connection) -> dict[str, _Places]:
    words: dict[str, _Places] = {}
    left = _MOST_PLACES
    for (word,) in connection.execute(_VOCABULARY, (COMMON,)).fetchall():
        found, last_place = _occurrences(connection, word)
        left -= len(found)
        if left < 0:
            break
        if last_place < _LAST_PLACE:
            words[word] = _places(found)
    return words


def _occurrences(connection: sqlite3.Connection, word: str) -> tuple[NDArray[np.int64], int]:
    text, last_place = connection.execute(_OCCURRENCES, (word,)).fetchone()
    return _parsed(text), last_place


def _places(occurrences: NDArray[np.int64]) -> _Places:
    places = (occurrences & 0xFFFF).astype(np.uint16)
    columns = 1 + int(places.max(initial=0) >> _COLUMN_BITS)
    return _Places((occurrences >> 16).astype(np.int32), places, columns)


def _read_longer(connection: sqlite3.Connection, words: Iterable[str]) -> dict[str, _Longer]:
    in_prompts = [row[0] for row in connection.execute(_IN_PROMPTS)]
    longer = {}
    for word in words:
        going_on = in_prompts[bisect_right(in_prompts, word) : bisect_left(in_prompts, word + _LAST)]
        if len(going_on) > _MOST_LONGER:
            continue
        (text,) = connection.execute(_LONGER, (f'"{word}"* NOT "{word}"',)).fetchone()
        occurrences = [_occurrences(connection, term)[0] for term in going_on]
        prompts = np.sort(np.concatenate([_parsed(None), *occurrences]))
        longer[word] = _Longer(_parsed(text).astype(np.int32), _up_to(_places(prompts), PROMPT))
    return longer


@contextmanager
def _vocabulary(connection: sqlite3.Connection) -> Iterator[None]:
    """Tables that tell what the index holds; they are no part of the database, so a reader may make them."""
    connection.execute("PRAGMA query_only = 0")
    for name, kind in _TABLES.items():
        connection.execute(
            f"CREATE VIRTUAL TABLE temp.{name} USING fts5vocab('main', 'tracks_fts', '{kind}')"
        )
    try:
        yield
    finally:
        for name in _TABLES:
            connection.execute(f"DROP TABLE temp.{name}")
        connection.execute("PRAGMA query_only = 1")


def _parsed(text: str | None) -> NDArray[np.int64]:
    return np.fromstring(text or "", dtype=np.int64, sep=",")


def _up_to(found: _Places, columns: int) -> _Places:
    if found.columns <= columns:
        return found
    kept = found.places < columns << _COLUMN_BITS
    return _Places(found.numbers[kept], found.places[kept], columns)


def _within(mask: NDArray[np.bool_], found: _Places) -> _Places:
    kept = np.flatnonzero(mask[found.numbers])
    return replace(found, numbers=found.numbers[kept], places=found.places[kept])


def _keys(found: _Places, place: int) -> NDArray[np.int64]:
    """One whole number for each place where a row may begin whose word `place` stands there."""
    return (found.numbers.astype(np.int64) << 16 | found.places) - place


def _in_both(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    both = np.concatenate((one, other))
    both.sort(kind="stable")  # merges what is sorted already
    found: NDArray[np.int64] = both[:-1][both[1:] == both[:-1]]
    return found
