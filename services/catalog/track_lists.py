"""Lists of tracks: what a person asked for as SQL, counted up to a bound, sorted, a page at a time."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from services.catalog import search, track_categories
from services.catalog.described import spellings
from services.catalog.rows import TRACK_COLUMNS, TrackRow, track_row
from shared.messages.job import Model

Sort = Literal["recent", "relevance", "popular", "rating", "plays", "trending", "duration"]
MOST_PER_PAGE = 100

COUNTED = 5000
"""Matches that are counted, ranked and chosen from; ranking costs 1.3 µs for each one there is."""

_ROUNDS = 20  # guesses before a choice among many is given up as too narrow
_STRETCH = 64  # tracks of a category among which one is chosen

_Condition = tuple[str, Sequence[str | float]]
"""With its parameters."""

_ORDER: dict[Sort, str] = {
    # The weights of prompt, tags and other spellings.
    "relevance": "bm25(tracks_fts, 10.0, 4.0, 2.0), t.number DESC",
    "popular": "t.popularity DESC, t.number DESC",
    "rating": "t.rating DESC, t.number DESC",
    "plays": "t.plays DESC, t.number DESC",
    "trending": "t.trend DESC, t.number DESC",
    "duration": "t.duration_s DESC, t.number DESC",
}


@dataclass(frozen=True)
class TrackQuery:
    """Which tracks, in which order.

    Attributes:
        search: any text a person typed; see `search.parse`. Empty or without a word: no restriction.
        bpm: slowest and fastest beats a minute, both among them.
        categories: ids of categories that a track must all be in.
        key: as `D minor`; another spelling of its tonic is the same.
        sort: duration is longest first. Relevance without a search is recent.
        page: from 1.
        per_page: 1 to 100.

    Raises:
        ValueError: page or per_page is out of range.
    """

    model: Model | None = None
    search: str = ""
    sort: Sort = "recent"
    categories: tuple[str, ...] = ()
    user_id: str | None = None
    bpm: tuple[float, float] | None = None
    key: str = ""
    page: int = 1
    per_page: int = 20

    def __post_init__(self) -> None:
        if self.page < 1:
            raise ValueError(f"page must be 1 or more, got {self.page}")
        if not 1 <= self.per_page <= MOST_PER_PAGE:
            raise ValueError(f"per_page must be 1 to {MOST_PER_PAGE}, got {self.per_page}")


@dataclass(frozen=True)
class Page:
    """A part of a list.

    Attributes:
        total: how many tracks there are in the whole list; 5001 stands for more than 5000 where
            `total_is_exact` is False.
    """

    items: list[TrackRow]
    total: int
    page: int
    per_page: int
    total_is_exact: bool = True


@dataclass(frozen=True)
class _Filter:
    """The FROM and WHERE of a list, with its parameters.

    Attributes:
        number: the number of a track in what is read first, and the newest first by it.
        known: how many there are, where stored counts tell.
        by_sort: the same to be read in a sort's order, for more than can be sorted.
    """

    source: str
    where: str
    parameters: tuple[str | float, ...]
    number: str
    known: int | None = None
    by_sort: "_Filter | None" = None

    @property
    def searched(self) -> bool:
        """Whether the index of words is read first."""
        return self.number == _BY_WORDS[1]


_BY_TRACK = ("FROM tracks t", "t.number")
_BY_WORDS = ("FROM tracks_fts CROSS JOIN tracks t ON t.number = tracks_fts.rowid", "tracks_fts.rowid")
_BY_CATEGORY = ("FROM track_categories c CROSS JOIN tracks t ON t.number = c.number", "c.number")


def page_of(connection: sqlite3.Connection, query: TrackQuery) -> Page:
    """The page that the query asks for; empty beyond the last one."""
    chosen = _filter(connection, query)
    total, exact = _total(connection, chosen)
    start = (query.page - 1) * query.per_page
    if exact and start >= total:
        return Page([], total, query.page, query.per_page)
    if total > COUNTED and query.sort not in ("recent", "relevance"):
        chosen = chosen.by_sort or chosen
    source, order = _ordered(query.sort, chosen, ranked=exact)
    rows = connection.execute(
        f"SELECT {TRACK_COLUMNS} {source} ORDER BY {order} LIMIT ? OFFSET ?",
        (*chosen.parameters, query.per_page, min(start, 2**62)),
    )
    return Page([track_row(row) for row in rows], total, query.page, query.per_page, exact)


def random_of(
    connection: sqlite3.Connection,
    query: TrackQuery,
    count: int,
    exclude: Sequence[str],
    rng: random.Random,
) -> list[TrackRow]:
    """Up to `count` different tracks of those that the query asks for, none of `exclude`.

    Every one is as likely as any other; in one category with more than 5,000 tracks, nearly. Of a search,
    or of several categories at once, with more than 5,000 matches the newest 5,000 take part.
    """
    chosen = _filter(connection, query)
    left_out = _numbers_of(connection, exclude)
    if chosen.known is not None and chosen.known > COUNTED:
        picked = _guessed(connection, query, count, left_out, rng)
    else:
        source, newest = _ordered("recent", chosen, ranked=True)
        rows = connection.execute(
            f"SELECT t.number {source} ORDER BY {newest} LIMIT {COUNTED}", chosen.parameters
        )
        numbers = [row[0] for row in rows if row[0] not in left_out]
        picked = rng.sample(numbers, min(count, len(numbers)))
    return rows_of(connection, picked)


def rows_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[TrackRow]:
    """The tracks of these numbers, in their order; those that are gone are left out."""
    rows = connection.execute(
        f"SELECT {TRACK_COLUMNS} FROM tracks t WHERE number IN ({_places(numbers)})", tuple(numbers)
    )
    found = {row["number"]: track_row(row) for row in rows}
    return [found[number] for number in numbers if number in found]


def counted(connection: sqlite3.Connection, model: Model | None) -> int:
    """How many tracks there are, of one model or of all; kept by the projection, not counted here."""
    row = connection.execute("SELECT value FROM counters WHERE name = ?", (model or "total",)).fetchone()
    return int(row[0]) if row else 0


def _filter(connection: sqlite3.Connection, query: TrackQuery) -> _Filter:
    match = search.parse(query.search)
    if match and match.wanted:
        wanted = match.wanted if not match.unwanted else f"({match.wanted}) NOT ({match.unwanted})"
        return _built(query, _BY_WORDS, [("tracks_fts MATCH ?", (wanted,))])
    unwanted = "NOT IN (SELECT rowid FROM tracks_fts WHERE tracks_fts MATCH ?)"
    left_out = [(f"t.number {unwanted}", (match.unwanted,))] if match and match.unwanted else []
    every = _built(query, _BY_TRACK, left_out)
    restricted = bool(left_out or query.user_id is not None or query.bpm or query.key)
    known = None if restricted else _known(connection, query)
    if not query.categories:
        return replace(every, known=known)
    counts = {found: track_categories.count_of(connection, found, query.model) for found in query.categories}
    rarest = min(query.categories, key=counts.__getitem__)
    if restricted and counts[rarest] > COUNTED:
        return every  # another index leads to fewer tracks
    by_category = _built(query, _BY_CATEGORY, [("c.category = ?", (rarest,)), *left_out])
    return replace(by_category, known=known, by_sort=every)


def _built(query: TrackQuery, read_first: tuple[str, str], conditions: Sequence[_Condition]) -> _Filter:
    source, number = read_first
    every = [*conditions, *_plain_conditions(query, number)]
    where = f"WHERE {' AND '.join(condition for condition, _ in every)}" if every else ""
    return _Filter(source, where, tuple(value for _, values in every for value in values), number)


def _plain_conditions(query: TrackQuery, number: str) -> Iterator[_Condition]:
    """Conditions on columns, with their parameters."""
    if query.model:
        yield "t.model = ?", (query.model,)
    for category in query.categories:
        within = f"SELECT 1 FROM track_categories WHERE category = ? AND number = {number}"
        yield f"EXISTS ({within})", (category,)
    if query.user_id is not None:
        yield "t.user_id = ?", (query.user_id,)
    if query.bpm is not None:
        # As numbers alone: sorted by anything else, the index of tempos would have whole rows sorted.
        yield "t.number IN (SELECT number FROM tracks WHERE bpm BETWEEN ? AND ?)", query.bpm
    if query.key:
        names = spellings(query.key)
        named = f"SELECT number FROM tracks WHERE key COLLATE NOCASE IN ({_places(names)})"
        yield f"t.number IN ({named})", names


def _known(connection: sqlite3.Connection, query: TrackQuery) -> int | None:
    """How many tracks of a model, or in one category, there are; None where nobody keeps count."""
    if not query.categories:
        return counted(connection, query.model)
    if len(query.categories) > 1:
        return None
    return track_categories.count_of(connection, query.categories[0], query.model)


def _total(connection: sqlite3.Connection, chosen: _Filter) -> tuple[int, bool]:
    if chosen.known is not None:
        return chosen.known, True
    (total,) = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 {chosen.source} {chosen.where} LIMIT {COUNTED + 1})",
        chosen.parameters,
    ).fetchone()
    return total, total <= COUNTED


def _ordered(sort: Sort, chosen: _Filter, *, ranked: bool) -> tuple[str, str]:
    """FROM to ORDER BY of a list; of a search with too many matches the newest are sorted."""
    if sort == "relevance" and not (chosen.searched and ranked):
        sort = "recent"
    source, newest = f"{chosen.source} {chosen.where}", f"{chosen.number} DESC"
    if sort == "recent":
        return source, newest  # the order in which what is read first can be read
    if not chosen.searched or ranked:
        return source, _ORDER[sort]
    return f"FROM (SELECT t.* {source} ORDER BY {newest} LIMIT {COUNTED}) t", _ORDER[sort]


def _numbers_of(connection: sqlite3.Connection, ids: Sequence[str]) -> set[int]:
    rows = connection.execute(f"SELECT number FROM tracks WHERE id IN ({_places(ids)})", tuple(ids))
    return {row[0] for row in rows}


def _guessed(
    connection: sqlite3.Connection,
    query: TrackQuery,
    count: int,
    left_out: set[int],
    rng: random.Random,
) -> list[int]:
    """Numbers guessed until enough of them are tracks that are asked for: of a model, or in one category."""
    (highest,) = connection.execute("SELECT max(number) FROM tracks").fetchone()
    guesses_of = _in_category if query.categories else _of_model
    picked: dict[int, None] = {}
    for _ in range(_ROUNDS):
        guesses = guesses_of(connection, query, [rng.randint(1, highest) for _ in range(4 * count)], rng)
        picked |= dict.fromkeys(number for number in guesses if number not in left_out)
        if len(picked) >= count:
            break
    return list(picked)[:count]


def _of_model(
    connection: sqlite3.Connection, query: TrackQuery, guesses: Sequence[int], _rng: random.Random
) -> Iterator[int]:
    """Those guesses that are tracks of the model; numbers are dense, so that most are."""
    condition, parameters = ("AND model = ?", (query.model,)) if query.model else ("", ())
    rows = connection.execute(
        f"SELECT number FROM tracks WHERE number IN ({_places(guesses)}) {condition}", (*guesses, *parameters)
    )
    real = {row[0] for row in rows}
    return (guess for guess in guesses if guess in real)


def _in_category(
    connection: sqlite3.Connection, query: TrackQuery, guesses: Sequence[int], rng: random.Random
) -> Iterator[int]:
    """One track of the category from the stretch behind each guess.

    A track behind a gap is not much likelier than another: the stretch has up to 64 of them.
    """
    (category,) = query.categories
    for guess in guesses:
        stretch = connection.execute(
            "SELECT number FROM track_categories WHERE category = ? AND number >= ? "
            f"ORDER BY number LIMIT {_STRETCH}",
            (category, guess),
        ).fetchall()
        if stretch:
            yield rng.choice(stretch)[0]


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
