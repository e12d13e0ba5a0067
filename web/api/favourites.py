"""Favourites: the tracks that somebody keeps."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.queries import Page
from shared.messages.deeds import FavouriteTrack
from web.api import deed_shapes
from web.api.answers import JsonAnswer
from web.api.bodies import read_body
from web.api.deeds import answer, command_of, do, track_of
from web.api.filters import model_choice
from web.api.identity import caller_of
from web.api.library import page_view
from web.api.parameters import PAGE, PER_PAGE
from web.api.votes import TracksBody, checked_ids
from web.ports import Ports


async def keep_favourite(request: Request) -> Response:
    """POST /api/favorites/{id}: keep a track."""
    return await _change(request, favourite=True)


async def drop_favourite(request: Request) -> Response:
    """DELETE /api/favorites/{id}: keep a track no more."""
    return await _change(request, favourite=False)


async def _change(request: Request, *, favourite: bool) -> Response:
    ports: Ports = request.app.state.ports
    caller = caller_of(request)
    track = await to_thread.run_sync(track_of, request)
    command = command_of(request, FavouriteTrack, {"track_id": track.id, "favourite": favourite}, {})
    before = await to_thread.run_sync(ports.library.crowd.own, caller.user_id, [track.id])
    is_shown = await do(request, command)
    is_one = favourite
    if is_shown:
        after = await to_thread.run_sync(ports.library.crowd.own, caller.user_id, [track.id])
        is_one = track.id in after.favourites
    view: deed_shapes.Favourite = {
        "success": True,
        "favorited": is_one,
        "changed": is_one != (track.id in before.favourites),
        "pending": not is_shown,
    }
    return answer(view, is_shown=is_shown)


def favourites(request: Request) -> Response:
    """GET /api/favorites: the caller's favourites, the latest first."""
    ports: Ports = request.app.state.ports
    page, per_page = PAGE.of(request), PER_PAGE.of(request)
    ids, total = ports.library.crowd.favourites(
        caller_of(request).user_id, model_choice(request), per_page, (page - 1) * per_page
    )
    found = Page(ports.library.tracks_by_id(ids), total, page, per_page, True, total)
    return JsonAnswer(page_view(request, found))


async def are_favourites(request: Request) -> Response:
    """POST /api/favorites/check: which of up to 100 tracks the caller keeps."""
    ports: Ports = request.app.state.ports
    caller = caller_of(request)
    ids = checked_ids(await read_body(request, TracksBody))
    own = await to_thread.run_sync(ports.library.crowd.own, caller.user_id, ids)
    return JsonAnswer({track_id: track_id in own.favourites for track_id in ids})
