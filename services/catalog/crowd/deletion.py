"""What becomes of the rows of a track that was deleted: they go, and its number is never used again."""

import sqlite3

from services.catalog.crowd import favourites, plays, suggestions, votes
from services.catalog.crowd.counters import count
from services.catalog.playlists import projection as playlists

_ABOUT_TRACKS = (votes, favourites, plays, suggestions, playlists)


def forget_track(connection: sqlite3.Connection, track_id: str) -> None:
    """Remove a track from everything that is shown; no track of that id is fine."""
    row = connection.execute("SELECT number, model FROM tracks WHERE id = ?", (track_id,)).fetchone()
    if row is None:
        return
    number, model = row
    for kind in _ABOUT_TRACKS:
        kind.forget(connection, number)
    connection.execute("DELETE FROM track_features WHERE number = ?", (number,))
    connection.execute("DELETE FROM tracks WHERE number = ?", (number,))
    connection.execute("INSERT INTO deleted_tracks VALUES (?, ?)", (number, track_id))
    for name in ("total", model):
        count(connection, name, -1)


def next_number(connection: sqlite3.Connection) -> int:
    """The number of the next track: above all that there are and were, for readers remember numbers."""
    (number,) = connection.execute(
        "SELECT 1 + max((SELECT coalesce(max(number), 0) FROM tracks), "
        "(SELECT coalesce(max(number), 0) FROM deleted_tracks))"
    ).fetchone()
    return int(number)
