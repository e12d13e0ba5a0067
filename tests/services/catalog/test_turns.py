"""So many threads at once, none of which is passed by one that came later."""

import threading
from collections.abc import Callable

import pytest

from services.catalog.turns import Turns
from tests.waiting import eventually


def in_a_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_who_comes_again_does_not_pass_those_that_wait() -> None:
    turns = Turns(1)
    order: list[str] = []

    def take(name: str) -> None:
        with turns:
            order.append(name)

    waiting = []
    with turns:
        for number, name in enumerate("abc", start=1):
            waiting.append(in_a_thread(lambda name=name: take(name)))  # type: ignore[misc]
            eventually(lambda number=number: len(turns._waiting) == number)  # type: ignore[misc]
    take("again")
    for thread in waiting:
        thread.join(10)
    assert order == ["a", "b", "c", "again"]


def test_no_more_are_in_it_at_once_than_there_are_turns() -> None:
    turns, leave = Turns(2), threading.Event()
    inside: list[int] = []

    def take(number: int) -> None:
        with turns:
            inside.append(number)
            assert leave.wait(10)

    threads = [in_a_thread(lambda number=number: take(number)) for number in range(6)]  # type: ignore[misc]
    eventually(lambda: len(turns._waiting) == 4)
    assert len(inside) == 2
    leave.set()
    for thread in threads:
        thread.join(10)
    assert sorted(inside) == [*range(6)]


def test_a_turn_is_given_back_after_an_error() -> None:
    turns = Turns(1)
    with pytest.raises(ZeroDivisionError), turns:
        _ = 1 / 0
    with turns:
        assert turns._free == 0
    assert turns._free == 1
