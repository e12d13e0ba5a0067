"""What people did, as the web app reads it. Read-only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.catalog.crowd import counters, favourites, plays, seen, suggestions, votes
from services.catalog.crowd.plays import Listening, PlayStats
from services.catalog.crowd.suggestions import Suggestions
from services.catalog.crowd.votes import Note, OwnVote, Tally
from services.catalog.reader import Readers
from shared.messages.job import Model


@dataclass(frozen=True)
class Own:
    """What one person did with some tracks.

    Attributes:
        votes: 1 or -1 by track id.
        favourites: ids of the tracks that they keep.
    """

    votes: dict[str, int]
    favourites: frozenset[str]


NOTHING = Own({}, frozenset())
"""Of somebody who did nothing, or is not known."""


class Crowd:
    """Reads one consistent moment each; raises CatalogNotReadyError while there is no database."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def has_seen(self, fact_id: str) -> bool:
        """Whether a fact about what somebody did has had its effect."""
        with self._readers.snapshot() as connection:
            return seen.has_seen(connection, fact_id)

    def own(self, user_id: str, track_ids: Sequence[str]) -> Own:
        """What a person did with these tracks."""
        if not track_ids:
            return NOTHING
        with self._readers.snapshot() as connection:
            return Own(
                votes.votes_of(connection, user_id, track_ids),
                frozenset(favourites.favourites_among(connection, user_id, track_ids)),
            )

    def totals(self) -> dict[str, int]:
        """Votes and favourites of everybody on everything."""
        with self._readers.snapshot() as connection:
            return {name: counters.counted(connection, name) for name in ("votes", "favourites")}

    def tally(self, track_id: str, user_id: str) -> Tally | None:
        """The votes on a track, and this person's; None for a track that is not there."""
        with self._readers.snapshot() as connection:
            return votes.tally(connection, track_id, user_id)

    def favourites(self, user_id: str, model: Model | None, limit: int, offset: int) -> tuple[list[str], int]:
        """Ids of a part of somebody's favourites, the latest first; and how many there are in all."""
        with self._readers.snapshot() as connection:
            return favourites.kept_by(connection, user_id, model, limit, offset)

    def play_stats(self, track_id: str) -> PlayStats | None:
        """How a track was listened to; None for one that is not there."""
        with self._readers.snapshot() as connection:
            return plays.stats(connection, track_id)

    def plays(self, user_id: str, limit: int, offset: int) -> list[Listening]:
        """A part of what somebody listened to, the latest first."""
        with self._readers.snapshot() as connection:
            return plays.history(connection, user_id, limit, offset)

    def votes(self, user_id: str, limit: int, offset: int) -> list[OwnVote]:
        """A part of somebody's votes, the latest first."""
        with self._readers.snapshot() as connection:
            return votes.history(connection, user_id, limit, offset)

    def suggestions(self, track_id: str, user_id: str) -> Suggestions:
        """The categories that people suggest for a track, and this person among them."""
        with self._readers.snapshot() as connection:
            return suggestions.suggestions(connection, track_id, user_id)

    def reasons(self, track_id: str) -> Counter[str]:
        """How many people gave each reason for their vote on a track, the most frequent first."""
        with self._readers.snapshot() as connection:
            return votes.reasons(connection, track_id)

    def notes(self, track_id: str, limit: int = 100) -> list[Note]:
        """The latest notes to a track, newest first."""
        with self._readers.snapshot() as connection:
            return votes.notes(connection, track_id, limit)
