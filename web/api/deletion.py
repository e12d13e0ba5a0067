"""Deleting tracks."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from shared.messages.deeds import DeleteTrack
from web.api.deeds import command_of, do, track_of
from web.api.identity import caller_of
from web.api.problems import ProblemError
from web.ports import Ports


async def delete_track(request: Request) -> Response:
    """DELETE /api/library/{id}: the owner's or an admin's: a track goes, with all its files, for good."""
    ports: Ports = request.app.state.ports
    track = await to_thread.run_sync(track_of, request)
    if not caller_of(request).may_change(track.user_id):
        raise ProblemError(403, "This track is somebody else's.")
    is_shown = await do(request, command_of(request, DeleteTrack, {"track_id": track.id}, {}))
    is_gone = is_shown or await to_thread.run_sync(ports.library.track, track.id) is None
    return Response(status_code=204 if is_gone else 202)
