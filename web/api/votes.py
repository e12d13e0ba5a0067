"""Liking and disliking tracks, and what was said about them."""

from typing import Any

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.crowd.votes import Tally
from shared.messages.deeds import BLAME, MOST_REASONS, NOTE_CHARACTERS, PRAISE, VoteOnTrack
from shared.messages.ids import is_id
from shared.messages.job import Model
from web.api import deed_shapes
from web.api.answers import JsonAnswer
from web.api.bodies import read_body
from web.api.deeds import answer, command_of, do, track_of
from web.api.identity import caller_of
from web.api.problems import invalid
from web.ports import Ports

MOST_IDS = 100
_NAMES = {"reasons": "feedback_reasons", "note": "notes"}


class VoteBody(BaseModel):
    """A vote. Reasons and notes are private: the track's owner sees them, without names."""

    model_config = ConfigDict(extra="forbid", strict=True, title="VoteRequest")

    vote: int = Field(ge=-1, le=1, description="1 likes it, -1 dislikes it, 0 takes the vote back.")
    feedback_reasons: list[str] = Field(
        [],
        max_length=MOST_REASONS,
        description=f"Why. For 1 of {', '.join(PRAISE)}; for -1 of {', '.join(BLAME)}.",
    )
    notes: str = Field("", description=f"In one's own words, at most {NOTE_CHARACTERS[1]} characters.")
    suggested_model: Model | None = Field(None, description="What it rather is, if not what it is listed as.")
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who votes.")


class TracksBody(BaseModel):
    """Some tracks."""

    model_config = ConfigDict(extra="forbid", strict=True, title="TracksRequest")

    generation_ids: list[str] = Field(
        max_length=MOST_IDS, description="Ids of tracks; unknown ones are fine."
    )
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who asks.")


async def vote(request: Request) -> Response:
    """POST /api/library/{id}/vote: like or dislike a track, or take that back."""
    ports: Ports = request.app.state.ports
    caller = caller_of(request)
    track = await to_thread.run_sync(track_of, request)
    body = await read_body(request, VoteBody)
    data = {
        "track_id": track.id,
        "vote": body.vote,
        "reasons": body.feedback_reasons,
        "note": body.notes,
        "suggested_model": body.suggested_model,
    }
    command = command_of(request, VoteOnTrack, data, _NAMES)
    before = await to_thread.run_sync(ports.library.crowd.tally, track.id, caller.user_id)
    is_shown = await do(request, command)
    after = (
        await to_thread.run_sync(ports.library.crowd.tally, track.id, caller.user_id) if is_shown else None
    )
    found = after or _expected(before, command.vote)
    view: deed_shapes.Voted = {
        "success": True,
        "upvotes": found.upvotes,
        "downvotes": found.downvotes,
        "score": found.upvotes - found.downvotes,
        "user_vote": found.vote,
        "pending": not is_shown,
    }
    return answer(view, is_shown=is_shown)


def _expected(before: Tally | None, vote: int) -> Tally:
    """How the track will stand, as far as nobody else votes."""
    before = before or Tally(0, 0, 0)
    return Tally(
        before.upvotes + (vote == 1) - (before.vote == 1),
        before.downvotes + (vote == -1) - (before.vote == -1),
        vote,
    )


async def votes(request: Request) -> Response:
    """POST /api/library/votes: the caller's votes for up to 100 tracks; 0 where there is none."""
    ports: Ports = request.app.state.ports
    caller = caller_of(request)
    ids = checked_ids(await read_body(request, TracksBody))
    own = await to_thread.run_sync(ports.library.crowd.own, caller.user_id, ids)
    return JsonAnswer({track_id: own.votes.get(track_id, 0) for track_id in ids})


def checked_ids(body: TracksBody) -> list[str]:
    """The ids of a body, each once.

    Raises:
        ProblemError: 422, one is no id.
    """
    for number, track_id in enumerate(body.generation_ids):
        if not is_id(track_id):
            sentence = f"must be a UUID in lower case, got {track_id[:40]!r}"
            raise invalid([(f"generation_ids.{number}", sentence)], in_body=True)
    return list(dict.fromkeys(body.generation_ids))


def feedback(request: Request) -> Response:
    """GET /api/library/{id}/feedback: why people like a track or not; notes for its owner and admins."""
    ports: Ports = request.app.state.ports
    caller = caller_of(request)
    track = track_of(request)
    reasons = ports.library.crowd.reasons(track.id)
    notes = ports.library.crowd.notes(track.id) if caller.may_change(track.user_id) else None
    view: deed_shapes.Feedback = {
        "positive_reasons": {reason: n for reason, n in reasons.items() if reason in PRAISE},
        "negative_reasons": {reason: n for reason, n in reasons.items() if reason in BLAME},
        "total_votes": track.upvotes + track.downvotes,
        "notes": None
        if notes is None
        else [
            {
                "vote": note.vote,
                "notes": note.note,
                "suggested_model": note.suggested_model,
                "created_at": note.voted_at,
            }
            for note in notes
        ],
    }
    return JsonAnswer(view)
