"""The shapes of answers of the radio."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from shared.messages.job import Model
from web.api.shapes import Seconds, Time, exact
from web.api.track_shapes import Track


@exact
class Station(TypedDict):
    """A station."""

    id: str
    name: str
    description: str
    count: Annotated[int, Field(ge=0, description="Tracks that it plays.")]
    model: Annotated[Model | None, Field(description="None for a station of both.")]
    group: Annotated[str | None, Field(description="Kind of its category, where it is one's.")]


@exact
class Stations(TypedDict):
    """Every station: the fixed ones, then categories, the largest first."""

    stations: list[Station]


@exact
class Broadcast(TypedDict):
    """A track of a programme."""

    track: Track
    starts_at: Time
    ends_at: Time


@exact
class NowPlaying(TypedDict):
    """What is heard."""

    track: Track
    starts_at: Time
    ends_at: Time
    position_s: Annotated[
        Seconds, Field(description="How much of it was heard; 0 where it is about to begin.")
    ]


@exact
class OnAir(TypedDict):
    """What a station plays now, what follows, and what was, the latest first."""

    station: Station
    time: Annotated[Time, Field(description="The clock that the programme follows.")]
    now_playing: NowPlaying | None
    up_next: Annotated[list[Broadcast], Field(max_length=5)]
    history: Annotated[list[Broadcast], Field(max_length=5)]


@exact
class RadioTracks(TypedDict):
    """Tracks to play."""

    tracks: Annotated[list[Track], Field(max_length=50)]
