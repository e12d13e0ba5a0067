"""Lists of tracks: what a person asked for as SQL, counted up to a bound, sorted, a page at a time."""

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from services.catalog import search
from services.catalog.described import spellings
from services.catalog.rows import TrackRow, track_row
from shared.messages.job import Model

Sort = Literal["recent", "relevance", "popular", "rating", "plays", "trending", "duration"]
MOST_PER_PAGE = 100

COUNTED = 5000
"""Matches that are counted, ranked and chosen from; ranking costs 1.3 µs for each one there is."""

_ROUNDS = 20  # guesses before a choice among many is given up as too narrow

_ORDER: dict[Sort, str] = {
    "recent": "t.number DESC",
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
    """The FROM and WHERE of a list, with its parameters."""

    source: str
    where: str
    parameters: tuple[str | float, ...]
    searched: bool  # the index of words is read first
    counted: bool  # the counters know how many there are


def page_of(connection: sqlite3.Connection, query: TrackQuery) -> Page:
    """The page that the query asks for; empty beyond the last one."""
    chosen = _filter(query)
    total, exact = _total(connection, query.model, chosen)
    start = (query.page - 1) * query.per_page
    if exact and start >= total:
        return Page([], total, query.page, query.per_page)
    source, order = _ordered(query.sort, chosen, ranked=exact)
    rows = connection.execute(
        f"SELECT t.* {source} ORDER BY {order} LIMIT ? OFFSET ?",
        (*chosen.parameters, query.per_page, min(start, 2**62)),
    )
    return Page([track_row(row) for row in rows], total, query.page, query.per_page, exact)


def random_of(
    connection: sqlite3.Connection,
    model: Model | None,
    text: str,
    count: int,
    exclude: Sequence[str],
    rng: random.Random,
) -> list[TrackRow]:
    """Up to `count` different tracks, every one that matches as likely as any other; none of `exclude`.

    Of a search with more than 5,000 matches the newest 5,000 take part.
    """
    chosen = _filter(TrackQuery(model, text))
    left_out = _numbers_of(connection, exclude)
    if chosen.counted and counted(connection, model) > COUNTED:
        picked = _guessed(connection, model, count, left_out, rng)
    else:
        source, newest = _ordered("recent", chosen, ranked=True)
        rows = connection.execute(
            f"SELECT t.number {source} ORDER BY {newest} LIMIT {COUNTED}", chosen.parameters
        )
        numbers = [row[0] for row in rows if row[0] not in left_out]
        picked = rng.sample(numbers, min(count, len(numbers)))
    found = {
        row["number"]: track_row(row)
        for row in connection.execute(
            f"SELECT * FROM tracks WHERE number IN ({_places(picked)})", tuple(picked)
        )
    }
    return [found[number] for number in picked]


def counted(connection: sqlite3.Connection, model: Model | None) -> int:
    """How many tracks there are, of one model or of all; kept by the projection, not counted here."""
    row = connection.execute("SELECT value FROM counters WHERE name = ?", (model or "total",)).fetchone()
    return int(row[0]) if row else 0


def _filter(query: TrackQuery) -> _Filter:
    source = "FROM tracks t"
    conditions: list[str] = []
    parameters: list[str | float] = []
    match = search.parse(query.search)
    if match and match.wanted:
        source = "FROM tracks_fts CROSS JOIN tracks t ON t.number = tracks_fts.rowid"
        conditions.append("tracks_fts MATCH ?")
        parameters.append(match.wanted if not match.unwanted else f"({match.wanted}) NOT ({match.unwanted})")
    elif match and match.unwanted:
        conditions.append("t.number NOT IN (SELECT rowid FROM tracks_fts WHERE tracks_fts MATCH ?)")
        parameters.append(match.unwanted)
    for condition, values in _plain_conditions(query):
        conditions.append(condition)
        parameters += values
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    return _Filter(
        source,
        where,
        tuple(parameters),
        searched=bool(match and match.wanted),
        counted=match is None and query.user_id is None and query.bpm is None and not query.key,
    )


def _plain_conditions(query: TrackQuery) -> Iterator[tuple[str, Sequence[str | float]]]:
    """Conditions on columns, with their parameters."""
    if query.model:
        yield "t.model = ?", (query.model,)
    if query.user_id is not None:
        yield "t.user_id = ?", (query.user_id,)
    if query.bpm is not None:
        # As numbers alone: sorted by anything else, the index of tempos would have whole rows sorted.
        yield "t.number IN (SELECT number FROM tracks WHERE bpm BETWEEN ? AND ?)", query.bpm
    if query.key:
        names = spellings(query.key)
        named = f"SELECT number FROM tracks WHERE key COLLATE NOCASE IN ({_places(names)})"
        yield f"t.number IN ({named})", names


def _total(connection: sqlite3.Connection, model: Model | None, chosen: _Filter) -> tuple[int, bool]:
    if chosen.counted:
        return counted(connection, model), True
    (total,) = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 {chosen.source} {chosen.where} LIMIT {COUNTED + 1})",
        chosen.parameters,
    ).fetchone()
    return total, total <= COUNTED


def _ordered(sort: Sort, chosen: _Filter, *, ranked: bool) -> tuple[str, str]:
    """FROM to ORDER BY of a list; of a search with too many matches the newest are sorted."""
    if sort == "relevance" and not (chosen.searched and ranked):
        sort = "recent"
    source = f"{chosen.source} {chosen.where}"
    if sort == "recent" and chosen.searched:
        return source, "tracks_fts.rowid DESC"  # the order in which the index can be read
    if not chosen.searched or ranked:
        return source, _ORDER[sort]
    newest = f"SELECT t.* {source} ORDER BY tracks_fts.rowid DESC LIMIT {COUNTED}"
    return f"FROM ({newest}) t", _ORDER[sort]


def _numbers_of(connection: sqlite3.Connection, ids: Sequence[str]) -> set[int]:
    rows = connection.execute(f"SELECT number FROM tracks WHERE id IN ({_places(ids)})", tuple(ids))
    return {row[0] for row in rows}


def _guessed(
    connection: sqlite3.Connection,
    model: Model | None,
    count: int,
    left_out: set[int],
    rng: random.Random,
) -> list[int]:
    """Numbers guessed until enough of them are tracks; numbers are dense, so that most guesses are."""
    (highest,) = connection.execute("SELECT max(number) FROM tracks").fetchone()
    picked: dict[int, None] = {}
    for _ in range(_ROUNDS):
        guesses = [rng.randint(1, highest) for _ in range(4 * count)]
        condition, parameters = ("AND model = ?", (model,)) if model else ("", ())
        rows = connection.execute(
            f"SELECT number FROM tracks WHERE number IN ({_places(guesses)}) {condition}",
            (*guesses, *parameters),
        )
        real: Callable[[int], bool] = ({row[0] for row in rows} - left_out).__contains__
        picked |= dict.fromkeys(filter(real, guesses))
        if len(picked) >= count:
            break
    return list(picked)[:count]


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
