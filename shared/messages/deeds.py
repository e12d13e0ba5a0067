"""What people do with tracks: the commands that ask for it, and the facts that it was done.

Every one needs a token, for all of them count by person. Nothing is looked up when a deed is taken in:
whether it has an effect, on a track that is not there or was deleted, say, is for who reads the facts.
"""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from shared.messages.command import Deed
from shared.messages.event import ByPerson
from shared.messages.job import JobId, Model
from shared.messages.playlists import FACTS_OF_PLAYLISTS, PLAYLIST_DEEDS
from shared.messages.queue import FACTS_OF_QUEUE, QUEUE_DEEDS
from shared.messages.text import cleaned

Vote = Annotated[int, Field(ge=-1, le=1)]

PRAISE = ("catchy", "quality", "creative", "matches", "mood", "relaxing", "loops_well", "useful")
"""Reasons for liking a sound."""

BLAME = (
    "wrong_mood",
    "too_repetitive",
    "bad_loop",
    "too_busy",
    "too_simple",
    "jarring",
    "low_quality",
    "inappropriate",
)
"""Reasons for disliking one."""

REASONS: dict[int, tuple[str, ...]] = {1: PRAISE, 0: (), -1: BLAME}
"""What may be given as a reason for each vote."""

MOST_REASONS = 8
NOTE_CHARACTERS = (0, 500)

CategoryId = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=40)]


def _clean_note(text: str) -> str:
    return cleaned(text, *NOTE_CHARACTERS)


class AboutTrack(ByPerson):
    """Somebody did something with a track."""

    track_id: JobId = Field(description="Id of the track.")

    @property
    def subject(self) -> str:
        return self.track_id


class TrackVoted(AboutTrack):
    """Somebody likes or dislikes a track; takes the place of their vote before."""

    TYPE = "track.voted"

    vote: Vote = Field(description="1 likes it, -1 dislikes it, 0 takes the vote back.")
    reasons: tuple[str, ...] = Field((), description="Why, as known words. Private.")
    note: str = Field("", description="In their own words, at most 500 characters. Private.")
    suggested_model: Model | None = Field(None, description="What it rather is, if not what it is listed as.")


class TrackFavourited(AboutTrack):
    """Somebody keeps a track among their favourites."""

    TYPE = "track.favourited"


class TrackUnfavourited(AboutTrack):
    """Somebody does not keep a track among their favourites any more."""

    TYPE = "track.unfavourited"


class TrackPlayed(AboutTrack):
    """Somebody listened to a track for 10 s, or to half of a shorter one."""

    TYPE = "track.played"


class CategorySuggested(AboutTrack):
    """Somebody says that a track belongs to a category, or does not say so any more."""

    TYPE = "category.suggested"

    category: CategoryId = Field(description="Id of the category.")
    withdrawn: bool = Field(False, description="They take the suggestion back.")


class TrackDeleted(AboutTrack):
    """A track was deleted by its owner or an admin; its files are gone."""

    TYPE = "track.deleted"


class _WithTrack(Deed):
    track_id: JobId = Field(description="Id of the track.")


class VoteOnTrack(_WithTrack):
    """Like or dislike a track, or take that back."""

    TYPE = "track.vote"

    vote: Vote = Field(description="1 likes it, -1 dislikes it, 0 takes the vote back.")
    reasons: list[str] = Field(
        [],
        max_length=MOST_REASONS,
        description=f"Why. For 1 of {', '.join(PRAISE)}; for -1 of {', '.join(BLAME)}. Private.",
    )
    note: Annotated[str, AfterValidator(_clean_note)] = Field(
        "", description="In one's own words, at most 500 characters. Private."
    )
    suggested_model: Model | None = Field(None, description="What it rather is, if not what it is listed as.")

    @field_validator("reasons")
    @classmethod
    def _known(cls, reasons: list[str], info: ValidationInfo) -> list[str]:
        fitting = REASONS.get(info.data.get("vote", 0), ())
        unknown = next((reason for reason in reasons if reason not in fitting), None)
        if unknown is not None and "vote" in info.data:
            wanted = f"be among {', '.join(fitting)}" if fitting else "be empty when a vote is taken back"
            raise ValueError(f"must {wanted}, got {unknown[:40]!r}")
        return list(dict.fromkeys(reasons))

    def fact(self, user_id: str) -> TrackVoted:
        return TrackVoted(
            user_id=user_id,
            track_id=self.track_id,
            vote=self.vote,
            reasons=tuple(self.reasons),
            note=self.note,
            suggested_model=self.suggested_model,
        )


class FavouriteTrack(_WithTrack):
    """Keep a track among one's favourites, or not any more."""

    TYPE = "track.favourite"

    favourite: bool = Field(True, description="Whether it is one.")

    def fact(self, user_id: str) -> TrackFavourited | TrackUnfavourited:
        kind = TrackFavourited if self.favourite else TrackUnfavourited
        return kind(user_id=user_id, track_id=self.track_id)


class PlayTrack(_WithTrack):
    """Tell that one listened to a track for 10 s, or to half of a shorter one."""

    TYPE = "track.play"

    def fact(self, user_id: str) -> TrackPlayed:
        return TrackPlayed(user_id=user_id, track_id=self.track_id)


class SuggestCategory(_WithTrack):
    """Say that a track belongs to a category, or take that back. What three people say counts."""

    TYPE = "category.suggest"

    category: CategoryId = Field(description="Id of the category.")
    withdraw: bool = Field(False, description="Take the suggestion back.")

    def fact(self, user_id: str) -> CategorySuggested:
        return CategorySuggested(
            user_id=user_id, track_id=self.track_id, category=self.category, withdrawn=self.withdraw
        )


class DeleteTrack(_WithTrack):
    """Delete a track of one's own with all its files; admins may delete anybody's."""

    TYPE = "track.delete"

    def fact(self, user_id: str) -> TrackDeleted:
        return TrackDeleted(user_id=user_id, track_id=self.track_id)


DEEDS: tuple[type[Deed], ...] = (
    VoteOnTrack,
    FavouriteTrack,
    PlayTrack,
    SuggestCategory,
    DeleteTrack,
    *PLAYLIST_DEEDS,
    *QUEUE_DEEDS,
)

FACTS_OF_DEEDS: tuple[type[ByPerson], ...] = (
    TrackVoted,
    TrackFavourited,
    TrackUnfavourited,
    TrackPlayed,
    CategorySuggested,
    TrackDeleted,
    *FACTS_OF_PLAYLISTS,
    *FACTS_OF_QUEUE,
)
