"""Running a stage as a process: settings, log, store, heartbeat, drain on SIGTERM."""

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from types import FrameType

from shared import health
from shared.bus.consumer import Consumer, Delivery, Lane
from shared.bus.live import LivePublisher
from shared.bus.publisher import Publisher
from shared.bus.stage import Stage, Work
from shared.errors import SoundBoxError
from shared.messages.live import WorkerBeat
from shared.settings import Settings, load
from shared.store import Store, open_store
from shared.telemetry import configure

_BEAT_S = 5.0
UNUSABLE = 2
"""Exit status of a process whose settings or store cannot be used."""


class Beat:
    """Says every 5 s, and whenever something changes, that this worker lives and what it does."""

    def __init__(
        self, live: LivePublisher, beat: WorkerBeat, each_time: Callable[[], None] | None = None
    ) -> None:
        self._live = live
        self._beat = beat
        self._each_time = each_time
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def change(self, **changes: object) -> None:
        """Change fields of the notice and send it at once."""
        with self._lock:
            self._beat = self._beat.model_copy(update=changes)
            self._live.publish(self._beat)

    def busy(self, job_id: str, working: bool) -> None:
        """Add a job to those in work, or take it out."""
        with self._lock:
            others = tuple(other for other in self._beat.busy if other != job_id)
            self._beat = self._beat.model_copy(update={"busy": (*others, job_id) if working else others})
            self._live.publish(self._beat)

    def stop(self) -> None:
        """Say goodbye."""
        self._stopped.set()
        self.change(stopped=True)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.change()
            if self._each_time is not None:
                self._each_time()
            self._stopped.wait(_BEAT_S)


def worker_name(settings: Settings, service: str) -> str:
    """The name this process goes by: the one it was given, or service, host and process id."""
    return settings.worker_name or f"{service}-{socket.gethostname()}-{os.getpid()}"


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def _set(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _set)
    signal.signal(signal.SIGINT, _set)
    return stop


def or_exit(run: Callable[[], None]) -> None:
    """Run a process's main part; an error of ours ends it with one sentence on stderr."""
    try:
        run()
    except SoundBoxError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the log may not be set up yet
        sys.exit(UNUSABLE)


class Service:
    """A process that consumes lanes: its settings, its publisher, its heartbeat, its end.

    Attributes:
        stop: set by SIGTERM and SIGINT.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.settings = load()
        configure(self.settings, name)
        self.store = open_store(self.settings)
        self.stop = stop_on_signals()
        self.publisher = Publisher(self.settings)
        self.live = LivePublisher(self.settings)
        self.worker = worker_name(self.settings, name)
        self._consumer: Consumer | None = None
        self.beat = Beat(
            self.live,
            WorkerBeat(worker=self.worker, service=name),
            partial(health.mark, self.settings, self._is_consuming),
        )

    def _is_consuming(self) -> bool:
        return self._consumer is not None and self._consumer.consuming

    def stage(self, work: Work) -> Stage:
        """The stage around a pure piece of work."""
        return Stage(self.name, work, self.store, self.publisher, self.stop)

    def serve(self, lanes: Sequence[Lane]) -> None:
        """Consume the lanes until `stop` is set, finish what is in work, and say goodbye."""
        self.beat.start()
        try:
            self._consumer = Consumer(self.settings, [self._announced(lane) for lane in lanes])
            self._consumer.run(self.stop)
        finally:
            self.beat.stop()
            self.live.close()
            self.publisher.close()
            logging.getLogger(self.name).info("stopped")

    def _announced(self, lane: Lane) -> Lane:
        """The lane, with its jobs shown in the heartbeat while they are in work."""

        def work(delivery: Delivery) -> None:
            job_id = delivery.correlation_id or "?"
            self.beat.busy(job_id, True)
            try:
                lane.work(delivery)
            finally:
                self.beat.busy(job_id, False)

        return replace(lane, work=work)


def run_stage(name: str, queues: Sequence[str], make_work: Callable[[Settings, Store], Work]) -> None:
    """Run a stage until SIGTERM, then finish what is in work and return.

    `make_work` gets the settings and the store and returns the stage's work: one event in, an
    Outcome out. Exits with status 2 and one sentence when settings or store cannot be used.
    """

    def _run() -> None:
        service = Service(name)
        stage = service.stage(make_work(service.settings, service.store))
        service.serve([Lane(queue, stage) for queue in queues])

    or_exit(_run)
