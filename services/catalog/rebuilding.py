"""The library made anew from the log, in a file of its own beside the one that is read meanwhile.

A finished file has another name than one in the making; the catalog, which alone writes the library's
file, puts a finished one in its place and reads on from there.
"""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from services.catalog import database
from services.catalog.filling import filling
from services.catalog.projection import Applied
from services.catalog.queries import Library
from shared.bus.log import SILENCE_S, LogReader
from shared.bus.log_entry import Message
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
            _fill(making, settings, _Reading(library.offset, stop, silence_s), on_progress)
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


def _fill(making: Path, settings: Settings, reading: "_Reading", on_progress: OnProgress) -> None:
    def progress(applied: Applied) -> None:
        on_progress(applied.offset, reading.goal)

    with database.opened(making) as connection, filling(connection, progress) as filler:
        reading.run(settings, filler.take)
    with making.open("rb") as file:
        os.fsync(file.fileno())  # it was written without


class _Reading:
    """Reads the log until it is as far as the library that is read meanwhile.

    Attributes:
        goal: offset that the library has reached so far.
    """

    def __init__(self, library_offset: Callable[[], int], stop: threading.Event, silence_s: float) -> None:
        self.goal = library_offset()
        self._library_offset = library_offset
        self._stop = stop
        self._silence_s = silence_s
        self._heard_at = time.monotonic()
        self._done = threading.Event()
        self._reached = -1

    def run(self, settings: Settings, take: Callable[[list[Message]], None]) -> None:
        """Hand over all messages up to the goal.

        Raises:
            RebuildError: the log ends before, or reading was stopped.
        """
        first_goal = self.goal
        if first_goal < 0:
            return
        watch = threading.Thread(target=self._watch, daemon=True)
        watch.start()
        try:
            LogReader(settings).follow_unread(None, partial(self._take, take), self._done)
        finally:
            self._done.set()
            watch.join()
        if self._reached < first_goal:
            raise RebuildError(_why(self._reached, first_goal, self._stop))

    def _take(self, take: Callable[[list[Message]], None], messages: list[Message]) -> None:
        take(messages)
        self._heard_at = time.monotonic()
        self._reached, self.goal = messages[-1].offset, self._library_offset()
        if self._reached >= self.goal:
            self._done.set()

    def _watch(self) -> None:
        """End the reading when that is asked for, or when nothing comes any more."""
        while not self._done.wait(_LOOK_EVERY_S):
            if self._stop.is_set() or time.monotonic() - self._heard_at > self._silence_s:
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
