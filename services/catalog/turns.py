"""So many threads at once, and the others in the order in which they came."""

import threading
from collections import deque
from types import TracebackType


class Turns:
    """A context that so many threads are in at once.

    A semaphore of the standard library lets who comes again pass those that wait: under load some of them
    would wait for ever.
    """

    def __init__(self, count: int) -> None:
        self._lock = threading.Lock()
        self._free = count
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        gate.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()  # who waited longest has the turn, nobody else can take it
            else:
                self._free += 1
