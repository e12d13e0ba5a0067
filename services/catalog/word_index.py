"""The newest tracks with some words: from memory where the words are common, else by the index of words."""

import sqlite3
from collections.abc import Sequence
from functools import reduce

import numpy as np

from services.catalog.columns import Numbers, View
from services.catalog.common_words import COMMON
from services.catalog.search import Asked, Part

# As one text: a row of its own for each number would take four times as long.
_FIND = """
    SELECT group_concat(rowid) FROM (
        SELECT rowid FROM tracks_fts WHERE tracks_fts MATCH ? AND rowid > ? ORDER BY rowid DESC LIMIT ?
    )
"""


def newest(connection: sqlite3.Connection, view: View, asked: Asked, limit: int) -> Numbers:
    """Numbers of up to `limit` tracks, the newest first."""
    found = _in_memory(connection, view, asked)
    if found is None:
        return by_index(connection, asked.expression, limit)
    later = by_index(connection, asked.expression, limit, view.words.last) if _is_behind(view) else found[:0]
    return np.concatenate([later, found[::-1]])[:limit]


def by_index(connection: sqlite3.Connection, expression: str, limit: int, above: int = 0) -> Numbers:
    """The same by the index alone, of tracks with a number above this one."""
    (found,) = connection.execute(_FIND, (expression, above, limit)).fetchone()
    return np.fromstring(found or "", dtype=np.int64, sep=",")


def _in_memory(connection: sqlite3.Connection, view: View, asked: Asked) -> Numbers | None:
    """All tracks as far as common words are known, ascending; None where not enough of the words are."""
    wanted, unwanted = _from_memory(view, asked.wanted), _from_memory(view, asked.unwanted)
    if all(numbers is None for numbers in wanted):
        return None
    having = _completed(connection, asked.wanted, wanted)
    without = _completed(connection, asked.unwanted, unwanted)
    if having is None or without is None:
        return None
    numbers, *others = sorted(having, key=len)
    numbers = numbers[numbers < min(len(view.arrays["model"]), view.words.last + 1)]
    for other in others:
        numbers = numbers[view.among(other)[numbers]]
    for other in without:
        numbers = numbers[~view.among(other)[numbers]]
    there: Numbers = numbers[view.arrays["model"][numbers] != 0]
    return there


def _from_memory(view: View, parts: Sequence[Part]) -> list[Numbers | None]:
    return [_of_part(view, part) for part in parts]


def _of_part(view: View, part: Part) -> Numbers | None:
    found = [numbers for row in part.rows if (numbers := view.words.having(row, part.below)) is not None]
    return reduce(np.union1d, found) if found and len(found) == len(part.rows) else None


def _completed(
    connection: sqlite3.Connection, parts: Sequence[Part], known: Sequence[Numbers | None]
) -> list[Numbers] | None:
    """What is not known is asked of the index; None where that would be too much."""
    found = []
    for part, numbers in zip(parts, known, strict=True):
        if numbers is None:
            numbers = by_index(connection, part.expression, COMMON + 1)[::-1]
            if len(numbers) > COMMON:
                return None
        found.append(numbers)
    return found


def _is_behind(view: View) -> bool:
    return len(view.arrays["model"]) > view.words.last + 1
