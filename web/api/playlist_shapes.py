"""The shapes of answers about playlists; see `shapes`."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from shared.messages.playlists import MOST_TRACKS
from web.api.deed_shapes import Count, Pending
from web.api.shapes import Seconds, Time, exact
from web.api.track_shapes import Track


@exact
class ShareLink(TypedDict):
    """What lets others read a playlist."""

    token: Annotated[str, Field(description="For `share` of GET /api/playlists/{id} and its files.")]
    url: Annotated[str, Field(description="Of the page, for people.")]
    expires_at: Time


class _Described(TypedDict):
    id: str
    name: str
    description: str
    is_smart: Annotated[bool, Field(description="What is in it is found when it is read.")]
    query: Annotated[str | None, Field(description="Of a smart one: parameters of GET /api/library.")]
    is_owner: bool
    share: Annotated[
        ShareLink | None, Field(description="Null while it is private, and for all but its owner.")
    ]
    created_at: Time
    updated_at: Annotated[
        Time, Field(description="When its name, description, search or tracks last changed.")
    ]


@exact
class PlaylistEntry(_Described):
    """A playlist in a list."""

    track_count: Annotated[int | None, Field(ge=0, description="Null for a smart one: it is not read here.")]
    contains: Annotated[
        bool | None, Field(description="Whether the track of `track_id` is in it; else null.")
    ]


@exact
class PlaylistList(TypedDict):
    """A page of somebody's playlists, the last changed first."""

    items: Annotated[list[PlaylistEntry], Field(max_length=100)]
    total: Count
    page: int
    pages: int
    per_page: int


@exact
class Playlist(_Described):
    """A playlist with its tracks."""

    track_count: Count
    duration: Annotated[Seconds, Field(description="Of the tracks that are told here, together.")]
    tracks: Annotated[list[Track], Field(max_length=MOST_TRACKS)]
    page: int
    pages: int
    per_page: int
    pending: Pending


@exact
class TracksAdded(TypedDict):
    """Tracks were put into a playlist."""

    success: Literal[True]
    added: Count
    already_there: Count
    unknown: Annotated[list[str], Field(description="Ids that are no track's.")]
    track_count: Count
    pending: Pending


@exact
class TrackRemoved(TypedDict):
    """A track was taken out of a playlist."""

    success: Literal[True]
    removed: Annotated[bool, Field(description="False where it was not in it.")]
    track_count: Count
    pending: Pending


@exact
class Shared(TypedDict):
    """Whether others can read a playlist."""

    success: Literal[True]
    share: ShareLink | None
    pending: Pending


@exact
class UnknownEntry(TypedDict):
    """An entry of a file that is no sound of this Sound Box."""

    entry: Annotated[int, Field(ge=1, description="Its number in the file.")]
    title: str
    location: str


@exact
class Imported(TypedDict):
    """A playlist was made of a file."""

    success: Literal[True]
    playlist: Playlist
    entries: Annotated[int, Field(ge=0, description="How many the file has.")]
    matched: Annotated[int, Field(ge=0, description="How many of them are in the playlist now.")]
    repeated: Annotated[int, Field(ge=0, description="How many are in the file more than once.")]
    left_out: Annotated[int, Field(ge=0, description="How many a playlist has no room for.")]
    unknown: Annotated[list[UnknownEntry], Field(max_length=100, description="The first 100.")]
    unknown_count: Count
    pending: Pending
