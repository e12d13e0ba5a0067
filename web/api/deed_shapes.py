"""The shapes of answers about what people do with tracks; see `shapes`."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from shared.messages.job import Model
from web.api.shapes import Time, exact
from web.api.track_shapes import CategoryCounts, Track

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


@exact
class Favourite(TypedDict):
    """Whether a track is kept."""

    success: Literal[True]
    favorited: bool
    changed: Annotated[bool, Field(description="False where it was so before.")]
    pending: Pending


@exact
class Played(TypedDict):
    """A play was told; one that follows another sooner than anybody can have listened counts no more."""

    success: Literal[True]
    play_count: Count
    unique_plays: Annotated[int, Field(ge=0, description="How many people listened.")]
    pending: Pending


@exact
class PlayCounts(TypedDict):
    """How often a track was played."""

    play_count: Count
    unique_plays: Annotated[int, Field(ge=0, description="How many people listened.")]


@exact
class TagSuggested(TypedDict):
    """A suggestion was taken down, or taken back."""

    success: Literal[True]
    message: Annotated[str, Field(description="How it stands now, for a person.")]
    current_votes: Annotated[int, Field(ge=0, description="Listeners who suggest it.")]
    threshold: Annotated[int, Field(description="How many have to.")]
    consensus_reached: bool
    pending: Pending


@exact
class TagSuggestions(TypedDict):
    """What is suggested for a track."""

    suggestions: Annotated[dict[str, int], Field(description="Listeners by category, the most first.")]
    user_suggestions: Annotated[list[str], Field(description="The caller's own.")]
    current_categories: list[str]
    threshold: Annotated[int, Field(description="How many listeners have to suggest a category.")]


@exact
class PlayEntry(TypedDict):
    """A track that was listened to."""

    track: Track
    play_count: Annotated[int, Field(ge=1, description="How often this person played it.")]
    played_at: Annotated[Time, Field(description="The last time.")]


@exact
class PlayHistory(TypedDict):
    """What somebody listened to, the latest first."""

    history: Annotated[list[PlayEntry], Field(max_length=100)]
    limit: int
    offset: int
    has_more: bool


@exact
class VoteEntry(TypedDict):
    """A vote."""

    track: Track
    vote: Vote
    feedback_reasons: list[str]
    notes: str
    voted_at: Time


@exact
class VoteHistory(TypedDict):
    """Somebody's votes, the latest first."""

    history: Annotated[list[VoteEntry], Field(max_length=100)]
    limit: int
    offset: int
    has_more: bool


@exact
class Rated(TypedDict):
    """Stars were given."""

    success: Literal[True]
    filename: str
    rating: Annotated[int | None, Field(ge=1, le=5)]
    user_vote: Vote
    pending: Pending


@exact
class Stats(TypedDict):
    """Counts over the whole library."""

    total_generations: Annotated[int, Field(ge=0, description="Published tracks.")]
    music: Count
    audio: Count
    total_votes: Count
    total_favorites: Count
    categories: CategoryCounts
