"""How many messages wait where."""

import sys
import time

from cli.errors import CommandError
from shared.bus import connection, topology
from shared.bus.connection import LOST
from shared.errors import BrokerUnavailableError, SettingsError
from shared.settings import Settings

_TRY_EVERY_S = 0.5


def depths(amqp_url: str) -> dict[str, int]:
    """Messages that wait in each queue of Sound Box; a queue that nobody declared yet is left out.

    Raises:
        CommandError: the broker cannot be reached.
    """
    settings = Settings.model_validate({"amqp_url": amqp_url, "worker_name": "soundbox status"})
    try:
        opened = connection.open_connection(settings)
    except BrokerUnavailableError as error:
        raise CommandError(str(error)) from error
    found: dict[str, int] = {}
    try:
        for queue in topology.QUEUES:
            try:  # asking for a queue that is not there closes the channel: one channel each
                asked = opened.channel().queue_declare(queue.name, passive=True)
            except LOST:
                continue
            found[queue.name] = int(asked.method.message_count)
    finally:
        connection.close(opened)
    return found


def wait_for_broker(amqp_url: str, patience_s: float) -> None:
    """Wait until a broker that somebody else runs can be reached.

    Raises:
        CommandError: the address is none, or it could not be reached in time.
    """
    try:
        settings = Settings.model_validate({"amqp_url": amqp_url, "worker_name": "soundbox up"})
        where = connection.address(settings)
    except SettingsError as error:
        raise CommandError(f"{str(error).replace('SOUNDBOX_AMQP_URL', '--amqp-url')}", 2) from error
    deadline = time.monotonic() + patience_s
    print(f"Looking for the broker at {where}", file=sys.stderr)
    while True:
        try:
            connection.close(connection.open_connection(settings))
            return
        except BrokerUnavailableError as error:
            if time.monotonic() > deadline:
                raise CommandError(
                    f"{error}. Check the address and that it runs, or leave --amqp-url away:"
                    " ./soundbox up then starts a broker of its own."
                ) from error
        time.sleep(_TRY_EVERY_S)
