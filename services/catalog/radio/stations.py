"""Which stations there are, and which tracks each plays."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from services.catalog import taxonomy, track_categories
from services.catalog.columns import Mask, Numbers, View
from services.catalog.radio.programme import seed_of
from services.catalog.reader import tuples
from services.catalog.track_query import TrackFilter
from shared.messages.job import MODELS, Model

LEAST_TRACKS = 8
"""A category with fewer tracks has no station."""

NEW_HOURS = 168
_MOST_RANKED = 200  # tracks of a station that plays the best of something


@dataclass(frozen=True)
class Station:
    """A station.

    Attributes:
        model: which tracks it plays; None for both kinds.
        category: of which category its tracks are, if it is one of those.
    """

    id: str
    name: str
    description: str
    model: Model | None = None
    category: str | None = None


@dataclass(frozen=True)
class Moment:
    """Who listens, and when.

    Attributes:
        hour: counted from 1970.
    """

    user_id: str | None
    hour: int


FIXED = (
    Station("all", "Everything", "Everything made here"),
    Station("music", "Music", "All music", "music"),
    Station("effects", "Effects", "All sound effects", "audio"),
    Station("new", "New", "Made in the last seven days"),
    Station("top-rated", "Top rated", "What listeners like best"),
    Station("trending", "Trending", "What is listened to now"),
    Station("favourites", "Favourites", "What you keep"),
    Station("surprise", "Surprise", "Another kind of sound every hour"),
)
_KINDS: dict[Model, str] = {"music": "music", "audio": "effects"}
_OF_CATEGORIES = [
    Station(one.id, one.label, f"{one.label}: {_KINDS[model]}", model, one.id)
    for model in MODELS
    for one in taxonomy.CATEGORIES[model].values()
]
_STATIONS = {station.id: station for station in (*_OF_CATEGORIES, *FIXED)}


def find(station_id: str) -> Station | None:
    """The station of an id, however many tracks it has."""
    return _STATIONS.get(station_id)


def categories_with_stations(connection: sqlite3.Connection) -> list[str]:
    """Ids of the categories that have enough tracks, the largest first."""
    counts = track_categories.counts(connection)
    return [found for found, tracks in counts.items() if tracks >= LEAST_TRACKS and found in taxonomy.BY_ID]


def numbers_of(connection: sqlite3.Connection, view: View, station: Station, at: Moment) -> Numbers:
    """Numbers of the tracks that a station plays, in no order."""
    if station.category is not None:
        return view.of_category(station.category)
    if station.id in _MASKS:
        return np.flatnonzero(_MASKS[station.id](connection, view, at))
    return _NUMBERS[station.id](connection, view, at)


def count_of(connection: sqlite3.Connection, view: View, station: Station, at: Moment) -> int:
    """How many tracks a station plays."""
    if station.id in _MASKS:
        return int(np.count_nonzero(_MASKS[station.id](connection, view, at)))
    return len(numbers_of(connection, view, station, at))


def published_before(connection: sqlite3.Connection, time_s: float) -> int:
    """The number of the last track that was published before a moment; 0 where there is none.

    Numbers are in the order of publication, so that twenty looks find it among a million.
    """
    time = datetime.fromtimestamp(time_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    (high,) = connection.execute("SELECT coalesce(max(number), 0) FROM tracks").fetchone()
    low = 0
    while low < high:
        middle = (low + high + 1) // 2
        row = connection.execute(
            "SELECT number, created_at FROM tracks WHERE number <= ? ORDER BY number DESC LIMIT 1", (middle,)
        ).fetchone()
        if row is None or row[1] < time:
            low = middle
        else:
            high = row[0] - 1
    return int(low)


def _of_model(model: Model | None) -> "_Chooser":
    return lambda _connection, view, _at: view.matching(TrackFilter(model))


def _new(connection: sqlite3.Connection, view: View, at: Moment) -> Mask:
    since_s = at.hour * 3600 - timedelta(hours=NEW_HOURS).total_seconds()
    mask = view.tracks()
    mask[: published_before(connection, max(0.0, since_s)) + 1] = False
    return mask


def _ranked(column: str, condition: str) -> "_Reader":
    sql = f"SELECT number FROM tracks WHERE {condition} ORDER BY {column} DESC, number DESC LIMIT ?"
    return lambda connection, _view, _at: _read(connection, sql, _MOST_RANKED)


def _favourites(connection: sqlite3.Connection, _view: View, at: Moment) -> Numbers:
    return _read(connection, "SELECT track FROM favourites WHERE user_id = ?", at.user_id)


def _surprise(connection: sqlite3.Connection, view: View, at: Moment) -> Numbers:
    """Those of one category, by the hour; everything while none has enough."""
    among = sorted(categories_with_stations(connection))
    if not among:
        return np.flatnonzero(view.tracks())
    return view.of_category(among[seed_of("surprise", at.hour) % len(among)])


def _read(connection: sqlite3.Connection, sql: str, value: str | int | None) -> Numbers:
    found = tuples(connection).execute(sql, (value,)).fetchall()
    return np.fromiter((row[0] for row in found), dtype=np.int64, count=len(found))


_Chooser = Callable[[sqlite3.Connection, View, Moment], Mask]
_Reader = Callable[[sqlite3.Connection, View, Moment], Numbers]

_MASKS: dict[str, _Chooser] = {
    "all": _of_model(None),
    "music": _of_model("music"),
    "effects": _of_model("audio"),
    "new": _new,
}

_NUMBERS: dict[str, _Reader] = {
    "top-rated": _ranked("popularity", "popularity > 0 AND rating > 0"),
    "trending": _ranked("trend", "trend > 0"),
    "favourites": _favourites,
    "surprise": _surprise,
}
