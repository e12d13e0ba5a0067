"""Links to playlists over HTTP: made, and taken back."""

from typing import Any

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from shared.messages.command import Deed
from shared.messages.ids import derived_id, new_id
from shared.messages.playlists import SHARED_S, SharePlaylist, UnsharePlaylist
from web.api import playlist_shapes
from web.api.bodies import read_body
from web.api.deeds import answer, command_of, do
from web.api.identity import caller_of
from web.api.keys import key_of
from web.api.playlist_views import own_playlist, share_view

_USUAL_S = 30 * 86_400


class ShareBody(BaseModel):
    """For how long."""

    model_config = ConfigDict(extra="forbid", strict=True, title="ShareRequest")

    expires_in_s: int = Field(
        _USUAL_S, ge=SHARED_S[0], le=SHARED_S[1], description="Seconds until the link ends."
    )
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who asks.")


async def share_playlist(request: Request) -> Response:
    """POST /api/playlists/{id}/share: a link to read it; one made before leads nowhere any more."""
    row = await to_thread.run_sync(own_playlist, request)
    body = await read_body(request, ShareBody)
    key = key_of(request)
    share_id = new_id() if key is None else derived_id("share", caller_of(request).user_id, key)
    data = {"playlist_id": row.id, "share_id": share_id, "expires_in_s": body.expires_in_s}
    return await _done(request, command_of(request, SharePlaylist, data, {}))


async def unshare_playlist(request: Request) -> Response:
    """DELETE /api/playlists/{id}/share: its link leads nowhere any more."""
    row = await to_thread.run_sync(own_playlist, request)
    return await _done(request, command_of(request, UnsharePlaylist, {"playlist_id": row.id}, {}))


async def _done(request: Request, command: Deed) -> Response:
    is_shown = await do(request, command)
    row = await to_thread.run_sync(own_playlist, request)
    view: playlist_shapes.Shared = {
        "success": True,
        "share": share_view(request, row),
        "pending": not is_shown,
    }
    return answer(view, is_shown=is_shown)
