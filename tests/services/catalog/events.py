"""Real events of made-up jobs, as entries of the log."""

import hashlib
import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.catalog.database import open_catalog
from services.catalog.projection import apply
from shared import keys
from shared.bus.log_entry import LogEntry
from shared.messages.envelope import record
from shared.messages.events import (
    AudioApproved,
    AudioGenerated,
    AudioRejected,
    Event,
    GenerationStarted,
    JobAccepted,
    JobCancelled,
    JobFailed,
    JobRefused,
    TrackPublished,
)
from shared.messages.job import PRIORITY, Issue, Job, JudgedTake, Model, Report, Take, Tier

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STAGES: dict[type[Event], str] = {
    GenerationStarted: "generator",
    AudioGenerated: "generator",
    AudioRejected: "analyzer",
    AudioApproved: "analyzer",
    TrackPublished: "renderer",
}
CLIPPING = Issue(name="clipping", penalty=40, sentence="3 % of the samples clip; up to 0.1 % is fine.")


def job_id(number: int) -> str:
    """A UUID that tells its number."""
    return str(uuid.UUID(int=number))


def make_job(
    number: int,
    prompt: str = "calm piano",
    *,
    model: Model = "music",
    tier: Tier = "free",
    user_id: str = "ada",
    duration_s: float = 8.0,
    **more: Any,
) -> Job:
    """A job whose id tells its number; `more` are its other fields."""
    return Job(
        job_id=job_id(number),
        prompt=prompt,
        model=model,
        duration_s=duration_s,
        seed=number,
        tier=tier,
        user_id=user_id,
        priority=PRIORITY[tier],
        **more,
    )


def make_take(job: Job, attempt: int = 0, **changes: Any) -> Take:
    """The take of an attempt."""
    values: dict[str, Any] = {
        "key": keys.take(job.job_id, attempt),
        "sha256": _digest(job.job_id, attempt),
        "duration_s": job.duration_s,
        "sample_rate_hz": 32000,
        "channels": 2,
        "seed": job.seed,
        "engine": "synth",
        "engine_version": "1",
        "elapsed_ms": 400.0,
        "tags": {"bpm": 80, "genre": "lo-fi"},
    }
    return Take(**{**values, **changes})


def started(job: Job, attempt: int = 0) -> GenerationStarted:
    """A generator began an attempt."""
    return GenerationStarted(job_id=job.job_id, attempt=attempt, engine="synth", worker="generator-1")


def generated(job: Job, attempt: int = 0, **changes: Any) -> AudioGenerated:
    """An attempt's take was made; `changes` are to the take."""
    return AudioGenerated(job=job, attempt=attempt, take=make_take(job, attempt, **changes))


def rejected(job: Job, attempt: int = 0) -> AudioRejected:
    """An attempt's take clipped."""
    judged = [
        JudgedTake(attempt=number, take=make_take(job, number), report=Report(score=30, issues=(CLIPPING,)))
        for number in range(attempt + 1)
    ]
    return AudioRejected(job=job, attempt=attempt, judged=tuple(judged))


def approved(job: Job, attempts: int = 1, chosen: int = 0) -> AudioApproved:
    """The take of the attempt `chosen` was chosen among `attempts`."""
    return AudioApproved(
        job=job,
        attempt=chosen,
        take=make_take(job, chosen),
        report=Report(score=95),
        attempts=attempts,
    )


def published(job: Job, attempts: int = 1, **take: Any) -> TrackPublished:
    """The job's track is complete."""
    return TrackPublished(
        job=job,
        attempt=attempts - 1,
        take=make_take(job, attempts - 1, **take),
        report=Report(score=95),
        attempts=attempts,
        audio_key=keys.audio(job.job_id),
        audio_sha256=_digest(job.job_id, "audio"),
        spectrogram_key=keys.spectrogram(job.job_id),
        peaks_key=keys.peaks(job.job_id),
        duration_s=job.duration_s,
        loudness_lufs=-14.0,
        peaks=tuple(range(100)),
    )


def refused(number: int, code: str = "invalid_request", user_id: str | None = None) -> JobRefused:
    """A request was not admitted."""
    return JobRefused(
        job_id=job_id(number), code=code, sentence="prompt must have 3 to 500 characters", user_id=user_id
    )


def cancelled(job: Job) -> JobCancelled:
    """The job was cancelled by its owner."""
    return JobCancelled(job_id=job.job_id, user_id=job.user_id)


def failed(job: Job, attempt: int = 0) -> JobFailed:
    """The generator gave up."""
    return JobFailed(
        job_id=job.job_id, stage="generator", code="engine_failed", sentence="It broke.", attempt=attempt
    )


def accepted(job: Job) -> JobAccepted:
    """The job was admitted."""
    return JobAccepted(job=job)


def life(job: Job, attempts: int = 1) -> list[Event]:
    """Every event of a job that is published after this many attempts."""
    events: list[Event] = [accepted(job)]
    for attempt in range(attempts):
        events += [started(job, attempt), generated(job, attempt)]
        if attempt < attempts - 1:
            events.append(rejected(job, attempt))
    return [*events, approved(job, attempts, attempts - 1), published(job, attempts)]


def entries(events: Iterable[Event], first: int = 0, step: int = 1) -> list[LogEntry]:
    """The events in the log, one a second; offsets from `first`, `step` apart."""
    return [entry(event, first + number * step) for number, event in enumerate(events)]


def entry(event: Event, offset: int) -> LogEntry:
    """One event at an offset of the log; its time follows from that."""
    stage = STAGES.get(type(event), "ingest")
    return LogEntry(offset, record(event, stage, START + timedelta(seconds=offset)))


def project(database: Path, log: Sequence[LogEntry], batch: int = 500) -> None:
    """Open the database as the catalog does, and project the log in batches."""
    with open_catalog(database) as connection:
        for start in range(0, len(log), batch):
            apply(connection, log[start : start + batch])


def dump(database: Path) -> list[tuple[Any, ...]]:
    """Every row of every table, but for the database's identity, its position and its migrations."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND name NOT IN ('meta', '_sqlite_migrations') AND name NOT LIKE 'tracks_fts_%' ORDER BY name"
    ).fetchall()
    rows = [
        (name, *row)
        for (name,) in tables
        for row in sorted(connection.execute(f"SELECT * FROM {name}"), key=repr)
    ]
    connection.close()
    return rows


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
