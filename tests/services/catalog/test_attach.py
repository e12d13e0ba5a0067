"""At the start the catalog checks that the log is the one its rows were made from."""

import threading
from collections.abc import Callable

import pytest

from services.catalog.attach import difference
from services.catalog.database import Position
from shared.bus.log import LogEntry
from tests.services.catalog.events import entries, life, make_job

LOG = entries(life(make_job(1)), step=10)


class ListedLog:
    """A log in memory that delivers as a stream does: nothing for an offset beyond its end."""

    def __init__(self, log: list[LogEntry]) -> None:
        self.connected = True
        self._log = log

    def follow(
        self, start: int | None, on_batch: Callable[[list[LogEntry]], None], stop: threading.Event
    ) -> None:
        batch = [entry for entry in self._log if entry.offset >= (start or 0)]
        if batch:
            on_batch(batch)
        stop.wait(30)


def saved(entry: LogEntry) -> Position:
    """The position of a database whose last entry this was."""
    return Position("some database", entry.offset, entry.recorded.id if entry.recorded else None)


def checked(log: list[LogEntry], position: Position) -> str | None:
    return difference(ListedLog(log), position, threading.Event(), silence_s=0.2)


@pytest.mark.parametrize("last", LOG)
def test_a_log_that_holds_the_saved_entry_is_the_same(last: LogEntry) -> None:
    assert checked(LOG, saved(last)) is None


def test_a_database_that_has_read_nothing_agrees_with_every_log() -> None:
    assert checked([], Position("new", -1, None)) is None


def test_a_log_that_ends_before_the_saved_entry_is_another_one() -> None:
    assert checked(LOG[:2], saved(LOG[3])) == "it ends before entry 30, which was read before"


def test_an_empty_log_is_another_one() -> None:
    assert checked([], saved(LOG[0])) == "it ends before entry 0, which was read before"


def test_a_log_with_another_entry_at_the_saved_offset_is_another_one() -> None:
    other = entries(life(make_job(2)), step=10)
    assert LOG[2].recorded is not None
    assert other[2].recorded is not None
    assert checked(other, saved(LOG[2])) == (
        f"entry 20 was {LOG[2].recorded.id} and is {other[2].recorded.id}"
    )


def test_a_log_without_the_saved_entry_is_another_one() -> None:
    log = [*LOG[:2], *LOG[3:]]
    assert checked(log, saved(LOG[2])) == (
        "entry 20, which was read before, is not there; the next one is 30"
    )


def test_an_entry_that_could_not_be_decoded_then_and_now_is_the_same() -> None:
    unknown = LogEntry(50, None, "not known")
    assert checked([*LOG, unknown], saved(unknown)) is None
    assert checked([*LOG, LogEntry(50, LOG[0].recorded)], saved(unknown)) is not None


def test_a_broker_that_is_away_is_waited_for_until_the_stop() -> None:
    log = ListedLog([])
    log.connected = False
    stop = threading.Event()
    timer = threading.Timer(0.5, stop.set)
    timer.start()
    assert difference(log, saved(LOG[0]), stop, silence_s=0.1) is None
    assert stop.is_set()
    timer.join()
