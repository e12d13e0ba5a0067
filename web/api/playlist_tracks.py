"""What is in a playlist over HTTP: tracks added, taken out, put into another order."""

from typing import Any

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.playlists.reader import PlaylistRow
from shared.messages.ids import is_id
from shared.messages.playlists import MOST_TRACKS, AddToPlaylist, RemoveFromPlaylist, ReorderPlaylist
from web.api import playlist_shapes
from web.api.bodies import read_body
from web.api.deeds import answer, command_of, do
from web.api.playlist_views import own_playlist
from web.api.playlists import NAMES, now_view
from web.api.problems import ProblemError, invalid, not_found
from web.ports import Ports


class TracksToAdd(BaseModel):
    """One track, or some."""

    model_config = ConfigDict(extra="forbid", strict=True, title="TracksToAdd")

    generation_id: str | None = Field(None, description="Id of a track.")
    generation_ids: list[str] = Field([], description=f"Ids of tracks, at most {MOST_TRACKS:,}.")
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who asks.")


class Order(BaseModel):
    """Tracks in their new order."""

    model_config = ConfigDict(extra="forbid", strict=True, title="PlaylistOrder")

    track_ids: list[str] = Field(
        description="These share out the places that they have; others stay where they are."
    )
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who asks.")


async def add_tracks(request: Request) -> Response:
    """POST /api/playlists/{id}/tracks: put tracks at the end; those that are in it stay where they are."""
    ports: Ports = request.app.state.ports
    row = await to_thread.run_sync(_plain_playlist, request)
    body = await read_body(request, TracksToAdd)
    single = [] if body.generation_id is None else [body.generation_id]
    wanted = [*single, *body.generation_ids]
    if not wanted:
        raise invalid([("generation_ids", "must name a track, or generation_id must")], in_body=True)
    names = NAMES if body.generation_ids else {"track_ids": "generation_id"}
    command = command_of(request, AddToPlaylist, {"playlist_id": row.id, "track_ids": wanted}, names)
    ids = list(dict.fromkeys(wanted))
    known = {track.id for track in await to_thread.run_sync(ports.library.tracks_by_id, ids)}
    if not known:
        raise not_found("track")
    before = set(await to_thread.run_sync(ports.library.playlists.track_ids, row.id))
    _check_room(len(before), len(known - before))
    is_shown = await do(request, command)
    after = await _inside(ports, row) if is_shown else before | known
    view: playlist_shapes.TracksAdded = {
        "success": True,
        "added": len((known - before) & after),
        "already_there": len(known & before),
        "unknown": [track_id for track_id in ids if track_id not in known],
        "track_count": len(after),
        "pending": not is_shown,
    }
    return answer(view, is_shown=is_shown)


def _plain_playlist(request: Request) -> PlaylistRow:
    row = own_playlist(request)
    if row.query is not None:
        raise ProblemError(409, "This is a smart playlist: its search says what is in it.")
    return row


async def _inside(ports: Ports, row: PlaylistRow) -> set[str]:
    return set(await to_thread.run_sync(ports.library.playlists.track_ids, row.id))


def _check_room(held: int, more: int) -> None:
    if held + more > MOST_TRACKS:
        raise ProblemError(
            409,
            f"A playlist holds at most {MOST_TRACKS:,} tracks; it has {held:,}, and {more:,} would come.",
        )


async def remove_track(request: Request) -> Response:
    """DELETE /api/playlists/{id}/tracks/{track_id}: take a track out."""
    ports: Ports = request.app.state.ports
    row = await to_thread.run_sync(_plain_playlist, request)
    track_id = str(request.path_params["track_id"])
    if not is_id(track_id):
        raise not_found("track")
    data = {"playlist_id": row.id, "track_ids": [track_id]}
    before = await _inside(ports, row)
    is_shown = await do(request, command_of(request, RemoveFromPlaylist, data, {}))
    after = await _inside(ports, row) if is_shown else before - {track_id}
    view: playlist_shapes.TrackRemoved = {
        "success": True,
        "removed": track_id in before and track_id not in after,
        "track_count": len(after),
        "pending": not is_shown,
    }
    return answer(view, is_shown=is_shown)


async def reorder_tracks(request: Request) -> Response:
    """PUT /api/playlists/{id}/reorder: another order, of all tracks or of some among their places."""
    row = await to_thread.run_sync(_plain_playlist, request)
    body = await read_body(request, Order)
    data = {"playlist_id": row.id, "track_ids": body.track_ids}
    is_shown = await do(request, command_of(request, ReorderPlaylist, data, {}))
    return answer(await to_thread.run_sync(now_view, request, is_shown), is_shown=is_shown)
