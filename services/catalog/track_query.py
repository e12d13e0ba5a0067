"""What may be asked of lists of tracks, and what comes back."""

from dataclasses import dataclass
from typing import Literal

from services.catalog.rows import TrackRow
from shared.messages.job import Model

Sort = Literal["recent", "relevance", "popular", "rating", "plays", "trending", "duration"]
MOST_PER_PAGE = 100

Range = tuple[float, float]
"""Least and most, both among them."""


@dataclass(frozen=True)
class TrackFilter:
    """Which tracks.

    Attributes:
        search: any text a person typed; see `search.parse`. Empty or without a word: no restriction.
        categories: ids of categories that a track must all be in.
        user_id: whose tracks.
        bpm: beats a minute.
        key: as `D minor`; another spelling of its tonic is the same.
        duration_s: seconds.
        least_score: of the quality check, 0 to 100.
        loop: only tracks that loop, or only others.
        favourites_of: only this person's favourites.
    """

    model: Model | None = None
    search: str = ""
    categories: tuple[str, ...] = ()
    user_id: str | None = None
    bpm: Range | None = None
    key: str = ""
    duration_s: Range | None = None
    engine: str | None = None
    least_score: int = 0
    loop: bool | None = None
    favourites_of: str | None = None

    @property
    def narrows(self) -> bool:
        """Whether it asks for anything beside the model and the words."""
        return any(
            (
                self.categories,
                self.user_id is not None,
                self.bpm,
                self.key,
                self.duration_s,
                self.engine is not None,
                self.least_score,
                self.loop is not None,
                self.favourites_of is not None,
            )
        )


@dataclass(frozen=True)
class TrackQuery(TrackFilter):
    """Which tracks, in which order.

    Attributes:
        sort: duration is longest first. Relevance without a search is recent.
        page: from 1; counts from the first track, whatever the cursor says.
        per_page: 1 to 100.
        cursor: `next_cursor` of the page before, of the same list; then `page` means nothing.

    Raises:
        ValueError: page or per_page is out of range.
    """

    sort: Sort = "recent"
    page: int = 1
    per_page: int = 20
    cursor: str | None = None

    def __post_init__(self) -> None:
        if self.page < 1:
            raise ValueError(f"page must be 1 or more, got {self.page}")
        if not 1 <= self.per_page <= MOST_PER_PAGE:
            raise ValueError(f"per_page must be 1 to {MOST_PER_PAGE}, got {self.per_page}")


@dataclass(frozen=True)
class Page:
    """A part of a list.

    Attributes:
        total: how many tracks there are in the whole list; 5001 stands for more than 5000 where
            `total_is_exact` is False.
        with_every_word: how many of `total` have every word of the search; those come first. The others
            have some.
        next_cursor: leads to the page after this one; None on the last.
    """

    items: list[TrackRow]
    total: int
    page: int
    per_page: int
    total_is_exact: bool
    with_every_word: int
    next_cursor: str | None = None
