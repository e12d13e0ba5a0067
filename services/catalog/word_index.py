"""The newest tracks with some words: from memory where the words are common, else by the index of words."""

import sqlite3
from collections.abc import Sequence

import numpy as np

from services.catalog.columns import Mask, Numbers, View
from services.catalog.common_words import COMMON
from services.catalog.ordering import newest_of
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
        self._known: dict[Part, Mask | None] = {}

    def newest(self, asked: Asked, limit: int) -> Numbers:
        """Numbers of up to `limit` tracks, the newest first."""
        if limit == 0:
            return np.empty(0, dtype=np.int64)
        mask = self._in_memory(asked)
        if mask is None:
            return self.by_index(asked.expression, limit)
        found = newest_of(mask, limit)
        if len(self._view.arrays["model"]) == self._length:
            return found
        later = self.by_index(asked.expression, limit, self._view.words.last)
        return np.concatenate([later, found])[:limit]

    def by_index(self, expression: str, limit: int, above: int = 0) -> Numbers:
        """The same of an expression of FTS5, by the index alone, of tracks with a number above this one."""
        (found,) = self._connection.execute(_FIND, (expression, above, limit)).fetchone()
        return np.fromstring(found or "", dtype=np.int64, sep=",")

    def _in_memory(self, asked: Asked) -> Mask | None:
        """Which tracks, as far as common words are known; None where not enough of the words are."""
        if all(self._of_common_words(part) is None for part in asked.wanted):
            return None
        having, without = self._of_all(asked.wanted), self._of_all(asked.unwanted)
        if having is None or without is None:
            return None
        mask = self._view.tracks()[: self._length]
        for other in having:
            mask &= other
        for other in without:
            mask &= ~other
        return mask

    def _of_all(self, parts: Sequence[Part]) -> list[Mask] | None:
        """What is not known is asked of the index; None where that would be too much."""
        found = []
        for part in parts:
            mask = self._of_common_words(part)
            if mask is None:
                numbers = self.by_index(part.expression, COMMON + 1)
                if len(numbers) > COMMON:
                    return None
                mask = self._view.among(numbers)[: self._length]
            found.append(mask)
        return found

    def _of_common_words(self, part: Part) -> Mask | None:
        if part not in self._known:
            self._known[part] = self._marked(part)
        return self._known[part]

    def _marked(self, part: Part) -> Mask | None:
        words = self._view.words
        lists = [words.having(row, part.columns) for row in part.rows]
        if lists and part.open_end:
            lists.append(words.having_longer(part.rows[0], part.columns))
        known = [numbers for numbers in lists if numbers is not None]
        if not known or len(known) < len(lists):
            return None
        mask = np.zeros(words.last + 1, dtype=np.bool_)
        for numbers in known:
            mask[numbers] = True
        return mask[: self._length]
