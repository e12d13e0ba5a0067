"""Fills an empty database from the log, in a file that nobody reads before it is full.

What only readers need, the indexes of lists and of words, is made at the end, all at once. Decoding the
entries and planning what they come to is done by processes of their own, some batches ahead.
"""

import contextlib
import gc
import multiprocessing
import os
import signal
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor

from services.catalog import schema
from services.catalog.plans import Packed, pack, plan_of, unpack
from services.catalog.projection import Applied, apply_plans
from shared.bus.log_entry import Message

_MOST_PLANNERS = 3
_AHEAD = 2  # batches a process, so that none waits for this one

OnApplied = Callable[[Applied], None]


class Filler:
    """Takes the log in batch by batch, in its order."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        planners: ProcessPoolExecutor,
        most_waiting: int,
        on_applied: OnApplied,
    ) -> None:
        self._connection = connection
        self._planners = planners
        self._most_waiting = most_waiting
        self._on_applied = on_applied
        self._waiting: deque[Future[Packed]] = deque()

    def take(self, messages: Sequence[Message]) -> None:
        """Have a batch planned, and file those before it as long as too many wait."""
        offsets, bodies = [it.offset for it in messages], [it.body for it in messages]
        self._waiting.append(self._planners.submit(_planned, offsets, bodies))
        while len(self._waiting) > self._most_waiting:
            self._file_one()

    def finish(self) -> None:
        """File all that waits."""
        while self._waiting:
            self._file_one()

    def _file_one(self) -> None:
        self._on_applied(apply_plans(self._connection, unpack(self._waiting.popleft().result())))


@contextlib.contextmanager
def filling(connection: sqlite3.Connection, on_applied: OnApplied) -> Iterator[Filler]:
    """A filler of a new database; at the end of the context all is filed and every index is there.

    After an exception the file is good for nothing.
    """
    # One for each processor: planning is more than half of the work, and what is left over waits for it.
    count = min(_MOST_PLANNERS, len(os.sched_getaffinity(0)))
    spawned = multiprocessing.get_context("spawn")  # nothing of this process's threads and connections
    with (
        _without_collections(),
        _without_a_way_back(connection),
        schema.without_indexes(connection),
        ProcessPoolExecutor(count, spawned, _prepare_planner) as planners,
    ):
        filler = Filler(connection, planners, count * _AHEAD, on_applied)
        yield filler
        filler.finish()
        connection.execute("PRAGMA journal_mode = OFF")  # else pages of the words' index are kept in memory


@contextlib.contextmanager
def _without_collections() -> Iterator[None]:
    """Plans come and go by the thousand and refer to nothing in circles: looking for these takes a tenth."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextlib.contextmanager
def _without_a_way_back(connection: sqlite3.Connection) -> Iterator[None]:
    """Write each page once: after a crash the file is thrown away."""
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA temp_store = FILE")  # an index is sorted there when it is made at the end
    yield
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA journal_mode = WAL")


def _planned(offsets: Sequence[int], bodies: Sequence[bytes]) -> Packed:
    return pack([plan_of(Message(*both).read()) for both in zip(offsets, bodies, strict=True)])


def _prepare_planner() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too
    gc.disable()
