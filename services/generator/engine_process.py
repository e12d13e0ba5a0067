"""The engine in a process of its own, so that its crash, or its hold on the interpreter, is not ours.

The child writes the take into the store itself; only small messages cross the pipe.
"""

import contextlib
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection

from services.generator import takes
from services.generator.engines.engine import Engine, Request, Sound
from services.generator.engines.registry import open_engine
from shared.errors import (
    PermanentError,
    SoundBoxError,
    StoreError,
    TransientError,
    WorkCancelledError,
    WorkerDiedError,
)
from shared.messages.job import Model, Take
from shared.settings import Settings
from shared.store import Store, open_store

_log = logging.getLogger(__name__)
_LEAST_BETWEEN_S = 0.08
_POLL_S = 0.05
_END_S = 5.0


@dataclass(frozen=True)
class Order:
    """Make this, and store it under this key."""

    request: Request
    key: str


@dataclass(frozen=True)
class Ready:
    """The engine is loaded."""

    engine: str
    version: str


@dataclass(frozen=True)
class Step:
    """The engine is this far, 0 .. 1."""

    fraction: float


@dataclass(frozen=True)
class Failure:
    """The engine could not do it. `code` is None when trying again may help."""

    code: str | None
    sentence: str


@dataclass(frozen=True)
class StoreFailure:
    """The store could not be written or read, which is no fault of the job."""

    sentence: str


@dataclass(frozen=True)
class Stopped:
    """The job was stopped, as asked."""


OnStep = Callable[[float], None]


class EngineProcess:
    """Runs the engine for one model in a child process, and starts a new one when it died."""

    def __init__(self, settings: Settings, model: Model) -> None:
        self._settings = settings
        self._model = model
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._ready: Ready | None = None

    def start(self) -> Ready:
        """Start the child, if it is not there, and wait until the engine is loaded.

        Raises:
            PermanentError: the engine cannot be loaded; says why.
            StoreError: the store cannot be opened.
            WorkerDiedError: the child died while loading.
        """
        with self._lock:
            if self._process is not None and self._process.is_alive() and self._ready is not None:
                return self._ready
            self._end()
            ours, theirs = self._context.Pipe()
            self._process = self._context.Process(
                target=_run,
                args=(self._settings, self._model, theirs),
                name=f"engine {self._model}",
                daemon=True,
            )
            self._process.start()
            theirs.close()
            self._pipe = ours
            self._ready = self._answer(ours, Ready)
            return self._ready

    def make(self, order: Order, on_step: OnStep, cancelled: threading.Event) -> Take:
        """Make a take and store it. `elapsed_ms` of the take is the engine's time alone.

        Raises:
            WorkCancelledError: `cancelled` was set.
            PermanentError: the engine refuses this request.
            StoreError: the take could not be stored; the same order again stores it without making it again.
            TransientError: the engine failed; trying again may help.
            WorkerDiedError: the child died of it.
        """
        self.start()
        with self._lock:
            pipe = self._pipe
            if pipe is None:
                raise WorkerDiedError("The engine's process is gone.")
            with _death_reported(self._process):
                pipe.send(order)
            return self._watch(pipe, on_step, cancelled)

    def stop(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def _watch(self, pipe: Connection, on_step: OnStep, cancelled: threading.Event) -> Take:
        told = False
        while True:
            with _death_reported(self._process):
                if cancelled.is_set() and not told:
                    pipe.send(Stopped())
                    told = True
                message = pipe.recv() if pipe.poll(_POLL_S) else None
            if isinstance(message, Step):
                on_step(message.fraction)
            elif isinstance(message, Take):
                if told:
                    raise WorkCancelledError("The job was cancelled.")
                return message
            elif message is not None:
                _raise(message)

    def _answer(self, pipe: Connection, kind: type[Ready]) -> Ready:
        with _death_reported(self._process):
            message = pipe.recv()
        if isinstance(message, kind):
            return message
        _raise(message)
        raise WorkerDiedError(f"The engine's process answered {message!r}.")

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.join(_END_S)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
        self._process = self._pipe = self._ready = None


@contextlib.contextmanager
def _death_reported(process: multiprocessing.process.BaseProcess | None) -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError) as error:
        if process is not None:
            process.join(_END_S)
        code = None if process is None else process.exitcode
        raise WorkerDiedError(f"The engine's process died (exit status {code}).") from error


def _raise(message: object) -> None:
    if isinstance(message, Stopped):
        raise WorkCancelledError("The job was cancelled.")
    if isinstance(message, StoreFailure):
        raise StoreError(message.sentence)
    if isinstance(message, Failure):
        if message.code is None:
            raise TransientError(message.sentence)
        raise PermanentError(message.code, message.sentence)


def _run(settings: Settings, model: Model, pipe: Connection) -> None:
    """The child: load the engine, then make what is ordered until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent drains
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        engine = open_engine(settings.engine)
        engine.load(model)
        maker = _Maker(engine, open_store(settings))
    except StoreError as error:
        pipe.send(StoreFailure(str(error)))
        return
    except SoundBoxError as error:
        pipe.send(Failure("engine_unavailable", str(error)))
        return
    pipe.send(Ready(engine.name, engine.version))
    with contextlib.suppress(EOFError, ConnectionError):  # the parent is gone or wants no more
        while True:
            order = pipe.recv()
            if isinstance(order, Order):
                pipe.send(maker.make(order, _Reporter(pipe)))


@dataclass(frozen=True)
class _Made:
    """What the engine made of an order, and how long that took."""

    order: Order
    sound: Sound
    elapsed_ms: float


class _Maker:
    """Makes and stores what is ordered. What could not be stored is kept until the next order."""

    def __init__(self, engine: Engine, store: Store) -> None:
        self._engine = engine
        self._store = store
        self._unstored: _Made | None = None

    def make(self, order: Order, reporter: "_Reporter") -> Take | Failure | StoreFailure | Stopped:
        try:
            made = self._made(order, reporter)
            return Stopped() if made is None else self._stored(made)
        except PermanentError as error:
            return Failure(error.code, str(error))
        except StoreError as error:
            return StoreFailure(str(error))
        except SoundBoxError as error:
            return Failure(None, str(error))
        except (ValueError, ArithmeticError, LookupError, TypeError, AssertionError, MemoryError) as error:
            # A defect of the engine: the parent tries again, then fails the job with this sentence.
            return Failure(None, f"The engine failed: {type(error).__name__}: {error}")

    def _made(self, order: Order, reporter: "_Reporter") -> _Made | None:
        kept, self._unstored = self._unstored, None
        if kept is not None and kept.order == order:
            return kept
        started = time.monotonic()
        (sound,) = self._engine.generate([order.request], reporter)
        elapsed_ms = round((time.monotonic() - started) * 1000, 1)
        return None if sound is None else _Made(order, sound, elapsed_ms)

    def _stored(self, made: _Made) -> Take:
        try:
            wav = _put(self._store, made.order.key, takes.encode(made.sound))
        except StoreError:
            self._unstored = made
            raise
        sha256, duration_s, sample_rate_hz, channels = takes.describe(wav)
        return Take(
            key=made.order.key,
            sha256=sha256,
            duration_s=duration_s,
            sample_rate_hz=sample_rate_hz,
            channels=channels,
            seed=made.order.request.seed,
            engine=self._engine.name,
            engine_version=self._engine.version,
            elapsed_ms=made.elapsed_ms,
            tags=dict(made.sound.tags),
        )


def _put(store: Store, key: str, wav: bytes) -> bytes:
    """Create a take, and return the one that counts: an earlier try may have stored it before it died."""
    if store.put_once(key, wav):
        return wav
    try:
        return store.read(key)
    except KeyError as error:
        raise StoreError(f"{key} was in the store a moment ago and cannot be read.") from error


class _Reporter:
    """The engine's progress callback: tells the parent now and then, and hears from it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._parent = os.getppid()
        self._last = 0.0
        self._stopped = False

    def __call__(self, _job_id: str, fraction: float) -> bool:
        if os.getppid() != self._parent:
            os._exit(1)  # killed parent: nobody will hear of this take
        while self._pipe.poll():
            self._stopped = isinstance(self._pipe.recv(), Stopped) or self._stopped
        now = time.monotonic()
        if now - self._last >= _LEAST_BETWEEN_S:
            self._last = now
            self._pipe.send(Step(min(max(fraction, 0.0), 1.0)))
        return not self._stopped
