"""A lane that is held finishes what is in work and takes nothing more; what waits keeps its place."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shared.bus.consumer import Consumer, Delivery, Lane
from shared.settings import Settings
from tests.shared.bus.conftest import Queues
from tests.waiting import eventually

QUEUE, OTHER = "generate.music", "generate.audio"


class Work:
    """Notes what is delivered, and takes as long as it is told to."""

    def __init__(self) -> None:
        self.held = threading.Event()
        self.go_on = threading.Event()
        self.begun: list[bytes] = []
        self.done: list[bytes] = []

    def __call__(self, delivery: Delivery) -> None:
        self.begun.append(delivery.body)
        assert self.go_on.wait(10)
        self.done.append(delivery.body)


@pytest.fixture
def work() -> Work:
    return Work()


@contextmanager
def consuming(settings: Settings, work: Work, prefetch: int = 1) -> Iterator[None]:
    stop = threading.Event()
    lanes = [
        Lane(QUEUE, work, prefetch, work.held.is_set),
        Lane(OTHER, work, prefetch),
    ]
    thread = threading.Thread(target=Consumer(settings, lanes).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        work.go_on.set()
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def test_one_that_is_held_from_the_start_takes_nothing_and_others_go_on(
    settings: Settings, queues: Queues, work: Work
) -> None:
    work.held.set()
    work.go_on.set()
    queues.put(QUEUE, b"waits")
    queues.put(OTHER, b"is done")
    with consuming(settings, work):
        eventually(lambda: work.done == [b"is done"])
        assert queues.ready(QUEUE) == 1
        work.held.clear()
        eventually(lambda: work.done == [b"is done", b"waits"])


def test_what_is_in_work_when_it_is_held_is_finished_and_the_rest_waits_in_its_order(
    settings: Settings, queues: Queues, work: Work
) -> None:
    for body in (b"first", b"second", b"third"):
        queues.put(QUEUE, body)
    with consuming(settings, work):
        eventually(lambda: work.begun == [b"first"])
        work.held.set()
        work.go_on.set()
        eventually(lambda: work.done == [b"first"])
        eventually(lambda: queues.ready(QUEUE) == 2)
        queues.put(QUEUE, b"sooner", priority=3)
        queues.put(OTHER, b"other")
        eventually(lambda: b"other" in work.done)
        assert work.begun == [b"first", b"other"]
        work.held.clear()
        eventually(lambda: work.done[2:] == [b"sooner", b"second", b"third"])
        eventually(lambda: queues.ready(QUEUE) == 0)


def test_holding_and_letting_go_again_and_again_loses_nothing_and_does_nothing_twice(
    settings: Settings, queues: Queues, work: Work
) -> None:
    work.go_on.set()
    wanted = [str(number).encode() for number in range(200)]
    with consuming(settings, work, prefetch=4):
        for body in wanted:
            queues.put(QUEUE, body)
            work.held.set() if body.endswith(b"3") else work.held.clear()
        eventually(lambda: len(work.done) == len(wanted))
    assert sorted(work.done) == sorted(wanted)
    assert queues.ready(QUEUE) == 0
