"""Settings, a store and a publisher on this module's virtual host, and a plain look into queues."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pika
import pytest

from shared.bus.connection import close, declare, open_connection
from shared.bus.publisher import Publisher
from shared.settings import Settings, load
from shared.store import Store, open_store


@pytest.fixture
def settings(fresh_amqp_url: str, tmp_path: Path) -> Settings:
    return load({"SOUNDBOX_AMQP_URL": fresh_amqp_url, "SOUNDBOX_DATA": str(tmp_path)})


@pytest.fixture
def store(settings: Settings) -> Store:
    return open_store(settings)


@pytest.fixture
def publisher(settings: Settings) -> Iterator[Publisher]:
    publisher = Publisher(settings)
    yield publisher
    publisher.close()


@pytest.fixture
def queues(settings: Settings) -> Iterator["Queues"]:
    connection = open_connection(settings)
    declare(connection)
    yield Queues(connection)
    close(connection)


class Queues:
    """What lies in queues, seen with plain pika."""

    def __init__(self, connection: pika.BlockingConnection) -> None:
        self.connection = connection
        self.channel: Any = connection.channel()

    def take(self, name: str) -> tuple[Any, bytes] | None:
        """The next message's properties and body, taken off; None when the queue is empty."""
        method, properties, body = self.channel.basic_get(name, auto_ack=True)
        return None if method is None else (properties, body)

    def ready(self, name: str) -> int:
        """How many messages wait."""
        return int(self.connection.channel().queue_declare(name, passive=True).method.message_count)

    def put(self, name: str, body: bytes, **properties: Any) -> None:
        """Put a message straight into a queue."""
        self.channel.basic_publish("", name, body, pika.BasicProperties(delivery_mode=2, **properties))
