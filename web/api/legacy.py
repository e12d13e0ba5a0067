"""A pair of older addresses: the library as one plain list, and votes as stars."""

from typing import Any

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.queries import TrackQuery
from services.catalog.rows import TrackRow
from shared.messages.deeds import VoteOnTrack
from shared.messages.ids import is_id
from web.api import deed_shapes
from web.api.answers import JsonAnswer
from web.api.bodies import read_body
from web.api.deeds import answer, command_of, do
from web.api.filters import USER_ID, model_choice
from web.api.identity import caller_of
from web.api.parameters import WholeNumber
from web.api.problems import not_found
from web.api.views import track_views
from web.ports import Ports

_PER_PAGE = 100
LIMIT = WholeNumber("limit", "How many; more than 500 count as 500.", 100, 1, 500)
_VOTES = {None: 0, 1: -1, 2: -1, 3: 0, 4: 1, 5: 1}


class RateBody(BaseModel):
    """Stars: four and five like a track, one and two dislike it, three and none say nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, title="RateRequest")

    filename: str = Field(description="As of GET /history.")
    rating: int | None = Field(None, ge=1, le=5, description="Stars; null takes them back.")
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who rates.")


def history(request: Request) -> Response:
    """GET /history: the latest tracks as a plain list; `user_id` as in GET /api/library."""
    ports: Ports = request.app.state.ports
    limit, user_id = LIMIT.of(request), USER_ID.of(request) or None
    if user_id is not None and not caller_of(request).may_change(user_id):
        user_id = None
    rows: list[TrackRow] = []
    for page in range(1, -(-limit // _PER_PAGE) + 1):
        query = TrackQuery(model_choice(request), user_id=user_id, page=page, per_page=_PER_PAGE)
        rows += ports.library.tracks(query).items
    return JsonAnswer(track_views(request, rows[:limit]))


async def rate(request: Request) -> Response:
    """POST /rate: stars for a track, which count as a vote."""
    body = await read_body(request, RateBody)
    ports: Ports = request.app.state.ports
    track_id = body.filename.removesuffix(".wav")
    row = await to_thread.run_sync(ports.library.track, track_id) if is_id(track_id) else None
    if row is None:
        raise not_found("track")
    vote = _VOTES[body.rating]
    command = command_of(request, VoteOnTrack, {"track_id": row.id, "vote": vote}, {})
    is_shown = await do(request, command)
    view: deed_shapes.Rated = {
        "success": True,
        "filename": f"{row.id}.wav",
        "rating": body.rating,
        "user_vote": vote,
        "pending": not is_shown,
    }
    return answer(view, is_shown=is_shown)
