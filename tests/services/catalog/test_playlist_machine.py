"""Playlists come out of any interleaving of facts, with repetitions, as a simple model over lists says."""

import sqlite3
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.catalog.database import open_catalog
from services.catalog.projection import apply
from shared.bus.log_entry import LogEntry
from shared.messages.deeds import TrackDeleted
from shared.messages.event import Event
from shared.messages.events import TrackPublished
from shared.messages.playlists import (
    PlaylistChanged,
    PlaylistCreated,
    PlaylistDeleted,
    PlaylistReordered,
    PlaylistShared,
    PlaylistTracksAdded,
    PlaylistTracksRemoved,
    PlaylistUnshared,
)
from tests.services.catalog.crowd import Log, deleted
from tests.services.catalog.events import dump, job_id, make_job, project, published

PEOPLE = st.sampled_from(["ada", "bob"])
PLAYLISTS = st.integers(101, 103).map(job_id)
NUMBERS = st.integers(1, 5)
TRACKS = st.lists(NUMBERS.map(job_id), min_size=1, max_size=6)
WORDS = st.sampled_from(["", "calm", "loud"])
QUERIES = st.sampled_from([None, None, "q=rain", "q=wind"])


@dataclass
class Playlist:
    """What is known of a playlist."""

    owner: str
    name: str
    description: str
    query: str | None
    tracks: list[str] = field(default_factory=list)
    share: str | None = None


class Model:
    """The same rules over lists."""

    def __init__(self) -> None:
        self.listed: set[str] = set()
        self.deleted_tracks: set[str] = set()
        self.playlists: dict[str, Playlist] = {}
        self.deleted: set[str] = set()
        self.seen: set[str] = set()

    def see(self, entry: LogEntry) -> None:
        """Take one entry of the log in."""
        assert entry.recorded is not None
        event: Any = entry.recorded.event
        if isinstance(event, TrackPublished):
            self.listed |= {event.subject} - self.deleted_tracks
        elif isinstance(event, TrackDeleted):
            self.deleted_tracks.add(event.subject)
            self.listed.discard(event.subject)
            for playlist in self.playlists.values():
                playlist.tracks = [track for track in playlist.tracks if track != event.subject]
        elif entry.recorded.id not in self.seen:
            self._see_playlist(event, entry.recorded.id)

    def _see_playlist(self, event: Any, fact_id: str) -> None:
        found = self.playlists.get(event.subject)
        if isinstance(event, PlaylistCreated):
            if found is None and event.subject not in self.deleted:
                self.seen.add(fact_id)
                made = Playlist(event.user_id, event.name, event.description, event.query)
                self.playlists[event.subject] = made
                self._add(made, event.track_ids)
        elif found is not None and found.owner == event.user_id:
            self.seen.add(fact_id)
            self._change(found, event)

    def _change(self, playlist: Playlist, event: Any) -> None:
        if isinstance(event, PlaylistChanged):
            playlist.name = playlist.name if event.name is None else event.name
            playlist.description = playlist.description if event.description is None else event.description
            if playlist.query is not None and event.query is not None:
                playlist.query = event.query
        elif isinstance(event, PlaylistTracksAdded):
            self._add(playlist, event.track_ids)
        elif isinstance(event, PlaylistTracksRemoved):
            playlist.tracks = [track for track in playlist.tracks if track not in event.track_ids]
        elif isinstance(event, PlaylistReordered):
            named = [track for track in dict.fromkeys(event.track_ids) if track in playlist.tracks]
            order = iter(named)
            playlist.tracks = [next(order) if track in named else track for track in playlist.tracks]
        elif isinstance(event, PlaylistShared):
            playlist.share = event.share_id
        elif isinstance(event, PlaylistUnshared):
            playlist.share = None
        elif isinstance(event, PlaylistDeleted):
            del self.playlists[event.subject]
            self.deleted.add(event.subject)

    def _add(self, playlist: Playlist, track_ids: tuple[str, ...]) -> None:
        if playlist.query is None:
            known = [track for track in track_ids if track in self.listed]
            playlist.tracks = list(dict.fromkeys([*playlist.tracks, *known]))


class PlaylistMachine(RuleBasedStateMachine):
    """People, playlists, tracks, and a broker that may publish anything once more."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self._folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        self._database = self._folder / "library.db"
        self._catalog = self._open.enter_context(open_catalog(self._database))
        self._log, self._model = Log(), Model()
        for number in (1, 2, 3):
            self._append(published(make_job(number)))

    def _append(self, event: Event) -> None:
        self._take_in(self._log.append(event))

    def _take_in(self, entry: LogEntry) -> None:
        apply(self._catalog, [entry])
        self._model.see(entry)

    @rule(number=NUMBERS)
    def publish(self, number: int) -> None:
        self._append(published(make_job(number)))

    @rule(number=NUMBERS)
    def delete_track(self, number: int) -> None:
        self._append(deleted(number))

    @rule(
        playlist=PLAYLISTS,
        who=PEOPLE,
        name=WORDS,
        query=QUERIES,
        tracks=st.one_of(st.just(list[str]()), TRACKS),
    )
    def create(self, playlist: str, who: str, name: str, query: str | None, tracks: list[str]) -> None:
        self._append(
            PlaylistCreated(
                playlist_id=playlist, user_id=who, name=name, query=query, track_ids=tuple(tracks)
            )
        )

    @rule(playlist=PLAYLISTS, who=PEOPLE, name=st.none() | WORDS, told=st.none() | WORDS, query=QUERIES)
    def change(self, playlist: str, who: str, name: str | None, told: str | None, query: str | None) -> None:
        self._append(
            PlaylistChanged(playlist_id=playlist, user_id=who, name=name, description=told, query=query)
        )

    @rule(playlist=PLAYLISTS, who=PEOPLE, tracks=TRACKS)
    def add(self, playlist: str, who: str, tracks: list[str]) -> None:
        self._append(PlaylistTracksAdded(playlist_id=playlist, user_id=who, track_ids=tuple(tracks)))

    @rule(playlist=PLAYLISTS, who=PEOPLE, tracks=TRACKS)
    def remove(self, playlist: str, who: str, tracks: list[str]) -> None:
        self._append(PlaylistTracksRemoved(playlist_id=playlist, user_id=who, track_ids=tuple(tracks)))

    @rule(playlist=PLAYLISTS, who=PEOPLE, tracks=TRACKS)
    def reorder(self, playlist: str, who: str, tracks: list[str]) -> None:
        self._append(PlaylistReordered(playlist_id=playlist, user_id=who, track_ids=tuple(tracks)))

    @rule(playlist=PLAYLISTS, who=PEOPLE, share=st.sampled_from([None, job_id(7), job_id(8)]))
    def share(self, playlist: str, who: str, share: str | None) -> None:
        if share is None:
            self._append(PlaylistUnshared(playlist_id=playlist, user_id=who))
        else:
            self._append(PlaylistShared(playlist_id=playlist, user_id=who, share_id=share, expires_in_s=3600))

    @rule(playlist=PLAYLISTS, who=PEOPLE)
    def delete(self, playlist: str, who: str) -> None:
        self._append(PlaylistDeleted(playlist_id=playlist, user_id=who))

    @precondition(lambda self: self._log.entries)
    @rule(data=st.data())
    def publish_again(self, data: st.DataObject) -> None:
        self._take_in(self._log.again(data.draw(st.sampled_from(self._log.entries))))

    @invariant()
    def the_rows_are_as_the_model_says(self) -> None:
        assert _rows(self._catalog) == {
            key: (one.owner, one.name, one.description, one.query, one.share, len(one.tracks), one.tracks)
            for key, one in self._model.playlists.items()
        }

    @invariant()
    def nothing_is_left_of_what_is_gone(self) -> None:
        (left,) = self._catalog.execute(
            "SELECT count(*) FROM playlist_tracks WHERE playlist NOT IN (SELECT number FROM playlists) "
            "OR track NOT IN (SELECT number FROM tracks)"
        ).fetchone()
        assert left == 0

    def teardown(self) -> None:
        """Reading the log again, in other batches, gives the same rows."""
        for number, batch in enumerate((3, 1000)):
            again = self._folder / f"again-{number}.db"
            project(again, self._log.entries, batch)
            assert dump(again) == dump(self._database)
        self._open.close()


def _rows(connection: sqlite3.Connection) -> dict[str, Any]:
    rows = connection.execute(
        "SELECT number, id, user_id, name, description, query, share_id, tracks FROM playlists"
    ).fetchall()
    return {row[1]: (*row[2:], [one for (one,) in connection.execute(_TRACKS, (row[0],))]) for row in rows}


_TRACKS = (
    "SELECT tracks.id FROM playlist_tracks JOIN tracks ON number = track WHERE playlist = ? ORDER BY place"
)

TestPlaylists = PlaylistMachine.TestCase
TestPlaylists.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
