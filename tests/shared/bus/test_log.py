"""The log hands over every fact in order, from any offset, and goes on after a loss."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from shared.bus import topology
from shared.bus.live import LiveListener, LivePublisher
from shared.bus.log import LogEntry, LogReader
from shared.bus.publisher import Publisher
from shared.messages.live import Live, Progress
from shared.settings import Settings
from tests.jobs import accepted
from tests.shared.bus.conftest import Queues
from tests.waiting import eventually


class Follower:
    """Follows the log in the background and keeps what it is given."""

    def __init__(self, settings: Settings, start: int | None) -> None:
        self.entries: list[LogEntry] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(
            target=LogReader(settings).follow, args=(start, self.entries.extend, self.stop)
        )
        self.thread.start()

    def ids(self) -> list[str]:
        return [entry.recorded.id for entry in self.entries if entry.recorded]

    def end(self) -> None:
        self.stop.set()
        self.thread.join(timeout=10)
        assert not self.thread.is_alive()


@pytest.fixture
def follow(settings: Settings) -> Iterator[Any]:
    followers: list[Follower] = []

    def start(offset: int | None = None) -> Follower:
        followers.append(Follower(settings, offset))
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


def test_reading_goes_on_at_a_saved_offset(publisher: Publisher, follow: Any) -> None:
    facts = [accepted() for _ in range(5)]
    for fact in facts:
        publisher.publish(fact)
    first = follow()
    eventually(lambda: len(first.entries) == 5)
    second = follow(first.entries[3].offset)
    eventually(lambda: second.ids() == [fact.id for fact in facts[3:]])


def test_nothing_is_missed_when_the_connection_is_lost_and_the_last_entry_comes_again(
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
    eventually(lambda: len(follower.entries) >= 7)
    assert follower.ids() == [fact.id for fact in (*facts[:3], facts[2], *facts[3:])]


def test_the_newest_offset_is_known_and_none_for_an_empty_log(
    publisher: Publisher, settings: Settings
) -> None:
    publisher.connect()
    assert LogReader(settings).last_offset() is None
    for _ in range(3):
        publisher.publish(accepted())
    assert LogReader(settings).last_offset() == 2


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
