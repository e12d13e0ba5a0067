"""What people did, as the web app reads it. Read-only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.catalog.crowd import counters, favourites, projection, votes
from services.catalog.crowd.votes import Note, Tally
from services.catalog.reader import Readers


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
        """Whether a fact about what somebody did with a track has had its effect."""
        with self._readers.snapshot() as connection:
            return projection.has_seen(connection, fact_id)

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

    def reasons(self, track_id: str) -> Counter[str]:
        """How many people gave each reason for their vote on a track, the most frequent first."""
        with self._readers.snapshot() as connection:
            return votes.reasons(connection, track_id)

    def notes(self, track_id: str, limit: int = 100) -> list[Note]:
        """The latest notes to a track, newest first."""
        with self._readers.snapshot() as connection:
            return votes.notes(connection, track_id, limit)
