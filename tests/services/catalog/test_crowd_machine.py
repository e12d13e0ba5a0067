"""Any interleaving of what people do, with repetitions at any time, gives what a simple model says."""

import sqlite3
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.catalog import taxonomy
from services.catalog.database import open_catalog
from services.catalog.projection import apply
from shared.bus.log_entry import LogEntry
from shared.messages.deeds import (
    CategorySuggested,
    TrackDeleted,
    TrackFavourited,
    TrackPlayed,
    TrackUnfavourited,
    TrackVoted,
)
from shared.messages.event import Event
from shared.messages.events import TrackPublished
from tests.services.catalog.crowd import (
    Log,
    deleted,
    favourited,
    played,
    suggested,
    unfavourited,
    voted,
)
from tests.services.catalog.events import dump, make_job, project, published

NUMBERS = st.integers(1, 3)
PEOPLE = st.sampled_from(["ada", "bob", "eve", "sue"])
CATEGORIES = st.sampled_from(["jazz", "piano", "rain", "no-such"])  # these tracks are music
GUESSED = {"piano", "calm"}
LATER_S = st.sampled_from([0.0, 1.0, 3.9, 4.0, 5000.0])
SOONEST_S = 4.0  # half of the eight seconds that these tracks last


@dataclass
class Track:
    """What is known of a track that is listed."""

    votes: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    favourites: set[str] = field(default_factory=set)
    plays: dict[str, int] = field(default_factory=dict)
    heard: dict[str, datetime] = field(default_factory=dict)
    suggestions: dict[str, set[str]] = field(default_factory=dict)


class Model:
    """The same rules over dictionaries."""

    def __init__(self) -> None:
        self.tracks: dict[str, Track] = {}
        self.deleted: set[str] = set()
        self.seen: set[str] = set()

    def see(self, entry: LogEntry) -> None:
        """Take one entry of the log in."""
        assert entry.recorded is not None
        event: Any = entry.recorded.event
        if isinstance(event, TrackPublished):
            if event.subject not in self.deleted:
                self.tracks.setdefault(event.subject, Track())
        elif isinstance(event, TrackDeleted):
            self.deleted.add(event.subject)
            self.tracks.pop(event.subject, None)
        elif event.subject in self.tracks and entry.recorded.id not in self.seen:
            self.seen.add(entry.recorded.id)
            self._do(self.tracks[event.subject], event, entry.recorded.time)

    def _do(self, track: Track, event: Any, time: datetime) -> None:
        who = event.user_id
        if isinstance(event, TrackVoted):
            track.votes.pop(who, None)
            if event.vote:
                track.votes[who] = (event.vote, event.reasons)
        elif isinstance(event, TrackFavourited):
            track.favourites.add(who)
        elif isinstance(event, TrackUnfavourited):
            track.favourites.discard(who)
        elif isinstance(event, TrackPlayed):
            last = track.heard.get(who)
            if last is None or (time - last).total_seconds() >= SOONEST_S:
                track.heard[who] = time
                track.plays[who] = track.plays.get(who, 0) + 1
        elif isinstance(event, CategorySuggested) and event.category in taxonomy.CATEGORIES["music"]:
            people = track.suggestions.setdefault(event.category, set())
            (people.discard if event.withdrawn else people.add)(who)


class CrowdMachine(RuleBasedStateMachine):
    """People, tracks, and a broker that may publish anything once more."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        self._folder, self._database = folder, folder / "library.db"
        self._catalog = self._open.enter_context(open_catalog(self._database))
        self._log, self._model = Log(), Model()

    def _append(self, event: Event, after_s: float = 1.0) -> None:
        self._take_in(self._log.append(event, after_s))

    def _take_in(self, entry: LogEntry) -> None:
        apply(self._catalog, [entry])
        self._model.see(entry)

    @rule(number=NUMBERS)
    def publish(self, number: int) -> None:
        self._append(published(make_job(number)))

    @rule(number=NUMBERS, who=PEOPLE, vote=st.sampled_from([-1, 0, 1]), reasons=st.booleans())
    def vote(self, number: int, who: str, vote: int, reasons: bool) -> None:
        given = {1: ("catchy", "mood"), -1: ("jarring",), 0: ()}[vote] if reasons else ()
        self._append(voted(number, who, vote, *given))

    @rule(number=NUMBERS, who=PEOPLE, keep=st.booleans())
    def favourite(self, number: int, who: str, keep: bool) -> None:
        self._append((favourited if keep else unfavourited)(number, who))

    @rule(number=NUMBERS, who=PEOPLE, after_s=LATER_S)
    def play(self, number: int, who: str, after_s: float) -> None:
        self._append(played(number, who), after_s)

    @rule(number=NUMBERS, who=PEOPLE, category=CATEGORIES, withdrawn=st.booleans())
    def suggest(self, number: int, who: str, category: str, withdrawn: bool) -> None:
        self._append(suggested(number, who, category, withdrawn=withdrawn))

    @rule(number=NUMBERS, people=st.sets(PEOPLE, min_size=2), category=CATEGORIES)
    def agree(self, number: int, people: set[str], category: str) -> None:
        for who in sorted(people):
            self._append(suggested(number, who, category))

    @rule(number=NUMBERS)
    def delete(self, number: int) -> None:
        self._append(deleted(number))

    @precondition(lambda self: self._log.entries)
    @rule(data=st.data(), after_s=LATER_S)
    def publish_again(self, data: st.DataObject, after_s: float) -> None:
        self._take_in(self._log.again(data.draw(st.sampled_from(self._log.entries)), after_s))

    @invariant()
    def the_rows_are_as_the_model_says(self) -> None:
        assert _rows(self._catalog) == _expected(self._model)

    @invariant()
    def a_track_without_votes_and_plays_has_no_scores_and_any_other_has(self) -> None:
        for row in self._catalog.execute("SELECT upvotes, downvotes, plays, popularity, trend FROM tracks"):
            up, down, plays, popularity, trend = row
            assert (popularity != 0) == (up + down > 0)
            assert (trend > 0) == (up + plays > 0)

    def teardown(self) -> None:
        """Reading the log again, in other batches, gives the same rows."""
        for number, batch in enumerate((3, 1000)):
            again = self._folder / f"again-{number}.db"
            project(again, self._log.entries, batch)
            assert dump(again) == dump(self._database)
        self._open.close()


def _rows(connection: sqlite3.Connection) -> dict[str, Any]:
    """Everything that counts, by id of the track."""
    tracks = connection.execute(_TRACKS).fetchall()
    return {
        "tracks": {row[1]: row[2:] for row in tracks},
        "votes": {row[1]: dict(connection.execute(_VOTES, (row[0],))) for row in tracks},
        "reasons": {row[1]: dict(connection.execute(_REASONS, (row[0],))) for row in tracks},
        "favourites": {
            row[1]: {who for (who,) in connection.execute(_FAVOURITES, (row[0],))} for row in tracks
        },
        "plays": {row[1]: dict(connection.execute(_PLAYS, (row[0],))) for row in tracks},
        "suggestions": {row[1]: set(connection.execute(_SUGGESTIONS, (row[0],))) for row in tracks},
        "categories": {row[1]: set(connection.execute(_CATEGORIES, (row[0],))) for row in tracks},
        "counters": dict(connection.execute("SELECT name, value FROM counters")),
        "deleted": {row[0] for row in connection.execute("SELECT id FROM jobs WHERE status = 'deleted'")},
    }


_TRACKS = "SELECT number, id, upvotes, downvotes, plays, listeners FROM tracks"
_VOTES = "SELECT user_id, vote FROM votes WHERE track = ?"
_REASONS = "SELECT reason, votes FROM vote_reasons WHERE track = ?"
_FAVOURITES = "SELECT user_id FROM favourites WHERE track = ?"
_PLAYS = "SELECT user_id, plays FROM listeners WHERE track = ?"
_CATEGORIES = "SELECT category, source FROM track_categories WHERE number = ?"
_SUGGESTIONS = "SELECT category, user_id FROM category_suggestions WHERE track = ?"


def _expected(model: Model) -> dict[str, Any]:
    tracks = model.tracks
    return {
        "tracks": {key: _columns(track) for key, track in tracks.items()},
        "votes": {
            key: {who: vote for who, (vote, _) in track.votes.items()} for key, track in tracks.items()
        },
        "reasons": {key: _reasons(track) for key, track in tracks.items()},
        "favourites": {key: track.favourites for key, track in tracks.items()},
        "plays": {key: track.plays for key, track in tracks.items()},
        "suggestions": {
            key: {(category, who) for category, people in track.suggestions.items() for who in people}
            for key, track in tracks.items()
        },
        "categories": {key: _categories(track) for key, track in tracks.items()},
        "counters": _counters(model),
        "deleted": model.deleted,
    }


def _columns(track: Track) -> tuple[int, int, int, int]:
    votes = [vote for vote, _ in track.votes.values()]
    return votes.count(1), votes.count(-1), sum(track.plays.values()), len(track.plays)


def _reasons(track: Track) -> dict[str, int]:
    given = [reason for _, reasons in track.votes.values() for reason in reasons]
    return {reason: given.count(reason) for reason in given}


def _categories(track: Track) -> set[tuple[str, str]]:
    agreed = {category for category, people in track.suggestions.items() if len(people) >= 3}
    return {(guess, "machine") for guess in GUESSED} | {(one, "crowd") for one in agreed - GUESSED}


def _counters(model: Model) -> dict[str, int]:
    tracks = model.tracks.values()
    counted = {
        "total": len(tracks),
        "music": len(tracks),
        "votes": sum(len(track.votes) for track in tracks),
        "favourites": sum(len(track.favourites) for track in tracks),
    }
    return {name: count for name, count in counted.items() if count}


TestCrowd = CrowdMachine.TestCase
TestCrowd.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
