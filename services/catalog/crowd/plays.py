"""Plays: how often a track was listened to, and by how many people.

One row for each listener of a track, not for each play: a row a play would grow with the log.
"""

import sqlite3
from dataclasses import dataclass

from services.catalog.crowd.moment import Moment
from services.catalog.crowd.scores import PLAY, trend_with
from shared.messages.deeds import TrackPlayed

REPORTED_AFTER_S = 10.0
"""What has to be heard for a play; of a sound shorter than twice that, half of it."""

_SITTING_S = 3600.0
"""A track that somebody plays again within that time trends no more for it."""


@dataclass(frozen=True)
class PlayStats:
    """How often a track was played, and by how many people."""

    plays: int
    listeners: int


@dataclass(frozen=True)
class Listening:
    """What somebody listened to: how often, and when last."""

    track_id: str
    plays: int
    played_at: str


def project(connection: sqlite3.Connection, number: int, event: TrackPlayed, at: Moment) -> None:
    """Count a play, unless it follows the person's last one sooner than anybody can have listened."""
    duration_s, trend = connection.execute(
        "SELECT duration_s, trend FROM tracks WHERE number = ?", (number,)
    ).fetchone()
    row = connection.execute(
        "SELECT played_s FROM listeners WHERE track = ? AND user_id = ?", (number, event.user_id)
    ).fetchone()
    since_s = None if row is None else at.time_s - row[0]
    if since_s is not None and since_s < min(REPORTED_AFTER_S, duration_s / 2):
        return
    if since_s is None or since_s >= _SITTING_S:
        trend = trend_with(trend, PLAY, at.time_s)
    connection.execute(_LISTEN, (number, event.user_id, at.time_s, at.time, at.offset))
    connection.execute(
        "UPDATE tracks SET plays = plays + 1, listeners = listeners + ?, trend = ? WHERE number = ?",
        (row is None, trend, number),
    )


def forget(connection: sqlite3.Connection, number: int) -> None:
    """Nobody has listened to a track that is gone."""
    connection.execute("DELETE FROM listeners WHERE track = ?", (number,))


def stats(connection: sqlite3.Connection, track_id: str) -> PlayStats | None:
    """How a track was listened to; None for one that is not there."""
    row = connection.execute("SELECT plays, listeners FROM tracks WHERE id = ?", (track_id,)).fetchone()
    return PlayStats(*row) if row else None


_LISTEN = """
    INSERT INTO listeners VALUES (?, ?, 1, ?, ?, ?)
    ON CONFLICT (track, user_id) DO UPDATE SET plays = plays + 1,
        played_s = excluded.played_s, played_at = excluded.played_at, offset = excluded.offset
"""


def history(connection: sqlite3.Connection, user_id: str, limit: int, offset: int) -> list[Listening]:
    """What somebody listened to, the latest first."""
    rows = connection.execute(
        "SELECT tracks.id, listeners.plays, played_at FROM listeners JOIN tracks ON number = track "
        "WHERE listeners.user_id = ? ORDER BY listeners.offset DESC LIMIT ? OFFSET ?",
        (user_id, limit, offset),
    )
    return [Listening(*row) for row in rows]
