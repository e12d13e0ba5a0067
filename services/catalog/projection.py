"""Makes rows of events. A pure function of the log: no clock, nothing read or written but the connection."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from services.catalog import pauses
from services.catalog.changes import UNSEEN, change_of, finite, issues_json
from services.catalog.crowd import projection as crowd
from services.catalog.crowd.deletion import forget_track, next_number
from services.catalog.described import described, packed
from services.catalog.playlists import projection as playlists
from services.catalog.search import index_words
from services.catalog.track_categories import categorize
from shared.messages.deeds import TrackDeleted
from shared.messages.event import ByPerson
from shared.messages.events import TrackPublished
from shared.messages.job import Job

if TYPE_CHECKING:  # the bus brings the broker's client along, which nothing here needs
    from shared.bus.log import LogEntry
    from shared.messages.envelope import Recorded

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


def apply(connection: sqlite3.Connection, entries: Sequence[LogEntry]) -> Applied:
    """Project a batch, and its last entry's offset and event id, in one transaction.

    Entries at or before the saved offset were projected already and change nothing. What cannot be
    decoded or stored is logged, counted and left out. The connection must be in autocommit mode.
    """
    try:
        return _in_one_transaction(connection, entries, _apply_readable)
    except _UNFIT:  # which entry it was must be found, and undone alone
        return _in_one_transaction(connection, entries, _apply_or_undo)


_ApplyEntry = Callable[[sqlite3.Connection, "LogEntry"], bool | None]


def _in_one_transaction(
    connection: sqlite3.Connection, entries: Sequence[LogEntry], apply_entry: _ApplyEntry
) -> Applied:
    connection.execute("BEGIN IMMEDIATE")
    try:
        applied = _apply_all(connection, entries, apply_entry)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return applied


def _apply_all(
    connection: sqlite3.Connection, entries: Sequence[LogEntry], apply_entry: _ApplyEntry
) -> Applied:
    (saved,) = connection.execute("SELECT offset FROM meta").fetchone()
    fresh = [entry for entry in entries if entry.offset > saved]
    if not fresh:
        return Applied((), saved)
    changed: dict[str, None] = {}
    skipped = 0
    for entry in fresh:
        done = apply_entry(connection, entry)
        skipped += done is None
        if done and entry.recorded is not None:
            changed[entry.recorded.event.subject] = None
    last = fresh[-1]
    connection.execute(
        "UPDATE meta SET offset = ?, event_id = ?, skipped = skipped + ?",
        (last.offset, last.recorded.id if last.recorded else None, skipped),
    )
    recorded = (entry.recorded for entry in fresh)
    deeds = tuple(one.id for one in recorded if one is not None and isinstance(one.event, ByPerson))
    return Applied(tuple(changed), last.offset, skipped, deeds)


def _apply_readable(connection: sqlite3.Connection, entry: LogEntry) -> bool | None:
    """Whether the entry changed its job's row; None when it could not be decoded.

    Raises:
        sqlite3.Error, OverflowError: SQLite cannot hold its values; some may be written already.
    """
    if entry.recorded is None:
        _log.warning("entry %d of the log is skipped: %s", entry.offset, entry.error)
        return None
    return _apply_one(connection, entry.recorded, entry.offset)


def _apply_or_undo(connection: sqlite3.Connection, entry: LogEntry) -> bool | None:
    """The same, and None without a trace when SQLite cannot hold its values.

    A point to go back to costs time at each entry, so only batches with such an entry are projected this way.
    """
    connection.execute("SAVEPOINT entry")
    try:
        changed = _apply_readable(connection, entry)
    except _UNFIT as error:
        connection.execute("ROLLBACK TO entry")
        connection.execute("RELEASE entry")
        name = entry.recorded and entry.recorded.id
        _log.warning("entry %d of the log, %s, is skipped: %s", entry.offset, name, error)
        return None
    connection.execute("RELEASE entry")
    return changed


def _apply_one(connection: sqlite3.Connection, recorded: Recorded, offset: int) -> bool:
    event = recorded.event
    time = recorded.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    change = change_of(event, time, offset)
    if change is None:
        crowd.apply(connection, recorded, offset)
        playlists.apply(connection, recorded, offset)
        pauses.apply(connection, recorded)
        return False
    step, described = _found_or_made(connection, event.subject, time, offset)
    job: Job | None = getattr(event, "job", None)
    describes = job is not None and not described
    if job is not None and describes:
        details = {
            **vars(job),
            "duration_s": finite(job.duration_s),
            "sampling": job.sampling.model_dump_json(),
            "time": time,
            "offset": offset,
        }
        connection.execute(_DESCRIBE_JOB, details)
    if change.step <= step:
        return describes
    values = {name: value for name, value in vars(change).items() if value is not None}
    connection.execute(_change_job(tuple(values)), {**values, "job_id": event.subject, "offset": offset})
    if isinstance(event, TrackPublished):
        _list_track(connection, event, time, offset)
    if isinstance(event, TrackDeleted):
        forget_track(connection, event.track_id)
    return True


def _found_or_made(connection: sqlite3.Connection, job_id: str, time: str, offset: int) -> tuple[int, bool]:
    """The step of the job's row, and whether the row says already what the job is.

    Any event may be the first one of a job: two stages publish over connections of their own.
    """
    row = connection.execute("SELECT step, model IS NOT NULL FROM jobs WHERE id = ?", (job_id,)).fetchone()
    if row is not None:
        return row[0], bool(row[1])
    connection.execute(_INSERT_JOB, (job_id, UNSEEN, time, offset, offset))
    return UNSEEN, False


def _list_track(connection: sqlite3.Connection, event: TrackPublished, time: str, offset: int) -> None:
    values = {"number": next_number(connection), **_track(event, time, offset)}
    connection.execute(f"INSERT INTO tracks ({', '.join(values)}) VALUES (:{', :'.join(values)})", values)
    categorize(connection, values["number"], event.job.prompt, event.job.model)
    if (vector := packed(event.report.descriptors)) is not None:
        connection.execute(_KEEP_VECTOR, (vector, event.job.job_id))
    for name in ("total", event.job.model):
        connection.execute(_COUNT_ONE, (name,))


def _track(event: TrackPublished, time: str, offset: int) -> dict[str, Any]:
    job, take = event.job, event.take
    tags = {
        name: value
        for name, value in take.tags.items()
        if isinstance(value, str) or finite(value) is not None
    }
    tag_words = " ".join(_tag_text(name, value) for name, value in tags.items())
    return {
        "id": job.job_id,
        "offset": offset,
        "prompt": job.prompt,
        "tag_words": tag_words,
        "joined_words": index_words(job.prompt, tag_words),
        "model": job.model,
        "duration_s": finite(event.duration_s),
        "is_loop": job.loop,
        "score": event.report.score,
        "issues": issues_json(event.report),
        "audio_key": event.audio_key,
        "audio_sha256": event.audio_sha256,
        "spectrogram_key": event.spectrogram_key,
        "peaks_key": event.peaks_key,
        "peaks": _peaks(event.peaks),
        "engine": take.engine,
        "engine_version": take.engine_version,
        "seed": take.seed,
        "sampling": (take.sampling or job.sampling).model_dump_json(),
        "extend": job.extend,
        "melody": job.melody,
        "user_id": job.user_id,
        "tags": json.dumps(tags, ensure_ascii=False),
        **described(tags, event.report.descriptors),
        "loudness_lufs": finite(event.loudness_lufs),
        "attempts": event.attempts,
        "sample_rate_hz": take.sample_rate_hz,
        "channels": take.channels,
        "created_at": time,
    }


def _peaks(heights: Sequence[int]) -> bytes:
    try:
        return bytes(heights)
    except ValueError:  # some do not fit into a byte
        return bytes(min(255, max(0, height)) for height in heights)


def _tag_text(name: str, value: str | float) -> str:
    """As a person would say it: `A minor`, `80 bpm`."""
    return value if isinstance(value, str) else f"{value:g} {name}"


_INSERT_JOB = """
    INSERT INTO jobs (id, step, status, phase, created_at, queued_offset, offset)
    VALUES (?, ?, 'queued', 'waiting', ?, ?, ?)
"""

# Says what the job is. Under an id that was refused before, a job begins anew.
_DESCRIBE_JOB = """
    UPDATE jobs SET prompt = :prompt, model = :model, duration_s = :duration_s, loop = :loop, seed = :seed,
        sampling = :sampling, extend = :extend, melody = :melody, tier = :tier, user_id = :user_id,
        priority = :priority, created_at = :time, offset = :offset,
        completed_at = iif(status = 'refused', NULL, completed_at),
        error_code = iif(status = 'refused', NULL, error_code),
        error = iif(status = 'refused', NULL, error)
    WHERE id = :job_id
"""

_FIRST_COUNTS = ("started_at", "user_id")


@cache
def _change_job(columns: tuple[str, ...]) -> str:
    """The statement that sets these columns, and no other: an index of another one is left in peace."""
    values = (
        f"{name} = coalesce({name}, :{name})" if name in _FIRST_COUNTS else f"{name} = :{name}"
        for name in columns
    )
    return f"UPDATE jobs SET offset = :offset, {', '.join(values)} WHERE id = :job_id"


_KEEP_VECTOR = "INSERT INTO track_features (number, vector) SELECT number, ? FROM tracks WHERE id = ?"

_COUNT_ONE = "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"
