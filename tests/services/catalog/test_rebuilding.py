"""The library is made anew beside the one that is read, and takes its place without a gap."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.catalog import database, service
from services.catalog.database import CatalogLockedError, open_catalog
from services.catalog.projection import apply
from services.catalog.queries import CatalogNotReadyError, Library, TrackFilter, TrackQuery
from services.catalog.rebuilding import RebuildError, rebuild, wait_until_taken
from shared.bus.publisher import Publisher
from shared.messages.events import Event
from shared.settings import Settings, load
from tests.services.catalog.events import dump, entries, entry, life, make_job
from tests.waiting import eventually

Publish = Callable[[list[Event]], None]


@pytest.fixture
def settings(fresh_amqp_url: str, tmp_path: Path) -> Settings:
    return load({"SOUNDBOX_AMQP_URL": fresh_amqp_url, "SOUNDBOX_DATA": str(tmp_path / "data")})


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
def catalog(settings: Settings) -> Iterator[threading.Thread]:
    """A catalog that runs until the end of the test."""
    stop = threading.Event()
    thread = threading.Thread(target=service.run, args=(settings, stop))
    thread.start()
    yield thread
    stop.set()
    thread.join(timeout=20)
    assert not thread.is_alive()


def tracks_of(library: Library) -> int:
    try:
        return library.counts()["total"]
    except CatalogNotReadyError:
        return -1


def make_anew(settings: Settings) -> None:
    rebuild(settings, threading.Event(), lambda _reached, _goal: None)
    assert wait_until_taken(settings, 20)


def test_a_running_catalog_takes_the_new_file_and_readers_see_no_gap(
    settings: Settings, publish: Publish, catalog: threading.Thread
) -> None:
    publish([event for number in range(1, 21) for event in life(make_job(number))])
    library = Library(settings.database)
    eventually(lambda: tracks_of(library) == 20)
    rows, identity = dump(settings.database), library.identity()
    with sqlite3.connect(settings.database, timeout=10) as damaged:
        damaged.execute("UPDATE tracks SET prompt = 'nobody said this' WHERE number % 2")
        damaged.execute("DELETE FROM counters WHERE name = 'audio'")
    damaged.close()
    assert dump(settings.database) != rows

    seen: set[object] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                seen.add(library.tracks(TrackQuery()).total)
                seen.add(library.facets(TrackFilter()).total)
            except Exception as error:  # noqa: BLE001 - whatever a reader gets is what this looks for
                seen.add(repr(error))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(3):
        make_anew(settings)
    eventually(lambda: library.identity() != identity)
    done.set()
    for reader in readers:
        reader.join(timeout=10)
    assert seen == {20}
    assert dump(settings.database) == rows

    publish(life(make_job(21)))
    eventually(lambda: tracks_of(library) == 21)
    library.close()
    left = sorted(path.name for path in settings.database.parent.iterdir())
    assert left == [
        "library.db",
        "library.db-shm",
        "library.db-wal",
        "library.db.lock",
        "library.rebuilding.db.lock",
    ]


def test_without_a_catalog_the_new_file_is_taken_at_once(settings: Settings, publish: Publish) -> None:
    publish([event for number in range(1, 6) for event in life(make_job(number))])
    with open_catalog(settings.database) as connection:
        apply(connection, entries([event for n in range(1, 6) for event in life(make_job(n))]))
    rows = dump(settings.database)
    with sqlite3.connect(settings.database) as damaged:
        damaged.execute("DELETE FROM tracks")
    damaged.close()
    make_anew(settings)
    assert [row for row in dump(settings.database) if row[0] == "counters"] == [
        row for row in rows if row[0] == "counters"
    ]
    assert Library(settings.database).counts()["total"] == 5


def test_catalogs_on_other_files_reach_the_same_rows(
    settings: Settings, publish: Publish, catalog: threading.Thread, tmp_path: Path
) -> None:
    publish([event for number in range(1, 6) for event in life(make_job(number), attempts=2)])
    library = Library(settings.database)
    eventually(lambda: tracks_of(library) == 5)
    other = settings.model_copy(update={"data": tmp_path / "other"})
    stop = threading.Event()
    second = threading.Thread(target=service.run, args=(other, stop))
    second.start()
    eventually(lambda: tracks_of(Library(other.database)) == 5)
    make_anew(settings)
    assert dump(settings.database) == dump(other.database)
    stop.set()
    second.join(timeout=20)


def test_a_log_that_ends_too_early_or_a_stop_leaves_the_library_as_it_is(
    settings: Settings, publish: Publish
) -> None:
    publish(life(make_job(1))[:2])
    with open_catalog(settings.database) as connection:
        apply(connection, entries(life(make_job(1))))
    rows = dump(settings.database)
    with pytest.raises(RebuildError, match="entries up to 1 and then none, but the library has read entry 4"):
        rebuild(settings, threading.Event(), lambda _reached, _goal: None, silence_s=1.0)
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(RebuildError, match="Stopped"):
        rebuild(settings, stopped, lambda _reached, _goal: None)
    assert dump(settings.database) == rows
    assert not database.rebuilt(settings.database).exists()


def test_there_is_nothing_to_make_anew_before_the_first_start(settings: Settings) -> None:
    with pytest.raises(CatalogNotReadyError):
        rebuild(settings, threading.Event(), lambda _reached, _goal: None)


def test_only_one_may_make_it_anew_at_a_time(settings: Settings) -> None:
    with open_catalog(settings.database) as connection:
        apply(connection, entries(life(make_job(1))))
    making = settings.database.with_name("library.rebuilding.db")
    with open_catalog(making), pytest.raises(CatalogLockedError):
        rebuild(settings, threading.Event(), lambda _reached, _goal: None)
    assert making.exists()
