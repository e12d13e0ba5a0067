"""Suggesting categories for tracks: what three people say counts."""

from typing import Any, Literal

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from services.catalog import taxonomy
from services.catalog.crowd.suggestions import THRESHOLD
from services.catalog.rows import TrackRow
from shared.messages.deeds import SuggestCategory
from web.api import deed_shapes
from web.api.answers import JsonAnswer
from web.api.bodies import read_body
from web.api.deeds import answer, command_of, do, track_of
from web.api.identity import caller_of
from web.api.parameters import unknown_category
from web.api.problems import invalid
from web.ports import Ports


class TagBody(BaseModel):
    """A category."""

    model_config = ConfigDict(extra="forbid", strict=True, title="TagRequest")

    category: str = Field(description="Id of a category of the track's model.")
    action: Literal["add"] = Field("add", description="Suggestions only ever add.")
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who suggests.")


async def suggest_tag(request: Request) -> Response:
    """POST /api/library/{id}/suggest-tag: say that a track belongs to a category."""
    return await _change(request, withdraw=False)


async def cancel_tag(request: Request) -> Response:
    """POST /api/library/{id}/cancel-tag: take a suggestion back."""
    return await _change(request, withdraw=True)


def tag_suggestions(request: Request) -> Response:
    """GET /api/library/{id}/tag-suggestions: what people suggest, and the caller among them."""
    ports: Ports = request.app.state.ports
    found = ports.library.crowd.suggestions(track_of(request).id, caller_of(request).user_id)
    view: deed_shapes.TagSuggestions = {
        "suggestions": found.people,
        "user_suggestions": found.own,
        "current_categories": found.current,
        "threshold": THRESHOLD,
    }
    return JsonAnswer(view)


async def _change(request: Request, *, withdraw: bool) -> Response:
    ports: Ports = request.app.state.ports
    caller = caller_of(request)
    track = await to_thread.run_sync(track_of, request)
    category = _checked((await read_body(request, TagBody)).category, track)
    data = {"track_id": track.id, "category": category, "withdraw": withdraw}
    command = command_of(request, SuggestCategory, data, {})
    before = await to_thread.run_sync(ports.library.crowd.suggestions, track.id, caller.user_id)
    is_shown = await do(request, command)
    if is_shown:
        after = await to_thread.run_sync(ports.library.crowd.suggestions, track.id, caller.user_id)
        votes, is_in = after.people.get(category, 0), category in after.current
    else:
        votes = before.people.get(category, 0) + (not withdraw) - (category in before.own)
        is_in = votes >= THRESHOLD or any(one.name == category for one in track.categories)
    view: deed_shapes.TagSuggested = {
        "success": True,
        "message": _sentence(taxonomy.BY_ID[category].label, votes, is_in=is_in),
        "current_votes": votes,
        "threshold": THRESHOLD,
        "consensus_reached": votes >= THRESHOLD,
        "pending": not is_shown,
    }
    return answer(view, is_shown=is_shown)


def _checked(category: str, track: TrackRow) -> str:
    """The id of a category of the track's model.

    Raises:
        ProblemError: 422, there is no such category; names one that is spelt like it.
    """
    if category not in taxonomy.CATEGORIES[track.model]:
        raise invalid([("category", unknown_category(category, track.model))], in_body=True)
    return category


def _sentence(label: str, votes: int, *, is_in: bool) -> str:
    if votes >= THRESHOLD:
        return f"{label}: {votes} listeners agree."
    if is_in:
        return f"The sound is in {label} already; {votes} of {THRESHOLD} listeners say so, too."
    return f"{label}: {votes} of {THRESHOLD} listeners say so."
