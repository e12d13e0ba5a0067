"""The web app on a real port, with the catalog beside it, and an ear for its stream of events."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx2
import uvicorn

from cli import ports
from services.catalog.service import run
from shared.bus.live import LivePublisher
from shared.bus.publisher import Publisher
from shared.messages.envelope import record
from shared.messages.events import Event
from shared.messages.ids import new_id
from shared.messages.live import Live, Progress
from shared.settings import Settings
from tests.services.catalog.events import STAGES
from tests.waiting import eventually
from web.app import create_app
from web.live import Listener
from web.ports import Ports

_PROBE = new_id()


class Served:
    """A web app that runs in a thread of this process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app = create_app(settings)
        port = ports.pick()
        self.url = f"http://127.0.0.1:{port}"
        config = uvicorn.Config(self.app, port=port, log_config=None, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def ports(self) -> Ports:
        """What the app works with."""
        found: Ports = self.app.state.ports
        return found

    @property
    def listeners(self) -> list[Listener]:
        """The open event streams."""
        return self.ports.live._listeners

    def start(self) -> None:
        """Start it; returns when it answers."""
        self._thread.start()
        eventually(lambda: self._server.started)

    def stop(self) -> None:
        """Stop it."""
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()


class Followed(Served):
    """A web app with a catalog beside it, both on the settings' broker."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._stop = threading.Event()
        self._catalog = threading.Thread(target=run, args=(settings, self._stop), daemon=True)
        self._publisher = Publisher(settings)
        self._live = LivePublisher(settings)

    def start(self) -> None:
        """Start both; returns when the app hears notices and can read its library."""
        super().start()
        self._catalog.start()
        eventually(self._hears)
        eventually(lambda: httpx2.get(f"{self.url}/api/library").status_code == 200)

    def stop(self) -> None:
        """Stop both."""
        self._stop.set()
        self._catalog.join(10)
        super().stop()
        self._live.close()
        self._publisher.close()

    def say(self, *facts: Event) -> None:
        """Publish facts to the log, as the services do."""
        for fact in facts:
            stage = STAGES.get(type(fact), "ingest")
            self._publisher.publish(record(fact, stage, datetime.now(UTC)))

    def notice(self, *notices: Live) -> None:
        """Publish notices, as the services do."""
        for notice in notices:
            self._live.publish(notice)

    def settle(self, job_id: str, status: str) -> None:
        """Wait until the library shows the job in this status."""
        eventually(lambda: (row := self.ports.library.job(job_id)) is not None and row.status == status)

    def _hears(self) -> bool:
        self.notice(Progress(job_id=_PROBE, attempt=0, fraction=0.5))
        return self.ports.live.progress(_PROBE) is not None


class Told:
    """One event of the stream."""

    def __init__(self, lines: list[str]) -> None:
        fields = dict(line.split(": ", 1) for line in lines)
        self.name = fields.get("event")
        self.id = fields.get("id")
        self.data: Any = json.loads(fields["data"])


@contextmanager
def stream(url: str, headers: dict[str, str] | None = None, query: str = "") -> Iterator[Iterator[Told]]:
    """The events of an open stream, as they come; an event that takes ten seconds is a failure."""
    with (
        httpx2.Client(timeout=10) as client,
        client.stream("GET", f"{url}/api/events{query}", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer.iter_lines())


def _events(lines: Iterator[str]) -> Iterator[Told]:
    block: list[str] = []
    for line in lines:
        if line:
            block.append(line)
        elif block:
            told = [text for text in block if not text.startswith(":")]
            block = []
            if told:
                yield Told(told)
