"""Makes rows of events. A pure function of the log: no clock, nothing read or written but the connection."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.catalog import pauses
from services.catalog.crowd import projection as crowd
from services.catalog.crowd.deletion import forget_track
from services.catalog.job_rows import JobRows
from services.catalog.new_tracks import NewTracks
from services.catalog.plans import Plan, plan_of
from services.catalog.playlists import projection as playlists

if TYPE_CHECKING:  # the bus brings the broker's client along, which nothing here needs
    from shared.bus.log_entry import LogEntry

_log = logging.getLogger("catalog")

# What SQLite says to values that it cannot hold. Anything else is about the file and goes up.
_UNFIT = (OverflowError, sqlite3.IntegrityError, sqlite3.DataError)


@dataclass(frozen=True)
class Applied:
    """What a batch did.

    Attributes:
        job_ids: the jobs whose rows changed, in the order of their first change.
        offset: of the last entry of the log that the database has read, -1 before the first.
        skipped: entries of this batch that could not be decoded or stored.
        deeds: ids of the facts of this batch about what people did, with an effect or without.
    """

    job_ids: tuple[str, ...]
    offset: int
    skipped: int = 0
    deeds: tuple[str, ...] = ()


def apply(connection: sqlite3.Connection, entries: Iterable[LogEntry]) -> Applied:
    """Project a batch, and its last entry's offset and event id, in one transaction.

    Entries at or before the saved offset were projected already and change nothing. What cannot be
    decoded or stored is logged, counted and left out. The connection must be in autocommit mode.
    """
    saved = _saved_offset(connection)  # nobody else writes
    return apply_plans(connection, [plan_of(entry) for entry in entries if entry.offset > saved])


def apply_plans(connection: sqlite3.Connection, plans: Sequence[Plan]) -> Applied:
    """The same for entries that were planned already."""
    try:
        return _in_one_transaction(connection, plans, _apply_all)
    except _UNFIT:  # which entry it was must be found, and undone alone
        return _in_one_transaction(connection, plans, _apply_or_undo_each)


@dataclass
class _Done:
    """What was done so far; the jobs' ids in a dictionary for their order."""

    jobs: dict[str, None]
    skipped: int = 0


_ApplyPlans = Callable[[sqlite3.Connection, Sequence[Plan], _Done], None]


def _in_one_transaction(
    connection: sqlite3.Connection, plans: Sequence[Plan], apply_plans: _ApplyPlans
) -> Applied:
    connection.execute("BEGIN IMMEDIATE")
    try:
        applied = _apply_fresh(connection, plans, apply_plans)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return applied


def _apply_fresh(connection: sqlite3.Connection, plans: Sequence[Plan], apply_plans: _ApplyPlans) -> Applied:
    saved = _saved_offset(connection)
    fresh = [plan for plan in plans if plan.offset > saved]
    if not fresh:
        return Applied((), saved)
    done = _Done({})
    apply_plans(connection, fresh, done)
    last = fresh[-1]
    connection.execute(
        "UPDATE meta SET offset = ?, event_id = ?, skipped = skipped + ?",
        (last.offset, last.fact_id, done.skipped),
    )
    deeds = tuple(plan.fact_id for plan in fresh if plan.by_person and plan.fact_id is not None)
    return Applied(tuple(done.jobs), last.offset, done.skipped, deeds)


def _saved_offset(connection: sqlite3.Connection) -> int:
    (saved,) = connection.execute("SELECT offset FROM meta").fetchone()
    return int(saved)


def _apply_all(connection: sqlite3.Connection, plans: Sequence[Plan], done: _Done) -> None:
    """Project plans.

    Raises:
        sqlite3.Error, OverflowError: SQLite cannot hold the values of one; some may be written already.
    """
    jobs, tracks = JobRows(connection, plans), NewTracks(connection)
    for plan in plans:
        if plan.fact_id is None:
            _log.warning("entry %d of the log is skipped: %s", plan.offset, plan.error)
            done.skipped += 1
        elif plan.deed is not None:
            crowd.apply(connection, plan.deed, plan.offset)
            playlists.apply(connection, plan.deed, plan.offset)
            pauses.apply(connection, plan.deed)
        else:
            _live_on(connection, plan, jobs, tracks, done)
    jobs.write()
    tracks.count()


def _live_on(
    connection: sqlite3.Connection, plan: Plan, jobs: JobRows, tracks: NewTracks, done: _Done
) -> None:
    has_changed, is_further = jobs.take(plan)
    if has_changed:
        done.jobs[plan.subject] = None
    if is_further and plan.track is not None:
        tracks.add(plan.track)
    if is_further and plan.deleted is not None:
        tracks.count()  # a deletion counts down what was counted
        forget_track(connection, plan.deleted)


def _apply_or_undo_each(connection: sqlite3.Connection, plans: Sequence[Plan], done: _Done) -> None:
    """The same, leaving out without a trace what SQLite cannot hold.

    A point to go back to costs time at each entry, so only batches with such an entry are projected this way.
    """
    for plan in plans:
        by_this = _Done({})
        connection.execute("SAVEPOINT entry")
        try:
            _apply_all(connection, [plan], by_this)
        except _UNFIT as error:
            connection.execute("ROLLBACK TO entry")
            _log.warning("entry %d of the log, %s, is skipped: %s", plan.offset, plan.fact_id, error)
            by_this = _Done({}, skipped=1)
        connection.execute("RELEASE entry")
        done.jobs |= by_this.jobs
        done.skipped += by_this.skipped
