"""An intake over a real store, whose publisher keeps what it is given."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from services.ingest.stage import Intake
from shared.bus.consumer import Delivery
from shared.bus.publisher import Publisher
from shared.errors import BrokerUnavailableError
from shared.messages.envelope import Recorded
from shared.settings import Settings, load
from shared.store import Store, open_store


class Outbox(Publisher):
    """A publisher that keeps what it is given: the process edge of these tests."""

    def __init__(self) -> None:
        self.facts: list[Recorded] = []
        self.answers: list[tuple[str, str | None, dict[str, Any]]] = []
        self.away = False

    def publish(self, recorded: Recorded) -> None:
        if self.away:
            raise BrokerUnavailableError("away")
        self.facts.append(recorded)

    def reply(self, queue: str, correlation_id: str | None, body: bytes) -> None:
        self.answers.append((queue, correlation_id, json.loads(body)))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder of one's own."""
    return load({"SOUNDBOX_DATA": str(tmp_path)})


@pytest.fixture
def store(settings: Settings) -> Store:
    """The store of that folder."""
    return open_store(settings)


@pytest.fixture
def outbox() -> Outbox:
    """What the intake publishes and answers."""
    return Outbox()


@pytest.fixture
def intake(settings: Settings, store: Store, outbox: Outbox) -> Intake:
    """The intake."""
    return Intake(settings, store, outbox, threading.Event())


def send(intake: Intake, data: object, key: str = "job.submit", **properties: Any) -> None:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    intake(Delivery(queue="intake", routing_key=key, body=body, **properties))
