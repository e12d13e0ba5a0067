"""A generator makes the take that a fact asks for: the first, or another one with a new seed."""

import threading
from pathlib import Path
from typing import Any

import pytest

from services.generator.engine_pipe import Order, Ready, Step
from services.generator.engine_process import OnStep
from services.generator.engines.engine import Ability
from services.generator.stage import Cancellations, Generator, Outside, request, wanted
from shared.bus.stage import TransientStopError
from shared.errors import PermanentError, SettingsError
from shared.messages.events import AudioGenerated, AudioRejected, GenerationStarted, JobAccepted, JobCancelled
from shared.messages.job import JudgedTake, Sampling, Take
from shared.messages.live import Progress
from shared.settings import load
from shared.store import Store, open_store
from tests.jobs import BAD, a_job, a_take
from tests.sounds import sine, wav


class Maker:
    """Stands for the engine's process: describes a take without making one."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.broken = False
        self.refuses = False
        self.abilities: tuple[Ability, ...] = ()

    def start(self) -> Ready:
        if self.broken:
            raise SettingsError("There are no weights.")
        return Ready("synth", "1", abilities=self.abilities)

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
    return {"facts": [], "notices": []}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(load({"SOUNDBOX_DATA": str(tmp_path)}))


@pytest.fixture
def generator(maker: Maker, told: dict[str, list[Any]], store: Store) -> Generator:
    outside = Outside(
        told["facts"].append,
        told["notices"].append,
        store,
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


def test_the_parts_of_a_take_that_failed_go_at_once(generator: Generator, maker: Maker, store: Store) -> None:
    maker.refuses = True
    job = a_job()
    stream = f"streams/{job.job_id}/0"
    for name in ("format.json", "0.pcm", "1.pcm"):
        store.put(f"{stream}/{name}", b"x")
    with pytest.raises(PermanentError, match="too strange"):
        generator(JobAccepted(job=job))
    assert list(store.keys(stream)) == []


def test_what_the_engine_cannot_do_fails_before_it_is_asked(generator: Generator, maker: Maker) -> None:
    with pytest.raises(PermanentError, match="cannot continue a track"):
        generator(JobAccepted(job=a_job(extend=a_job().job_id)))
    assert maker.orders == []


def test_the_engine_is_given_the_settings_and_the_track_to_continue(
    generator: Generator, maker: Maker, store: Store
) -> None:
    maker.abilities = ("sampling", "extend")
    track = a_job().job_id
    store.put(f"generated/{track}.wav", wav(sine(seconds=4.0, rate_hz=8000), 8000))
    generator(JobAccepted(job=a_job(extend=track, duration_s=8.0, sampling=Sampling(top_k=7))))
    (order,) = maker.orders
    assert order.request.sampling.top_k == 7
    assert order.request.start is not None
    assert order.request.start.duration_s == 4.0


def test_a_rejected_take_gets_another_attempt_with_a_new_seed(generator: Generator, maker: Maker) -> None:
    event = rejected(0)
    (made,) = generator(event).events
    assert isinstance(made, AudioGenerated)
    assert made.attempt == 1
    assert made.earlier == event.judged
    assert maker.orders[0].request.seed != event.job.seed
    assert maker.orders[0].key.endswith("/1.wav")


def test_every_attempt_has_a_seed_of_its_own_that_is_always_the_same() -> None:
    event = rejected(1)
    seeds = [request(event.job, event.judged[:attempt]).seed for attempt in range(3)]
    assert len(set(seeds)) == 3
    assert seeds == [request(event.job, event.judged[:attempt]).seed for attempt in range(3)]


def test_after_two_takes_that_clip_the_engine_is_given_less_guidance(
    generator: Generator, maker: Maker
) -> None:
    for attempt in range(2):
        generator(rejected(attempt))
    assert [order.request.sampling.cfg_coef for order in maker.orders] == [3.0, 2.0]


def test_another_event_is_no_work_for_a_generator() -> None:
    with pytest.raises(PermanentError, match=r"job\.cancelled"):
        wanted(JobCancelled(job_id=a_job().job_id, user_id="ada"))


def test_an_engine_that_cannot_be_loaded_holds_the_job_until_the_generator_stops(
    maker: Maker, store: Store
) -> None:
    maker.broken = True
    stopping = threading.Event()
    stopping.set()
    outside = Outside(lambda _fact: None, lambda _notice: None, store, stopping)
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
