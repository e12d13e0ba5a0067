"""Makes rows of what people did with playlists. Nobody changes another person's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from services.catalog.crowd.moment import Moment, moment
from services.catalog.crowd.seen import is_new
from shared.messages.playlists import (
    MOST_PLAYLISTS,
    MOST_TRACKS,
    AboutPlaylist,
    PlaylistChanged,
    PlaylistCreated,
    PlaylistDeleted,
    PlaylistReordered,
    PlaylistShared,
    PlaylistTracksAdded,
    PlaylistTracksRemoved,
    PlaylistUnshared,
)

if TYPE_CHECKING:
    from shared.messages.envelope import Recorded


def apply(connection: sqlite3.Connection, recorded: Recorded, offset: int) -> None:
    """Project one fact about a playlist.

    Without effect are one about a playlist that is not there, now or any more, or is somebody
    else's, and one that has had its effect.
    """
    event = recorded.event
    if isinstance(event, PlaylistCreated):
        if _may_create(connection, event) and is_new(connection, recorded.id):
            _create(connection, event, moment(recorded.time, offset))
        return
    project = _PROJECT.get(type(event))  # type: ignore[arg-type]
    if project is None:
        return
    row = connection.execute(_OWN, (event.subject, event.user_id)).fetchone()  # type: ignore[attr-defined]
    if row is not None and is_new(connection, recorded.id):
        project(connection, row[0], event, moment(recorded.time, offset))


def forget(connection: sqlite3.Connection, track: int) -> None:
    """A track that is gone leaves every playlist."""
    connection.execute(
        "UPDATE playlists SET tracks = tracks - 1 "
        "WHERE number IN (SELECT playlist FROM playlist_tracks WHERE track = ?)",
        (track,),
    )
    connection.execute("DELETE FROM playlist_tracks WHERE track = ?", (track,))


def _may_create(connection: sqlite3.Connection, event: PlaylistCreated) -> bool:
    """Whether the id was never used, and its owner has room for one more."""
    used = connection.execute(
        "SELECT 1 FROM playlists WHERE id = ?1 UNION ALL SELECT 1 FROM deleted_playlists WHERE id = ?1",
        (event.playlist_id,),
    ).fetchone()
    (theirs,) = connection.execute(
        "SELECT count(*) FROM playlists WHERE user_id = ?", (event.user_id,)
    ).fetchone()
    return used is None and theirs < MOST_PLAYLISTS


def _create(connection: sqlite3.Connection, event: PlaylistCreated, at: Moment) -> None:
    number = connection.execute(
        "INSERT INTO playlists (id, user_id, name, description, query, created_at, changed_at, offset) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.playlist_id,
            event.user_id,
            event.name,
            event.description,
            event.query,
            at.time,
            at.time,
            at.offset,
        ),
    ).lastrowid
    assert number is not None
    if event.query is None:
        _put_at_end(connection, number, event.track_ids)


def _change(connection: sqlite3.Connection, playlist: int, event: PlaylistChanged, at: Moment) -> None:
    connection.execute(_CHANGE, (playlist, event.name, event.description, event.query))
    _touch(connection, playlist, at)


def _add(connection: sqlite3.Connection, playlist: int, event: PlaylistTracksAdded, at: Moment) -> None:
    (query,) = connection.execute("SELECT query FROM playlists WHERE number = ?", (playlist,)).fetchone()
    if query is None and _put_at_end(connection, playlist, event.track_ids):
        _touch(connection, playlist, at)


def _put_at_end(connection: sqlite3.Connection, playlist: int, track_ids: Sequence[str]) -> int:
    """Add tracks that are listed and not in it yet, as many as there is room for; returns how many."""
    held, last = connection.execute(
        "SELECT count(*), coalesce(max(place), 0) FROM playlist_tracks WHERE playlist = ?", (playlist,)
    ).fetchone()
    inside = {row[0] for row in connection.execute(_INSIDE, (playlist,))}
    numbers = _numbers_of(connection, track_ids)
    fresh = [number for number in numbers if number not in inside][: MOST_TRACKS - held]
    connection.executemany(
        "INSERT INTO playlist_tracks VALUES (?, ?, ?)",
        [(playlist, number, last + place) for place, number in enumerate(fresh, 1)],
    )
    _count(connection, playlist, len(fresh))
    return len(fresh)


def _remove(connection: sqlite3.Connection, playlist: int, event: PlaylistTracksRemoved, at: Moment) -> None:
    numbers = _numbers_of(connection, event.track_ids)
    removed = connection.execute(
        f"DELETE FROM playlist_tracks WHERE playlist = ? AND track IN ({', '.join('?' * len(numbers))})",
        (playlist, *numbers),
    ).rowcount
    if removed:
        _count(connection, playlist, -removed)
        _touch(connection, playlist, at)


def _reorder(connection: sqlite3.Connection, playlist: int, event: PlaylistReordered, at: Moment) -> None:
    """The tracks that are named share out the places that they have; all others stay.

    What another page added meanwhile keeps its place, and what it removed stays away.
    """
    places = dict(
        connection.execute("SELECT track, place FROM playlist_tracks WHERE playlist = ?", (playlist,))
    )
    named = [number for number in _numbers_of(connection, event.track_ids) if number in places]
    free = sorted(places[number] for number in named)
    moved = [
        (place, playlist, number)
        for number, place in zip(named, free, strict=True)
        if places[number] != place
    ]
    if moved:
        connection.executemany("UPDATE playlist_tracks SET place = ? WHERE playlist = ? AND track = ?", moved)
        _touch(connection, playlist, at)


def _share(connection: sqlite3.Connection, playlist: int, event: PlaylistShared, at: Moment) -> None:
    until = datetime.fromtimestamp(at.time_s, UTC) + timedelta(seconds=event.expires_in_s)
    connection.execute(
        "UPDATE playlists SET share_id = ?, share_expires_at = ? WHERE number = ?",
        (event.share_id, moment(until, at.offset).time, playlist),
    )


def _unshare(connection: sqlite3.Connection, playlist: int, _event: PlaylistUnshared, _at: Moment) -> None:
    connection.execute(
        "UPDATE playlists SET share_id = NULL, share_expires_at = NULL WHERE number = ?", (playlist,)
    )


def _delete(connection: sqlite3.Connection, playlist: int, event: PlaylistDeleted, _at: Moment) -> None:
    connection.execute("DELETE FROM playlist_tracks WHERE playlist = ?", (playlist,))
    connection.execute("DELETE FROM playlists WHERE number = ?", (playlist,))
    connection.execute("INSERT INTO deleted_playlists VALUES (?)", (event.playlist_id,))


def _numbers_of(connection: sqlite3.Connection, track_ids: Sequence[str]) -> list[int]:
    """Numbers of the tracks of these ids, each once, in their order; unknown ids are left out."""
    found = dict(
        connection.execute(
            f"SELECT id, number FROM tracks WHERE id IN ({', '.join('?' * len(track_ids))})", tuple(track_ids)
        )
    )
    return [found[track_id] for track_id in dict.fromkeys(track_ids) if track_id in found]


def _count(connection: sqlite3.Connection, playlist: int, change: int) -> None:
    connection.execute("UPDATE playlists SET tracks = tracks + ? WHERE number = ?", (change, playlist))


def _touch(connection: sqlite3.Connection, playlist: int, at: Moment) -> None:
    connection.execute(
        "UPDATE playlists SET changed_at = ?, offset = ? WHERE number = ?", (at.time, at.offset, playlist)
    )


_OWN = "SELECT number FROM playlists WHERE id = ? AND user_id = ?"
_INSIDE = "SELECT track FROM playlist_tracks WHERE playlist = ?"
_CHANGE = """
    UPDATE playlists SET name = coalesce(?2, name), description = coalesce(?3, description),
        query = CASE WHEN query IS NULL THEN NULL ELSE coalesce(?4, query) END
    WHERE number = ?1
"""

_PROJECT: dict[type[AboutPlaylist], Callable[[sqlite3.Connection, int, Any, Moment], None]] = {
    PlaylistChanged: _change,
    PlaylistTracksAdded: _add,
    PlaylistTracksRemoved: _remove,
    PlaylistReordered: _reorder,
    PlaylistShared: _share,
    PlaylistUnshared: _unshare,
    PlaylistDeleted: _delete,
}
