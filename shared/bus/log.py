"""Reading the log: the stream `soundbox.log`, every fact in order, from any offset."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pika

from shared.bus import topology
from shared.bus.connection import LOST, close, declare, keep_trying, open_connection
from shared.errors import BrokerUnavailableError, MessageError
from shared.messages import envelope
from shared.messages.envelope import Recorded
from shared.settings import Settings

_PREFETCH = 1000
_BATCH = 500
_POLL_S = 0.5
_QUIET_S = 0.3


@dataclass(frozen=True)
class LogEntry:
    """One entry of the log. Offsets grow, with gaps. An entry that is no known fact has `recorded` None."""

    offset: int
    recorded: Recorded | None
    error: str | None = None


OnBatch = Callable[[list[LogEntry]], None]


class LogReader:
    """Follows the log for ever, over as many connections as it takes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._next: int | None = None
        self.connected = False

    def follow(self, start: int | None, on_batch: OnBatch, stop: threading.Event) -> None:
        """Hand over every entry from offset `start` on (None: from the first), in order, until `stop` is set.

        A batch holds 1 to 500 entries and is acknowledged after `on_batch` returned. After a lost
        connection the last entry is handed over again, so that a reader can see whether the log is
        still the same one. What `on_batch` raises goes to the caller.
        """
        self._next = start
        keep_trying(partial(self._follow_until_lost, on_batch, stop), stop, "the log is out of reach")

    def last_offset(self) -> int | None:
        """Offset of the newest entry, or None while the log is empty.

        A reader that is ahead of it has read another log: attaching there would wait in silence.

        Raises:
            BrokerUnavailableError: the broker cannot be reached.
        """
        connection = open_connection(self._settings)
        try:
            declare(connection)
            pending: list[tuple[int, LogEntry]] = []
            self._attach(connection, pending, "last")
            seen = -1
            while len(pending) > seen:  # until a quiet moment: "last" means the last chunk of entries
                seen = len(pending)
                connection.process_data_events(time_limit=_QUIET_S)
            return pending[-1][1].offset if pending else None
        except LOST as error:
            raise BrokerUnavailableError(f"The log is out of reach: {error}") from error
        finally:
            close(connection)

    def _follow_until_lost(self, on_batch: OnBatch, stop: threading.Event) -> None:
        connection = open_connection(self._settings)
        try:
            declare(connection)
            pending: list[tuple[int, LogEntry]] = []
            channel = self._attach(connection, pending, "first" if self._next is None else self._next)
            self.connected = True
            while not stop.is_set() and channel.is_open:
                connection.process_data_events(time_limit=_POLL_S)
                while pending and not stop.is_set():
                    self._hand_over(pending, channel, on_batch)
            if not stop.is_set():
                raise BrokerUnavailableError("the broker closed the log's channel")
        finally:
            self.connected = False
            close(connection)

    def _attach(
        self, connection: pika.BlockingConnection, pending: list[tuple[int, LogEntry]], offset: int | str
    ) -> Any:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=_PREFETCH)
        channel.basic_consume(
            topology.LOG_STREAM,
            partial(_collect, pending),
            arguments={"x-stream-offset": offset},
        )
        return channel

    def _hand_over(self, pending: list[tuple[int, LogEntry]], channel: Any, on_batch: OnBatch) -> None:
        batch = pending[:_BATCH]
        on_batch([entry for _, entry in batch])
        del pending[: len(batch)]
        last_tag, last = batch[-1]
        self._next = last.offset
        channel.basic_ack(last_tag, multiple=True)


def _collect(
    pending: list[tuple[int, LogEntry]], _channel: Any, method: Any, properties: Any, body: bytes
) -> None:
    offset = int(properties.headers["x-stream-offset"])
    try:
        entry = LogEntry(offset, envelope.decode(body))
    except MessageError as error:
        entry = LogEntry(offset, None, str(error))
    pending.append((method.delivery_tag, entry))
