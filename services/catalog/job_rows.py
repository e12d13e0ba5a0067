"""Rows of jobs while a batch is projected: read once, changed in memory, written once.

A job's whole life is some six events, which lie close together in the log.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import Any

from services.catalog.changes import UNSEEN
from services.catalog.plans import Columns, Plan

_READ_AT_ONCE = 500
_FIRST_COUNTS = ("started_at", "user_id")


@dataclass
class _Row:
    """What decides about the next change, and the columns that have changed."""

    step: int
    is_described: bool
    is_refused: bool
    kept: set[str]  # of _FIRST_COUNTS, those that say something already
    is_new: bool = False
    columns: Columns = field(default_factory=dict)


class JobRows:
    """The rows of the jobs that some plans are about."""

    def __init__(self, connection: sqlite3.Connection, plans: Iterable[Plan]) -> None:
        self._connection = connection
        self._rows: dict[str, _Row] = {}
        wanted = iter(dict.fromkeys(plan.subject for plan in plans if plan.step is not None))
        while some := list(islice(wanted, _READ_AT_ONCE)):
            self._rows.update(_read(connection, some))

    def take(self, plan: Plan) -> tuple[bool, bool]:
        """Change the row that a plan about a job's life is about, which may be its first.

        Any event may be the first one of a job: two stages publish over connections of their own.

        Returns:
            Whether anything has changed, and whether the job has come further by it.
        """
        row = self._rows.get(plan.subject)
        if row is None:
            row = self._rows[plan.subject] = _new(plan)
        describes = plan.job is not None and not row.is_described
        if plan.job is not None and describes:
            _describe(row, plan, plan.job)
        assert plan.step is not None
        assert plan.change is not None
        if plan.step <= row.step:
            return describes, False
        _move_on(row, plan, plan.change)
        return True, True

    def write(self) -> None:
        """Write what has changed."""
        for job_id, row in self._rows.items():
            if row.is_new:
                self._connection.execute(_INSERT, _every_column({**_NEW, **row.columns, "id": job_id}))
            elif row.columns:
                self._connection.execute(_update(tuple(sorted(row.columns))), {**row.columns, "id": job_id})


def _read(connection: sqlite3.Connection, job_ids: list[str]) -> Iterator[tuple[str, _Row]]:
    places = ", ".join("?" * len(job_ids))
    for job_id, step, described, refused, started, known in connection.execute(
        "SELECT id, step, model IS NOT NULL, status = 'refused', started_at IS NOT NULL, user_id IS NOT NULL "
        f"FROM jobs WHERE id IN ({places})",
        job_ids,
    ):
        kept = {name for name, there in zip(_FIRST_COUNTS, (started, known), strict=True) if there}
        yield job_id, _Row(step, bool(described), bool(refused), kept)


def _new(plan: Plan) -> _Row:
    columns = {"created_at": plan.time, "queued_offset": plan.offset, "offset": plan.offset}
    return _Row(UNSEEN, False, False, set(), True, columns)


def _describe(row: _Row, plan: Plan, job: Columns) -> None:
    """Say what the job is. Under an id that was refused before, a job begins anew."""
    row.columns |= job
    row.columns |= {"created_at": plan.time, "offset": plan.offset}
    if row.is_refused:
        row.columns |= {"completed_at": None, "error_code": None, "error": None}
    row.is_described = True
    row.kept.add("user_id")


def _move_on(row: _Row, plan: Plan, change: Columns) -> None:
    row.columns |= {name: value for name, value in change.items() if name not in row.kept}
    row.columns["offset"] = plan.offset
    row.kept.update(name for name in _FIRST_COUNTS if name in change)
    row.step = change["step"]
    row.is_refused = change["status"] == "refused"


_NEW: dict[str, Any] = {
    "prompt": "",
    "model": None,
    "duration_s": None,
    "loop": 0,
    "seed": None,
    "sampling": None,
    "extend": None,
    "melody": None,
    "tier": None,
    "user_id": None,
    "priority": 0,
    "step": UNSEEN,
    "status": "queued",
    "phase": "waiting",
    "attempt": 0,
    "score": None,
    "issues": "[]",
    "error_code": None,
    "error": None,
    "worker": None,
    "engine": None,
    "elapsed_ms": None,
    "take_duration_s": None,
    "take_offset": None,
    "started_at": None,
    "completed_at": None,
}
"""A job of which nothing is known; id, time and offsets come with its first event."""

_EVERY_COLUMN = ("id", "created_at", "queued_offset", "offset", *_NEW)
_INSERT = f"INSERT INTO jobs ({', '.join(_EVERY_COLUMN)}) VALUES ({', '.join('?' * len(_EVERY_COLUMN))})"
_every_column = itemgetter(*_EVERY_COLUMN)  # by their places they are bound in half the time


@cache
def _update(columns: tuple[str, ...]) -> str:
    """The statement that sets these columns, and no other: an index of another one is left in peace."""
    return f"UPDATE jobs SET {', '.join(f'{name} = :{name}' for name in columns)} WHERE id = :id"
