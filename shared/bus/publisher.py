"""Publishing with confirmation, from any thread, over one connection that publishes only.

A connection that also consumed would deadlock under a memory or disk alarm: the blocked publish
would hold up the acknowledgement behind it.
"""

import json
import logging
import re
import threading
from typing import Any

import pika
from pika.exceptions import NackError, UnroutableError

from shared.bus import topology
from shared.bus.connection import LOST, close, declare, open_connection
from shared.errors import BrokerUnavailableError, IntakeFullError
from shared.messages import envelope
from shared.messages.command import Command
from shared.messages.envelope import Recorded
from shared.messages.ids import new_id
from shared.settings import Settings

_log = logging.getLogger(__name__)
_KEEP_ALIVE_S = 5.0
_TRIES = 2  # a connection that died while idle is noticed by the first try

_REPLY_QUEUE = re.compile(r"amq\.(gen-|rabbitmq\.reply-to\.)[!-~]{1,200}")  # AMQP has room for 255 bytes

PERSISTENT = 2
"""AMQP delivery mode of a message that survives a restart of the broker."""


def properties_of(recorded: Recorded) -> pika.BasicProperties:
    """What AMQP says beside the body of a fact."""
    event = recorded.event
    return pika.BasicProperties(
        message_id=recorded.id,
        correlation_id=event.subject,
        type=event.TYPE,
        app_id=recorded.stage,
        timestamp=int(recorded.time.timestamp()),
        content_type=envelope.CONTENT_TYPE,
        priority=event.priority,
        delivery_mode=PERSISTENT,
    )


class Publisher:
    """One publishing connection, opened when it is first needed and again after it was lost."""

    def __init__(self, settings: Settings, blocked_timeout_s: float = 30) -> None:
        self._settings = settings
        self._blocked_timeout_s = blocked_timeout_s
        self._lock = threading.Lock()
        self._connection: pika.BlockingConnection | None = None
        self._channel: Any = None
        self._used = False
        self._closed = threading.Event()
        threading.Thread(target=self._keep_alive, name="publisher heartbeat", daemon=True).start()

    @property
    def connected(self) -> bool:
        """Whether the connection was open when it was last used or looked after."""
        connection = self._connection
        return connection is not None and connection.is_open

    def connect(self) -> None:
        """Open the connection and declare the topology, if that is not done.

        Raises:
            BrokerUnavailableError: the broker cannot be reached.
        """
        with self._lock:
            self._ready_channel()

    def publish(self, recorded: Recorded) -> None:
        """Publish a fact; returns when the log and every queue bound to it hold it.

        Raises:
            BrokerUnavailableError: no confirmation came; the fact may or may not be there, publish it again.
        """
        key = recorded.event.routing_key
        try:
            self.send(topology.EVENTS_EXCHANGE, key, envelope.encode(recorded), properties_of(recorded))
        except IntakeFullError as error:
            raise BrokerUnavailableError(f"The broker refused {key}.") from error

    def submit(self, command: Command) -> None:
        """Publish a command to the intake; returns when the intake holds it.

        Raises:
            IntakeFullError: too many commands wait.
            BrokerUnavailableError: the broker cannot be reached.
        """
        data = command.model_dump(mode="json", exclude_none=True)
        properties = pika.BasicProperties(
            message_id=new_id(),
            correlation_id=data.get("job_id"),
            type=command.TYPE,
            content_type="application/json",
            delivery_mode=PERSISTENT,
        )
        self.send(topology.INTAKE_EXCHANGE, command.TYPE, json.dumps(data).encode(), properties)

    def reply(self, queue: str, correlation_id: str | None, body: bytes) -> None:
        """Answer on the queue that a client named, if it is a temporary one and still there.

        Other queues are never written to: a client could name one of ours.
        """
        if not _REPLY_QUEUE.fullmatch(queue):
            return
        properties = pika.BasicProperties(correlation_id=correlation_id, content_type="application/json")
        with self._lock:
            try:
                self._ready_channel().basic_publish("", queue, body, properties, mandatory=True)
            except UnroutableError:
                _log.info("nobody waits for the answer on %s", queue)
            except LOST as error:
                self._drop()
                raise BrokerUnavailableError(f"The broker was lost while answering: {error}") from error

    def send(self, exchange: str, routing_key: str, body: bytes, properties: pika.BasicProperties) -> None:
        """Publish a persistent message, mandatory and confirmed; tried again once over a new connection.

        Raises:
            IntakeFullError: the queue behind the exchange is full.
            BrokerUnavailableError: no confirmation came.
        """
        with self._lock:
            for last in (number == _TRIES for number in range(1, _TRIES + 1)):
                try:
                    channel = self._ready_channel()
                    channel.basic_publish(exchange, routing_key, body, properties, mandatory=True)
                    return
                except NackError as error:
                    raise IntakeFullError("Too many requests are waiting; try again in a moment.") from error
                except UnroutableError as error:
                    self._drop()
                    if last:
                        raise BrokerUnavailableError(
                            f"No queue takes {routing_key} on {exchange}."
                        ) from error
                except LOST as error:
                    self._drop()
                    if last:
                        reason = str(error) or type(error).__name__
                        raise BrokerUnavailableError(
                            f"The broker was lost while publishing: {reason}"
                        ) from error

    def close(self) -> None:
        """Close the connection; the publisher cannot be used afterwards."""
        self._closed.set()
        with self._lock:
            self._drop()

    def _ready_channel(self) -> Any:
        self._used = True
        if self._channel is None or not self._channel.is_open:
            self._drop()
            connection = open_connection(self._settings, self._blocked_timeout_s)
            declare(connection)
            channel = connection.channel()
            channel.confirm_delivery()
            self._connection, self._channel = connection, channel
        return self._channel

    def _drop(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            close(connection)

    def _keep_alive(self) -> None:
        """Answer the broker's heartbeats while nothing is published, and mend a lost connection."""
        while not self._closed.wait(_KEEP_ALIVE_S):
            with self._lock:
                if self._used and not self._closed.is_set():
                    self._look_after()

    def _look_after(self) -> None:
        try:
            self._ready_channel()
            if self._connection is not None:
                self._connection.process_data_events(time_limit=0)
        except (BrokerUnavailableError, *LOST) as error:
            _log.info("publishing connection lost: %s", error or type(error).__name__)
            self._drop()
