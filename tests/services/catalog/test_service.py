"""`python -m services.catalog` beside a real broker."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from services.catalog import service
from services.catalog.database import open_catalog
from services.catalog.queries import CatalogNotReadyError, JobRow, Library, TrackQuery
from shared.bus import topology
from shared.bus.connection import close, declare, open_connection
from shared.bus.live import LiveListener
from shared.bus.publisher import Publisher
from shared.messages.events import Event
from shared.messages.live import Live, Projected, WorkerBeat
from shared.settings import Settings, load
from tests.services.catalog.events import accepted, dump, entry, job_id, life, make_job
from tests.waiting import eventually

ROOT = Path(__file__).parents[3]
Publish = Callable[[list[Event]], None]


@pytest.fixture
def environment(fresh_amqp_url: str, tmp_path: Path) -> dict[str, str]:
    return {"SOUNDBOX_AMQP_URL": fresh_amqp_url, "SOUNDBOX_DATA": str(tmp_path / "data")}


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return load(environment)


@pytest.fixture
def publish(settings: Settings) -> Iterator[Publish]:
    """Publishes events as the stages do."""
    publisher = Publisher(settings)

    def send(log: list[Event]) -> None:
        for event in log:
            recorded = entry(event, 0).recorded
            assert recorded is not None
            publisher.publish(recorded)

    publisher.connect()
    yield send
    publisher.close()


@pytest.fixture
def heard(settings: Settings) -> Iterator[list[Live]]:
    """Every live notice since the beginning of the test."""
    notices: list[Live] = []
    stop = threading.Event()
    listener = LiveListener(settings)
    thread = threading.Thread(target=listener.listen, args=(notices.append, stop))
    thread.start()
    eventually(lambda: listener.connected)
    yield notices
    stop.set()
    thread.join(timeout=10)


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts catalogs that end with the test."""
    started: list[tuple[subprocess.Popen[bytes], IO[bytes]]] = []

    def run() -> subprocess.Popen[bytes]:
        log = (tmp_path / f"catalog-{len(started)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "services.catalog"],
            env={**os.environ, **environment},
            cwd=ROOT,
            stderr=log,
        )
        started.append((process, log))
        return process

    yield run
    for process, log in started:
        process.kill()
        process.wait(timeout=10)
        log.close()


@pytest.fixture
def library(settings: Settings) -> Library:
    return Library(settings.database)


def job_when(library: Library, number: int, status: str) -> JobRow:
    """The job, once it has this status."""

    def look() -> JobRow | None:
        try:
            row = library.job(job_id(number))
        except CatalogNotReadyError:
            return None
        return row if row and row.status == status else None

    row = eventually(look, what=f"job {number} {status}")
    assert row is not None
    return row


def test_events_are_projected_announced_and_survive_a_kill(
    start: Callable[[], subprocess.Popen[bytes]],
    publish: Publish,
    heard: list[Live],
    library: Library,
    settings: Settings,
    tmp_path: Path,
) -> None:
    first = start()
    publish(life(make_job(1)))
    job_when(library, 1, "completed")
    eventually(lambda: any(isinstance(live, Projected) and live.offset == 4 for live in heard))
    projected = [live for live in heard if isinstance(live, Projected)]
    assert {live.database for live in projected} == {library.identity()}
    assert {number for live in projected for number in live.job_ids} == {job_id(1)}
    assert any(isinstance(live, WorkerBeat) and live.service == "catalog" for live in heard)

    first.kill()
    first.wait(timeout=10)
    publish([*life(make_job(2)), accepted(make_job(1))])
    second = start()
    job_when(library, 2, "completed")
    eventually(lambda: library.offset() == 10)
    assert library.counts() == {"total": 2, "music": 2, "audio": 0}

    third = start()
    assert third.wait(timeout=30) == 2
    refusal = (tmp_path / "catalog-2.log").read_text()
    assert f"Another catalog writes {settings.database}" in refusal

    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=10) == 0
    eventually(lambda: any(isinstance(live, WorkerBeat) and live.stopped for live in heard))

    rows = dump(settings.database)
    for file in settings.database.parent.glob("library.db*"):
        file.unlink()
    start()
    eventually(lambda: settings.database.exists() and settled(library, 10))
    assert dump(settings.database) == rows


def settled(library: Library, offset: int) -> bool:
    """Whether the library has read the log up to this offset."""
    try:
        return library.offset() >= offset
    except CatalogNotReadyError:
        return False


@pytest.mark.parametrize("fresh_events", [0, 6])
def test_a_log_that_was_made_again_is_noticed_and_the_library_follows_the_new_one(
    publish: Publish, settings: Settings, library: Library, fresh_events: int
) -> None:
    settings.database.parent.mkdir(parents=True)
    with open_catalog(settings.database) as connection:
        projector = service.Projector(connection, lambda _live: None)
        projector([entry(event, offset) for offset, event in enumerate(life(make_job(1)))])
    identity = library.identity()
    publish(life(make_job(2), attempts=3)[:fresh_events])

    stop = threading.Event()
    thread = threading.Thread(target=service.run, args=(settings, stop, 1.0))
    thread.start()
    eventually(lambda: library.identity() != identity)
    publish([accepted(make_job(3))])
    job_when(library, 3, "queued")
    stop.set()
    thread.join(timeout=10)

    assert library.job(job_id(1)) is None
    assert library.tracks(TrackQuery()).total == 0
    copy = settings.database.with_name(f"library.aside-{identity[:8]}.db")
    assert [row[2] for row in dump(copy) if row[0] == "jobs"] == [job_id(1)]


@pytest.mark.parametrize("fresh_events", [0, 6])
def test_a_log_that_is_made_again_while_the_catalog_runs_is_noticed_as_well(
    publish: Publish, settings: Settings, library: Library, fresh_events: int
) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=service.run, args=(settings, stop, 1.0))
    thread.start()
    publish(life(make_job(1)))
    job_when(library, 1, "completed")
    identity = library.identity()

    connection = open_connection(settings)
    connection.channel().queue_delete(topology.LOG_STREAM)
    declare(connection)
    close(connection)
    publish(life(make_job(2), attempts=3)[:fresh_events])
    eventually(lambda: library.identity() != identity)
    publish([accepted(make_job(3))])
    job_when(library, 3, "queued")
    stop.set()
    thread.join(timeout=10)

    assert library.job(job_id(1)) is None
    assert (library.job(job_id(2)) is not None) == (fresh_events > 0)


def test_a_catalog_that_follows_the_log_touches_its_health_file(
    environment: dict[str, str], tmp_path: Path, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    environment["SOUNDBOX_HEALTH_FILE"] = str(tmp_path / "alive")
    start()
    eventually((tmp_path / "alive").exists, 20)
