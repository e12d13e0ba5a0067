"""Opening connections to the broker, and what its errors mean to us."""

import contextlib
import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pika
from pika.exceptions import AMQPError

from shared.bus import topology, wire
from shared.errors import BrokerUnavailableError, SettingsError
from shared.settings import Settings

# What pika raises when a connection or channel cannot be opened or is lost.
LOST = (AMQPError, OSError)

_log = logging.getLogger(__name__)
_FIRST_DELAY_S = 0.2
_LONGEST_DELAY_S = 5.0
_COMPLAIN_EACH = 10


def open_connection(settings: Settings, blocked_timeout_s: float = 30) -> pika.BlockingConnection:
    """Open a connection to the broker.

    Raises:
        BrokerUnavailableError: it does not answer, refuses us, or has no such virtual host.
        SettingsError: SOUNDBOX_AMQP_URL is not an AMQP URL.
    """
    parameters = _parameters(settings, blocked_timeout_s)
    wire.read_any_time()
    try:
        return pika.BlockingConnection(parameters)
    except LOST as error:
        reason = str(error) or type(error).__name__
        raise BrokerUnavailableError(f"Cannot reach the broker at {address(settings)}: {reason}") from error


def address(settings: Settings) -> str:
    """Where the broker is, without the password: `amqp://host:port/vhost`."""
    parameters = _parameters(settings, 30)
    scheme = "amqps" if parameters.ssl_options else "amqp"
    return f"{scheme}://{parameters.host}:{parameters.port}/{parameters.virtual_host.lstrip('/')}"


def declare(connection: pika.BlockingConnection) -> None:
    """Declare the topology on a channel of its own.

    Raises:
        BrokerUnavailableError: the broker refuses, for example since a queue exists with other arguments.
    """
    try:
        channel = connection.channel()
        topology.declare(channel)
        channel.close()
    except LOST as error:
        raise BrokerUnavailableError(f"The broker refused the queues of Sound Box: {error}") from error


def close(connection: Any) -> None:
    """Close a connection that may be broken already."""
    with contextlib.suppress(*LOST):
        if connection.is_open:
            connection.close()


def keep_trying(attempt: Callable[[], None], stop: threading.Event, complaint: str) -> None:
    """Run `attempt` again and again until `stop` is set, waiting longer each time that it loses the broker.

    Waiting starts anew after an attempt that lasted. `attempt` returns to be run again at once.
    """
    delay, failures = _FIRST_DELAY_S, 0
    while not stop.is_set():
        started = time.monotonic()
        try:
            attempt()
        except (BrokerUnavailableError, *LOST) as error:
            if time.monotonic() - started > _LONGEST_DELAY_S:
                delay, failures = _FIRST_DELAY_S, 0
            if failures % _COMPLAIN_EACH == 0 and not stop.is_set():
                _log.warning("%s: %s; trying again", complaint, error or type(error).__name__)
            failures += 1
            stop.wait(delay * random.uniform(0.5, 1.5))
            delay = min(delay * 2, _LONGEST_DELAY_S)


def _parameters(settings: Settings, blocked_timeout_s: float) -> pika.URLParameters:
    url = settings.amqp_url.get_secret_value()
    if not url.startswith(("amqp://", "amqps://")):
        raise SettingsError("SOUNDBOX_AMQP_URL must start with amqp:// or amqps://.")
    try:
        parameters = pika.URLParameters(url)
    except (ValueError, TypeError) as error:
        raise SettingsError(f"SOUNDBOX_AMQP_URL is not an AMQP URL: {error}") from error
    parameters.heartbeat = settings.amqp_heartbeat_s
    parameters.blocked_connection_timeout = blocked_timeout_s
    parameters.socket_timeout = 10
    parameters.client_properties = {"connection_name": settings.worker_name or "soundbox"}
    return parameters
