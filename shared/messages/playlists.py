"""Playlists: the commands that change somebody's, and the facts that it was changed.

As with what people do with tracks nothing is looked up when a command is taken in. Facts about a
playlist that is not there, or is somebody else's, have no effect, nor have tracks that are not listed.
"""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from shared.messages.command import Deed
from shared.messages.event import ByPerson
from shared.messages.job import JobId
from shared.messages.text import cleaned

NAME_CHARACTERS = (1, 100)
DESCRIPTION_CHARACTERS = (0, 500)
QUERY_CHARACTERS = (1, 2000)
SHARED_S = (60, 366 * 86_400)
MOST_TRACKS = 1000
"""As many tracks as a playlist may hold."""
MOST_PLAYLISTS = 500
"""As many playlists as a person may have."""

PlaylistId = JobId


def _clean_name(text: str) -> str:
    return cleaned(text, *NAME_CHARACTERS)


def _clean_description(text: str) -> str:
    return cleaned(text, *DESCRIPTION_CHARACTERS)


def _clean_query(text: str) -> str:
    return cleaned(text, *QUERY_CHARACTERS)


Name = Annotated[str, AfterValidator(_clean_name)]
Description = Annotated[str, AfterValidator(_clean_description)]
Query = Annotated[str, AfterValidator(_clean_query)]
Tracks = Annotated[list[JobId], Field(max_length=MOST_TRACKS)]


class AboutPlaylist(ByPerson):
    """Somebody did something with a playlist."""

    playlist_id: PlaylistId = Field(description="Id of the playlist.")

    @property
    def subject(self) -> str:
        return self.playlist_id


class PlaylistCreated(AboutPlaylist):
    """Somebody made a playlist; it is private."""

    TYPE = "playlist.created"

    name: str = Field(description="1 to 100 characters.")
    description: str = Field("", description="At most 500 characters.")
    query: str | None = Field(None, description="Of a smart playlist: the search that says what is in it.")
    track_ids: tuple[JobId, ...] = Field((), description="What is in it from the start, in this order.")


class PlaylistChanged(AboutPlaylist):
    """Somebody called a playlist otherwise, described it otherwise, or changed what it searches for."""

    TYPE = "playlist.changed"

    name: str | None = Field(None, description="The new name; none where it stays.")
    description: str | None = Field(None, description="The new description; none where it stays.")
    query: str | None = Field(None, description="The new search of a smart playlist; none where it stays.")


class PlaylistTracksAdded(AboutPlaylist):
    """Somebody put tracks at the end of a playlist; those that are in it stay where they are."""

    TYPE = "playlist.tracks_added"

    track_ids: tuple[JobId, ...] = Field(description="The tracks, in this order.")


class PlaylistTracksRemoved(AboutPlaylist):
    """Somebody took tracks out of a playlist."""

    TYPE = "playlist.tracks_removed"

    track_ids: tuple[JobId, ...] = Field(description="The tracks.")


class PlaylistReordered(AboutPlaylist):
    """Somebody put tracks of a playlist into another order: among the places that these tracks have."""

    TYPE = "playlist.reordered"

    track_ids: tuple[JobId, ...] = Field(
        description="The tracks in their new order; others keep their places."
    )


class PlaylistShared(AboutPlaylist):
    """Somebody lets whoever has a link read a playlist; an earlier link leads nowhere any more."""

    TYPE = "playlist.shared"

    share_id: JobId = Field(description="The link is made of this and the installation's secret.")
    expires_in_s: int = Field(gt=0, description="Seconds after the fact's time; then the link leads nowhere.")


class PlaylistUnshared(AboutPlaylist):
    """Somebody keeps a playlist to themselves again."""

    TYPE = "playlist.unshared"


class PlaylistDeleted(AboutPlaylist):
    """Somebody deleted a playlist; its tracks stay."""

    TYPE = "playlist.deleted"


class _WithPlaylist(Deed):
    playlist_id: PlaylistId = Field(description="Id of the playlist.")


class CreatePlaylist(Deed):
    """Make a playlist of one's own, empty or with tracks, or one that is a saved search."""

    TYPE = "playlist.create"

    playlist_id: PlaylistId = Field(description="UUID of the sender's choice.")
    name: Name = Field(description="1 to 100 characters.")
    description: Description = Field("", description="At most 500 characters.")
    query: Query | None = Field(
        None,
        description="Makes it a smart one: parameters of GET /api/library, as `search=rain`.",
    )
    track_ids: Tracks = Field([], description="What is in it from the start, at most 1,000.")

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.query is not None and self.track_ids:
            raise ValueError("must have a query or tracks, not both: a search says what is in it")
        return self

    def fact(self, user_id: str) -> PlaylistCreated:
        return PlaylistCreated(
            user_id=user_id,
            playlist_id=self.playlist_id,
            name=self.name,
            description=self.description,
            query=self.query,
            track_ids=tuple(self.track_ids),
        )


class ChangePlaylist(_WithPlaylist):
    """Call a playlist otherwise, describe it otherwise, or change what a smart one searches for."""

    TYPE = "playlist.change"

    name: Name | None = Field(None, description="1 to 100 characters.")
    description: Description | None = Field(None, description="At most 500 characters.")
    query: Query | None = Field(None, description="Parameters of GET /api/library; of a smart playlist only.")

    def fact(self, user_id: str) -> PlaylistChanged:
        return PlaylistChanged(
            user_id=user_id,
            playlist_id=self.playlist_id,
            name=self.name,
            description=self.description,
            query=self.query,
        )


class _WithTracks(_WithPlaylist):
    track_ids: Annotated[Tracks, Field(min_length=1)] = Field(description="Ids of tracks, at most 1,000.")


class AddToPlaylist(_WithTracks):
    """Put tracks at the end of a playlist."""

    TYPE = "playlist.add"

    def fact(self, user_id: str) -> PlaylistTracksAdded:
        return PlaylistTracksAdded(
            user_id=user_id, playlist_id=self.playlist_id, track_ids=tuple(self.track_ids)
        )


class RemoveFromPlaylist(_WithTracks):
    """Take tracks out of a playlist."""

    TYPE = "playlist.remove"

    def fact(self, user_id: str) -> PlaylistTracksRemoved:
        return PlaylistTracksRemoved(
            user_id=user_id, playlist_id=self.playlist_id, track_ids=tuple(self.track_ids)
        )


class ReorderPlaylist(_WithTracks):
    """Put tracks of a playlist into another order, among the places that they have; others stay."""

    TYPE = "playlist.reorder"

    def fact(self, user_id: str) -> PlaylistReordered:
        return PlaylistReordered(
            user_id=user_id, playlist_id=self.playlist_id, track_ids=tuple(self.track_ids)
        )


class SharePlaylist(_WithPlaylist):
    """Let whoever has a link read a playlist, for a time."""

    TYPE = "playlist.share"

    share_id: JobId = Field(description="UUID of the sender's choice; another one makes another link.")
    expires_in_s: int = Field(ge=SHARED_S[0], le=SHARED_S[1], description="Seconds until the link ends.")

    def fact(self, user_id: str) -> PlaylistShared:
        return PlaylistShared(
            user_id=user_id,
            playlist_id=self.playlist_id,
            share_id=self.share_id,
            expires_in_s=self.expires_in_s,
        )


class UnsharePlaylist(_WithPlaylist):
    """Keep a playlist to oneself again."""

    TYPE = "playlist.unshare"

    def fact(self, user_id: str) -> PlaylistUnshared:
        return PlaylistUnshared(user_id=user_id, playlist_id=self.playlist_id)


class DeletePlaylist(_WithPlaylist):
    """Delete a playlist of one's own; its tracks stay."""

    TYPE = "playlist.delete"

    def fact(self, user_id: str) -> PlaylistDeleted:
        return PlaylistDeleted(user_id=user_id, playlist_id=self.playlist_id)


PLAYLIST_DEEDS: tuple[type[Deed], ...] = (
    CreatePlaylist,
    ChangePlaylist,
    AddToPlaylist,
    RemoveFromPlaylist,
    ReorderPlaylist,
    SharePlaylist,
    UnsharePlaylist,
    DeletePlaylist,
)

FACTS_OF_PLAYLISTS: tuple[type[AboutPlaylist], ...] = (
    PlaylistCreated,
    PlaylistChanged,
    PlaylistTracksAdded,
    PlaylistTracksRemoved,
    PlaylistReordered,
    PlaylistShared,
    PlaylistUnshared,
    PlaylistDeleted,
)
