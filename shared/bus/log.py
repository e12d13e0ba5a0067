"""Reading the log: the stream `soundbox.log`, every fact in order, from any entry on."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pika

from shared.bus import topology
from shared.bus.connection import close, declare, keep_trying, open_connection
from shared.bus.log_entry import LogEntry, Message, Place
from shared.errors import AnotherLogError, BrokerUnavailableError
from shared.settings import Settings

SILENCE_S = 10.0
"""How long a connected broker may take to hand over an entry that it has; it takes milliseconds."""

_PREFETCH = 4000
_BATCH = 2000
_POLL_S = 0.5


OnBatch = Callable[[list[LogEntry]], None]
OnMessages = Callable[[list[Message]], None]


class LogReader:
    """Follows the log for ever, over as many connections as it takes, as long as it is the same log.

    A broker whose data were lost or restored, or a stream that somebody deleted, brings an empty,
    shorter or different log under the same name. Reading on at an offset would then skip entries, or
    wait beyond the end, without a word.
    """

    def __init__(self, settings: Settings, silence_s: float = SILENCE_S) -> None:
        self._settings = settings
        self._silence_s = silence_s
        self._last: Place | None = None
        self.connected = False

    def follow(self, last: Place | None, on_batch: OnBatch, stop: threading.Event) -> None:
        """Hand over every entry after `last` (None: every one), in order, until `stop` is set.

        A batch holds 1 to 2,000 entries and is acknowledged after `on_batch` returned. What `on_batch`
        raises goes to the caller.

        Raises:
            AnotherLogError: the last entry that was read is not where it was, at the start or after a
                lost connection.
        """
        self.follow_unread(last, lambda messages: on_batch([message.read() for message in messages]), stop)

    def follow_unread(self, last: Place | None, on_batch: OnMessages, stop: threading.Event) -> None:
        """The same without looking into the entries, which is most of the work."""
        self._last = last
        keep_trying(partial(self._follow_until_lost, on_batch, stop), stop, "the log is out of reach")

    def _follow_until_lost(self, on_batch: OnMessages, stop: threading.Event) -> None:
        connection = open_connection(self._settings)
        try:
            declare(connection)
            reading = _Reading(connection, self._last)
            self.connected = True
            if self._last is not None:
                reading.pass_by(self._last, stop, self._silence_s)
            while not stop.is_set() and reading.goes_on():
                while (batch := reading.batch()) and not stop.is_set():
                    on_batch(batch)
                    self._last = batch[-1].read().place
                    reading.done(len(batch))
                reading.wait()
            if not stop.is_set():
                raise BrokerUnavailableError("the broker ended the reading of the log")
        finally:
            self.connected = False
            close(connection)


class _Reading:
    """The log as it comes over one connection, from the last entry that was read on."""

    def __init__(self, connection: pika.BlockingConnection, last: Place | None) -> None:
        self._connection = connection
        self._pending: list[tuple[int, Message]] = []
        self._channel: Any = connection.channel()
        self._channel.basic_qos(prefetch_count=_PREFETCH)
        self._channel.basic_consume(
            topology.LOG_STREAM,
            partial(_collect, self._pending),
            arguments={"x-stream-offset": "first" if last is None else last.offset},
        )

    def goes_on(self) -> bool:
        """A closed channel raises nothing; no more does a consumer that went with its stream."""
        return bool(self._channel.is_open and self._channel.consumer_tags)

    def wait(self) -> None:
        """Wait for more, and take in all that is there: a batch costs as much as some hundred entries."""
        self._connection.process_data_events(time_limit=_POLL_S)
        before = 0
        while before < len(self._pending) < _BATCH:
            before = len(self._pending)
            self._connection.process_data_events(time_limit=0)

    def batch(self) -> list[Message]:
        """What has come and is not done; may be empty."""
        return [message for _, message in self._pending[:_BATCH]]

    def done(self, count: int) -> None:
        """Acknowledge the first entries of those that have come."""
        tag, _ = self._pending[count - 1]
        del self._pending[:count]
        self._channel.basic_ack(tag, multiple=True)

    def pass_by(self, last: Place, stop: threading.Event, silence_s: float) -> None:
        """Wait for the entry that was read last, and leave it behind when it is still the same."""
        give_up_at = time.monotonic() + silence_s
        while not self._pending and self.goes_on() and not stop.is_set():
            if time.monotonic() >= give_up_at:
                raise AnotherLogError(f"it ends before entry {last.offset}, which was read before")
            self.wait()
        if self._pending:
            check_same(last, self._pending[0][1].read().place)
            self.done(1)


def check_same(last: Place, found: Place) -> None:
    """Compare the last entry that was read with what stands there now.

    Raises:
        AnotherLogError: they differ; says how.
    """
    if found.offset != last.offset:
        raise AnotherLogError(
            f"entry {last.offset}, which was read before, is not there; the next one is {found.offset}"
        )
    if found.event_id != last.event_id:
        raise AnotherLogError(
            f"entry {last.offset} was {last.event_id or 'unreadable'} and is {found.event_id or 'unreadable'}"
        )


def _collect(
    pending: list[tuple[int, Message]], _channel: Any, method: Any, properties: Any, body: bytes
) -> None:
    offset = int(properties.headers["x-stream-offset"])
    pending.append((method.delivery_tag, Message(offset, body)))
