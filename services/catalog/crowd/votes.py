"""Votes: the latest of every person for every track, and what they add up to."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.catalog.crowd.counters import count
from services.catalog.crowd.moment import Moment
from services.catalog.crowd.scores import LIKE, popularity, trend_with, trend_without
from shared.messages.deeds import TrackVoted
from shared.messages.job import Model


@dataclass(frozen=True)
class Tally:
    """How a track stands with those who voted, and with one person.

    Attributes:
        vote: that person's: 1, -1, or 0 for none.
    """

    upvotes: int
    downvotes: int
    vote: int


@dataclass(frozen=True)
class Note:
    """What somebody said about a track in their own words, or which model it rather is."""

    vote: int
    note: str
    suggested_model: Model | None
    voted_at: str


@dataclass(frozen=True)
class _Before:
    vote: int
    reasons: tuple[str, ...]
    liked_s: float | None


_NO_VOTE = _Before(0, (), None)


@dataclass(frozen=True)
class OwnVote:
    """What somebody said of a track."""

    track_id: str
    vote: int
    reasons: tuple[str, ...]
    note: str
    voted_at: str


def project(connection: sqlite3.Connection, number: int, event: TrackVoted, at: Moment) -> None:
    """Put the vote in the place of the person's vote before; 0 leaves none."""
    before = _before(connection, number, event.user_id)
    reasons = tuple(dict.fromkeys(event.reasons))
    liked_s = None if event.vote != 1 else before.liked_s or at.time_s
    if event.vote == 0:
        connection.execute("DELETE FROM votes WHERE track = ? AND user_id = ?", (number, event.user_id))
        reasons = ()
    else:
        connection.execute(
            "INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                event.user_id,
                event.vote,
                json.dumps(reasons),
                event.note,
                event.suggested_model,
                liked_s,
                at.time,
                at.offset,
            ),
        )
    _count_reasons(connection, number, before.reasons, -1)
    _count_reasons(connection, number, reasons, 1)
    count(connection, "votes", (event.vote != 0) - (before.vote != 0))
    _score(connection, number, before, event.vote, liked_s)


def forget(connection: sqlite3.Connection, number: int) -> None:
    """Remove what was said about a track that is gone."""
    (votes,) = connection.execute("SELECT count(*) FROM votes WHERE track = ?", (number,)).fetchone()
    count(connection, "votes", -votes)
    connection.execute("DELETE FROM votes WHERE track = ?", (number,))
    connection.execute("DELETE FROM vote_reasons WHERE track = ?", (number,))


def _before(connection: sqlite3.Connection, number: int, user_id: str) -> _Before:
    row = connection.execute(
        "SELECT vote, reasons, liked_s FROM votes WHERE track = ? AND user_id = ?", (number, user_id)
    ).fetchone()
    return _Before(row[0], tuple(json.loads(row[1])), row[2]) if row else _NO_VOTE


def _count_reasons(connection: sqlite3.Connection, number: int, reasons: Iterable[str], change: int) -> None:
    for reason in reasons:
        connection.execute(
            "INSERT INTO vote_reasons VALUES (?1, ?2, ?3) "
            "ON CONFLICT (track, reason) DO UPDATE SET votes = votes + ?3",
            (number, reason, change),
        )
    if change < 0:
        connection.execute("DELETE FROM vote_reasons WHERE track = ? AND votes = 0", (number,))


def _score(
    connection: sqlite3.Connection, number: int, before: _Before, vote: int, liked_s: float | None
) -> None:
    up, down, trend = connection.execute(
        "SELECT upvotes, downvotes, trend FROM tracks WHERE number = ?", (number,)
    ).fetchone()
    up += (vote == 1) - (before.vote == 1)
    down += (vote == -1) - (before.vote == -1)
    if before.liked_s is not None and liked_s is None:
        trend = trend_without(trend, LIKE, before.liked_s)
    if before.liked_s is None and liked_s is not None:
        trend = trend_with(trend, LIKE, liked_s)
    connection.execute(
        "UPDATE tracks SET upvotes = ?, downvotes = ?, popularity = ?, trend = ? WHERE number = ?",
        (up, down, popularity(up, down), trend, number),
    )


def tally(connection: sqlite3.Connection, track_id: str, user_id: str) -> Tally | None:
    """How a track stands; None for one that is not there."""
    row = connection.execute(_TALLY, (user_id, track_id)).fetchone()
    return Tally(*row) if row else None


def votes_of(connection: sqlite3.Connection, user_id: str, track_ids: Sequence[str]) -> dict[str, int]:
    """A person's votes for some tracks; those without one are left out."""
    rows = connection.execute(
        "SELECT tracks.id, vote FROM votes JOIN tracks ON tracks.number = votes.track "
        f"WHERE votes.user_id = ? AND tracks.id IN ({', '.join('?' * len(track_ids))})",
        (user_id, *track_ids),
    )
    return {row[0]: row[1] for row in rows}


def reasons(connection: sqlite3.Connection, track_id: str) -> Counter[str]:
    """How many people gave each reason for their vote."""
    rows = connection.execute(
        "SELECT reason, votes FROM vote_reasons WHERE track = (SELECT number FROM tracks WHERE id = ?) "
        "ORDER BY votes DESC, reason",
        (track_id,),
    )
    return Counter({row[0]: row[1] for row in rows})


def notes(connection: sqlite3.Connection, track_id: str, limit: int) -> list[Note]:
    """The latest notes to a track, newest first; who wrote them is nobody's business."""
    rows = connection.execute(_NOTES, (track_id, limit))
    return [Note(*row) for row in rows]


_TALLY = """
    SELECT upvotes, downvotes,
        coalesce((SELECT vote FROM votes WHERE track = tracks.number AND votes.user_id = ?), 0)
    FROM tracks WHERE id = ?
"""

_NOTES = """
    SELECT vote, note, suggested_model, voted_at FROM votes
    WHERE track = (SELECT number FROM tracks WHERE id = ?) AND (note <> '' OR suggested_model IS NOT NULL)
    ORDER BY offset DESC LIMIT ?
"""


def history(connection: sqlite3.Connection, user_id: str, limit: int, offset: int) -> list[OwnVote]:
    """Somebody's votes that count, the latest first."""
    rows = connection.execute(
        "SELECT tracks.id, vote, reasons, note, voted_at FROM votes JOIN tracks ON number = track "
        "WHERE votes.user_id = ? ORDER BY votes.offset DESC LIMIT ? OFFSET ?",
        (user_id, limit, offset),
    )
    return [OwnVote(row[0], row[1], tuple(json.loads(row[2])), row[3], row[4]) for row in rows]
