"""One job in, one take out."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from services.generator import prompts, retries, streams
from services.generator.engine_pipe import Order, Ready, Step
from services.generator.engine_process import OnStep
from services.generator.engines.engine import Request
from services.generator.prompts import Prompts
from shared import keys
from shared.bus.stage import Outcome, TransientStopError
from shared.errors import PermanentError, SoundBoxError
from shared.messages import envelope
from shared.messages.envelope import Recorded
from shared.messages.events import AudioGenerated, AudioRejected, Event, GenerationStarted, JobAccepted
from shared.messages.ids import seed_from
from shared.messages.job import Job, JudgedTake, Take
from shared.messages.live import Live, Progress
from shared.store import Store

_log = logging.getLogger("generator")
STAGE = "generator"
ENGINE_PAUSE_S = 10.0
NOTHING_GIVEN = Prompts()


class Maker(Protocol):
    """What makes takes: the engine's process."""

    def start(self) -> Ready:
        """Wait until the engine is loaded."""

    def make(self, order: Order, on_step: OnStep, cancelled: threading.Event) -> Take:
        """Make a take and store it under the order's key."""


class Cancellations:
    """The jobs in work here, each with the event that stops it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, threading.Event] = {}

    @contextmanager
    def watching(self, job_id: str) -> Iterator[threading.Event]:
        """While inside, a cancellation of the job sets the event."""
        cancelled = threading.Event()
        with self._lock:
            self._running[job_id] = cancelled
        try:
            yield cancelled
        finally:
            with self._lock:
                self._running.pop(job_id, None)

    def cancel(self, job_id: str) -> None:
        """Stop the job, if it is in work here."""
        with self._lock:
            cancelled = self._running.get(job_id)
        if cancelled is not None:
            _log.info("stopping job %s", job_id)
            cancelled.set()


@dataclass(frozen=True)
class Outside:
    """What a generator needs beside its engine.

    Attributes:
        publish: a fact, before the stage's own are.
        notify: a passing notice.
        store: where the sounds lie that a job names, and the parts of those that are being made.
        stop: set when the process is to end.
    """

    publish: Callable[[Recorded], None]
    notify: Callable[[Live], None]
    store: Store
    stop: threading.Event


class Generator:
    """Makes the takes of one model; an instance is the work of its stage."""

    def __init__(self, worker: str, maker: Maker, cancellations: Cancellations, outside: Outside) -> None:
        self._worker = worker
        self._maker = maker
        self._cancellations = cancellations
        self._outside = outside

    def __call__(self, event: Event) -> Outcome:
        """The take that an accepted job or a rejected take asks for, as `audio.generated`."""
        job, attempt, earlier = wanted(event)
        ready = self._wait_for_engine()
        prompts.check(job, ready.engine, ready.abilities)
        started = GenerationStarted(
            job_id=job.job_id, attempt=attempt, engine=ready.engine, worker=self._worker
        )
        self._outside.publish(envelope.record(started, STAGE, datetime.now(UTC)))
        stream = keys.stream(job.job_id, attempt)
        wish = request(job, earlier, prompts.load(job, self._outside.store))
        order = Order(wish, keys.take(job.job_id, attempt), stream)
        parts = _Parts(stream)
        with self._cancellations.watching(job.job_id) as cancelled:
            try:
                take = self._maker.make(order, partial(self._step, job, attempt, parts), cancelled)
            except SoundBoxError:
                self._outside.store.delete(*parts.keys)  # this attempt will not be listened to any further
                raise
        return Outcome([AudioGenerated(job=job, attempt=attempt, take=take, earlier=earlier)], parts.keys)

    def _wait_for_engine(self) -> Ready:
        """An engine that cannot be loaded is no fault of the job: hold it until somebody mends that."""
        while True:
            try:
                return self._maker.start()
            except SoundBoxError as error:
                _log.error("the engine cannot be loaded: %s Trying again in %g s.", error, ENGINE_PAUSE_S)
                if self._outside.stop.wait(ENGINE_PAUSE_S):
                    raise TransientStopError("Stopped while the engine could not be loaded.") from error

    def _step(self, job: Job, attempt: int, parts: "_Parts", step: Step) -> None:
        parts.count = step.parts
        self._outside.notify(
            Progress(job_id=job.job_id, attempt=attempt, fraction=step.fraction, parts=step.parts)
        )


class _Parts:
    """The parts that a take was heard in before it was finished."""

    def __init__(self, stream: str) -> None:
        self._stream = stream
        self.count = 0

    @property
    def keys(self) -> tuple[str, ...]:
        """Where they lie in the store."""
        return streams.parts_of(self._stream, self.count)


def wanted(event: Event) -> tuple[Job, int, tuple[JudgedTake, ...]]:
    """The job, the attempt to make now, and the takes that were rejected before it.

    Raises:
        PermanentError: the event is no work for a generator.
    """
    if isinstance(event, JobAccepted):
        return event.job, 0, ()
    if isinstance(event, AudioRejected):
        return event.job, event.attempt + 1, event.judged
    raise PermanentError("wrong_event", f"A generator has nothing to do for {event.TYPE}.")


def request(job: Job, earlier: Sequence[JudgedTake] = (), given: Prompts = NOTHING_GIVEN) -> Request:
    """What the engine is asked: the job; after rejected takes with a new seed, and as `retries` says."""
    attempt = len(earlier)
    return Request(
        job_id=job.job_id,
        prompt=job.prompt,
        model=job.model,
        duration_s=job.duration_s,
        loop=job.loop,
        seed=job.seed if attempt == 0 else seed_from(job.job_id, attempt),
        sampling=retries.sampling(job, earlier),
        start=given.start,
        melody=given.melody,
    )
