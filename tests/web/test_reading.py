"""However many look through the library at once: all are answered, and nobody else waits for them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from services.catalog.queries import Library, Page, TrackQuery
from tests.waiting import eventually
from tests.web.serving import Served
from tests.web.site import Site

CLIENTS = 24


class SlowLibrary:
    """Holds every look at a list back until it is let go, and counts who looks at the same time."""

    def __init__(self, tracks: Any) -> None:
        self.go_on = threading.Event()
        self.at_once: list[int] = []
        self._tracks = tracks
        self._inside = 0
        self._lock = threading.Lock()

    def tracks(self, query: TrackQuery) -> Page:
        """As the library's own."""
        with self._lock:
            self._inside += 1
            self.at_once.append(self._inside)
        try:
            assert self.go_on.wait(30)
            page: Page = self._tracks(query)
        finally:
            with self._lock:
                self._inside -= 1
        return page


@pytest.fixture
def served(site: Site) -> Iterator[Served]:
    """A web app over an empty library."""
    served = Served(site.settings)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def slow(served: Served, monkeypatch: pytest.MonkeyPatch) -> SlowLibrary:
    library: Library = served.ports.library
    slow = SlowLibrary(library.tracks)
    monkeypatch.setattr(library, "tracks", slow.tracks)
    return slow


def test_as_many_as_processors_look_at_once_while_others_are_answered(
    served: Served, slow: SlowLibrary
) -> None:
    places = int(served.ports.reading_threads.total_tokens)
    with (
        httpx2.Client(base_url=served.url, timeout=60) as client,
        ThreadPoolExecutor(CLIENTS) as visitors,
    ):
        asked = [visitors.submit(client.get, "/api/library") for _ in range(CLIENTS)]
        try:
            eventually(lambda: len(slow.at_once) == places)
            eventually(lambda: served.ports.reading_threads.statistics().tasks_waiting == CLIENTS - places)
            assert client.get("/livez").status_code == 200
            assert client.get("/api/categories/music").status_code == 200
        finally:
            slow.go_on.set()
        assert {answer.result().status_code for answer in asked} == {200}
    assert len(slow.at_once) == CLIENTS
    assert max(slow.at_once) == places
