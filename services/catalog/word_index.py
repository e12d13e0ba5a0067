"""The newest tracks with some words: from memory where the words are common, else by the index of words."""

import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

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


def newest(connection: sqlite3.Connection, view: View, asked: Asked, limit: int) -> Numbers:
    """Numbers of up to `limit` tracks, the newest first."""
    if limit == 0:
        return np.empty(0, dtype=np.int64)
    mask = _in_memory(connection, view, asked)
    if mask is None:
        return by_index(connection, asked.expression, limit)
    found = newest_of(mask, limit)
    if len(view.arrays["model"]) == len(mask):
        return found
    return np.concatenate([by_index(connection, asked.expression, limit, view.words.last), found])[:limit]


def by_index(connection: sqlite3.Connection, expression: str, limit: int, above: int = 0) -> Numbers:
    """The same by the index alone, of tracks with a number above this one."""
    (found,) = connection.execute(_FIND, (expression, above, limit)).fetchone()
    return np.fromstring(found or "", dtype=np.int64, sep=",")


_Lists = Sequence[NDArray[np.int32] | Numbers]
"""Numbers of tracks, which may repeat each other."""


def _in_memory(connection: sqlite3.Connection, view: View, asked: Asked) -> Mask | None:
    """Which tracks, as far as common words are known; None where not enough of the words are."""
    wanted = [_of_part(view, part) for part in asked.wanted]
    unwanted = [_of_part(view, part) for part in asked.unwanted]
    if all(lists is None for lists in wanted):
        return None
    having = _completed(connection, asked.wanted, wanted)
    without = _completed(connection, asked.unwanted, unwanted)
    if having is None or without is None:
        return None
    mask = view.tracks()[: view.words.last + 1]
    for lists in having:
        mask &= _among(lists, len(mask))
    for lists in without:
        mask &= ~_among(lists, len(mask))
    return mask


def _of_part(view: View, part: Part) -> _Lists | None:
    lists = [view.words.having(row, part.below) for row in part.rows]
    if lists and part.open_end:
        lists.append(view.words.having_longer(part.rows[0], part.below))
    known = [numbers for numbers in lists if numbers is not None]
    return known if known and len(known) == len(lists) else None


def _completed(
    connection: sqlite3.Connection, parts: Sequence[Part], known: Sequence[_Lists | None]
) -> list[_Lists] | None:
    """What is not known is asked of the index; None where that would be too much."""
    found = []
    for part, lists in zip(parts, known, strict=True):
        if lists is None:
            numbers = by_index(connection, part.expression, COMMON + 1)
            if len(numbers) > COMMON:
                return None
            lists = [numbers]
        found.append(lists)
    return found


def _among(lists: _Lists, length: int) -> Mask:
    mask = np.zeros(length, dtype=np.bool_)
    for numbers in lists:
        mask[numbers[numbers < length]] = True
    return mask
