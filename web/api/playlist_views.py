"""Playlists: who may read which, and the JSON that they get."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request

from services.catalog.playlists.reader import PlaylistRow
from services.catalog.queries import TrackRow
from shared.messages.ids import is_id
from shared.messages.playlists import MOST_TRACKS
from web import share_links
from web.api import playlist_shapes
from web.api.identity import caller_of, known_caller_of
from web.api.parameters import Text, WholeNumber
from web.api.problems import ProblemError, not_found
from web.api.saved_search import found, query_of
from web.api.views import track_views
from web.ports import Ports

SHARE = Text("share", "Token of a link, for somebody else's playlist.", share_links.CHARACTERS)
TRACKS_PER_PAGE = WholeNumber(
    "per_page",
    "Tracks on a page; all that there can be, unless fewer are wanted.",
    MOST_TRACKS,
    1,
    MOST_TRACKS,
)


@dataclass(frozen=True)
class Contents:
    """A part of a playlist's tracks.

    Attributes:
        total: how many there are in all.
        page: from 1.
    """

    rows: list[TrackRow]
    total: int
    page: int = 1
    per_page: int = MOST_TRACKS


def own_playlist(request: Request) -> PlaylistRow:
    """The caller's playlist that the address names; not to be called on the event loop.

    Raises:
        ProblemError: 404; somebody else's is as good as none, for nobody is to know that it is there.
    """
    row = _named(request)
    if row is None or row.user_id != caller_of(request).user_id:
        raise not_found("playlist")
    return row


def readable_playlist(request: Request) -> PlaylistRow:
    """The playlist that the address names, if it is the caller's or they have a link to it.

    Raises:
        ProblemError: 404.
    """
    row, caller = _named(request), known_caller_of(request)
    if row is None:
        raise not_found("playlist")
    is_theirs = caller is not None and caller.user_id == row.user_id
    if not is_theirs and not share_links.opens(request.app.state.settings, row, SHARE.of(request)):
        raise not_found("playlist")
    return row


def contents(request: Request, row: PlaylistRow, page: int = 1, per_page: int = MOST_TRACKS) -> Contents:
    """A part of what is in a playlist; a smart one searches now.

    A search that an AMQP client saved and that cannot be read finds nothing.
    """
    ports: Ports = request.app.state.ports
    offset = (page - 1) * per_page
    if row.query is None:
        rows = ports.library.playlists.tracks(row.id, per_page, offset)
        return Contents(rows, row.tracks, page, per_page)
    try:
        query = query_of(row.query, row.user_id)
    except ProblemError:
        return Contents([], 0, page, per_page)
    rows, total = found(ports, query, per_page, offset)
    return Contents(rows, total, page, per_page)


def playlist_view(
    request: Request, row: PlaylistRow, inside: Contents, *, pending: bool = False
) -> playlist_shapes.Playlist:
    """A playlist with its tracks, as whoever asks sees it; not to be called on the event loop."""
    caller = known_caller_of(request)
    is_owner = caller is not None and caller.user_id == row.user_id
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "is_smart": row.query is not None,
        "query": row.query,
        "is_owner": is_owner,
        "share": share_view(request, row) if is_owner else None,
        "created_at": row.created_at,
        "updated_at": row.changed_at,
        "track_count": inside.total,
        "duration": sum(track.duration_s for track in inside.rows),
        "tracks": track_views(request, inside.rows),
        "page": inside.page,
        "pages": max(1, math.ceil(inside.total / inside.per_page)),
        "per_page": inside.per_page,
        "pending": pending,
    }


def entry_view(request: Request, row: PlaylistRow, holding: set[str] | None) -> playlist_shapes.PlaylistEntry:
    """One of the caller's playlists in their list; `holding` are ids of those with a certain track."""
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "is_smart": row.query is not None,
        "query": row.query,
        "is_owner": True,
        "share": share_view(request, row),
        "created_at": row.created_at,
        "updated_at": row.changed_at,
        "track_count": row.tracks if row.query is None else None,
        "contains": None if holding is None or row.query is not None else row.id in holding,
    }


def share_view(request: Request, row: PlaylistRow) -> playlist_shapes.ShareLink | None:
    """The link of a playlist, for its owner; None while there is none that leads anywhere."""
    token = share_links.token_of(request.app.state.settings, row)
    if token is None or row.share_expires_at is None:
        return None
    # After `#`: browsers tell it to no server, and to no other page.
    url = f"{public_address(request)}/playlist/{row.id}#share={token}"
    return {"token": token, "url": url, "expires_at": row.share_expires_at}


def public_address(request: Request) -> str:
    """Where people reach this Sound Box, without a slash at the end."""
    public_url = request.app.state.settings.public_url
    return str(public_url or request.base_url).rstrip("/")


def not_there_yet(playlist_id: str, owner: str, data: dict[str, object]) -> PlaylistRow:
    """A playlist that was asked for and that the library does not show yet."""
    now = share_links.written(datetime.now(UTC))
    query, track_ids = data.get("query"), data.get("track_ids", [])
    assert isinstance(track_ids, list)
    return PlaylistRow(
        id=playlist_id,
        user_id=owner,
        name=str(data["name"]),
        description=str(data.get("description", "")),
        query=None if query is None else str(query),
        tracks=len(track_ids),
        share_id=None,
        share_expires_at=None,
        created_at=now,
        changed_at=now,
    )


def _named(request: Request) -> PlaylistRow | None:
    ports: Ports = request.app.state.ports
    playlist_id = str(request.path_params["id"])
    return ports.library.playlists.playlist(playlist_id) if is_id(playlist_id) else None
