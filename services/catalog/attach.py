"""Whether the log is still the one that a database was made from.

A broker whose data was lost or restored brings an empty, shorter or different log under the same
name. Reading on at the saved offset would then skip events without a word.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol

from services.catalog.database import Position
from shared.bus.log import LogEntry

SILENCE_S = 10.0
"""How long a connected broker may take to hand over an entry that it has; it takes milliseconds."""

_LOOK_EVERY_S = 0.1


class Log(Protocol):
    """What is needed of a LogReader."""

    connected: bool

    def follow(
        self, start: int | None, on_batch: Callable[[list[LogEntry]], None], stop: threading.Event
    ) -> None:
        """Hand over every entry from `start` on until `stop` is set."""


def difference(log: Log, saved: Position, stop: threading.Event, silence_s: float = SILENCE_S) -> str | None:
    """What tells the log from the one that the database was made from; None when it goes on from there.

    Reads the entry at the saved offset, waiting as long as the broker is away. Also None when `stop`
    was set meanwhile.
    """
    if saved.offset < 0:
        return None
    found: list[LogEntry] = []
    done = threading.Event()

    def look(entries: list[LogEntry]) -> None:
        found.append(entries[0])
        done.set()

    watch = threading.Thread(
        target=_end_in_silence, args=(log, done, stop, silence_s), name="attach watch", daemon=True
    )
    watch.start()
    log.follow(saved.offset, look, done)
    done.set()
    watch.join()
    if stop.is_set() and not found:
        return None
    return _compare(found, saved)


def _compare(found: list[LogEntry], saved: Position) -> str | None:
    if not found:
        return f"it ends before entry {saved.offset}, which was read before"
    entry = found[0]
    if entry.offset != saved.offset:
        return f"entry {saved.offset}, which was read before, is not there; the next one is {entry.offset}"
    event_id = entry.recorded.id if entry.recorded else None
    if event_id != saved.event_id:
        return f"entry {saved.offset} was {saved.event_id or 'unreadable'} and is {event_id or 'unreadable'}"
    return None


def _end_in_silence(log: Log, done: threading.Event, stop: threading.Event, silence_s: float) -> None:
    connected_since: float | None = None
    while not done.wait(_LOOK_EVERY_S):
        now = time.monotonic()
        connected_since = (connected_since or now) if log.connected else None
        if stop.is_set() or (connected_since is not None and now - connected_since >= silence_s):
            done.set()
