"""Lists of tracks: what a person asked for, sorted, a page at a time.

A list of everything, or of one model, is read along an index of the database. What is narrowed down
further is looked up in the columns in memory, and by words in the index of words.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from services.catalog import cursors, matches
from services.catalog.columns import SORTED_BY, Columns, Mask, Numbers, View, are_in
from services.catalog.cursors import Cursor, CursorError
from services.catalog.matches import Filter, Found, Search
from services.catalog.ordering import Keys, foremost, keys_of, largest, numbers_of, sort_keys
from services.catalog.rows import TrackRow
from services.catalog.search import parse
from services.catalog.track_query import Page, Sort, TrackFilter, TrackQuery
from services.catalog.track_rows import KeptRows
from shared.messages.job import Model

_EVERY_WORD = 2**62  # added to the sort keys of tracks with every word, so that they come first
_DEEP = 2000  # places down an index; stepping over them takes 0.3 µs each

_RowsOf = Callable[[Sequence[int]], list[TrackRow]]


def page_of(connection: sqlite3.Connection, columns: Columns, kept: KeptRows, query: TrackQuery) -> Page:
    """The page that the query asks for; empty beyond the last one.

    Raises:
        CursorError: the cursor is none of this list's.
    """
    is_search = parse(query.search) is not None
    sort: Sort = query.sort if is_search or query.sort != "relevance" else "recent"
    after = cursors.read(query.cursor, sort) if query.cursor else None
    asked = _Asked(query, sort, after)
    rows_of = partial(kept.rows_of, connection)
    if not is_search and not query.narrows and asked.start < _DEEP and (after is None or not after.is_key):
        return _page_by_index(connection, rows_of, asked)
    if after is not None and not after.is_key:
        raise CursorError("must be a next_cursor of this list, got one of a list with other filters")
    view = columns.view(connection)
    search = matches.look_up(connection, view, query.search)
    if search is None:
        return _page_of_keys(rows_of, asked, _of_all(view, asked, _mask(connection, view, query)))
    return _page_of_keys(rows_of, asked, _of_search(view, asked, _filter(connection, view, query), search))


def counted(connection: sqlite3.Connection, model: Model | None) -> int:
    """How many tracks there are, of one model or of all; kept by the projection, not counted here."""
    row = connection.execute("SELECT value FROM counters WHERE name = ?", (model or "total",)).fetchone()
    return int(row[0]) if row else 0


def matching(connection: sqlite3.Connection, view: View, wanted: TrackFilter) -> tuple[Mask, bool]:
    """Which tracks the filter lets through, and whether these are all.

    Of a search only the newest 5,000 tracks that have the words are looked at.
    """
    search = matches.look_up(connection, view, wanted.search)
    if search is None:
        return _mask(connection, view, wanted), True
    found = matches.with_every_word(view, search, _filter(connection, view, wanted), ranked=False)
    return view.among(found.numbers), search.is_exact


@dataclass(frozen=True)
class _Asked:
    """Which part of a list is asked for, in which order."""

    query: TrackQuery
    sort: Sort
    after: Cursor | None

    @property
    def start(self) -> int:
        """How many places of the list, or of what comes after the cursor, are passed over."""
        return 0 if self.after else (self.query.page - 1) * self.query.per_page


@dataclass(frozen=True)
class _Found:
    """A list as sort keys, in no order.

    Attributes:
        keys: of what comes after the cursor, if there is one; as many of the first as it takes.
        total: how many tracks the whole list has.
    """

    keys: Keys
    total: int
    with_every_word: int
    is_exact: bool


def _of_all(view: View, asked: _Asked, mask: Mask) -> _Found:
    count = asked.start + asked.query.per_page + 1  # one more tells whether there is another page
    keys = foremost(view, asked.sort, mask, count, int(asked.after.value) if asked.after else None)
    total = int(np.count_nonzero(mask))
    return _Found(keys, total, total, is_exact=True)


def _of_search(view: View, asked: _Asked, let_through: Filter, search: Search) -> _Found:
    every = matches.with_every_word(view, search, let_through, ranked=asked.sort == "relevance")
    some = matches.with_some_words(view, search, let_through, every.numbers)
    first, rest = (_keys(view, asked.sort, found) for found in (every, some))
    keys = np.concatenate([first + _EVERY_WORD, rest])
    following = keys[keys < asked.after.value] if asked.after else keys
    return _Found(following, len(keys), len(every.numbers), search.is_exact)


def _mask(connection: sqlite3.Connection, view: View, wanted: TrackFilter) -> Mask:
    mask = view.matching(wanted)
    if wanted.favourites_of is not None:
        mask &= view.among(_favourites(connection, wanted.favourites_of))
    return mask


def _filter(connection: sqlite3.Connection, view: View, wanted: TrackFilter) -> Filter:
    """The same for a few tracks."""

    def let_through(numbers: Numbers) -> Mask:
        mask = view.fitting(wanted, numbers)
        if wanted.favourites_of is not None:
            mask &= are_in(numbers, _favourites(connection, wanted.favourites_of))
        return mask

    return let_through


def _favourites(connection: sqlite3.Connection, user_id: str) -> Numbers:
    """What a person keeps, in ascending order."""
    rows = connection.execute("SELECT track FROM favourites WHERE user_id = ? ORDER BY track", (user_id,))
    return np.fromiter((row[0] for row in rows), dtype=np.int64)


def _keys(view: View, sort: Sort, found: Found) -> Keys:
    return sort_keys(found.fits, found.numbers) if sort == "relevance" else keys_of(view, sort, found.numbers)


def _page_of_keys(rows_of: _RowsOf, asked: _Asked, found: _Found) -> Page:
    chosen = largest(found.keys, asked.start, asked.query.per_page)
    more = len(found.keys) > asked.start + len(chosen)
    return Page(
        rows_of(numbers_of(chosen).tolist()),
        found.total,
        asked.query.page,
        asked.query.per_page,
        found.is_exact,
        found.with_every_word,
        str(Cursor(asked.sort, int(chosen[-1]), 0)) if more and len(chosen) else None,
    )


def _page_by_index(connection: sqlite3.Connection, rows_of: _RowsOf, asked: _Asked) -> Page:
    query, sort = asked.query, asked.sort
    total = counted(connection, query.model)
    column = SORTED_BY.get(sort, "number")
    places: list[sqlite3.Row] = []
    for condition, values in _behind(column, asked.after):
        missing = query.per_page + 1 - len(places)
        if missing and asked.start < total:
            places += _along(connection, column, query.model, condition, (*values, missing, asked.start))
    shown = places[: query.per_page]
    last = Cursor(sort, shown[-1][column], shown[-1]["number"]) if len(places) > len(shown) else None
    return Page(
        rows_of([place["number"] for place in shown]),
        total,
        query.page,
        query.per_page,
        True,
        total,
        str(last) if last else None,
    )


_Condition = tuple[str, tuple[float, ...]]


def _behind(column: str, after: Cursor | None) -> Iterable[_Condition]:
    """Conditions for what comes after a cursor: first the equals, then the smaller ones.

    As one condition they would be searched from the first of the equals, which may be nearly all.
    """
    if after is None:
        return [("1", ())]
    if column == "number":
        return [("number < ?", (after.number,))]
    return [
        (f"{column} = ? AND number < ?", (after.value, after.number)),
        (f"{column} < ?", (after.value,)),
    ]


def _along(
    connection: sqlite3.Connection,
    column: str,
    model: Model | None,
    condition: str,
    values: tuple[float, ...],
) -> list[sqlite3.Row]:
    """Numbers and values along the index of the column, from the largest down."""
    of_model, given = ("model = ? AND", (model,)) if model else ("", ())
    order = f"{column} DESC, number DESC" if column != "number" else "number DESC"
    sql = (
        f"SELECT number, {column} FROM tracks WHERE {of_model} {condition} ORDER BY {order} LIMIT ? OFFSET ?"
    )
    return connection.execute(sql, (*given, *values)).fetchall()


def numbers_by_id(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, int]:
    """The numbers of these tracks; unknown ids are left out."""
    rows = connection.execute(f"SELECT id, number FROM tracks WHERE id IN ({_places(ids)})", tuple(ids))
    return {row[0]: row[1] for row in rows}


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
