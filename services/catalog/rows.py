"""Rows of the read models, as the web app gets them."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from pydantic_core import from_json

from services.catalog import taxonomy
from shared.messages.job import Descriptors, Model, Sampling, Tier

_RULES = 9

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


class TrackCategory(NamedTuple):
    """A category that a track is in.

    Attributes:
        source: who put it there: the taxonomy's own guess, or listeners who agreed.
        votes: how many listeners say so.
    """

    name: str
    source: Literal["machine", "crowd"]
    votes: int


class TrackRow(NamedTuple):
    """A published track; its id is its job's.

    A tuple, for thousands are made a second; its fields in the order of `TRACK_COLUMNS`.

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

# The categories of a track whose table is called t, as JSON.
_CATEGORIES = """
    (SELECT json_group_array(json_array(category, source, votes)) FROM (
        SELECT c.category, c.source, (SELECT count(*) FROM category_suggestions s
            WHERE s.track = c.number AND s.category = c.category) AS votes
        FROM track_categories c WHERE c.number = t.number ORDER BY c.source DESC, c.place
    ))
"""

_OTHERWISE = {"issue_sentences": "t.issues", "categories": _CATEGORIES}
TRACK_COLUMNS = ", ".join(_OTHERWISE.get(name, f"t.{name}") for name in TrackRow._fields)
"""What `track_row` reads, of a table called t."""


def job_row(row: sqlite3.Row) -> JobRow:
    """Make a JobRow of a row of `jobs` with its `position`."""
    plain: dict[str, Any] = {name: row[name] for name in _JOB_FIELDS}
    return JobRow(
        job_id=row["id"],
        loop=bool(row["loop"]),
        sampling=row["sampling"] and _sampling(row["sampling"]),
        issues=_issue_names(row["issues"]),
        issue_sentences=_issue_sentences(row["issues"]),
        **plain,
    )


def track_row(columns: Sequence[Any]) -> TrackRow:
    """Make a TrackRow of a row of TRACK_COLUMNS."""
    values = list(columns)
    for place, read in _READ:
        values[place] = read(values[place])
    return TrackRow._make(values)


@lru_cache(maxsize=256)
def _sampling(text: str) -> Sampling:
    """Most tracks are made with the usual settings."""
    return Sampling.model_validate_json(text)


def _descriptors(text: str | None) -> Descriptors | None:
    return None if text is None else Descriptors.model_validate_json(text)


def _categories(text: str) -> list[TrackCategory]:
    return [TrackCategory(*one) for one in from_json(text)]


def _issue_names(text: str) -> list[str]:
    return [issue["name"] for issue in from_json(text)]


def _issue_sentences(text: str) -> list[str]:
    return [issue["sentence"] for issue in from_json(text)]


_READERS: dict[str, Callable[[Any], Any]] = {
    "is_loop": bool,
    "issues": _issue_names,
    "issue_sentences": _issue_sentences,
    "peaks": list,
    "sampling": _sampling,
    "tags": from_json,
    "descriptors": _descriptors,
    "categories": _categories,
}
_READ = [(TrackRow._fields.index(name), read) for name, read in _READERS.items()]
