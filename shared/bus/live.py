"""Passing notices: published when the broker is there, gone when it is not, never waited for."""

import json
import logging
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import pika

from shared.bus import topology
from shared.bus.connection import LOST, close, declare, keep_trying, open_connection
from shared.errors import BrokerUnavailableError
from shared.messages.live import LIVE, Live
from shared.settings import Settings

_log = logging.getLogger(__name__)
_MOST_WAITING = 1000
_POLL_S = 0.5
_KEEP_ALIVE_S = 5.0


class LivePublisher:
    """Publishes notices from a thread of its own; the oldest are dropped when they pile up."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: deque[Live] = deque(maxlen=_MOST_WAITING)
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live publisher", daemon=True)
        self._thread.start()

    def publish(self, live: Live) -> None:
        """Send a notice soon, if the broker is there."""
        self._waiting.append(live)
        self._wake.set()

    def close(self) -> None:
        """Send what waits, for at most two seconds, and stop."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        keep_trying(self._publish_until_lost, self._stop, "live notices wait")

    def _publish_until_lost(self) -> None:
        connection = open_connection(self._settings)
        try:
            declare(connection)
            channel = connection.channel()
            while not (self._stop.is_set() and not self._waiting):
                if self._wake.wait(_KEEP_ALIVE_S):
                    self._wake.clear()
                while self._waiting:
                    _send(channel, self._waiting.popleft())
                connection.process_data_events(time_limit=0)
        finally:
            close(connection)


def tell(settings: Settings, live: Live) -> None:
    """Send one notice now, for a program that does nothing else on the broker.

    Raises:
        BrokerUnavailableError: the broker cannot be reached, or does not take it.
    """
    connection = open_connection(settings)
    try:
        declare(connection)
        channel = connection.channel()
        channel.confirm_delivery()
        _send(channel, live)
    except LOST as error:
        raise BrokerUnavailableError(f"The broker did not take a notice: {error}") from error
    finally:
        close(connection)


def _send(channel: Any, live: Live) -> None:
    properties = pika.BasicProperties(type=live.TYPE, content_type="application/json")
    channel.basic_publish(topology.LIVE_EXCHANGE, "", live.model_dump_json().encode(), properties)


class LiveListener:
    """Hears every notice that is published while it listens."""

    def __init__(self, settings: Settings) -> None:
        self._ear = Ear(settings, topology.LIVE_EXCHANGE)

    @property
    def connected(self) -> bool:
        """Whether notices are heard now."""
        return self._ear.connected

    def listen(self, on_live: Callable[[Live], None], stop: threading.Event) -> None:
        """Call `on_live` for each notice until `stop` is set; what it raises goes to the caller."""
        self._ear.listen(partial(_heard, on_live), stop)


class Ear:
    """Hears what an exchange sends out while it listens, through a queue that goes with the connection."""

    def __init__(self, settings: Settings, exchange: str, routing_key: str = "") -> None:
        self._settings = settings
        self._exchange = exchange
        self._routing_key = routing_key
        self.connected = False

    def listen(self, on_message: Callable[[str, bytes], None], stop: threading.Event) -> None:
        """Call `on_message(type, body)` for each message until `stop` is set, reconnecting as needed."""
        keep_trying(
            partial(self._listen_until_lost, on_message, stop), stop, f"{self._exchange} is not heard"
        )

    def _listen_until_lost(self, on_message: Callable[[str, bytes], None], stop: threading.Event) -> None:
        connection = open_connection(self._settings)
        try:
            declare(connection)
            channel = connection.channel()
            queue = channel.queue_declare(
                "", exclusive=True, arguments={"x-queue-type": "classic"}
            ).method.queue
            channel.queue_bind(queue, self._exchange, self._routing_key)
            channel.basic_consume(queue, partial(_received, on_message), auto_ack=True)
            self.connected = True
            while not stop.is_set() and channel.is_open:
                connection.process_data_events(time_limit=_POLL_S)
        finally:
            self.connected = False
            close(connection)


def _received(
    on_message: Callable[[str, bytes], None], _channel: Any, _method: Any, properties: Any, body: bytes
) -> None:
    on_message(properties.type or "", body)


def _heard(on_live: Callable[[Live], None], name: str, body: bytes) -> None:
    kind = LIVE.get(name)
    try:
        if kind is None:
            raise ValueError(f"unknown notice {name!r}")
        live = kind.model_validate(json.loads(body))
    except ValueError as error:
        _log.warning("a live notice could not be read: %s", error)
        return
    on_live(live)
