"""The log hands over every fact in order, goes on after a loss, and is told from another log."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from shared.bus import topology
from shared.bus.connection import declare
from shared.bus.live import LiveListener, LivePublisher
from shared.bus.log import LogReader, check_same
from shared.bus.log_entry import LogEntry, Place
from shared.bus.publisher import Publisher
from shared.errors import AnotherLogError
from shared.messages.ids import new_id
from shared.messages.live import Live, Progress
from shared.settings import Settings
from tests.jobs import accepted
from tests.shared.bus.conftest import Queues
from tests.waiting import eventually


class Follower:
    """Follows the log in the background and keeps what it is given."""

    def __init__(self, settings: Settings, last: Place | None) -> None:
        self.entries: list[LogEntry] = []
        self.stop = threading.Event()
        self.other: AnotherLogError | None = None
        self.reader = LogReader(settings, silence_s=1.0)
        self.thread = threading.Thread(target=self._follow, args=(last,))
        self.thread.start()

    def _follow(self, last: Place | None) -> None:
        try:
            self.reader.follow(last, self.entries.extend, self.stop)
        except AnotherLogError as error:
            self.other = error

    def ids(self) -> list[str]:
        return [entry.recorded.id for entry in self.entries if entry.recorded]

    def end(self) -> None:
        self.stop.set()
        self.thread.join(timeout=10)
        assert not self.thread.is_alive()


@pytest.fixture
def follow(settings: Settings) -> Iterator[Any]:
    followers: list[Follower] = []

    def start(last: Place | None = None) -> Follower:
        followers.append(Follower(settings, last))
        return followers[-1]

    yield start
    for follower in followers:
        follower.end()


def test_facts_come_in_their_order_from_the_first(publisher: Publisher, follow: Any) -> None:
    facts = [accepted() for _ in range(20)]
    for fact in facts[:10]:
        publisher.publish(fact)
    follower = follow()
    for fact in facts[10:]:
        publisher.publish(fact)
    eventually(lambda: follower.ids() == [fact.id for fact in facts])
    offsets = [entry.offset for entry in follower.entries]
    assert offsets == sorted(set(offsets))


def test_reading_goes_on_after_the_last_entry_that_was_read(publisher: Publisher, follow: Any) -> None:
    facts = [accepted() for _ in range(5)]
    for fact in facts:
        publisher.publish(fact)
    first = follow()
    eventually(lambda: len(first.entries) == 5)
    second = follow(first.entries[3].place)
    eventually(lambda: second.ids() == [facts[4].id])


def test_nothing_is_missed_and_nothing_comes_twice_when_the_connection_is_lost(
    publisher: Publisher, follow: Any, broker: Any
) -> None:
    follower = follow()
    facts = [accepted() for _ in range(6)]
    for fact in facts[:3]:
        publisher.publish(fact)
    eventually(lambda: len(follower.entries) == 3)
    broker.control("close_all_connections", "--global", "a test")
    for fact in facts[3:]:
        publisher.publish(fact)
    eventually(lambda: follower.ids() == [fact.id for fact in facts])


@pytest.mark.parametrize("entries", [0, 2])
def test_a_log_that_ends_before_the_last_entry_that_was_read_is_another_one(
    publisher: Publisher, follow: Any, entries: int
) -> None:
    publisher.connect()
    for _ in range(entries):
        publisher.publish(accepted())
    follower = follow(Place(3, new_id()))
    error = eventually(lambda: follower.other)
    assert str(error) == "it ends before entry 3, which was read before"
    assert follower.entries == []


def test_a_log_with_another_entry_in_the_last_place_is_another_one(publisher: Publisher, follow: Any) -> None:
    facts = [accepted() for _ in range(3)]
    for fact in facts:
        publisher.publish(fact)
    before = new_id()
    follower = follow(Place(1, before))
    error = eventually(lambda: follower.other)
    assert str(error) == f"entry 1 was {before} and is {facts[1].id}"
    assert follower.entries == []


def test_an_entry_that_could_not_be_decoded_then_and_now_is_the_same(
    publisher: Publisher, queues: Queues, follow: Any
) -> None:
    queues.channel.basic_publish(topology.EVENTS_EXCHANGE, "strange", b"{}")
    fact = accepted()
    publisher.publish(fact)
    first = follow()
    eventually(lambda: len(first.entries) == 2)
    again = follow(first.entries[0].place)
    eventually(lambda: again.ids() == [fact.id])
    other = follow(Place(0, new_id()))
    error = eventually(lambda: other.other)
    assert str(error).endswith("and is unreadable")


def test_a_log_without_the_last_place_is_another_one() -> None:
    with pytest.raises(AnotherLogError) as caught:
        check_same(Place(20, new_id()), Place(30, new_id()))
    assert str(caught.value) == "entry 20, which was read before, is not there; the next one is 30"


@pytest.mark.parametrize("entries", [0, 1, 5])
def test_a_stream_that_is_deleted_and_made_again_while_it_is_read_is_noticed(
    publisher: Publisher, queues: Queues, follow: Any, entries: int
) -> None:
    follower = follow()
    for _ in range(3):
        publisher.publish(accepted())
    eventually(lambda: len(follower.entries) == 3)
    queues.channel.queue_delete(topology.LOG_STREAM)
    declare(queues.connection)
    for _ in range(entries):
        publisher.publish(accepted())
    eventually(lambda: follower.other)
    assert len(follower.entries) == 3


def test_an_entry_that_is_no_fact_is_handed_over_with_its_error(queues: Queues, follow: Any) -> None:
    queues.channel.basic_publish(topology.EVENTS_EXCHANGE, "strange", b"{}")
    follower = follow()
    eventually(lambda: follower.entries)
    (entry,) = follower.entries
    assert entry.recorded is None
    assert "type" in str(entry.error)


def test_what_the_reader_of_a_batch_raises_reaches_the_caller(
    publisher: Publisher, settings: Settings
) -> None:
    publisher.publish(accepted())

    def refuse(_batch: list[LogEntry]) -> None:
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        LogReader(settings).follow(None, refuse, threading.Event())


def test_notices_are_heard_by_everybody_who_listens(settings: Settings) -> None:
    heard: tuple[list[Live], list[Live]] = ([], [])
    stop = threading.Event()
    listeners = [LiveListener(settings) for _ in heard]
    threads = [
        threading.Thread(target=listener.listen, args=(notices.append, stop))
        for listener, notices in zip(listeners, heard, strict=True)
    ]
    for thread in threads:
        thread.start()
    eventually(lambda: all(listener.connected for listener in listeners))
    live = LivePublisher(settings)
    notice = Progress(job_id=accepted().event.subject, attempt=0, fraction=0.5)
    live.publish(notice)
    eventually(lambda: heard == ([notice], [notice]))
    stop.set()
    live.close()
    for thread in threads:
        thread.join(timeout=10)


def test_a_notice_never_waits_for_a_broker_that_is_away() -> None:
    live = LivePublisher(Settings.model_validate({"amqp_url": "amqp://127.0.0.1:1/"}))
    for _ in range(2000):
        live.publish(Progress(job_id=accepted().event.subject, attempt=0, fraction=0.5))
    live.close()
