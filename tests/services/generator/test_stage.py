"""A generator makes the take that a fact asks for: the first, or another one with a new seed."""

import threading
from typing import Any

import pytest

from services.generator.engine_pipe import Order, Ready, Step
from services.generator.engine_process import OnStep
from services.generator.stage import Cancellations, Generator, Outside, request, wanted
from shared.bus.stage import TransientStopError
from shared.errors import PermanentError, SettingsError
from shared.messages.events import AudioGenerated, AudioRejected, GenerationStarted, JobAccepted, JobCancelled
from shared.messages.job import JudgedTake, Take
from shared.messages.live import Progress
from tests.jobs import BAD, a_job, a_take


class Maker:
    """Stands for the engine's process: describes a take without making one."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.broken = False
        self.refuses = False

    def start(self) -> Ready:
        if self.broken:
            raise SettingsError("There are no weights.")
        return Ready("synth", "1")

    def make(self, order: Order, on_step: OnStep, cancelled: threading.Event) -> Take:
        self.orders.append(order)
        on_step(Step(order.request.job_id, 0.5, parts=2))
        if self.refuses:
            raise PermanentError("too_strange", "It is too strange.")
        return a_take(a_job(job_id=order.request.job_id), seed=order.request.seed, key=order.key)


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def told() -> dict[str, list[Any]]:
    return {"facts": [], "notices": [], "forgotten": []}


@pytest.fixture
def generator(maker: Maker, told: dict[str, list[Any]]) -> Generator:
    outside = Outside(
        told["facts"].append,
        told["notices"].append,
        lambda *keys: told["forgotten"].extend(keys),
        threading.Event(),
    )
    return Generator("generator-1", maker, Cancellations(), outside)


def rejected(attempt: int) -> AudioRejected:
    job = a_job()
    takes = (
        JudgedTake(attempt=number, take=a_take(job, number), report=BAD) for number in range(attempt + 1)
    )
    return AudioRejected(job=job, attempt=attempt, judged=tuple(takes))


def test_an_accepted_job_gets_its_first_take(
    generator: Generator, maker: Maker, told: dict[str, list[Any]]
) -> None:
    job = a_job(seed=42, loop=True)
    (made,) = generator(JobAccepted(job=job)).events
    assert isinstance(made, AudioGenerated)
    assert (made.job, made.attempt, made.earlier) == (job, 0, ())
    assert maker.orders[0].key == f"takes/{job.job_id}/0.wav"
    asked = maker.orders[0].request
    assert (asked.prompt, asked.seed, asked.loop) == (job.prompt, 42, True)
    (started,) = told["facts"]
    assert started.event == GenerationStarted(
        job_id=job.job_id, attempt=0, engine="synth", worker="generator-1"
    )
    assert told["notices"] == [Progress(job_id=job.job_id, attempt=0, fraction=0.5, parts=2)]


def test_the_parts_of_a_finished_take_go_once_the_take_is_known(
    generator: Generator, told: dict[str, list[Any]]
) -> None:
    job = a_job()
    outcome = generator(JobAccepted(job=job))
    stream = f"streams/{job.job_id}/0"
    assert outcome.discard == (f"{stream}/format.json", f"{stream}/0.pcm", f"{stream}/1.pcm")
    assert told["forgotten"] == []


def test_the_parts_of_a_take_that_failed_go_at_once(
    generator: Generator, maker: Maker, told: dict[str, list[Any]]
) -> None:
    maker.refuses = True
    with pytest.raises(PermanentError, match="too strange"):
        generator(JobAccepted(job=a_job()))
    assert len(told["forgotten"]) == 3


def test_a_rejected_take_gets_another_attempt_with_a_new_seed(generator: Generator, maker: Maker) -> None:
    event = rejected(0)
    (made,) = generator(event).events
    assert isinstance(made, AudioGenerated)
    assert made.attempt == 1
    assert made.earlier == event.judged
    assert maker.orders[0].request.seed != event.job.seed
    assert maker.orders[0].key.endswith("/1.wav")


def test_every_attempt_has_a_seed_of_its_own_that_is_always_the_same() -> None:
    job = a_job()
    seeds = [request(job, attempt).seed for attempt in range(3)]
    assert len(set(seeds)) == 3
    assert seeds == [request(job, attempt).seed for attempt in range(3)]


def test_another_event_is_no_work_for_a_generator() -> None:
    with pytest.raises(PermanentError, match=r"job\.cancelled"):
        wanted(JobCancelled(job_id=a_job().job_id, user_id="ada"))


def test_an_engine_that_cannot_be_loaded_holds_the_job_until_the_generator_stops(maker: Maker) -> None:
    maker.broken = True
    stopping = threading.Event()
    stopping.set()
    outside = Outside(lambda _fact: None, lambda _notice: None, lambda *_keys: None, stopping)
    generator = Generator("g", maker, Cancellations(), outside)
    with pytest.raises(TransientStopError):
        generator(JobAccepted(job=a_job()))


def test_a_cancellation_reaches_the_job_in_work_only() -> None:
    cancellations = Cancellations()
    with cancellations.watching("a") as first, cancellations.watching("b") as second:
        cancellations.cancel("a")
        cancellations.cancel("unknown")
        assert first.is_set()
        assert not second.is_set()
    cancellations.cancel("a")
