"""Facts about what people did, as entries of a log that grows."""

import itertools
from datetime import timedelta

from shared.bus.log_entry import LogEntry
from shared.messages.deeds import (
    CategorySuggested,
    TrackDeleted,
    TrackFavourited,
    TrackPlayed,
    TrackUnfavourited,
    TrackVoted,
)
from shared.messages.envelope import id_of_deed, record
from shared.messages.event import ByPerson, Event
from tests.services.catalog.events import STAGES, START, job_id

_commands = itertools.count()


def voted(number: int, user_id: str, vote: int, *reasons: str, note: str = "") -> TrackVoted:
    """Somebody likes or dislikes track `number`."""
    return TrackVoted(track_id=job_id(number), user_id=user_id, vote=vote, reasons=reasons, note=note)


def favourited(number: int, user_id: str) -> TrackFavourited:
    """Somebody keeps track `number`."""
    return TrackFavourited(track_id=job_id(number), user_id=user_id)


def unfavourited(number: int, user_id: str) -> TrackUnfavourited:
    """Somebody keeps track `number` no more."""
    return TrackUnfavourited(track_id=job_id(number), user_id=user_id)


def played(number: int, user_id: str) -> TrackPlayed:
    """Somebody listened to track `number`."""
    return TrackPlayed(track_id=job_id(number), user_id=user_id)


def suggested(number: int, user_id: str, category: str, *, withdrawn: bool = False) -> CategorySuggested:
    """Somebody says that track `number` belongs to a category."""
    return CategorySuggested(track_id=job_id(number), user_id=user_id, category=category, withdrawn=withdrawn)


def deleted(number: int, user_id: str = "ada") -> TrackDeleted:
    """Track `number` was deleted."""
    return TrackDeleted(track_id=job_id(number), user_id=user_id)


class Log:
    """A log to which facts are appended: a second apart, unless told otherwise; each deed is a new one."""

    def __init__(self, *events: Event) -> None:
        self.entries: list[LogEntry] = []
        self.now = START
        for event in events:
            self.append(event)

    def append(self, event: Event, after_s: float = 1.0) -> LogEntry:
        """The entry of a fact that happened so much later than the last."""
        self.now += timedelta(seconds=after_s)
        fact_id = id_of_deed(event, f"command {next(_commands)}") if isinstance(event, ByPerson) else None
        recorded = record(event, STAGES.get(type(event), "ingest"), self.now, fact_id)
        return self._add(LogEntry(len(self.entries), recorded))

    def again(self, earlier: LogEntry, after_s: float = 1.0) -> LogEntry:
        """A fact that is published once more: the same id, at a later time."""
        assert earlier.recorded is not None
        self.now += timedelta(seconds=after_s)
        before = earlier.recorded
        recorded = record(before.event, before.stage, self.now, before.id)
        return self._add(LogEntry(len(self.entries), recorded))

    def _add(self, entry: LogEntry) -> LogEntry:
        self.entries.append(entry)
        return entry
