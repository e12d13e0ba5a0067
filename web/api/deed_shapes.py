"""The shapes of answers about what people do with tracks; see `shapes`."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from shared.messages.job import Model
from web.api.shapes import Time, exact

Count = Annotated[int, Field(ge=0)]
Vote = Annotated[int, Field(ge=-1, le=1)]
Pending = Annotated[
    bool, Field(description="With 202: it is on its way, and the rest is how things will stand.")
]


@exact
class Voted(TypedDict):
    """A vote counts."""

    success: Literal[True]
    upvotes: Count
    downvotes: Count
    score: Annotated[int, Field(description="Upvotes less downvotes.")]
    user_vote: Vote
    pending: Pending


@exact
class VoteNote(TypedDict):
    """What somebody said about a track."""

    vote: Vote
    notes: str
    suggested_model: Model | None
    created_at: Time


@exact
class Feedback(TypedDict):
    """Why people like a track or not."""

    positive_reasons: Annotated[dict[str, int], Field(description="How many gave each reason.")]
    negative_reasons: Annotated[dict[str, int], Field(description="How many gave each reason.")]
    total_votes: Count
    notes: Annotated[
        list[VoteNote] | None, Field(description="The latest 100; null but for the owner and admins.")
    ]
