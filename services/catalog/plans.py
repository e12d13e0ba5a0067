"""What an entry of the log comes to, as far as the entry alone tells. Pure: no rows, no clock.

This is most of the work of a projection, and can be done by other processes than the one that writes.
"""

from __future__ import annotations

import marshal
import pickle
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json

from services.catalog import taxonomy
from services.catalog.changes import change_of, finite, issues_json
from services.catalog.described import described, packed
from services.catalog.spellings import index_words
from shared.messages.deeds import TrackDeleted
from shared.messages.event import ByPerson
from shared.messages.events import TrackPublished
from shared.messages.job import Job, Model

if TYPE_CHECKING:  # the bus brings the broker's client along, which nothing here needs
    from shared.bus.log_entry import LogEntry
    from shared.messages.envelope import Recorded

Columns = dict[str, Any]


class NewTrack(NamedTuple):
    """A track as it is published.

    Attributes:
        columns: of its row, but for its number.
        categories: that its prompt asks for, the best first.
        vector: what it sounds like, packed; None where nothing was measured.
    """

    model: Model
    columns: Columns
    categories: tuple[str, ...]
    vector: bytes | None


class Plan(NamedTuple):
    """What an entry comes to.

    Attributes:
        fact_id: None where the entry could not be decoded; `error` says why.
        subject: the id of the job that it is about.
        time: when it was published; RFC 3339, UTC.
        step: how far the job has come by it; None where it is not about a job's life.
        change: columns of the job's row, which it sets if the row is not as far yet.
        job: columns that say what the job is, for a row that does not say it yet.
        track: what it publishes.
        deleted: the id of the track that it deletes.
        deed: the fact itself, where its effect takes rows to tell.
        by_person: whether it says what somebody did.
    """

    offset: int
    fact_id: str | None = None
    error: str | None = None
    subject: str = ""
    time: str = ""
    step: int | None = None
    change: Columns | None = None
    job: Columns | None = None
    deleted: str | None = None
    by_person: bool = False
    track: NewTrack | None = None
    deed: Recorded | None = None


def plan_of(entry: LogEntry) -> Plan:
    """What the entry comes to."""
    recorded = entry.recorded
    if recorded is None:
        return Plan(entry.offset, error=entry.error)
    event = recorded.event
    by_person = isinstance(event, ByPerson)
    time = recorded.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    change = change_of(event, time, entry.offset)
    if change is None:
        return Plan(entry.offset, recorded.id, None, event.subject, time, deed=recorded, by_person=by_person)
    job: Job | None = getattr(event, "job", None)
    return Plan(
        entry.offset,
        recorded.id,
        None,
        event.subject,
        time,
        change["step"],
        change,
        None if job is None else _job(job),
        event.track_id if isinstance(event, TrackDeleted) else None,
        by_person,
        _track(event, time, entry.offset) if isinstance(event, TrackPublished) else None,
    )


Packed = tuple[bytes, bytes]
"""Plans on their way from one process of this program to another: the deeds apart from all else."""


def pack(plans: Sequence[Plan]) -> Packed:
    """Make bytes of them; what is of plain types in half the time that pickle takes."""
    plain = [(*plan[:-2], plan.track and tuple(plan.track)) for plan in plans]
    deeds = {number: plan.deed for number, plan in enumerate(plans) if plan.deed}
    return marshal.dumps(plain), pickle.dumps(deeds)


def unpack(packed: Packed) -> list[Plan]:
    """The plans that they were."""
    plain, deeds = marshal.loads(packed[0]), pickle.loads(packed[1])
    return [
        Plan._make((*values, track and NewTrack._make(track), deeds.get(number)))
        for number, (*values, track) in enumerate(plain)
    ]


def _job(job: Job) -> Columns:
    return {
        "prompt": job.prompt,
        "model": job.model,
        "duration_s": finite(job.duration_s),
        "loop": job.loop,
        "seed": job.seed,
        "sampling": job.sampling.model_dump_json(),
        "extend": job.extend,
        "melody": job.melody,
        "tier": job.tier,
        "user_id": job.user_id,
        "priority": job.priority,
    }


def _track(event: TrackPublished, time: str, offset: int) -> NewTrack:
    job, take = event.job, event.take
    tags = {
        name: value
        for name, value in take.tags.items()
        if isinstance(value, str) or finite(value) is not None
    }
    tag_words = " ".join(_tag_text(name, value) for name, value in tags.items())
    columns = {
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
        "tags": to_json(tags).decode(),
        **described(tags, event.report.descriptors),
        "loudness_lufs": finite(event.loudness_lufs),
        "attempts": event.attempts,
        "sample_rate_hz": take.sample_rate_hz,
        "channels": take.channels,
        "created_at": time,
    }
    vector = packed(event.report.descriptors)
    return NewTrack(job.model, columns, taxonomy.guess(job.prompt, job.model), vector)


def _peaks(heights: Sequence[int]) -> bytes:
    try:
        return bytes(heights)
    except ValueError:  # some do not fit into a byte
        return bytes(min(255, max(0, height)) for height in heights)


def _tag_text(name: str, value: str | float) -> str:
    """As a person would say it: `A minor`, `80 bpm`."""
    return value if isinstance(value, str) else f"{value:g} {name}"
