"""Rows of the read models, as the web app gets them."""

import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from pydantic_core import from_json

from services.catalog import taxonomy
from shared.messages.job import Descriptors, Model, Sampling, Tier

_RULES = 8

PROJECTION = _RULES << 32 | taxonomy.version()
"""Version of the rules that make rows of events; a database made by others is made again.

The high half is changed by hand, with the rules; the low half follows the files of the taxonomy.
"""

Status = Literal["queued", "processing", "completed", "failed", "cancelled", "refused", "deleted"]
Phase = Literal[
    "waiting", "generating", "analyzing", "rendering", "done", "failed", "cancelled", "refused", "deleted"
]


@dataclass(frozen=True)
class JobRow:
    """A job as the log tells it.

    A request that was refused is known by its id and the reason alone: prompt is empty; model,
    duration_s, seed, sampling and tier are None, and user_id where its token did not tell.

    Attributes:
        extend: id of the track that it continues.
        melody: id of the melody that it follows.
        attempt: the attempt that waits or is worked on, 0 to 2; the last one when finished.
        position: 1 for the next of its model; None when it does not wait.
        score: 0..100, of the last judged take; of the chosen one once there is one.
        issues: names of what was wrong with that take, as `clipping`.
        issue_sentences: the same for a person.
        created_at: RFC 3339, UTC, as the other times.
        offset: of the last event in the log that changed the row.
    """

    job_id: str
    prompt: str
    model: Model | None
    duration_s: float | None
    loop: bool
    seed: int | None
    sampling: Sampling | None
    extend: str | None
    melody: str | None
    tier: Tier | None
    user_id: str | None
    priority: int
    status: Status
    phase: Phase
    attempt: int
    position: int | None
    score: int | None
    issues: list[str]
    issue_sentences: list[str]
    error_code: str | None
    error: str | None
    worker: str | None
    engine: str | None
    created_at: str
    started_at: str | None
    completed_at: str | None
    offset: int


@dataclass(frozen=True)
class TrackCategory:
    """A category that a track is in.

    Attributes:
        source: who put it there: the taxonomy's own guess, or listeners who agreed.
        votes: how many listeners say so.
    """

    name: str
    source: Literal["machine", "crowd"]
    votes: int


@dataclass(frozen=True)
class TrackRow:
    """A published track; its id is its job's.

    Attributes:
        sampling: what it was made with; an engine that draws no tokens ignored it.
        extend: id of the track that it continues.
        melody: id of the melody that it follows.
        peaks: 100 waveform heights 0..255; empty when none were sent.
        loudness_lufs: BS.1770 integrated; None for silence and very short sounds.
        bpm: beats a minute, as the engine says, else as measured; key likewise, as `D minor`.
        descriptors: what was measured, without the features; None where nothing was.
        rating: upvotes - downvotes.
        listeners: how many people the plays are of.
        categories: what the machine guessed first, the best guess first, then what listeners added.
        offset: of the event in the log that published it.
    """

    id: str
    prompt: str
    model: Model
    duration_s: float
    is_loop: bool
    score: int
    issues: list[str]
    issue_sentences: list[str]
    audio_key: str
    audio_sha256: str
    spectrogram_key: str
    peaks_key: str
    peaks: list[int]
    engine: str
    engine_version: str
    seed: int
    sampling: Sampling
    extend: str | None
    melody: str | None
    user_id: str
    tags: dict[str, str | float]
    bpm: float | None
    key: str | None
    descriptors: Descriptors | None
    loudness_lufs: float | None
    attempts: int
    upvotes: int
    downvotes: int
    rating: int
    plays: int
    listeners: int
    categories: list[TrackCategory]
    created_at: str
    sample_rate_hz: int
    channels: int
    offset: int


_JOB_FIELDS = tuple(
    name
    for name in JobRow.__dataclass_fields__
    if name not in ("job_id", "loop", "issues", "issue_sentences", "sampling")
)
_READ_TRACK_FIELDS = ("is_loop", "issues", "peaks", "tags", "sampling", "descriptors", "categories")
_TRACK_FIELDS = tuple(
    name for name in TrackRow.__dataclass_fields__ if name not in (*_READ_TRACK_FIELDS, "issue_sentences")
)

# The categories of a track whose table is called t, as JSON.
_CATEGORIES = """
    (SELECT json_group_array(json_array(category, source, votes)) FROM (
        SELECT c.category, c.source, (SELECT count(*) FROM category_suggestions s
            WHERE s.track = c.number AND s.category = c.category) AS votes
        FROM track_categories c WHERE c.number = t.number ORDER BY c.source DESC, c.place
    ))
"""

TRACK_COLUMNS = ", ".join(
    (
        *(f"t.{name}" for name in (*_TRACK_FIELDS, *_READ_TRACK_FIELDS[:-1])),
        f"{_CATEGORIES} AS categories",
        "t.number",
        *(f"t.{name}" for name in ("popularity", "trend")),
    )
)
"""What `track_row` reads, of a table called t, and what lists are sorted by; in this order."""


def job_row(row: sqlite3.Row) -> JobRow:
    """Make a JobRow of a row of `jobs` with its `position`."""
    plain: dict[str, Any] = {name: row[name] for name in _JOB_FIELDS}
    names, sentences = _issues(row["issues"])
    return JobRow(
        job_id=row["id"],
        loop=bool(row["loop"]),
        sampling=row["sampling"] and _sampling(row["sampling"]),
        issues=names,
        issue_sentences=sentences,
        **plain,
    )


def track_row(row: sqlite3.Row) -> TrackRow:
    """Make a TrackRow of a row of TRACK_COLUMNS."""
    values = tuple(row)  # a name is looked for among all columns, each time
    plain: dict[str, Any] = dict(zip(_TRACK_FIELDS, values, strict=False))
    is_loop, issues, peaks, tags, sampling, descriptors, categories = values[len(_TRACK_FIELDS) :][
        : len(_READ_TRACK_FIELDS)
    ]
    names, sentences = _issues(issues)
    return TrackRow(
        is_loop=bool(is_loop),
        sampling=_sampling(sampling),
        peaks=list(peaks),
        tags=from_json(tags),
        categories=[TrackCategory(*one) for one in from_json(categories)],
        descriptors=descriptors and Descriptors.model_validate_json(descriptors),
        issues=names,
        issue_sentences=sentences,
        **plain,
    )


@lru_cache(maxsize=256)
def _sampling(text: str) -> Sampling:
    """Most tracks are made with the usual settings."""
    return Sampling.model_validate_json(text)


def _issues(text: str) -> tuple[list[str], list[str]]:
    issues = from_json(text)
    return [issue["name"] for issue in issues], [issue["sentence"] for issue in issues]
