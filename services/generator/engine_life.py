"""One life of the engine's process, and the boxes in which its answers wait for their jobs."""

import contextlib
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from services.generator.engine_pipe import Answer, Leave, Loading, Order, Stop
from shared.errors import WorkerDiedError

_END_S = 5.0


class EngineLife:
    """One life of the process, with a box for the answers of each job that is in it.

    Attributes:
        broken_off: it was killed since nobody waits for it any more.
    """

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self.process = process
        self._pipe = pipe
        self._boxes: dict[str, queue.SimpleQueue[Answer | None]] = {}
        self._lock = threading.Lock()
        self._gone = False
        self._reaping = threading.Lock()
        self.broken_off = False

    def first_answer(self, on_loading: Callable[[Loading], None]) -> object:
        """What the process says when it has loaded, or failed to; until then, how far that is.

        Raises:
            WorkerDiedError: it died instead.
        """
        try:
            while isinstance(answer := self._pipe.recv(), Loading):
                on_loading(answer)
        except (EOFError, ConnectionError) as error:
            raise self.death() from error
        return answer

    def break_off(self) -> None:
        """Kill a process that is still loading."""
        self.broken_off = True
        self.process.kill()

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
        return WorkerDiedError(f"The engine's process died ({_end_of(self.process.exitcode)}).")

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


def _end_of(status: int | None) -> str:
    """What an exit status says to a person."""
    if status == -signal.SIGKILL:
        return f"exit status {status}: it was killed, as the system does when the memory runs short"
    return f"exit status {status}"
