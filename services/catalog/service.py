"""The catalog as a process: follows the log, projects each batch as it comes, tells the readers."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from services.catalog import database
from services.catalog.database import CatalogStorageError
from services.catalog.projection import apply
from shared import health
from shared.bus.live import LivePublisher
from shared.bus.log import SILENCE_S, LogReader
from shared.bus.log_entry import LogEntry, Place
from shared.bus.service import Beat, worker_name
from shared.errors import AnotherLogError
from shared.messages.live import Live, Projected, WorkerBeat
from shared.settings import Settings

SERVICE = "catalog"

_LOOK_EVERY_S = 0.2

_log = logging.getLogger(SERVICE)


class Projector:
    """Projects batches into one database and says after each commit what changed."""

    def __init__(self, connection: sqlite3.Connection, publish: Callable[[Live], None]) -> None:
        self._connection = connection
        self._publish = publish
        self._identity = database.position(connection).identity

    @property
    def last(self) -> Place | None:
        """The last entry that was read; None before the first."""
        saved = database.position(self._connection)
        return None if saved.offset < 0 else Place(saved.offset, saved.event_id)

    def __call__(self, entries: list[LogEntry]) -> None:
        """Commit a batch, then announce it; one that was committed before is not announced again."""
        before = database.position(self._connection).offset
        applied = apply(self._connection, entries)
        if applied.offset > before:
            self._publish(
                Projected(
                    database=self._identity,
                    offset=applied.offset,
                    job_ids=applied.job_ids,
                    deeds=applied.deeds,
                )
            )


def run(settings: Settings, stop: threading.Event, silence_s: float = SILENCE_S) -> None:
    """Keep the settings' database up to date with the log until `stop` is set.

    Raises:
        CatalogLockedError: another catalog writes the database.
        CatalogStorageError: the database cannot be written, or turned out to be damaged.
    """
    live, log = LivePublisher(settings), LogReader(settings, silence_s)
    beat = Beat(
        live,
        WorkerBeat(worker=worker_name(settings, SERVICE), service=SERVICE),
        partial(health.mark, settings, lambda: log.connected),
    )
    pause = _Pause(settings.database, stop)
    beat.start()
    try:
        while not stop.is_set():
            with database.open_catalog(settings.database) as connection:
                pause.event.clear()
                _follow(log, connection, live, settings.database, pause.event)
    except sqlite3.OperationalError as error:
        raise CatalogStorageError(f"Cannot write {settings.database}: {error}.") from error
    except sqlite3.DatabaseError as error:
        aside = database.move_aside(settings.database)
        raise CatalogStorageError(
            f"{settings.database} was damaged ({error}). It is {aside} now; "
            "the next start makes a new one from the log."
        ) from error
    finally:
        pause.end()
        beat.stop()
        live.close()
    _log.info("stopped")


class _Pause:
    """Sets `event` when `stop` is set, and when a file that was made anew waits to be taken."""

    def __init__(self, file: Path, stop: threading.Event) -> None:
        self.event = threading.Event()
        self._finished = database.rebuilt(file)
        self._stop = stop
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Watch no longer."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_S):
            if self._stop.is_set() or self._finished.exists():
                self.event.set()


def _follow(
    log: LogReader, connection: sqlite3.Connection, live: LivePublisher, file: Path, stop: threading.Event
) -> None:
    """Follow the log until `stop` is set, or until it is another one than the rows were made from.

    Then the database is emptied.
    """
    projector = Projector(connection, live.publish)
    last = projector.last
    _log.info("reading the log from %s", "its first entry" if last is None else f"entry {last.offset}")
    try:
        log.follow(last, projector, stop)
    except AnotherLogError as error:
        copy = database.keep_copy_and_start_over(connection, file)
        _log.warning(
            "this is another log: %s. What the library showed is kept in %s; it is made again from the log",
            error,
            copy,
        )
