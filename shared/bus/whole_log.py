"""The log as a whole: read to its end, and written anew into a broker that has none."""

import threading
import time
from collections.abc import Callable, Iterable, Set
from typing import Any

import pika

from shared.bus import topology
from shared.bus.connection import LOST, close, declare, open_connection
from shared.bus.log import SILENCE_S, LogReader
from shared.bus.log_entry import LogEntry
from shared.bus.publisher import PERSISTENT, properties_of
from shared.errors import MessageError, SoundBoxError
from shared.messages import envelope
from shared.messages.events import JobAccepted
from shared.settings import Settings

_END_OF_LOG_S = 0.5
_FIRST_ENTRY_S = 1.0  # an empty log sends nothing, a log with entries sends them at once
_BUSY_LOG_S = 10.0  # a log that never pauses is left after that
_LOOK_EVERY_S = 0.1
_BLOCKED_TIMEOUT_S = 60

Take = Callable[[list[LogEntry]], None]


class WholeLogError(SoundBoxError):
    """The log could not be read to its end, or could not be written."""


def read(settings: Settings, goal: int, take: Take) -> int:
    """Hand over every entry: at least up to the offset `goal`, then until nothing more comes.

    Returns the last one's offset, -1 for an empty log.

    Raises:
        WholeLogError: the broker is away, or the log ends before the goal.
    """
    reading = _Reading(settings, goal, take)
    reading.run()
    if reading.reached < goal or not reading.connected:
        raise WholeLogError(
            f"The log could be read up to entry {reading.reached}, and {goal} was to be reached:"
            " the broker is away, or this is another log."
        )
    return reading.reached


class _Reading:
    def __init__(self, settings: Settings, goal: int, take: Take) -> None:
        self._reader = LogReader(settings)
        self._take = take
        self._goal = goal
        self._done = threading.Event()
        self._heard_at = time.monotonic()
        self._reached_at: float | None = None
        self.reached = -1
        self.connected = False

    def run(self) -> None:
        watch = threading.Thread(target=self._watch, daemon=True)
        watch.start()
        try:
            self._reader.follow(None, self._took, self._done)
        finally:
            self._done.set()
            watch.join()

    def _took(self, batch: list[LogEntry]) -> None:
        self._take(batch)
        self.reached = batch[-1].offset
        self._heard_at = time.monotonic()
        if self.reached >= self._goal and self._reached_at is None:
            self._reached_at = self._heard_at
        if self._reached_at is not None and self._heard_at - self._reached_at > _BUSY_LOG_S:
            self._done.set()

    def _watch(self) -> None:
        while not self._done.wait(_LOOK_EVERY_S):
            if not self.connected and self._reader.connected:
                self.connected, self._heard_at = True, time.monotonic()
            patience = _END_OF_LOG_S if self.connected and self.reached >= self._goal else SILENCE_S
            if time.monotonic() - self._heard_at > patience:
                self._done.set()


def write(settings: Settings, bodies: Iterable[bytes], waiting: Set[str]) -> int:
    """Write the log into a broker that has none; returns how many entries were handed over.

    They are not confirmed one by one: who needs to know reads them back.

    The jobs in `waiting` reach a generator's queue, too; no other message becomes work again.

    Raises:
        WholeLogError: the broker has a log already, was lost.
        BrokerUnavailableError: it cannot be reached.
    """
    left, written = set(waiting), 0
    connection = open_connection(settings, _BLOCKED_TIMEOUT_S)
    try:
        declare(connection)
        channel = connection.channel()
        if _has_entries(connection):
            raise WholeLogError("The broker has a log already; wanted one that has none.")
        for body in bodies:
            channel.basic_publish(*_way(body, left))
            written += 1
        connection.close()  # answered when everything before it was taken
    except LOST as error:
        raise WholeLogError(
            f"The broker was lost after {written} entries of the log: {error or type(error).__name__}."
        ) from error
    finally:
        close(connection)
    return written


def _has_entries(connection: pika.BlockingConnection) -> bool:
    """Whether the log has a first entry. How many a stream has is a statistic, which comes seconds late."""
    channel = connection.channel()
    channel.basic_qos(prefetch_count=1)
    from_first = channel.consume(
        topology.LOG_STREAM, arguments={"x-stream-offset": "first"}, inactivity_timeout=_FIRST_ENTRY_S
    )
    method, _properties, _body = next(from_first)
    channel.close()
    return method is not None


def _way(body: bytes, waiting: set[str]) -> tuple[str, str, bytes, Any]:
    """Exchange, routing key, body and properties of an entry."""
    try:
        recorded = envelope.decode(body)
    except MessageError:
        return "", topology.LOG_STREAM, body, pika.BasicProperties(delivery_mode=PERSISTENT)
    event, properties = recorded.event, properties_of(recorded)
    if isinstance(event, JobAccepted) and event.subject in waiting:
        waiting.remove(event.subject)
        return topology.EVENTS_EXCHANGE, event.routing_key, body, properties
    return "", topology.LOG_STREAM, body, properties
