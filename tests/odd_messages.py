"""Messages that nobody sensible sends, and the one consumer of a queue that must outlive them."""

import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pika
import pytest
from pika import data

from shared.bus.consumer import Consumer, Delivery, Lane
from shared.settings import Settings

_MEGABYTE = 1024 * 1024
LARGEST = _MEGABYTE - 1024
"""A little below what the private node takes (`max_message_size`), in bytes."""


class _Encoded(bytes):
    """A header's value as it goes over the wire, its kind first."""


@pytest.fixture
def raw_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets headers hold values that pika cannot encode, but that others can send."""
    encode = data.encode_value

    def encode_or_copy(pieces: list[bytes], value: Any) -> int:
        if isinstance(value, _Encoded):
            pieces.append(value)
            return len(value)
        return int(encode(pieces, value))

    monkeypatch.setattr(data, "encode_value", encode_or_copy)


_NO_YEAR = _Encoded(b"T" + struct.pack(">Q", 2**63))

PROPERTIES: list[dict[str, Any]] = [
    {},
    {"correlation_id": b"\xff" * 200, "message_id": b"\xfe", "type": b"\xff", "content_type": b"\xff"},
    {"reply_to": b"\xff", "app_id": b"\xff", "user_id": None},
    {"timestamp": 2**63, "priority": 255, "expiration": "600000", "delivery_mode": 1},
    {"headers": {"time": _NO_YEAR}},
    {"headers": {"nested": {"list": [_NO_YEAR, {"deep": [None, b"\xff"]}]}}},
    {"headers": {b"\xff": 1, "": 2, "soundbox-retries": b"\xff", "soundbox-queue": "x" * 100_000}},
    {"headers": {f"header-{number}": "x" * 50 for number in range(1500)}},
    {"headers": {"CC": ["render", "intake"], "x-death": "never"}},
]

BODIES = [b"", b"\xff\xfe", b"\x00" * LARGEST, b"[" * LARGEST, b'"\\ud800"', b"1" * 100_000, b"null", b"NaN"]


def publish_odd(channel: Any, exchange: str, routing_key: str) -> int:
    """Publish every odd body and, with a small body, every odd set of properties; returns how many."""
    for body in BODIES:
        channel.basic_publish(exchange, routing_key, body)
    for properties in PROPERTIES:
        channel.basic_publish(exchange, routing_key, b"{}", pika.BasicProperties(**properties))
    return len(BODIES) + len(PROPERTIES)


@contextmanager
def consumed(settings: Settings, queue: str, work: Callable[[Delivery], None]) -> Iterator[list[str]]:
    """Consume a queue meanwhile; gives a list that stays empty as long as no work ends unexpectedly."""
    stop, unexpected = threading.Event(), list[str]()

    def watched(delivery: Delivery) -> None:
        try:
            work(delivery)
        except Exception as error:
            unexpected.append(f"{delivery.body[:20]!r} {delivery.headers}: {error!r}"[:300])
            raise

    def run() -> None:
        try:
            Consumer(settings, [Lane(queue, watched)]).run(stop)
        except Exception as error:  # noqa: BLE001 - whatever ends a consumer is what the tests look for
            unexpected.append(f"the consumer ended: {error!r}")

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield unexpected
    finally:
        stop.set()
        thread.join(timeout=20)
