"""A web app over a library that the real projection filled and a real store folder, and how to ask it."""

import json
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from services.catalog.database import open_catalog, position
from services.catalog.projection import apply
from shared import keys
from shared.bus.log_entry import LogEntry
from shared.bus.publisher import Publisher
from shared.messages.envelope import id_of_deed, record
from shared.messages.event import ByPerson
from shared.messages.events import Event
from shared.messages.job import Job, Tier
from shared.settings import Settings
from shared.tokens import issue
from tests.services.catalog.events import START, entries, life
from tests.web.described import checked
from web.app import create_app
from web.ports import open_ports

ADDRESS = "http://127.0.0.1"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
PEAKS = json.dumps({"version": 2, "data": list(range(100))}).encode()
WAV = b"RIFF" + bytes(range(256)) * 40


@cache
def _empty_library() -> bytes:
    """A library's file as it is at first: making it takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "library.db"
        with open_catalog(database):
            pass
        return database.read_bytes()


class Site:
    """The app with its ports; asked as a new visitor unless told otherwise, every answer as described."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.database.parent.mkdir(parents=True, exist_ok=True)
        if not settings.database.exists():
            settings.database.write_bytes(_empty_library())
        self._publisher = Publisher(settings, 1)
        self.ports = open_ports(settings, self._publisher)
        self.app = create_app(settings, self.ports)
        self.client = self.visitor()
        self._open = ExitStack()
        self._catalog = self._open.enter_context(open_catalog(settings.database))

    def close(self) -> None:
        """Close what was opened."""
        self.ports.library.close()
        self._publisher.close()
        self._open.close()

    def visitor(self) -> TestClient:
        """Somebody else, without a cookie."""
        return checked(TestClient(self.app, base_url=ADDRESS))

    def listener(self, user_id: str, tier: Tier = "free") -> TestClient:
        """Somebody with a token."""
        token = issue(self.settings, user_id, tier)
        headers = {"Authorization": f"Bearer {token}"}
        return checked(TestClient(self.app, base_url=ADDRESS, headers=headers))

    def project(self, *events: Event) -> None:
        """Append the events to what the library knows."""
        apply(self._catalog, entries(events, position(self._catalog).offset + 1))

    def project_now(self, *events: Event) -> None:
        """Append the events as having just happened; `project` puts them into March 2026."""
        seconds = int((datetime.now(UTC) - START).total_seconds())
        apply(self._catalog, entries(events, max(seconds, position(self._catalog).offset + 1)))

    def do(self, deed: ByPerson, command_id: str) -> None:
        """Append what somebody did, under a command's id."""
        offset = position(self._catalog).offset + 1
        time = START + timedelta(seconds=offset)
        apply(self._catalog, [LogEntry(offset, record(deed, "ingest", time, id_of_deed(deed, command_id)))])

    def publish(self, job: Job, audio: bytes = WAV) -> str:
        """Make a track of the job, its files included; returns its id."""
        self.project(*life(job))
        self.ports.store.put(keys.audio(job.job_id), audio)
        self.ports.store.put(keys.spectrogram(job.job_id), PNG)
        self.ports.store.put(keys.peaks(job.job_id), PEAKS)
        return job.job_id


def assert_problem(answer: Response, status: int, *fields: str) -> str:
    """Check that the answer is a problem document about these fields; returns its sentence."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == "about:blank"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["error"] == problem["detail"]
    assert [told["field"] for told in problem.get("errors", [])] == list(fields)
    assert all(told["error"] == told["detail"] for told in problem.get("errors", []))
    sentence: str = problem["error"]
    assert sentence
    return sentence


def ok(answer: Response, status: int = 200) -> Any:
    """The JSON of an answer that went well."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()
