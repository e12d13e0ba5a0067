"""Errors that pages report: how many are taken, so that nobody can fill the log."""

import threading
import time
from collections import deque
from collections.abc import Callable

OF_ONE = 10
OF_ALL = 120
WINDOW_S = 60.0
_MOST_CALLERS = 1000


class PageErrors:
    """Lets through so many reports in a minute, of one caller and of all. Safe to use from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._of_all: deque[float] = deque()
        self._of_one: dict[str, deque[float]] = {}

    def take(self, user_id: str) -> bool:
        """Whether one more of this caller's is taken; it counts then."""
        now = self._clock()
        with self._lock:
            if len(self._of_one) > _MOST_CALLERS:
                self._of_one = {name: times for name, times in self._of_one.items() if _recent(times, now)}
            theirs = self._of_one.setdefault(user_id, deque())
            if _recent(theirs, now) >= OF_ONE or _recent(self._of_all, now) >= OF_ALL:
                return False
            theirs.append(now)
            self._of_all.append(now)
            return True


def _recent(times: deque[float], now: float) -> int:
    """How many are of the last minute; older ones are forgotten."""
    while times and times[0] <= now - WINDOW_S:
        times.popleft()
    return len(times)
