"""Plays: told by players, counted, and what is played most."""

from typing import Any

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.crowd.plays import PlayStats
from services.catalog.queries import Sort, TrackQuery
from shared.messages.deeds import PlayTrack
from web.api import deed_shapes
from web.api.answers import JsonAnswer
from web.api.bodies import read_body
from web.api.deeds import answer, command_of, do, track_of
from web.api.filters import model_choice
from web.api.library import page_view
from web.api.parameters import PAGE, PER_PAGE, WholeNumber
from web.ports import Ports

LIMIT = WholeNumber("limit", "The same as `per_page`, which counts where both are given.", 20, 1, 100)


class PlayBody(BaseModel):
    """Nothing has to be said; what other players say is taken and ignored."""

    model_config = ConfigDict(extra="forbid", strict=True, title="PlayRequest")

    session_id: Any = Field(None, description="Ignored: the token or the cookie says who listens.")
    duration: Any = Field(None, description="Ignored.")
    source: Any = Field(None, description="Ignored.")
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who listens.")


async def play(request: Request) -> Response:
    """POST /api/track/{id}/play: one listened to it for 10 s, or to half of a shorter sound."""
    ports: Ports = request.app.state.ports
    track = await to_thread.run_sync(track_of, request)
    await read_body(request, PlayBody)
    is_shown = await do(request, command_of(request, PlayTrack, {"track_id": track.id}, {}))
    stats = await to_thread.run_sync(ports.library.crowd.play_stats, track.id) if is_shown else None
    found = stats or PlayStats(track.plays + 1, max(1, track.listeners))
    view: deed_shapes.Played = {
        "success": True,
        "play_count": found.plays,
        "unique_plays": found.listeners,
        "pending": not is_shown,
    }
    return answer(view, is_shown=is_shown)


def stats(request: Request) -> Response:
    """GET /api/track/{id}/stats: how often a track was played, and by how many people."""
    track = track_of(request)
    view: deed_shapes.PlayCounts = {"play_count": track.plays, "unique_plays": track.listeners}
    return JsonAnswer(view)


def trending(request: Request) -> Response:
    """GET /api/trending: what is played and liked now; a play or a like weighs half after three days."""
    return _sorted(request, "trending")


def most_played(request: Request) -> Response:
    """GET /api/most-played: what was played most of all."""
    return _sorted(request, "plays")


def _sorted(request: Request, sort: Sort) -> Response:
    ports: Ports = request.app.state.ports
    per_page = PER_PAGE if request.query_params.get(PER_PAGE.name) else LIMIT
    query = TrackQuery(model_choice(request), sort=sort, page=PAGE.of(request), per_page=per_page.of(request))
    return JsonAnswer(page_view(request, ports.library.tracks(query)))
