"""Makes rows of what people did. Each fact has its effect once, however often and late it comes again."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from services.catalog.crowd import favourites, plays, suggestions, votes
from services.catalog.crowd.moment import Moment, moment
from shared.messages.deeds import (
    AboutTrack,
    CategorySuggested,
    TrackFavourited,
    TrackPlayed,
    TrackUnfavourited,
    TrackVoted,
)
from shared.messages.ids import derived_id

if TYPE_CHECKING:
    from shared.messages.envelope import Recorded

_PROJECT: dict[type[AboutTrack], Callable[[sqlite3.Connection, int, Any, Moment], None]] = {
    TrackVoted: votes.project,
    TrackFavourited: favourites.add,
    TrackUnfavourited: favourites.remove,
    TrackPlayed: plays.project,
    CategorySuggested: suggestions.project,
}


def apply(connection: sqlite3.Connection, recorded: Recorded, offset: int) -> None:
    """Project one fact about a track; on a track that is not listed, now or any more, it has no effect."""
    event = recorded.event
    project = _PROJECT.get(type(event))  # type: ignore[arg-type]
    if project is None:
        return
    row = connection.execute("SELECT number FROM tracks WHERE id = ?", (event.subject,)).fetchone()
    if row is not None and _is_new(connection, recorded.id):
        project(connection, row[0], event, moment(recorded.time, offset))


def has_seen(connection: sqlite3.Connection, event_id: str) -> bool:
    """Whether a fact about a track has had its effect."""
    row = connection.execute("SELECT 1 FROM deeds_seen WHERE id = ?", (_key(event_id),)).fetchone()
    return row is not None


def _is_new(connection: sqlite3.Connection, event_id: str) -> bool:
    done = connection.execute("INSERT OR IGNORE INTO deeds_seen VALUES (?)", (_key(event_id),))
    return done.rowcount == 1


def _key(event_id: str) -> bytes:
    """16 bytes: ids are kept for ever, and the log may hold as many as there are plays."""
    return uuid.UUID(derived_id("seen", event_id)).bytes
