"""Playlists over HTTP: made, listed, read, changed, copied, deleted."""

import math
from typing import Any

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from shared.messages.ids import derived_id, is_id, new_id
from shared.messages.playlists import (
    MOST_PLAYLISTS,
    MOST_TRACKS,
    NAME_CHARACTERS,
    ChangePlaylist,
    CreatePlaylist,
    DeletePlaylist,
)
from web.api import playlist_shapes
from web.api.answers import JsonAnswer
from web.api.bodies import read_body
from web.api.deeds import answer, command_of, do
from web.api.identity import caller_of
from web.api.keys import key_of
from web.api.parameters import PAGE, PER_PAGE, Text
from web.api.playlist_views import (
    TRACKS_PER_PAGE,
    Contents,
    contents,
    entry_view,
    not_there_yet,
    own_playlist,
    playlist_view,
    readable_playlist,
)
from web.api.problems import ProblemError, invalid
from web.api.saved_search import checked_query
from web.ports import Ports

TRACK_ID = Text("track_id", "Id of a track: every playlist tells whether it is in it.", 36)
NAMES = {"track_ids": "generation_ids"}
_COPY = " (copy)"


class PlaylistBody(BaseModel):
    """A new playlist: empty, with tracks, or a saved search."""

    model_config = ConfigDict(extra="forbid", strict=True, title="PlaylistRequest")

    name: str = Field(description=f"At most {NAME_CHARACTERS[1]} characters.")
    description: str = Field("", description="At most 500 characters.")
    query: str | None = Field(
        None,
        description="Makes it a smart one: parameters of GET /api/library, as `search=rain&sort=popular`.",
    )
    generation_ids: list[str] = Field(
        [], description=f"What is in it from the start, at most {MOST_TRACKS:,}; unknown ids are left out."
    )
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who asks.")


class ChangeBody(BaseModel):
    """What is to change; what is left out, or null, stays."""

    model_config = ConfigDict(extra="forbid", strict=True, title="PlaylistChange")

    name: str | None = Field(None, description=f"At most {NAME_CHARACTERS[1]} characters.")
    description: str | None = Field(None, description="At most 500 characters.")
    query: str | None = Field(None, description="Parameters of GET /api/library; of a smart playlist only.")
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who asks.")


class CopyBody(BaseModel):
    """What the copy is called."""

    model_config = ConfigDict(extra="forbid", strict=True, title="PlaylistCopy")

    name: str | None = Field(None, description="Its name; else that of the other one, and `(copy)`.")
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who asks.")


async def create_playlist(request: Request) -> Response:
    """POST /api/playlists: make a playlist; it is private."""
    caller = caller_of(request)
    body = await read_body(request, PlaylistBody)
    data: dict[str, Any] = {"name": body.name, "description": body.description}
    if body.query is not None:
        data["query"] = checked_query(body.query, caller.user_id)
    if body.generation_ids:
        data["track_ids"] = body.generation_ids
    return created(*await make(request, data))


async def make(request: Request, data: dict[str, Any]) -> tuple[playlist_shapes.Playlist, bool]:
    """Make a playlist of the caller's; it as they see it, and whether the library shows it.

    Raises:
        ProblemError: 409, they have as many as one can have; 422, a field is wrong.
    """
    ports: Ports = request.app.state.ports
    user_id, key = caller_of(request).user_id, key_of(request)
    playlist_id = new_id() if key is None else derived_id("playlist", user_id, key)
    command = command_of(request, CreatePlaylist, {"playlist_id": playlist_id, **data}, NAMES)
    row = await to_thread.run_sync(ports.library.playlists.playlist, playlist_id)
    if row is None:
        await to_thread.run_sync(_check_room, ports, user_id)
    is_shown = await do(request, command)
    return await to_thread.run_sync(_made, request, command, is_shown), is_shown


def _made(request: Request, command: CreatePlaylist, is_shown: bool) -> playlist_shapes.Playlist:
    ports: Ports = request.app.state.ports
    user_id = caller_of(request).user_id
    row = ports.library.playlists.playlist(command.playlist_id)
    if row is not None:
        return playlist_view(request, row, contents(request, row))
    if is_shown:
        _check_room(ports, user_id)  # somebody was faster in another window
        raise ProblemError(409, "This playlist was deleted meanwhile.")
    expected = not_there_yet(command.playlist_id, user_id, command.model_dump())
    return playlist_view(request, expected, Contents([], len(command.track_ids)), pending=True)


def created(view: playlist_shapes.Playlist, is_shown: bool) -> Response:
    """201 with what was made, or 202 with what will be."""
    headers = {"Location": f"/api/playlists/{view['id']}"}
    return JsonAnswer(view, 201 if is_shown else 202, headers)


def _check_room(ports: Ports, user_id: str) -> None:
    _, theirs = ports.library.playlists.of(user_id, 1)
    if theirs >= MOST_PLAYLISTS:
        raise ProblemError(409, f"You have {theirs} playlists, as many as one can have; delete one first.")


def playlists(request: Request) -> Response:
    """GET /api/playlists: the caller's own, the last changed first."""
    ports: Ports = request.app.state.ports
    user_id = caller_of(request).user_id
    page, per_page, track_id = PAGE.of(request), PER_PAGE.of(request), TRACK_ID.of(request)
    if track_id and not is_id(track_id):
        raise invalid([("track_id", f"must be the id of a track, got {track_id!r}")])
    rows, total = ports.library.playlists.of(user_id, per_page, (page - 1) * per_page)
    holding = ports.library.playlists.with_track(user_id, track_id) if track_id else None
    view: playlist_shapes.PlaylistList = {
        "items": [entry_view(request, row, holding) for row in rows],
        "total": total,
        "page": page,
        "pages": max(1, math.ceil(total / per_page)),
        "per_page": per_page,
    }
    return JsonAnswer(view)


def playlist(request: Request) -> Response:
    """GET /api/playlists/{id}: one's own, or with `share` another's; a smart one searches now."""
    page, per_page = PAGE.of(request), TRACKS_PER_PAGE.of(request)
    row = readable_playlist(request)
    return JsonAnswer(playlist_view(request, row, contents(request, row, page, per_page)))


async def change_playlist(request: Request) -> Response:
    """PUT /api/playlists/{id}: another name or description, or another search of a smart one."""
    row = await to_thread.run_sync(own_playlist, request)
    body = await read_body(request, ChangeBody)
    if body.query is not None and row.query is None:
        raise invalid([("query", "can be given to a smart playlist only, and this is none")], in_body=True)
    given = {"name": body.name, "description": body.description}
    data: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if body.query is not None:
        data["query"] = checked_query(body.query, row.user_id)
    if not data:
        raise invalid([("", "must have name, description or query")], in_body=True)
    is_shown = await do(request, command_of(request, ChangePlaylist, {"playlist_id": row.id, **data}, {}))
    return answer(await to_thread.run_sync(now_view, request, is_shown), is_shown=is_shown)


def now_view(request: Request, is_shown: bool) -> playlist_shapes.Playlist:
    """The caller's playlist as the library shows it now; not to be called on the event loop."""
    row = own_playlist(request)
    return playlist_view(request, row, contents(request, row), pending=not is_shown)


async def copy_playlist(request: Request) -> Response:
    """POST /api/playlists/{id}/duplicate: one of the caller's own like it; it may be a shared one."""
    ports: Ports = request.app.state.ports
    row = await to_thread.run_sync(readable_playlist, request)
    body = await read_body(request, CopyBody)
    name = f"{row.name[: NAME_CHARACTERS[1] - len(_COPY)]}{_COPY}" if body.name is None else body.name
    data: dict[str, Any] = {"name": name, "description": row.description}
    if row.query is not None:
        data["query"] = row.query
    else:
        data["track_ids"] = await to_thread.run_sync(ports.library.playlists.track_ids, row.id)
    return created(*await make(request, data))


async def delete_playlist(request: Request) -> Response:
    """DELETE /api/playlists/{id}: it goes for good; its tracks stay."""
    row = await to_thread.run_sync(own_playlist, request)
    is_shown = await do(request, command_of(request, DeletePlaylist, {"playlist_id": row.id}, {}))
    return Response(status_code=204 if is_shown else 202)
