"""A stage publishes what it made once, whatever happens to it; nothing is dropped silently."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared import keys
from shared.bus import topology
from shared.bus.consumer import Consumer, Delivery, Lane
from shared.bus.publisher import Publisher
from shared.bus.stage import (
    QUEUE_HEADER,
    REASON_HEADER,
    RETRIES_HEADER,
    Outcome,
    Stage,
    TransientStopError,
)
from shared.errors import (
    BrokerUnavailableError,
    PermanentError,
    StoreError,
    TransientError,
    WorkCancelledError,
    WorkerDiedError,
)
from shared.messages import envelope
from shared.messages.events import AudioGenerated, Event, JobAccepted, JobFailed
from shared.settings import Settings
from shared.store import Store
from tests.jobs import a_take, accepted
from tests.services.catalog.events import life, make_job
from tests.shared.bus.conftest import Queues
from tests.waiting import eventually


def generate(event: Event) -> Outcome:
    """The work of these tests: the prompt says what happens."""
    assert isinstance(event, JobAccepted)
    failures: dict[str, Exception] = {
        "permanent": PermanentError("too_strange", "It is too strange."),
        "transient": TransientError("Out of memory."),
        "cancelled": WorkCancelledError("Stopped."),
        "death": WorkerDiedError("The engine died."),
        "defect": ZeroDivisionError("division by zero"),
    }
    for word, failure in failures.items():
        if word in event.job.prompt:
            raise failure
    return Outcome([AudioGenerated(job=event.job, attempt=0, take=a_take(event.job))], discard=("old/take",))


@pytest.fixture
def stage(store: Store, publisher: Publisher) -> Stage:
    return Stage("generator", generate, store, publisher, threading.Event())


def deliver(stage: Stage, fact: envelope.Recorded, **changes: Any) -> None:
    given = {
        "queue": "generate.music",
        "body": envelope.encode(fact),
        "message_id": fact.id,
        "correlation_id": fact.event.subject,
        "type": fact.event.TYPE,
        "priority": fact.event.priority,
    }
    stage(Delivery(**{**given, **changes}))


def published(queues: Queues, queue: str) -> list[envelope.Recorded]:
    facts = []
    while found := queues.take(queue):
        facts.append(envelope.decode(found[1]))
    return facts


def failures(queues: Queues, settings: Settings) -> list[JobFailed]:
    """Every job.failed in the log so far."""
    from shared.bus.log import LogReader
    from shared.bus.log_entry import LogEntry

    found: list[JobFailed] = []
    stop = threading.Event()

    def collect(batch: list[LogEntry]) -> None:
        facts = [entry.recorded.event for entry in batch if entry.recorded is not None]
        found.extend(fact for fact in facts if isinstance(fact, JobFailed))

    thread = threading.Thread(target=LogReader(settings).follow, args=(None, collect, stop))
    thread.start()
    try:
        eventually(lambda: found, timeout=5)
    finally:
        stop.set()
        thread.join()
    return found


def test_the_work_of_a_fact_is_published(stage: Stage, queues: Queues) -> None:
    fact = accepted()
    deliver(stage, fact)
    (made,) = published(queues, "analyze")
    assert isinstance(made.event, AudioGenerated)
    assert made.event.subject == fact.event.subject
    assert made.stage == "generator"


def test_working_again_publishes_the_very_same_fact_without_working(
    store: Store, publisher: Publisher, queues: Queues
) -> None:
    worked = []

    def work(event: Event) -> Outcome:
        worked.append(event)
        return generate(event)

    stage = Stage("generator", work, store, publisher, threading.Event())
    fact = accepted()
    deliver(stage, fact)
    deliver(stage, fact, redelivered=True)
    first, second = published(queues, "analyze")
    assert first == second
    assert len(worked) == 1


def test_of_two_workers_on_one_job_the_first_result_counts_for_both(
    store: Store, publisher: Publisher, queues: Queues
) -> None:
    fact = accepted()
    other = Stage("generator", generate, store, publisher, threading.Event())

    def slow(event: Event) -> Outcome:
        deliver(other, fact)  # somebody else finishes while we work
        assert isinstance(event, JobAccepted)
        return Outcome([AudioGenerated(job=event.job, attempt=0, take=a_take(event.job, elapsed_ms=9999.0))])

    deliver(Stage("generator", slow, store, publisher, threading.Event()), fact)
    first, second = published(queues, "analyze")
    assert first == second


def test_what_nobody_needs_is_deleted_after_publishing(stage: Stage, store: Store, queues: Queues) -> None:
    store.put("old/take", b"x")
    deliver(stage, accepted())
    assert published(queues, "analyze")
    assert not store.exists("old/take")


def test_a_cancelled_job_is_not_worked_on(stage: Stage, store: Store, queues: Queues) -> None:
    fact = accepted()
    store.put(keys.tombstone(fact.event.subject), b"{}")
    deliver(stage, fact)
    assert published(queues, "analyze") == []


def test_a_job_cancelled_in_work_ends_quietly(stage: Stage, store: Store, queues: Queues) -> None:
    deliver(stage, accepted(prompt="is cancelled"))
    assert queues.ready("analyze") == queues.ready(topology.DEAD_QUEUE) == 0
    assert list(store.keys("marks")) == []


@pytest.mark.parametrize("prompt", ["permanent trouble", "is cancelled", "cancelled before"])
def test_the_takes_of_a_job_that_ended_without_a_track_are_deleted_and_no_others(
    stage: Stage, store: Store, queues: Queues, prompt: str
) -> None:
    fact, other = accepted(prompt=prompt), accepted()
    if prompt == "cancelled before":
        store.put(keys.tombstone(fact.event.subject), b"{}")
    for attempt in range(3):
        store.put(keys.take(fact.event.subject, attempt), b"x")
    store.put(keys.take(other.event.subject, 0), b"x")
    for redelivered in (False, True):
        deliver(stage, fact, redelivered=redelivered)
        assert list(store.keys("takes")) == [keys.take(other.event.subject, 0)]


def test_the_takes_of_a_track_are_deleted_though_its_renderer_died_before_that(
    store: Store, publisher: Publisher, queues: Queues
) -> None:
    fact = accepted()
    (*_, published) = life(make_job(1))
    stage = Stage("renderer", lambda _event: Outcome([published]), store, publisher, threading.Event())
    store.put(keys.take(fact.event.subject, 0), b"x")
    deliver(stage, fact)
    assert store.exists(keys.take(fact.event.subject, 0))
    deliver(stage, fact, redelivered=True)
    assert list(store.keys("takes")) == []


def test_takes_stay_while_the_job_may_go_on(stage: Stage, store: Store, queues: Queues) -> None:
    fact = accepted(prompt="transient trouble")
    store.put(keys.take(fact.event.subject, 0), b"x")
    deliver(stage, fact)
    deliver(stage, accepted())
    assert store.exists(keys.take(fact.event.subject, 0))


def test_takes_that_cannot_be_deleted_do_not_end_the_job_again(
    stage: Stage, settings: Settings, queues: Queues
) -> None:
    fact = accepted(prompt="permanent trouble")
    take = settings.data / "store" / keys.take(fact.event.subject, 0)
    take.mkdir(parents=True)  # a folder, which the store cannot delete
    deliver(stage, fact)
    assert queues.ready(topology.DEAD_QUEUE) == 1


def test_a_permanent_failure_fails_the_job_and_keeps_the_message(
    stage: Stage, queues: Queues, settings: Settings
) -> None:
    fact = accepted(prompt="permanent trouble")
    deliver(stage, fact)
    (failed,) = failures(queues, settings)
    assert (failed.job_id, failed.stage, failed.code) == (fact.event.subject, "generator", "too_strange")
    assert failed.sentence == "It is too strange."
    dead = queues.take(topology.DEAD_QUEUE)
    assert dead is not None
    assert dead[0].headers[REASON_HEADER] == "too_strange: It is too strange."
    assert dead[0].headers[QUEUE_HEADER] == "generate.music"
    assert envelope.decode(dead[1]) == fact


@pytest.mark.parametrize("prompt", ["transient trouble", "a defect"])
def test_a_passing_failure_is_tried_again_after_a_delay(stage: Stage, queues: Queues, prompt: str) -> None:
    fact = accepted(prompt=prompt, priority=2)
    deliver(stage, fact)
    assert queues.ready("soundbox.delay.1000") == 1
    properties, body = eventually(lambda: queues.take("generate.music"), timeout=5)
    assert properties.headers[RETRIES_HEADER] == 1
    assert properties.priority == 2
    assert envelope.decode(body) == fact


def test_waiting_grows_and_then_the_job_fails(stage: Stage, queues: Queues, settings: Settings) -> None:
    fact = accepted(prompt="transient trouble")
    for retries, queue in ((1, "soundbox.delay.5000"), (2, "soundbox.delay.30000")):
        deliver(stage, fact, headers={RETRIES_HEADER: retries})
        assert queues.ready(queue) == 1
    deliver(stage, fact, headers={RETRIES_HEADER: 3})
    (failed,) = failures(queues, settings)
    assert failed.code == "gave_up"
    assert "Out of memory." in failed.sentence


@pytest.mark.parametrize("absurd", ["many", b"\xff", -7, None, 1.5, [1]])
def test_an_absurd_number_of_tries_counts_as_none(stage: Stage, queues: Queues, absurd: object) -> None:
    deliver(stage, accepted(prompt="transient trouble"), headers={RETRIES_HEADER: absurd})
    assert queues.ready("soundbox.delay.1000") == 1


def test_a_job_that_kills_its_worker_is_buried_after_three_deaths(
    stage: Stage, store: Store, queues: Queues, settings: Settings
) -> None:
    fact = accepted(prompt="death to the engine")
    for retries in range(3):
        deliver(stage, fact, headers={RETRIES_HEADER: retries} if retries else {})
        assert len(list(store.keys("marks"))) == retries + 1
    deliver(stage, fact, headers={RETRIES_HEADER: 3})
    (failed,) = failures(queues, settings)
    assert failed.code == "worker_died"
    assert queues.ready(topology.DEAD_QUEUE) == 1


def test_a_mark_left_by_a_killed_process_counts_when_the_message_comes_again(
    stage: Stage, store: Store, queues: Queues, settings: Settings
) -> None:
    fact = accepted()
    for number in range(3):
        store.put(keys.work_mark("generator", fact.event.subject, 0, number), b"")
    deliver(stage, fact, redelivered=True)
    (failed,) = failures(queues, settings)
    assert failed.code == "worker_died"


def test_a_store_that_fails_in_the_work_is_waited_for_and_costs_the_job_nothing(
    store: Store, publisher: Publisher, queues: Queues
) -> None:
    tries = []

    def work(event: Event) -> Outcome:
        tries.append(event)
        if len(tries) == 1:
            raise StoreError("The disk is full.")
        return generate(event)

    deliver(Stage("generator", work, store, publisher, threading.Event()), accepted())
    assert len(tries) == 2
    assert len(published(queues, "analyze")) == 1
    assert [queues.ready(topology.delay_name(delay)) for delay in topology.DELAYS_MS] == [0, 0, 0]
    assert list(store.keys("marks")) == []


@pytest.mark.parametrize("error", [BrokerUnavailableError("Gone."), TransientStopError("Stopped.")])
def test_what_is_no_fault_of_the_job_leaves_the_message_unacknowledged_and_uncounted(
    store: Store, publisher: Publisher, queues: Queues, error: Exception
) -> None:
    def work(_event: Event) -> Outcome:
        raise error

    with pytest.raises(type(error)):
        deliver(Stage("generator", work, store, publisher, threading.Event()), accepted())
    assert [queues.ready(topology.delay_name(delay)) for delay in topology.DELAYS_MS] == [0, 0, 0]
    assert list(store.keys("marks")) == []


def test_a_message_that_is_no_fact_is_kept_and_fails_the_job_it_names(
    stage: Stage, queues: Queues, settings: Settings
) -> None:
    job_id = accepted().event.subject
    stage(Delivery(queue="generate.music", body=b"\xffgarbage", correlation_id=job_id))
    (failed,) = failures(queues, settings)
    assert (failed.job_id, failed.code) == (job_id, "bad_message")
    dead = queues.take(topology.DEAD_QUEUE)
    assert dead is not None
    assert dead[1] == b"\xffgarbage"


def test_garbage_that_names_no_job_is_kept(stage: Stage, queues: Queues) -> None:
    stage(Delivery(queue="generate.music", body=b"{}", correlation_id="'; drop table jobs"))
    assert queues.ready(topology.DEAD_QUEUE) == 1


@pytest.fixture
def consume(settings: Settings) -> Iterator[Callable[[Lane], threading.Event]]:
    """Consumes lanes in the background; every one ends with the test."""
    running: list[tuple[threading.Thread, threading.Event]] = []

    def start(lane: Lane) -> threading.Event:
        stop = threading.Event()
        thread = threading.Thread(target=Consumer(settings, [lane]).run, args=(stop,))
        thread.start()
        running.append((thread, stop))
        return stop

    yield start
    for thread, stop in running:
        stop.set()
        thread.join(timeout=20)
        assert not thread.is_alive()


def test_a_consumer_survives_the_loss_of_its_connection(
    consume: Callable[[Lane], threading.Event], queues: Queues, publisher: Publisher, broker: Any
) -> None:
    seen: list[bytes] = []
    consume(Lane("generate.music", lambda delivery: seen.append(delivery.body)))
    publisher.publish(accepted())
    eventually(lambda: len(seen) == 1)
    broker.control("close_all_connections", "--global", "a test")
    publisher.publish(accepted())
    eventually(lambda: len(seen) >= 2)


def test_a_consumer_comes_back_when_its_queue_was_deleted(
    consume: Callable[[Lane], threading.Event], queues: Queues, publisher: Publisher
) -> None:
    seen: list[bytes] = []
    consume(Lane("generate.music", lambda delivery: seen.append(delivery.body)))
    publisher.publish(accepted())
    eventually(lambda: seen)
    queues.channel.queue_delete("generate.music")
    eventually(lambda: _consumers(queues, "generate.music") == 1)
    publisher.publish(accepted())
    eventually(lambda: len(seen) == 2)


def _consumers(queues: Queues, name: str) -> int:
    from pika.exceptions import ChannelClosedByBroker

    try:
        return int(queues.connection.channel().queue_declare(name, passive=True).method.consumer_count)
    except ChannelClosedByBroker:
        return 0


def test_work_is_not_acknowledged_before_it_is_done_and_comes_again_after_a_failure(
    consume: Callable[[Lane], threading.Event], queues: Queues, publisher: Publisher
) -> None:
    tries: list[bool] = []

    def fail_once(delivery: Delivery) -> None:
        tries.append(delivery.redelivered)
        if len(tries) == 1:
            raise TransientError("The broker was lost.")

    consume(Lane("generate.music", fail_once))
    publisher.publish(accepted())
    eventually(lambda: tries == [False, True])
    eventually(lambda: queues.ready("generate.music") == 0)


def test_stopping_finishes_what_is_in_work_and_takes_nothing_more(
    consume: Callable[[Lane], threading.Event], queues: Queues, publisher: Publisher
) -> None:
    begun, go_on, done = threading.Event(), threading.Event(), []

    def slow(delivery: Delivery) -> None:
        begun.set()
        go_on.wait(timeout=10)
        done.append(delivery)

    for _ in range(2):
        publisher.publish(accepted())
    stop = consume(Lane("generate.music", slow))
    assert begun.wait(timeout=10)
    stop.set()
    go_on.set()
    eventually(lambda: len(done) == 1, what="what is in work to be finished")
    eventually(lambda: queues.ready("generate.music") == 1, what="the second message to be back")
    assert len(done) == 1
