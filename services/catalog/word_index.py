"""The newest tracks with some words: from memory where the words are common, else by the index of words."""

import sqlite3
from collections.abc import Sequence
from functools import reduce

import numpy as np

from services.catalog.bitmaps import Bits, both, but, highest_in, packed_numbers
from services.catalog.columns import Numbers, View
from services.catalog.common_words import COMMON
from services.catalog.search import Asked, Part

# As one text: a row of its own for each number would take four times as long.
_FIND = """
    SELECT group_concat(rowid) FROM (
        SELECT rowid FROM tracks_fts WHERE tracks_fts MATCH ? AND rowid > ? ORDER BY rowid DESC LIMIT ?
    )
"""


class WordIndex:
    """Finds tracks at one moment; what it has found of a word it remembers."""

    def __init__(self, connection: sqlite3.Connection, view: View) -> None:
        self._connection = connection
        self._view = view
        self._length = min(view.words.last + 1, len(view.arrays["model"]))
        self._known: dict[Part, Bits | None] = {}

    def newest(self, asked: Asked, limit: int) -> Numbers:
        """Numbers of up to `limit` tracks, the newest first."""
        if limit == 0:
            return np.empty(0, dtype=np.int64)
        bits = self._in_memory(asked)
        if bits is None:
            return self.by_index(asked.expression, limit)
        found = highest_in(bits, self._length, limit)
        if len(self._view.arrays["model"]) == self._length:
            return found
        later = self.by_index(asked.expression, limit, self._view.words.last)
        return np.concatenate([later, found])[:limit]

    def by_index(self, expression: str, limit: int, above: int = 0) -> Numbers:
        """The same of an expression of FTS5, by the index alone, of tracks with a number above this one."""
        (found,) = self._connection.execute(_FIND, (expression, above, limit)).fetchone()
        return np.fromstring(found or "", dtype=np.int64, sep=",")

    def _in_memory(self, asked: Asked) -> Bits | None:
        """Which tracks, as far as common words are known; None where not enough of the words are."""
        if all(self._of_common_words(part) is None for part in asked.wanted):
            return None
        having, without = self._of_all(asked.wanted), self._of_all(asked.unwanted)
        if having is None or without is None:
            return None
        return but(both(*having, self._view.there()), *without)

    def _of_all(self, parts: Sequence[Part]) -> list[Bits] | None:
        """What is not known is asked of the index; None where that would be too much."""
        found = []
        for part in parts:
            bits = self._of_common_words(part)
            if bits is None:
                numbers = self.by_index(part.expression, COMMON + 1)
                if len(numbers) > COMMON:
                    return None
                bits = packed_numbers(numbers[numbers < self._length], self._view.words.last + 1)
            found.append(bits)
        return found

    def _of_common_words(self, part: Part) -> Bits | None:
        if part not in self._known:
            self._known[part] = self._looked_up(part)
        return self._known[part]

    def _looked_up(self, part: Part) -> Bits | None:
        words = self._view.words
        found = [words.having(row, part.columns) for row in part.rows]
        if found and part.open_end:
            found.append(words.having_longer(part.rows[0], part.columns))
        known = [bits for bits in found if bits is not None]
        return reduce(np.bitwise_or, known) if known and len(known) == len(found) else None
