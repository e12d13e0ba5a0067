"""Makes rows of what people did. Each fact has its effect once, however often and late it comes again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from services.catalog.crowd import favourites, plays, suggestions, votes
from services.catalog.crowd.moment import Moment, moment
from services.catalog.crowd.seen import is_new
from shared.messages.deeds import (
    AboutTrack,
    CategorySuggested,
    TrackFavourited,
    TrackPlayed,
    TrackUnfavourited,
    TrackVoted,
)

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
    if row is not None and is_new(connection, recorded.id):
        project(connection, row[0], event, moment(recorded.time, offset))
