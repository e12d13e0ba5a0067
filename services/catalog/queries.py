"""The library as the web app reads it: jobs, the queue, tracks. Read-only."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from services.catalog import pauses, track_categories, track_lists
from services.catalog.columns import Columns
from services.catalog.crowd.reader import Crowd
from services.catalog.cursors import CursorError
from services.catalog.facets import Bucket, Facets, facets_of
from services.catalog.likeness import Vectors
from services.catalog.lineage import Lineage, lineage_of
from services.catalog.playlists.reader import Playlists
from services.catalog.radio.programme import OnAir, Slot
from services.catalog.radio.reader import Radio, Wish
from services.catalog.radio.stations import Station, published_before
from services.catalog.radio.stations import find as find_station
from services.catalog.reader import CatalogNotReadyError, Readers
from services.catalog.rows import TRACK_COLUMNS, JobRow, Phase, Status, TrackRow, job_row, track_row
from services.catalog.track_query import Page, Sort, TrackFilter, TrackQuery
from services.catalog.track_rows import KeptRows, rows_of
from shared.messages.job import MODELS, Model

__all__ = [
    "Bucket",
    "CatalogNotReadyError",
    "CursorError",
    "Facets",
    "JobRow",
    "Library",
    "Lineage",
    "OnAir",
    "Page",
    "Phase",
    "Radio",
    "Slot",
    "Sort",
    "Station",
    "Status",
    "TrackFilter",
    "TrackQuery",
    "TrackRow",
    "Wish",
    "find_station",
]

_RECENT_TAKES = 50

# A waiting job's place in the queue of its model: those of a higher priority, then those that came before.
_JOBS = """
    SELECT jobs.*, CASE WHEN status = 'queued' THEN 1
        + (SELECT count(*) FROM jobs ahead WHERE ahead.status = 'queued' AND ahead.model = jobs.model
            AND ahead.priority > jobs.priority)
        + (SELECT count(*) FROM jobs ahead WHERE ahead.status = 'queued' AND ahead.model = jobs.model
            AND ahead.priority = jobs.priority AND ahead.queued_offset < jobs.queued_offset)
        END AS position
    FROM jobs
"""

# Sorted with as few columns as will do: thousands of jobs may wait, of which a page shows a few.
_QUEUE = """
    SELECT jobs.*, place.position FROM (
        SELECT number, NULL AS position, started_at, 0 AS priority, 0 AS queued_offset
        FROM jobs WHERE status = 'processing'
        UNION ALL
        SELECT number, row_number() OVER (PARTITION BY model ORDER BY priority DESC, queued_offset),
            NULL, priority, queued_offset
        FROM jobs WHERE status = 'queued' AND model IS NOT NULL
        ORDER BY started_at NULLS LAST, priority DESC, queued_offset, number
        LIMIT ?
    ) place CROSS JOIN jobs ON jobs.number = place.number
    ORDER BY place.started_at NULLS LAST, place.priority DESC, place.queued_offset, place.number
"""

_TAKES = """
    SELECT sum(elapsed_ms) / 1000 / sum(take_duration_s) FROM (
        SELECT elapsed_ms, take_duration_s FROM jobs WHERE model = ? AND take_offset IS NOT NULL
        ORDER BY take_offset DESC LIMIT ?
    )
"""


class Library:
    """The read models of one database file. May be used from any number of threads.

    Every method reads one consistent moment, and raises CatalogNotReadyError while the catalog has
    not made its database.
    """

    def __init__(self, database: Path) -> None:
        self._readers = Readers(database)
        self._vectors = Vectors()
        self.crowd = Crowd(self._readers)
        self.playlists = Playlists(self._readers)
        self._columns = Columns()
        self._kept_rows = KeptRows()
        self.radio = Radio(self._readers, self._columns, self._vectors, self._kept_rows)

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._readers.close()

    def identity(self) -> str:
        """The id that the database got when it was made; another one means that it was made again."""
        with self._readers.snapshot() as connection:
            return str(connection.execute("SELECT identity FROM meta").fetchone()[0])

    def offset(self) -> int:
        """Offset in the log of the last entry that the rows show; -1 before the first."""
        with self._readers.snapshot() as connection:
            return int(connection.execute("SELECT offset FROM meta").fetchone()[0])

    def job(self, job_id: str) -> JobRow | None:
        """A job, or None for an id that the log does not name."""
        found = self._jobs("WHERE id = ?", job_id)
        return found[0] if found else None

    def jobs_by_id(self, job_ids: Sequence[str]) -> list[JobRow]:
        """The jobs of these ids, in the order of the ids; unknown ids are left out."""
        found = {row.job_id: row for row in self._jobs(f"WHERE id IN ({_places(job_ids)})", *job_ids)}
        return [found[job_id] for job_id in dict.fromkeys(job_ids) if job_id in found]

    def jobs_of(self, user_id: str, limit: int = 50) -> list[JobRow]:
        """What this person asked for, newest first."""
        return self._jobs("WHERE user_id = ? ORDER BY number DESC LIMIT ?", user_id, limit)

    def jobs_changed_since(self, offset: int, user_id: str, limit: int = 200) -> list[JobRow]:
        """This person's jobs that an event after the offset changed, in the order of their last change."""
        return self._jobs("WHERE user_id = ? AND offset > ? ORDER BY offset LIMIT ?", user_id, offset, limit)

    def queue(self, limit: int = 200) -> list[JobRow]:
        """Jobs in work, then the waiting ones in the order in which they will be worked on.

        That is priority first, then who has waited longest. Each model has a queue of its own;
        `position` is the one in that.
        """
        with self._readers.snapshot() as connection:
            return [job_row(row) for row in connection.execute(_QUEUE, (limit,))]

    def queue_lengths(self) -> dict[Model, int]:
        """Jobs that wait, by model; those in work do not count."""
        with self._readers.snapshot() as connection:
            return {
                model: connection.execute(
                    "SELECT count(*) FROM jobs WHERE status = 'queued' AND model = ?", (model,)
                ).fetchone()[0]
                for model in MODELS
            }

    def paused(self) -> dict[Model, bool]:
        """Whether each model is paused: then its jobs wait until an admin resumes it."""
        with self._readers.snapshot() as connection:
            return pauses.paused(connection)

    def position(self, job_id: str) -> int | None:
        """Place in the queue of the job's model, 1 for the next; None for a job that does not wait."""
        job = self.job(job_id)
        return job.position if job else None

    def seconds_per_audio_second(self, model: Model) -> float | None:
        """Seconds of work for one second of sound, over the last 50 jobs' takes; None before the first."""
        with self._readers.snapshot() as connection:
            (ratio,) = connection.execute(_TAKES, (model, _RECENT_TAKES)).fetchone()
        return ratio if ratio is None else float(ratio)

    def tracks(self, query: TrackQuery) -> Page:
        """A page of the tracks that the query asks for. No search text is an error.

        Raises:
            CursorError: the cursor is none of this list's.
        """
        with self._readers.snapshot() as connection:
            return track_lists.page_of(connection, self._columns, self._kept_rows, query)

    def facets(self, wanted: TrackFilter) -> Facets:
        """How many of the tracks that the filter lets through are of each kind."""
        with self._readers.snapshot() as connection:
            return facets_of(connection, self._columns, wanted)

    def prepare(self) -> None:
        """Read what lists, searches and likeness need, so that the first to ask need not wait for it."""
        with self._readers.snapshot() as connection:
            self._columns.view(connection)
        with self._readers.snapshot() as connection:
            self._columns.read_common_words(connection)
        with self._readers.snapshot() as connection:
            self._vectors.prepare(connection)

    def track(self, track_id: str) -> TrackRow | None:
        """A published track, or None."""
        found = self._tracks("WHERE id = ?", track_id)
        return found[0] if found else None

    def tracks_by_id(self, track_ids: Sequence[str]) -> list[TrackRow]:
        """The tracks of these ids, in the order of the ids; unknown ids are left out."""
        found = {row.id: row for row in self._tracks(f"WHERE id IN ({_places(track_ids)})", *track_ids)}
        return [found[track_id] for track_id in dict.fromkeys(track_ids) if track_id in found]

    def similar(self, track_id: str, count: int) -> list[TrackRow] | None:
        """Up to `count` other tracks that sound most like this one, nearest first; None for an unknown id.

        Empty for a track that nothing was measured of.
        """
        with self._readers.snapshot() as connection:
            found = connection.execute("SELECT number FROM tracks WHERE id = ?", (track_id,)).fetchone()
            if found is None:
                return None
            numbers = self._vectors.nearest(connection, found[0], count)
            return rows_of(connection, numbers)

    def lineage(self, track_id: str) -> Lineage | None:
        """What a track was made from, what was made from it, and its variations; None for an unknown id."""
        with self._readers.snapshot() as connection:
            return lineage_of(connection, track_id)

    def tracks_published_since(self, offset: int, limit: int = 200) -> list[TrackRow]:
        """Tracks that an event after the offset published, oldest first."""
        return self._tracks("WHERE offset > ? ORDER BY offset LIMIT ?", offset, limit)

    def counts(self) -> dict[str, int]:
        """Published tracks: `total`, `music` and `audio`."""
        with self._readers.snapshot() as connection:
            counts = {"total": track_lists.counted(connection, None)}
            for model in MODELS:
                counts[model] = track_lists.counted(connection, model)
        return counts

    def published_since(self, time_s: float) -> int:
        """How many tracks were published since a moment, in seconds since 1970, and are still there."""
        with self._readers.snapshot() as connection:
            there = self._columns.view(connection).tracks()
            return int(np.count_nonzero(there[published_before(connection, time_s) + 1 :]))

    def category_counts(self, model: Model | None = None) -> dict[str, int]:
        """How many tracks are in each category, the largest first; empty ones are left out."""
        with self._readers.snapshot() as connection:
            return track_categories.counts(connection, model)

    def _jobs(self, condition: str, *parameters: str | int) -> list[JobRow]:
        with self._readers.snapshot() as connection:
            rows: list[sqlite3.Row] = connection.execute(f"{_JOBS} {condition}", parameters).fetchall()
        return [job_row(row) for row in rows]

    def _tracks(self, condition: str, *parameters: str | int) -> list[TrackRow]:
        with self._readers.snapshot() as connection:
            rows = connection.execute(
                f"SELECT {TRACK_COLUMNS} FROM tracks t {condition}", parameters
            ).fetchall()
        return [track_row(row) for row in rows]


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
