"""Taking messages from queues and working on them beside the thread that owns the connection.

The connection's thread only moves frames, so heartbeats are answered while the work takes minutes.
A message is acknowledged after its work returned; whatever happens before that, it comes again.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pika
from pika.exceptions import ConnectionWrongStateError

from shared.bus.connection import close, declare, keep_trying, open_connection
from shared.errors import BrokerUnavailableError, TransientError
from shared.settings import Settings

_log = logging.getLogger(__name__)
_POLL_S = 1.0
_LONGEST = 63  # characters of at most four bytes: a property that had to be rewritten must fit into 255


@dataclass(frozen=True)
class Delivery:
    """A message as it was handed to us."""

    queue: str
    body: bytes
    routing_key: str = ""
    headers: dict[str, Any] = field(default_factory=dict)
    message_id: str | None = None
    correlation_id: str | None = None
    type: str | None = None
    content_type: str | None = None
    reply_to: str | None = None
    priority: int = 0
    redelivered: bool = False


def never() -> bool:
    """Of a lane that nobody holds."""
    return False


@dataclass(frozen=True)
class Lane:
    """One queue, worked on by `prefetch` threads at a time.

    The prefetch is what is worked on now: a message that waits here has lost its priority.

    Attributes:
        held: says whether nothing may be taken now; asked at least every second, and at each message.
    """

    queue: str
    work: Callable[[Delivery], None]
    prefetch: int = 1
    held: Callable[[], bool] = never


class Consumer:
    """Consumes lanes until it is told to stop, over as many connections as it takes."""

    def __init__(self, settings: Settings, lanes: Sequence[Lane]) -> None:
        self._settings = settings
        self._lanes = lanes
        self._in_work = 0
        self._changed = threading.Condition()
        self.consuming = False

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then take nothing more, finish what is in work, and return."""
        with contextlib.ExitStack() as stack:
            pools = {
                lane: stack.enter_context(ThreadPoolExecutor(lane.prefetch, lane.queue))
                for lane in self._lanes
            }
            keep_trying(partial(self._run_until_lost, pools, stop), stop, "nothing is consumed")

    def _run_until_lost(self, pools: dict[Lane, ThreadPoolExecutor], stop: threading.Event) -> None:
        connection = open_connection(self._settings)
        try:
            declare(connection)
            session = _Session(connection, pools, self)
            session.start()
            self.consuming = True
            _log.info("consuming %s", ", ".join(lane.queue for lane in pools))
            while not stop.is_set() and session.alive():
                session.heed_holds()
                connection.process_data_events(time_limit=_POLL_S)
            if not stop.is_set():
                raise BrokerUnavailableError("the consumer ended")
            session.drain()
        finally:
            self.consuming = False
            close(connection)

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Counts a piece of work, so that draining can wait for it."""
        with self._changed:
            self._in_work += 1
        try:
            yield
        finally:
            with self._changed:
                self._in_work -= 1
                self._changed.notify_all()

    @property
    def busy(self) -> bool:
        """Whether work is going on."""
        return self._in_work > 0


class _Session:
    """The lanes on one connection. All methods but `_work` run on the connection's thread."""

    def __init__(
        self, connection: pika.BlockingConnection, pools: dict[Lane, ThreadPoolExecutor], consumer: Consumer
    ) -> None:
        self._connection = connection
        self._pools = pools
        self._consumer = consumer
        self._channels: dict[Lane, Any] = {}
        self._draining = False
        self._lost = False

    def start(self) -> None:
        for lane in self._pools:
            channel = self._connection.channel()
            channel.basic_qos(prefetch_count=lane.prefetch)
            channel.add_on_cancel_callback(self._cancelled)
            self._channels[lane] = channel
        self.heed_holds()

    def heed_holds(self) -> None:
        """Take nothing more from lanes that are held, and begin again with those that are not any more."""
        for lane, channel in self._channels.items():
            if lane.held():
                self._take_no_more(channel)
            elif not channel.consumer_tags:
                channel.basic_consume(lane.queue, partial(self._delivered, lane))

    def alive(self) -> bool:
        """A channel that the broker closed raises nothing while events are processed: look at it."""
        return not self._lost and all(channel.is_open for channel in self._channels.values())

    def drain(self) -> None:
        """Take nothing more, and answer heartbeats until everything in work is acknowledged."""
        self._draining = True
        for channel in self._channels.values():
            self._take_no_more(channel)
        while self._consumer.busy and self.alive():
            self._connection.process_data_events(time_limit=0.05)
        self._connection.process_data_events(time_limit=0)  # the last acknowledgement

    def _take_no_more(self, channel: Any) -> None:
        for tag in list(channel.consumer_tags):
            channel.basic_cancel(tag)

    def _cancelled(self, _method: Any) -> None:
        self._lost = True  # the queue was deleted under us

    def _delivered(self, lane: Lane, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        if self._draining:
            return  # never acknowledged, so it goes back to its place
        if lane.held():
            self._take_no_more(channel)  # first, or it would come back at once
            channel.basic_nack(method.delivery_tag, requeue=True)
            return
        delivery = _delivery(lane.queue, method, properties, body)
        self._pools[lane].submit(self._work, lane, channel, method.delivery_tag, delivery)

    def _work(self, lane: Lane, channel: Any, tag: int, delivery: Delivery) -> None:
        """Runs on a worker thread."""
        with self._consumer.working():
            try:
                lane.work(delivery)
            except TransientError as error:
                _log.warning("%s The message of %s comes again.", error, lane.queue)
                self._later(self._give_up)
            except Exception:  # noqa: BLE001 - a defect of the work: logged, and the message comes again
                _log.exception("work on a message of %s ended unexpectedly; it comes again", lane.queue)
                self._later(self._give_up)
            else:
                self._later(partial(self._acknowledge, channel, tag))

    def _later(self, action: Callable[[], None]) -> None:
        # The connection may be gone by now: then the message comes again over the next one.
        with contextlib.suppress(ConnectionWrongStateError):
            self._connection.add_callback_threadsafe(action)

    def _acknowledge(self, channel: Any, tag: int) -> None:
        if channel.is_open:
            channel.basic_ack(tag)

    def _give_up(self) -> None:
        self._lost = True


def _delivery(queue: str, method: Any, properties: Any, body: bytes) -> Delivery:
    return Delivery(
        queue=queue,
        body=body,
        routing_key=_text(method.routing_key) or "",
        headers={name: value for name, value in (properties.headers or {}).items() if isinstance(name, str)},
        message_id=_text(properties.message_id),
        correlation_id=_text(properties.correlation_id),
        type=_text(properties.type),
        content_type=_text(properties.content_type),
        reply_to=_text(properties.reply_to),
        priority=properties.priority or 0,
        redelivered=method.redelivered,
    )


def _text(value: str | bytes | None) -> str | None:
    """A property as text: pika hands over what is not UTF-8 as bytes."""
    return value.decode(errors="backslashreplace")[:_LONGEST] if isinstance(value, bytes) else value
