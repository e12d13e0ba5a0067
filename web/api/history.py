"""What the caller did: what they listened to, how they voted."""

from starlette.requests import Request
from starlette.responses import Response

from web.api import deed_shapes, track_shapes
from web.api.answers import JsonAnswer
from web.api.filters import USER_ID
from web.api.identity import caller_of
from web.api.parameters import WholeNumber
from web.api.views import track_views
from web.ports import Ports

LIMIT = WholeNumber("limit", "How many; more than 100 count as 100.", 50, 1, 100)
OFFSET = WholeNumber("offset", "How many of the latest to leave out.", 0, 0, 1_000_000)


def played(request: Request) -> Response:
    """GET /api/history/plays: what one listened to, each sound once, the latest first."""
    ports: Ports = request.app.state.ports
    limit, offset = LIMIT.of(request), OFFSET.of(request)
    found = ports.library.crowd.plays(_whose(request), limit + 1, offset)
    tracks = _tracks(request, [one.track_id for one in found[:limit]])
    view: deed_shapes.PlayHistory = {
        "history": [
            {"track": tracks[one.track_id], "play_count": one.plays, "played_at": one.played_at}
            for one in found[:limit]
            if one.track_id in tracks
        ],
        "limit": limit,
        "offset": offset,
        "has_more": len(found) > limit,
    }
    return JsonAnswer(view)


def voted(request: Request) -> Response:
    """GET /api/history/votes: one's votes that count, the latest first."""
    ports: Ports = request.app.state.ports
    limit, offset = LIMIT.of(request), OFFSET.of(request)
    found = ports.library.crowd.votes(_whose(request), limit + 1, offset)
    tracks = _tracks(request, [one.track_id for one in found[:limit]])
    view: deed_shapes.VoteHistory = {
        "history": [
            {
                "track": tracks[one.track_id],
                "vote": one.vote,
                "feedback_reasons": list(one.reasons),
                "notes": one.note,
                "voted_at": one.voted_at,
            }
            for one in found[:limit]
            if one.track_id in tracks
        ],
        "limit": limit,
        "offset": offset,
        "has_more": len(found) > limit,
    }
    return JsonAnswer(view)


def _whose(request: Request) -> str:
    """The caller, or whom an admin asks about."""
    caller, wanted = caller_of(request), USER_ID.of(request)
    return wanted if wanted and caller.may_change(wanted) else caller.user_id


def _tracks(request: Request, ids: list[str]) -> dict[str, track_shapes.Track]:
    """The tracks that are still there when it comes to them."""
    ports: Ports = request.app.state.ports
    return {view["id"]: view for view in track_views(request, ports.library.tracks_by_id(ids))}
