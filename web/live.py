"""What is true right now: progress and workers, as notices told it, and who listens to changes."""

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from shared.messages.live import Progress, Projected, WorkerBeat

FORGOTTEN_AFTER_S = 15.0
_MOST_PROGRESS = 1000
_MOST_WAITING = 200

Notice = Progress | Projected | WorkerBeat


@dataclass
class Listener:
    """One open event stream: a bounded queue on its event loop.

    Attributes:
        lagging: the queue overflowed; the stream must start again with a snapshot.
    """

    loop: asyncio.AbstractEventLoop
    queue: "asyncio.Queue[Notice]" = field(default_factory=lambda: asyncio.Queue(_MOST_WAITING))
    lagging: bool = False

    def put(self, notice: Notice) -> None:
        """Runs on the loop's thread."""
        try:
            self.queue.put_nowait(notice)
        except asyncio.QueueFull:
            self.lagging = True


@dataclass
class Awaited:
    """A fact that a request waits for, until the catalog has read it.

    Attributes:
        database: the library that is to show it.
    """

    loop: asyncio.AbstractEventLoop
    database: str
    shown: asyncio.Event = field(default_factory=asyncio.Event)


class Live:
    """Keeps the latest notices and hands each to every listener. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._progress: OrderedDict[str, Progress] = OrderedDict()
        self._workers: dict[str, tuple[float, WorkerBeat]] = {}
        self._listeners: list[Listener] = []
        self._awaited: dict[str, list[Awaited]] = {}

    def hear(self, notice: object) -> None:
        """Take a notice in and pass it on."""
        if not isinstance(notice, Progress | Projected | WorkerBeat):
            return
        with self._lock:
            self._keep(notice)
            listeners = list(self._listeners)
            shown = list(self._shown_by(notice)) if isinstance(notice, Projected) else []
        for awaited in shown:
            if not awaited.loop.is_closed():
                awaited.loop.call_soon_threadsafe(awaited.shown.set)
        for listener in listeners:
            if not listener.loop.is_closed():
                listener.loop.call_soon_threadsafe(listener.put, notice)

    def progress(self, job_id: str) -> Progress | None:
        """How far a job is, if anybody told."""
        with self._lock:
            return self._progress.get(job_id)

    def workers(self) -> list[WorkerBeat]:
        """The workers that were heard in the last 15 s, by name."""
        oldest = time.monotonic() - FORGOTTEN_AFTER_S
        with self._lock:
            alive = [beat for heard, beat in self._workers.values() if heard >= oldest]
        return sorted(alive, key=lambda beat: beat.worker)

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        """While inside, the listener gets every notice. To be entered on an event loop."""
        listener = Listener(asyncio.get_running_loop())
        with self._lock:
            self._listeners.append(listener)
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners.remove(listener)

    @contextmanager
    def awaiting(self, fact_id: str, database: str) -> Iterator[asyncio.Event]:
        """An event that is set once this library shows the fact, as far as notices arrive.

        To be entered on an event loop, before anything is done that leads to the fact.
        """
        awaited = Awaited(asyncio.get_running_loop(), database)
        with self._lock:
            self._awaited.setdefault(fact_id, []).append(awaited)
        try:
            yield awaited.shown
        finally:
            with self._lock:
                self._awaited[fact_id].remove(awaited)
                if not self._awaited[fact_id]:
                    del self._awaited[fact_id]

    def _shown_by(self, notice: Projected) -> Iterator[Awaited]:
        for fact_id in notice.deeds if self._awaited else ():
            for awaited in self._awaited.get(fact_id, ()):
                if awaited.database == notice.database:
                    yield awaited

    def _keep(self, notice: Notice) -> None:
        if isinstance(notice, Progress):
            self._progress[notice.job_id] = notice
            self._progress.move_to_end(notice.job_id)
            while len(self._progress) > _MOST_PROGRESS:
                self._progress.popitem(last=False)
        elif isinstance(notice, WorkerBeat):
            self._workers[notice.worker] = (time.monotonic(), notice)
            if notice.stopped:
                del self._workers[notice.worker]
            self._forget_silent_workers()

    def _forget_silent_workers(self) -> None:
        """A killed worker says no goodbye, and its successor has another name."""
        oldest = time.monotonic() - FORGOTTEN_AFTER_S
        self._workers = {name: entry for name, entry in self._workers.items() if entry[0] >= oldest}
