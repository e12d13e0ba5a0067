"""Favourites: which tracks somebody keeps."""

import sqlite3
from collections.abc import Sequence

from services.catalog.crowd.counters import count
from services.catalog.crowd.moment import Moment
from shared.messages.deeds import TrackFavourited, TrackUnfavourited
from shared.messages.job import Model


def add(connection: sqlite3.Connection, number: int, event: TrackFavourited, at: Moment) -> None:
    """Keep a track; one that is kept already keeps its place."""
    added = connection.execute(
        "INSERT OR IGNORE INTO favourites VALUES (?, ?, ?, ?)", (number, event.user_id, at.time, at.offset)
    ).rowcount
    count(connection, "favourites", added)


def remove(connection: sqlite3.Connection, number: int, event: TrackUnfavourited, _at: Moment) -> None:
    """Keep a track no more."""
    removed = connection.execute(
        "DELETE FROM favourites WHERE track = ? AND user_id = ?", (number, event.user_id)
    ).rowcount
    count(connection, "favourites", -removed)


def forget(connection: sqlite3.Connection, number: int) -> None:
    """Nobody keeps a track that is gone."""
    removed = connection.execute("DELETE FROM favourites WHERE track = ?", (number,)).rowcount
    count(connection, "favourites", -removed)


def favourites_among(connection: sqlite3.Connection, user_id: str, track_ids: Sequence[str]) -> set[str]:
    """Which of these tracks somebody keeps."""
    rows = connection.execute(
        "SELECT tracks.id FROM favourites JOIN tracks ON tracks.number = favourites.track "
        f"WHERE favourites.user_id = ? AND tracks.id IN ({', '.join('?' * len(track_ids))})",
        (user_id, *track_ids),
    )
    return {row[0] for row in rows}


def kept_by(
    connection: sqlite3.Connection, user_id: str, model: Model | None, limit: int, offset: int
) -> tuple[list[str], int]:
    """Ids of a part of somebody's favourites, the latest first; and how many there are in all."""
    (total,) = connection.execute(
        f"SELECT count(*) FROM favourites f {_OF_MODEL}", {"user": user_id, "model": model}
    ).fetchone()
    rows = connection.execute(
        "SELECT (SELECT id FROM tracks WHERE number = f.track) FROM favourites f "
        f"{_OF_MODEL} ORDER BY f.offset DESC LIMIT :limit OFFSET :offset",
        {"user": user_id, "model": model, "limit": limit, "offset": offset},
    )
    return [row[0] for row in rows], total


_OF_MODEL = """
    WHERE f.user_id = :user
    AND (:model IS NULL OR :model = (SELECT model FROM tracks WHERE number = f.track))
"""
