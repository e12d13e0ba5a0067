"""The radio, as the web app reads it. Read-only."""

import random
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.catalog import track_lists
from services.catalog.columns import Columns, Mask, View
from services.catalog.likeness import Vectors
from services.catalog.ordering import newest_of
from services.catalog.radio import stations
from services.catalog.radio.programme import HOUR_S, OnAir, Slot, hour_of, on_air, programme, seed_of
from services.catalog.radio.selection import Candidate, by_chance, by_liking, drawn, spread
from services.catalog.radio.stations import Moment, Station
from services.catalog.reader import Readers, tuples
from services.catalog.rows import TrackRow
from services.catalog.track_query import TrackFilter
from services.catalog.track_rows import KeptRows, rows_of

SHOWN = 5
_KEPT_HOURS = 256
_ON_PROGRAMME = 400  # tracks that an hour is made of
_CONSIDERED = 6  # candidates for each track that is asked for
_LEAST_CONSIDERED = 64
_REMEMBERED = 1000  # tracks that a person heard last
_FORGOTTEN_AFTER_S = 86_400.0
_LIKES = 8  # the latest likes of a person tell their taste
_TO_TASTE = 4  # of so many candidates one is to it


@dataclass(frozen=True)
class Wish:
    """Which tracks somebody would hear.

    Attributes:
        user_id: who listens; None for nobody in particular.
        station: plays only its tracks; None for all that the filter lets through.
        exclude: ids of tracks that are left out, the one that was heard last at the end.
    """

    wanted: TrackFilter
    count: int
    user_id: str | None = None
    station: Station | None = None
    exclude: Sequence[str] = ()


class Radio:
    """Reads one consistent moment each; raises CatalogNotReadyError while there is no database."""

    def __init__(self, readers: Readers, columns: Columns, vectors: Vectors, kept_rows: KeptRows) -> None:
        self._readers = readers
        self._columns = columns
        self._vectors = vectors
        self._kept_rows = kept_rows
        self._programmes: dict[tuple[str, tuple[int, ...], int, int, int], tuple[Slot, ...]] = {}

    def stations(self, user_id: str | None, time_s: float) -> list[tuple[Station, int]]:
        """Every station with its number of tracks: the fixed ones, then categories, the largest first."""
        at = Moment(user_id, hour_of(time_s))
        with self._readers.snapshot() as connection:
            view = self._columns.view(connection)
            by_category = [stations.find(one) for one in stations.categories_with_stations(connection)]
            return [
                (station, stations.count_of(connection, view, station, at))
                for station in (*stations.FIXED, *by_category)
                if station is not None
            ]

    def count(self, station: Station, user_id: str | None, time_s: float) -> int:
        """How many tracks a station has."""
        with self._readers.snapshot() as connection:
            view = self._columns.view(connection)
            return stations.count_of(connection, view, station, Moment(user_id, hour_of(time_s)))

    def on_air(
        self, station: Station, user_id: str | None, time_s: float, shown: int = SHOWN
    ) -> tuple[OnAir, dict[int, TrackRow]]:
        """What a station plays at a moment, and the tracks of that by number.

        An hour is made of the tracks that the station had when it began; with fewer than eight of
        these, of all it has.
        """
        hour = hour_of(time_s)
        with self._readers.snapshot() as connection:
            view = self._columns.view(connection)
            slots = self._hour(connection, view, station, Moment(user_id, hour))
            found = on_air(slots, time_s, shown)
            if len(found.up_next) < shown:
                slots += self._hour(connection, view, station, Moment(user_id, hour + 1))
            if len(found.history) < shown:
                slots = self._hour(connection, view, station, Moment(user_id, hour - 1)) + slots
            found = on_air(slots, time_s, shown)
            every = [*found.history, *([found.now] if found.now else []), *found.up_next]
            numbers = list(dict.fromkeys(slot.number for slot in every))
            rows = self._kept_rows.rows_of(connection, numbers)
            by_id = track_lists.numbers_by_id(connection, [row.id for row in rows])
        return found, {by_id[row.id]: row for row in rows}

    def shuffled(self, wish: Wish, time_s: float, rng: random.Random) -> list[TrackRow]:
        """Up to `count` different tracks by chance, every one as likely as any other.

        Neighbours have different prompts and owners where that can be. Of a search with more than 5,000
        matches the newest 5,000 take part. What the person dislikes is left out.
        """
        with self._readers.snapshot() as connection:
            mask = self._bearable(connection, wish, time_s)
            chosen = _candidates(connection, by_chance(mask, wish.count, rng))
            return _rows(connection, spread(chosen, _heard_last(connection, wish.exclude)))

    def next_tracks(self, wish: Wish, time_s: float, rng: random.Random) -> list[TrackRow]:
        """As `shuffled`, but what is well liked comes sooner, and what was heard within a day last.

        What the person likes, and what sounds most like their latest likes, comes sooner too. Of a
        person's day the last thousand tracks are remembered; of these the oldest come first.
        """
        with self._readers.snapshot() as connection:
            mask = self._bearable(connection, wish, time_s)
            heard = _heard(connection, wish.user_id, time_s)
            again = [number for number in reversed(heard) if number < len(mask) and mask[number]]
            mask[again] = False
            considered = max(_LEAST_CONSIDERED, wish.count * _CONSIDERED)
            found = _candidates(connection, by_chance(mask, considered, rng))
            liked = by_liking(self._to_taste(connection, wish.user_id, found), considered, rng)
            chosen = spread(liked, _heard_last(connection, wish.exclude))[: wish.count]
            missing = _candidates(connection, again[: wish.count - len(chosen)])
            return _rows(connection, [*chosen, *spread(missing, chosen[-1] if chosen else None)])

    def newest(self, wish: Wish, hours: int, time_s: float) -> list[TrackRow]:
        """Tracks of the last hours, the newest first."""
        with self._readers.snapshot() as connection:
            mask = self._fitting(connection, wish, time_s)
            before = stations.published_before(connection, max(0.0, time_s - hours * HOUR_S))
            mask[: before + 1] = False
            return rows_of(connection, newest_of(mask, wish.count).tolist())

    def top_rated(self, wish: Wish, time_s: float) -> list[TrackRow]:
        """What more people like than dislike, the surest first."""
        with self._readers.snapshot() as connection:
            mask = self._fitting(connection, wish, time_s)
            arrays = self._columns.view(connection).arrays
            liked = np.flatnonzero(mask & (arrays["rating"] > 0))
            order = np.lexsort((-liked, -arrays["popularity"][liked]))[: wish.count]
            return rows_of(connection, liked[order].tolist())

    def _fitting(self, connection: sqlite3.Connection, wish: Wish, time_s: float) -> Mask:
        """Which numbers are tracks that the wish lets through."""
        view = self._columns.view(connection)
        mask, _ = track_lists.matching(connection, view, wish.wanted)
        if wish.station is not None:
            at = Moment(wish.user_id, hour_of(time_s))
            mask &= view.among(stations.numbers_of(connection, view, wish.station, at))
        excluded = track_lists.numbers_by_id(connection, wish.exclude).values()
        mask[[number for number in excluded if number < len(mask)]] = False
        return mask

    def _bearable(self, connection: sqlite3.Connection, wish: Wish, time_s: float) -> Mask:
        """As `_fitting`, without what the person dislikes."""
        mask = self._fitting(connection, wish, time_s)
        disliked = [number for number in _voted(connection, wish.user_id, -1) if number < len(mask)]
        mask[disliked] = False
        return mask

    def _to_taste(
        self, connection: sqlite3.Connection, user_id: str | None, candidates: Sequence[Candidate]
    ) -> list[Candidate]:
        """The candidates, more popular those that a person likes or that sound like their latest likes."""
        liked = _voted(connection, user_id, 1)
        numbers = [one.number for one in candidates]
        alike = self._vectors.nearest_among(connection, numbers, liked[:_LIKES], len(numbers) // _TO_TASTE)
        chosen = {*liked, *alike} if liked else set()
        return [
            replace(one, popularity=one.popularity + 1) if one.number in chosen else one for one in candidates
        ]

    def _hour(
        self, connection: sqlite3.Connection, view: View, station: Station, at: Moment
    ) -> tuple[Slot, ...]:
        numbers = stations.numbers_of(connection, view, station, at)
        there = numbers[numbers <= stations.published_before(connection, at.hour * HOUR_S)]
        if len(there) < stations.LEAST_TRACKS:
            there = numbers
        seed, next_seed = seed_of(station.id, at.hour), seed_of(station.id, at.hour + 1)
        pool = tuple(drawn(there, seed, _ON_PROGRAMME).tolist())
        return self._programme(connection, pool, at.hour, (seed, next_seed))

    def _programme(
        self, connection: sqlite3.Connection, pool: tuple[int, ...], hour: int, seeds: tuple[int, int]
    ) -> tuple[Slot, ...]:
        """Kept, for a station is asked for again and again; what it is made of does not change."""
        (identity,) = connection.execute("SELECT identity FROM meta").fetchone()
        key = (identity, pool, hour, *seeds)
        found = self._programmes.get(key)
        if found is None:
            found = tuple(programme(_candidates(connection, pool), hour, *seeds))
            if len(self._programmes) >= _KEPT_HOURS:
                self._programmes.clear()
            self._programmes[key] = found
        return found


def _rows(connection: sqlite3.Connection, chosen: Sequence[Candidate]) -> list[TrackRow]:
    return rows_of(connection, [one.number for one in chosen])


def _heard_last(connection: sqlite3.Connection, ids: Sequence[str]) -> Candidate | None:
    found = _candidates(connection, list(track_lists.numbers_by_id(connection, ids[-1:]).values()))
    return found[0] if found else None


def _candidates(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Candidate]:
    """The tracks of these numbers, in their order."""
    places = ", ".join("?" * len(numbers))
    rows = tuples(connection).execute(
        f"SELECT number, prompt, user_id, duration_s, popularity FROM tracks WHERE number IN ({places})",
        tuple(numbers),
    )
    found = {row[0]: Candidate(*row) for row in rows}
    return [found[number] for number in numbers if number in found]


def _heard(connection: sqlite3.Connection, user_id: str | None, time_s: float) -> list[int]:
    """Numbers of what somebody heard within a day, the latest first."""
    if user_id is None:
        return []
    rows = connection.execute(
        "SELECT track FROM listeners WHERE user_id = ? AND played_s > ? ORDER BY offset DESC LIMIT ?",
        (user_id, time_s - _FORGOTTEN_AFTER_S, _REMEMBERED),
    )
    return [row[0] for row in rows]


def _voted(connection: sqlite3.Connection, user_id: str | None, vote: int) -> list[int]:
    """Numbers of what somebody likes (1) or dislikes (-1), the latest first."""
    if user_id is None:
        return []
    sql = "SELECT track FROM votes WHERE user_id = ? AND vote = ? ORDER BY offset DESC"
    return [row[0] for row in connection.execute(sql, (user_id, vote))]
