"""The library made anew from the log, in a file of its own beside the one that is read meanwhile.

A finished file has another name than one in the making; the catalog, which alone writes the library's
file, puts a finished one in its place and reads on from there.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from services.catalog import database
from services.catalog.projection import Applied, apply
from services.catalog.queries import Library
from shared.bus.log import SILENCE_S, LogEntry, LogReader
from shared.errors import SoundBoxError
from shared.settings import Settings

_log = logging.getLogger("catalog")
_LOOK_EVERY_S = 0.2

OnProgress = Callable[[int, int], None]
"""Called with the offset that was reached, and the one to reach."""


class RebuildError(SoundBoxError):
    """The library could not be made anew; the one before stays."""


def rebuild(
    settings: Settings, stop: threading.Event, on_progress: OnProgress, silence_s: float = SILENCE_S
) -> None:
    """Read the whole log into a new file, as far as the library has read it, and leave it for the catalog.

    Raises:
        CatalogNotReadyError: there is no library to be replaced.
        CatalogLockedError: somebody else makes one anew.
        RebuildError: the log ends before, or `stop` was set.
    """
    library = Library(settings.database)
    making = settings.database.with_name(f"{settings.database.stem}.rebuilding.db")
    with contextlib.closing(library), database.locked(making):
        _remove(making)  # what a crash left
        try:
            goal = library.offset()
            with database.opened(making) as connection:
                reading = _Reading(partial(apply, connection), library.offset, on_progress)
                reading.run(settings, stop, silence_s)
            if reading.reached < goal:
                raise RebuildError(_why(reading.reached, goal, stop))
            making.replace(database.rebuilt(settings.database))
        finally:
            _remove(making)


def wait_until_taken(settings: Settings, timeout_s: float) -> bool:
    """Wait until the library's file is the new one; take it over here where no catalog runs.

    False when a catalog that runs did not take it in time; it will at its next start.
    """
    finished = database.rebuilt(settings.database)
    deadline = time.monotonic() + timeout_s
    while finished.exists():
        if time.monotonic() > deadline:
            return False
        with contextlib.suppress(database.CatalogLockedError), database.open_catalog(settings.database):
            _log.info("no catalog runs: took the new file over")
        time.sleep(_LOOK_EVERY_S)
    return True


class _Reading:
    """Reads the log into a file until it is as far as the library that is read meanwhile."""

    def __init__(
        self, project: Callable[[list[LogEntry]], Applied], goal: Callable[[], int], on_progress: OnProgress
    ) -> None:
        self._project = project
        self._goal = goal
        self._on_progress = on_progress
        self._heard_at = time.monotonic()
        self._done = threading.Event()
        self.reached = -1

    def run(self, settings: Settings, stop: threading.Event, silence_s: float) -> None:
        if self._goal() < 0:
            return
        watch = threading.Thread(target=self._watch, args=(stop, silence_s), daemon=True)
        watch.start()
        try:
            LogReader(settings).follow(None, self._take, self._done)
        finally:
            self._done.set()
            watch.join()

    def _take(self, entries: list[LogEntry]) -> None:
        self.reached = self._project(entries).offset
        self._heard_at = time.monotonic()
        goal = self._goal()
        self._on_progress(self.reached, goal)
        if self.reached >= goal:
            self._done.set()

    def _watch(self, stop: threading.Event, silence_s: float) -> None:
        """End the reading when that is asked for, or when nothing comes any more."""
        while not self._done.wait(_LOOK_EVERY_S):
            if stop.is_set() or time.monotonic() - self._heard_at > silence_s:
                self._done.set()


def _why(reached: int, goal: int, stop: threading.Event) -> str:
    if stop.is_set():
        return "Stopped; the library stays as it is."
    return (
        f"The log gave entries up to {reached} and then none, but the library has read entry {goal}:"
        " the broker is away, or this is another log. The library stays as it is."
    )


def _remove(file: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
