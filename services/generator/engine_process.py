"""The engine in a process of its own, so that its crash, or its hold on the interpreter, is not ours.

The process writes the takes into the store itself; only small messages cross the pipe. Several jobs may
be in it at a time: each waits here for its own answers, which one thread takes off the pipe.
"""

import multiprocessing
import queue
import threading
import time
from collections.abc import Callable
from typing import Protocol

from services.generator import engine_worker
from services.generator.engine_life import EngineLife
from services.generator.engine_pipe import (
    Answer,
    Failure,
    Finished,
    Loading,
    Order,
    Ready,
    Step,
    Stop,
    Stopped,
    StoreFailure,
)
from services.generator.turns import Turns
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

_POLL_S = 0.05

OnStep = Callable[[Step], None]


class Witness(Protocol):
    """Hears how an engine's process fares, from whichever thread makes it fare so."""

    def loading(self, download: Loading | None = None) -> None:
        """It is being started, or has got this far with a download."""

    def ready(self, ready: Ready) -> None:
        """It can be given work."""

    def failed(self, error: SoundBoxError) -> None:
        """It could not be started."""

    def unloaded(self) -> None:
        """It is gone, and its memory is free."""


class Unseen:
    """The witness of a process that nobody watches."""

    def loading(self, download: Loading | None = None) -> None:
        """Nothing to do."""

    def ready(self, ready: Ready) -> None:
        """Nothing to do."""

    def failed(self, error: SoundBoxError) -> None:
        """Nothing to do."""

    def unloaded(self) -> None:
        """Nothing to do."""


class EngineProcess:
    """Runs the engine for one model in a child process, and starts a new one when it died."""

    def __init__(self, settings: Settings, model: Model, witness: Witness | None = None) -> None:
        self._settings = settings
        self._model = model
        self._witness = witness or Unseen()
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.Lock()
        self._current: EngineLife | None = None
        self._starting = threading.Lock()
        self._started: EngineLife | None = None  # while it loads
        self._ready: Ready | None = None
        self._turns = Turns()
        self._used = time.monotonic()

    def start(self) -> Ready:
        """Start the process, if it is not there, and wait until the engine is loaded.

        Raises:
            PermanentError: the engine cannot be loaded; says why.
            StoreError: the store cannot be opened.
            TransientError: loading was broken off.
            WorkerDiedError: the process died while loading.
        """
        return self._running()[1]

    def make(self, order: Order, on_step: OnStep, cancelled: threading.Event) -> Take:
        """Make a take and store it; several threads may call this at a time.

        `elapsed_ms` of the take runs from when the engine took the order in until the take was made.

        Raises:
            WorkCancelledError: `cancelled` was set.
            PermanentError: the engine refuses this request.
            StoreError: the take could not be stored; the same order again stores it without making it again.
            TransientError: the engine failed; trying again may help.
            WorkerDiedError: the process died meanwhile.
        """
        with self._turns.inside(order.request.job_id):
            process, _ = self._running()
            self._used = time.monotonic()
            with process.box(order.request.job_id) as box:
                process.say(order)
                try:
                    return _watch(process, box, order.request.job_id, on_step, cancelled)
                except WorkerDiedError:
                    self._bury(process)
                    raise

    def unload_idle(self, idle_s: float) -> bool:
        """End the process if it has had no work for so long; the next order starts another. Says whether."""
        with self._lock:
            if self._current is None or not self._turns.empty or time.monotonic() - self._used < idle_s:
                return False
            self._end()
            self._witness.unloaded()
            return True

    def unload(self) -> None:
        """Wait until the work in hand is done, and end the process; the next order starts another.

        Orders that come meanwhile wait for that other one. A process that is loading is left alone: an
        order waits for it, or it was broken off.
        """
        before = self._current
        if self._ready is not None:
            with self._turns.none_inside(), self._lock:
                self._end_if(self._current is before)
        elif self._lock.acquire(blocking=False):  # else somebody loads it
            try:
                self._end_if(self._ready is None)
            finally:
                self._lock.release()

    def break_off(self) -> None:
        """End a process that is still loading: `start` then raises. One that is ready goes on."""
        with self._starting:
            if self._started is not None:
                self._started.break_off()

    def stop(self) -> None:
        """End the process."""
        self.break_off()
        with self._lock:
            self._end()

    def _running(self) -> tuple[EngineLife, Ready]:
        with self._lock:
            if self._current is not None and self._ready is not None and self._current.alive():
                return self._current, self._ready
            self._end()
            self._witness.loading()
            self._current = self._launched()
            self._ready = self._loaded(self._current)
            threading.Thread(target=self._current.read, name=f"answers {self._model}", daemon=True).start()
            self._witness.ready(self._ready)
            return self._current, self._ready

    def _loaded(self, process: EngineLife) -> Ready:
        """Wait until a process that was just started is ready, and tell how that goes."""
        with self._starting:
            self._started = process
        try:
            return _ready(process, self._witness.loading)
        except SoundBoxError as error:
            if process.broken_off:
                self._witness.unloaded()
                raise TransientError("Loading was broken off.") from error
            self._witness.failed(error)
            raise
        finally:
            with self._starting:
                self._started = None

    def _bury(self, process: EngineLife) -> None:
        """Put away a process that died in work."""
        with self._lock:
            self._end_if(self._current is process)

    def _end_if(self, wanted: bool) -> None:
        """End the process and say so; the lock is held."""
        if wanted:
            self._end()
            self._witness.unloaded()

    def _launched(self) -> EngineLife:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=engine_worker.run,
            args=(self._settings, self._model, theirs),
            name=f"engine {self._model}",
            daemon=True,
        )
        process.start()
        theirs.close()
        return EngineLife(process, ours)

    def _end(self) -> None:
        if self._current is not None:
            self._current.end()
        self._current = self._ready = None


def _ready(process: EngineLife, on_loading: Callable[[Loading], None]) -> Ready:
    answer = process.first_answer(on_loading)
    if isinstance(answer, Ready):
        return answer
    _raise(answer)
    raise WorkerDiedError(f"The engine's process answered {answer!r}.")


def _watch(
    process: EngineLife,
    box: "queue.SimpleQueue[Answer | None]",
    job_id: str,
    on_step: OnStep,
    cancelled: threading.Event,
) -> Take:
    """Wait for the end of a job, telling its steps on and asking once to stop it."""
    told = False
    while True:
        if cancelled.is_set() and not told:
            process.say(Stop(job_id))
            told = True
        try:
            answer = box.get(timeout=_POLL_S)
        except queue.Empty:
            continue
        if answer is None:
            raise process.death()
        if isinstance(answer, Step):
            on_step(answer)
        elif isinstance(answer, Finished):
            if told:
                raise WorkCancelledError("The job was cancelled.")
            return answer.take
        else:
            _raise(answer)


def _raise(answer: object) -> None:
    if isinstance(answer, Stopped):
        raise WorkCancelledError("The job was cancelled.")
    if isinstance(answer, StoreFailure):
        raise StoreError(answer.sentence)
    if isinstance(answer, Failure):
        if answer.code is None:
            raise TransientError(answer.sentence)
        raise PermanentError(answer.code, answer.sentence)
