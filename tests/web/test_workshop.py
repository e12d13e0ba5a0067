"""What is made on demand is made once, by few hands, and for whoever waits."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.settings import Settings
from shared.store import Store, open_store
from web.workshop import Workshop, WorkshopFullError

SOURCE = "a/source"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(Settings(data=tmp_path))
    store.put(SOURCE, b"what things are made of")
    return store


class Maker:
    """Makes one more byte each time; waits to be let go when told to."""

    def __init__(self, waits: bool = False) -> None:
        self.times = 0
        self.begun, self.go = threading.Event(), threading.Event()
        if not waits:
            self.go.set()

    def __call__(self) -> bytes:
        self.times += 1
        self.begun.set()
        assert self.go.wait(30)
        return b"x" * self.times


def test_two_who_ask_at_once_get_one_file(store: Store) -> None:
    maker, workshop = Maker(waits=True), Workshop()

    async def ask() -> None:
        asking = [asyncio.create_task(workshop.ensure(store, "a/b", maker, SOURCE)) for _ in range(5)]
        await asyncio.to_thread(maker.begun.wait)
        maker.go.set()
        await asyncio.gather(*asking)

    asyncio.run(ask())
    assert (maker.times, store.read("a/b")) == (1, b"x")


def test_what_is_there_is_not_made_again(store: Store) -> None:
    maker, workshop = Maker(), Workshop()
    for _ in range(3):
        asyncio.run(workshop.ensure(store, "a/b", maker, SOURCE))
    assert maker.times == 1


def test_what_is_made_of_something_that_was_deleted_meanwhile_goes_with_it(store: Store) -> None:
    def late() -> bytes:
        store.delete(SOURCE)
        return b"late"

    asyncio.run(Workshop().ensure(store, "a/b", late, SOURCE))
    assert not store.exists("a/b")


def test_of_two_web_apps_the_first_ones_file_stays(store: Store) -> None:
    def late() -> bytes:
        store.put_once("a/b", b"first")
        return b"late"

    asyncio.run(Workshop().ensure(store, "a/b", late, SOURCE))
    assert store.read("a/b") == b"first"


def test_somebody_who_goes_away_spoils_nothing_for_the_others(store: Store) -> None:
    maker, workshop = Maker(waits=True), Workshop()

    async def ask() -> None:
        leaving = asyncio.create_task(workshop.ensure(store, "a/b", maker, SOURCE))
        await asyncio.to_thread(maker.begun.wait)
        staying = asyncio.create_task(workshop.ensure(store, "a/b", maker, SOURCE))
        leaving.cancel()
        maker.go.set()
        await staying

    asyncio.run(ask())
    assert store.read("a/b") == b"x"


def test_a_failure_reaches_whoever_asked_and_the_next_one_tries_again(store: Store) -> None:
    workshop = Workshop()

    def fail() -> bytes:
        raise RuntimeError("damaged")

    for _ in range(2):
        with pytest.raises(RuntimeError, match="damaged"):
            asyncio.run(workshop.ensure(store, "a/b", fail, SOURCE))
    asyncio.run(workshop.ensure(store, "a/b", Maker(), SOURCE))
    assert store.exists("a/b")


def test_few_are_made_at_a_time_and_the_loop_goes_on(store: Store) -> None:
    running: list[str] = []
    most: list[int] = []
    both = threading.Barrier(2)

    def maker(name: str) -> Callable[[], bytes]:
        def make() -> bytes:
            running.append(name)
            both.wait(30)
            most.append(len(running))
            both.wait(30)
            running.remove(name)
            return b""

        return make

    async def ask() -> None:
        workshop = Workshop(at_once=2, most_waiting=4)
        await asyncio.gather(*(workshop.ensure(store, f"a/{n}", maker(str(n)), SOURCE) for n in range(6)))

    asyncio.run(ask())
    assert max(most) == 2
    assert len(most) == 6


def test_one_more_than_may_wait_is_refused(store: Store) -> None:
    maker, workshop = Maker(waits=True), Workshop(at_once=1, most_waiting=1)

    async def ask() -> None:
        waiting = [asyncio.create_task(workshop.ensure(store, f"a/{n}", maker, SOURCE)) for n in range(2)]
        while workshop.waited_for < 2:
            await asyncio.sleep(0)
        with pytest.raises(WorkshopFullError):
            await workshop.ensure(store, "a/9", maker, SOURCE)
        maker.go.set()
        await asyncio.gather(*waiting)

    asyncio.run(ask())
