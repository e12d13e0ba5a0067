"""Playlists, as the web app reads them. Read-only; who may see one is for the web app to say."""

import sqlite3
from dataclasses import dataclass

from services.catalog.reader import Readers
from services.catalog.rows import TrackRow
from services.catalog.track_rows import rows_of


@dataclass(frozen=True)
class PlaylistRow:
    """A playlist without its tracks.

    Attributes:
        query: of a smart one, the search that says what is in it; parameters of GET /api/library.
        tracks: how many are in it; 0 for a smart one.
        share_id: what its link is made of; None while it is private.
        share_expires_at: until when the link leads here. RFC 3339, UTC, as the other times.
    """

    id: str
    user_id: str
    name: str
    description: str
    query: str | None
    tracks: int
    share_id: str | None
    share_expires_at: str | None
    created_at: str
    changed_at: str


_COLUMNS = ", ".join(PlaylistRow.__dataclass_fields__)


class Playlists:
    """Reads one consistent moment each; raises CatalogNotReadyError while there is no database."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def playlist(self, playlist_id: str) -> PlaylistRow | None:
        """A playlist, whoever's it is; None where there is none."""
        with self._readers.snapshot() as connection:
            return _playlist(connection, playlist_id)

    def of(self, user_id: str, limit: int, offset: int = 0) -> tuple[list[PlaylistRow], int]:
        """A part of somebody's playlists, the last changed first; and how many they have."""
        with self._readers.snapshot() as connection:
            (total,) = connection.execute(
                "SELECT count(*) FROM playlists WHERE user_id = ?", (user_id,)
            ).fetchone()
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM playlists WHERE user_id = ? ORDER BY offset DESC LIMIT ? OFFSET ?",
                (user_id, limit, offset),
            )
            return [PlaylistRow(*row) for row in rows], total

    def tracks(self, playlist_id: str, limit: int, offset: int = 0) -> list[TrackRow]:
        """A part of the tracks that somebody put into a playlist, in its order."""
        with self._readers.snapshot() as connection:
            numbers = connection.execute(
                f"SELECT track FROM playlist_tracks WHERE playlist = ({_NUMBER}) "
                "ORDER BY place LIMIT ? OFFSET ?",
                (playlist_id, limit, offset),
            ).fetchall()
            return rows_of(connection, [row[0] for row in numbers])

    def track_ids(self, playlist_id: str) -> list[str]:
        """Ids of the tracks that somebody put into a playlist, in its order."""
        with self._readers.snapshot() as connection:
            rows = connection.execute(
                "SELECT (SELECT id FROM tracks WHERE number = track) FROM playlist_tracks "
                f"WHERE playlist = ({_NUMBER}) ORDER BY place",
                (playlist_id,),
            )
            return [row[0] for row in rows]

    def with_track(self, user_id: str, track_id: str) -> set[str]:
        """Ids of those of somebody's playlists that a track is in."""
        with self._readers.snapshot() as connection:
            rows = connection.execute(
                "SELECT playlists.id FROM playlist_tracks JOIN playlists ON number = playlist "
                "WHERE user_id = ? AND track = (SELECT number FROM tracks WHERE id = ?)",
                (user_id, track_id),
            )
            return {row[0] for row in rows}


_NUMBER = "SELECT number FROM playlists WHERE id = ?"


def _playlist(connection: sqlite3.Connection, playlist_id: str) -> PlaylistRow | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM playlists WHERE id = ?", (playlist_id,)).fetchone()
    return PlaylistRow(*row) if row else None
