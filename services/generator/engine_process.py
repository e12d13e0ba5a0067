"""The engine in a process of its own, so that its crash, or its hold on the interpreter, is not ours.

The process writes the takes into the store itself; only small messages cross the pipe. Several jobs may
be in it at a time: each waits here for its own answers, which one thread takes off the pipe.
"""

import contextlib
import logging
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from services.generator import engine_worker
from services.generator.engine_pipe import (
    Answer,
    Failure,
    Finished,
    Leave,
    Order,
    Ready,
    Step,
    Stop,
    Stopped,
    StoreFailure,
)
from shared.errors import PermanentError, StoreError, TransientError, WorkCancelledError, WorkerDiedError
from shared.messages.job import Model, Take
from shared.settings import Settings

_log = logging.getLogger(__name__)
_POLL_S = 0.05
_END_S = 5.0

OnStep = Callable[[Step], None]


class _Process:
    """One life of the process, with a box for the answers of each job that is in it."""

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self.process = process
        self._pipe = pipe
        self._boxes: dict[str, queue.SimpleQueue[Answer | None]] = {}
        self._lock = threading.Lock()
        self._gone = False
        self._reaping = threading.Lock()

    def first_answer(self) -> object:
        """What the process says when it has loaded, or failed to.

        Raises:
            WorkerDiedError: it died instead.
        """
        try:
            return self._pipe.recv()
        except (EOFError, ConnectionError) as error:
            raise self.death() from error

    def read(self) -> None:
        """Hand answers out until the process is gone; runs on a thread of its own."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                answer = self._pipe.recv()
                with self._lock:
                    box = self._boxes.get(answer.job_id)
                if box is not None:
                    box.put(answer)
        with self._lock:
            self._gone = True
            boxes = list(self._boxes.values())
        for box in boxes:
            box.put(None)

    @contextlib.contextmanager
    def box(self, job_id: str) -> Iterator["queue.SimpleQueue[Answer | None]"]:
        """While inside, answers about the job come into the box; None says that the process is gone."""
        box: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        with self._lock:
            self._boxes[job_id] = box
            if self._gone:
                box.put(None)
        try:
            yield box
        finally:
            with self._lock:
                del self._boxes[job_id]

    def say(self, message: Order | Stop | Leave) -> None:
        """Send a message; a process that is gone is told by the boxes."""
        with self._lock, contextlib.suppress(OSError):
            self._pipe.send(message)

    def alive(self) -> bool:
        """Whether it can be given work."""
        with self._reaping:
            return not self._gone and self.process.is_alive()

    def death(self) -> WorkerDiedError:
        """The error that says how it ended."""
        self._ended(_END_S)
        return WorkerDiedError(f"The engine's process died (exit status {self.process.exitcode}).")

    def end(self) -> None:
        """End the process: asked, then killed.

        Closing our end says nothing to it: a thread that reads from it here keeps it open.
        """
        self.say(Leave())
        if not self._ended(_END_S):
            self.process.kill()
            self._ended(None)
        self._pipe.close()

    def _ended(self, timeout_s: float | None) -> bool:
        """Wait for the end of the process; says whether it came.

        Its exit status can be fetched from the system once: of two threads that fetch it at a time one
        would be left without.
        """
        if not wait([self.process.sentinel], timeout_s):
            return False
        with self._reaping:
            self.process.join()
        return True


class _Turns:
    """Lets jobs in together, but one at a time those that were in the process when it died.

    Nobody knows which of them killed it. Alone, the guilty one kills itself only.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._suspects: set[str] = set()
        self._inside: set[str] = set()

    @contextlib.contextmanager
    def inside(self, job_id: str) -> Iterator[None]:
        """Wait for one's turn, and hold it while inside; dying inside makes a suspect of the job."""
        with self._changed:
            self._changed.wait_for(lambda: self._may_enter(job_id))
            self._inside.add(job_id)
        try:
            yield
        except WorkerDiedError:
            self._suspects.add(job_id)
            raise
        else:
            self._suspects.discard(job_id)
        finally:
            with self._changed:
                self._inside.discard(job_id)
                self._changed.notify_all()

    def _may_enter(self, job_id: str) -> bool:
        if job_id in self._suspects:
            return not self._inside
        return not self._suspects & self._inside

    @property
    def empty(self) -> bool:
        """Whether no job is inside."""
        return not self._inside


class EngineProcess:
    """Runs the engine for one model in a child process, and starts a new one when it died."""

    def __init__(self, settings: Settings, model: Model) -> None:
        self._settings = settings
        self._model = model
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.Lock()
        self._current: _Process | None = None
        self._ready: Ready | None = None
        self._turns = _Turns()
        self._used = time.monotonic()

    def start(self) -> Ready:
        """Start the process, if it is not there, and wait until the engine is loaded.

        Raises:
            PermanentError: the engine cannot be loaded; says why.
            StoreError: the store cannot be opened.
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
                return _watch(process, box, order.request.job_id, on_step, cancelled)

    def unload(self, idle_s: float) -> bool:
        """End the process if it has had no work for so long; the next order starts another. Says whether."""
        with self._lock:
            if self._current is None or not self._turns.empty or time.monotonic() - self._used < idle_s:
                return False
            self._end()
            return True

    def stop(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _running(self) -> tuple[_Process, Ready]:
        with self._lock:
            if self._current is not None and self._ready is not None and self._current.alive():
                return self._current, self._ready
            self._end()
            self._current = self._launched()
            self._ready = _ready(self._current)
            threading.Thread(target=self._current.read, name=f"answers {self._model}", daemon=True).start()
            return self._current, self._ready

    def _launched(self) -> _Process:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=engine_worker.run,
            args=(self._settings, self._model, theirs),
            name=f"engine {self._model}",
            daemon=True,
        )
        process.start()
        theirs.close()
        return _Process(process, ours)

    def _end(self) -> None:
        if self._current is not None:
            self._current.end()
        self._current = self._ready = None


def _ready(process: _Process) -> Ready:
    answer = process.first_answer()
    if isinstance(answer, Ready):
        return answer
    _raise(answer)
    raise WorkerDiedError(f"The engine's process answered {answer!r}.")


def _watch(
    process: _Process,
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
