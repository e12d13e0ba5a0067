"""The engine's own process: takes orders from the pipe, works on them in steps, stores what is made."""

import contextlib
import logging
import os
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import cast

from services.generator import streams, takes
from services.generator.engine_pipe import (
    Answer,
    Failure,
    Finished,
    Leave,
    Loading,
    Order,
    Ready,
    Step,
    Stop,
    Stopped,
    StoreFailure,
)
from services.generator.engines.engine import Sound, abilities_of
from services.generator.engines.memory import ShrinkingEngine, WithinMemory
from services.generator.engines.registry import open_engine
from services.generator.engines.stepping import DEFECTS, Advance, OneAtATime, SteppingEngine
from shared.errors import PermanentError, SoundBoxError, StoreError
from shared.messages.job import Model, Take
from shared.settings import Settings
from shared.store import Store, open_store
from shared.telemetry import configure

_LEAST_BETWEEN_S = 0.08
_MOST_UNSTORED = 32


def run(settings: Settings, model: Model, pipe: Connection) -> None:
    """The process: load the engine, then work on what is ordered until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent drains
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    configure(settings, f"engine-{model}")
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # it tells each request, with signed addresses
    try:
        worker = Worker(pipe, open_store(settings))
        engine = worker.open(settings, model)
        engine.load(model)
    except StoreError as error:
        pipe.send(StoreFailure(str(error)))
        return
    except SoundBoxError as error:
        pipe.send(Failure("engine_unavailable", str(error)))
        return
    pipe.send(Ready(engine.name, engine.version, engine.slots, abilities_of(engine)))
    with contextlib.suppress(EOFError, ConnectionError):  # the parent is gone or wants no more
        worker.serve(engine)


@dataclass
class _Work:
    """An order in work."""

    order: Order
    started: float = field(default_factory=time.monotonic)
    told: float = 0.0
    parts: int = 0
    engine_ms: float = 0.0


@dataclass(frozen=True)
class _Made:
    """What the engine made of an order, and how long that took."""

    order: Order
    sound: Sound
    elapsed_ms: float


class Worker:
    """Serves one engine. What could not be stored is kept until it is ordered again."""

    def __init__(self, pipe: Connection, store: Store) -> None:
        self._pipe = pipe
        self._store = store
        self._parent = os.getppid()
        self._works: dict[str, _Work] = {}
        self._stopped: set[str] = set()
        self._unstored: dict[str, _Made] = {}

    def open(self, settings: Settings, model: Model) -> SteppingEngine:
        """The engine of the settings; one that makes a sound in one go is made to look like one in steps."""
        engine = open_engine(settings, model, lambda *far: self._pipe.send(Loading(*far)))
        if hasattr(engine, "shrink"):
            return WithinMemory(cast("ShrinkingEngine", engine))
        if hasattr(engine, "step"):
            return cast("SteppingEngine", engine)
        return OneAtATime(engine, self._progress)

    def serve(self, engine: SteppingEngine) -> None:
        """Work until the pipe closes.

        Raises:
            EOFError: it did.
        """
        self._engine = engine
        while True:
            self._hear(wait=not self._works)
            self._forget_stopped()
            if self._works:
                self._step()

    def _hear(self, wait: bool) -> None:
        """Take in what the parent says; where there is nothing to do, wait for it."""
        if os.getppid() != self._parent:
            os._exit(1)  # killed parent: nobody will hear of what is made here
        while wait or self._pipe.poll():
            message = self._pipe.recv()
            if isinstance(message, Order):
                self._begin(message)
            elif isinstance(message, Stop):
                self._stopped.add(message.job_id)
            elif isinstance(message, Leave):
                raise EOFError
            wait = False

    def _begin(self, order: Order) -> None:
        job_id = order.request.job_id
        self._stopped.discard(job_id)
        kept = self._unstored.pop(order.key, None)
        if kept is not None and kept.order == order:
            self._tell(self._stored(job_id, kept))
            return
        try:
            self._engine.begin(order.request)
        except (SoundBoxError, *DEFECTS) as error:
            self._tell(_failed(job_id, error))
        else:
            self._works[job_id] = _Work(order)

    def _forget_stopped(self) -> None:
        for job_id in self._stopped & self._works.keys():
            self._engine.stop(job_id)
            self._end(job_id, Stopped(job_id))
        self._stopped.clear()

    def _step(self) -> None:
        try:
            advances = self._engine.step()
        except (SoundBoxError, *DEFECTS) as error:
            self._end_all(error)
        else:
            for advance in advances:
                self._advance(advance)
            self._forget_stopped()

    def _advance(self, advance: Advance) -> None:
        work = self._works.get(advance.job_id)
        if work is None or advance.job_id in self._stopped:
            return
        if advance.failure is not None:
            self._end(advance.job_id, _failed(advance.job_id, advance.failure))
            return
        if advance.sound is None:
            self._tell_step(work, advance)
            return
        elapsed_ms = round((time.monotonic() - work.started) * 1000, 1)
        made = _Made(work.order, advance.sound, elapsed_ms)
        self._end(advance.job_id, self._stored(advance.job_id, made))

    def _tell_step(self, work: _Work, advance: Advance) -> None:
        if advance.part is not None and work.order.stream is not None:
            work.parts += streams.store_part(self._store, work.order.stream, work.parts, advance.part)
        now = time.monotonic()
        if advance.part is not None or now - work.told >= _LEAST_BETWEEN_S:
            work.told = now
            self._tell(Step(advance.job_id, min(max(advance.fraction, 0.0), 1.0), work.parts))

    def _progress(self, job_id: str, fraction: float) -> bool:
        """What an engine that makes a sound in one go reports to."""
        self._hear(wait=False)
        work = self._works.get(job_id)
        if work is not None:
            self._tell_step(work, Advance(job_id, fraction))
        return job_id not in self._stopped

    def _stored(self, job_id: str, made: _Made) -> Answer:
        try:
            return Finished(job_id, self._take(made))
        except StoreError as error:
            self._keep(made)
            return StoreFailure(str(error), job_id)
        except SoundBoxError as error:
            return _failed(job_id, error)

    def _keep(self, made: _Made) -> None:
        """Keep what could not be stored; of many the newest."""
        self._unstored[made.order.key] = made
        while len(self._unstored) > _MOST_UNSTORED:
            del self._unstored[next(iter(self._unstored))]

    def _take(self, made: _Made) -> Take:
        order = made.order
        wav = _put(self._store, order.key, takes.encode(made.sound))
        sha256, duration_s, sample_rate_hz, channels = takes.describe(wav)
        return Take(
            key=order.key,
            sha256=sha256,
            duration_s=duration_s,
            sample_rate_hz=sample_rate_hz,
            channels=channels,
            seed=order.request.seed,
            engine=self._engine.name,
            engine_version=self._engine.version,
            elapsed_ms=made.elapsed_ms,
            tags=dict(made.sound.tags),
            sampling=order.request.sampling if "sampling" in abilities_of(self._engine) else None,
        )

    def _end_all(self, error: Exception) -> None:
        for job_id in list(self._works):
            self._engine.stop(job_id)
            self._end(job_id, _failed(job_id, error))

    def _end(self, job_id: str, answer: Answer) -> None:
        del self._works[job_id]
        self._tell(answer)

    def _tell(self, answer: Answer) -> None:
        self._pipe.send(answer)


def _failed(job_id: str, error: Exception) -> Failure | StoreFailure:
    """What is told of an error; of a defect, that trying again may help: at last the job fails with it."""
    if not isinstance(error, SoundBoxError):
        return Failure(None, f"The engine failed: {type(error).__name__}: {error}", job_id)
    if isinstance(error, StoreError):
        return StoreFailure(str(error), job_id)
    return Failure(error.code if isinstance(error, PermanentError) else None, str(error), job_id)


def _put(store: Store, key: str, wav: bytes) -> bytes:
    """Create a take, and return the one that counts: an earlier try may have stored it before it died."""
    if store.put_once(key, wav):
        return wav
    try:
        return store.read(key)
    except KeyError as error:
        raise StoreError(f"{key} was in the store a moment ago and cannot be read.") from error
