"""What each event means for the row of its job.

A row only moves forward. Its `step` says how far it is: one for each stage of an attempt, eight for
each attempt, and one last step that is the same for every way to end, so that the first end wins.
Only a deletion comes after that, and nothing after a deletion.
An event whose step is not beyond the row's is a duplicate, or late, and changes nothing.
"""

import math
from collections.abc import Callable
from typing import Any

from pydantic_core import to_json

from services.catalog.rows import Phase, Status
from shared.messages.deeds import TrackDeleted
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
from shared.messages.job import Report, Take

UNSEEN = -2
"""Step of a row before its first event."""

# An id that was refused may be accepted later, so a refusal lies before the first step of a job.
_REFUSED = -1
_GENERATING, _ANALYZING, _RENDERING = 1, 2, 3  # waiting is 0
_STEPS = 8
_END = 1000
_DELETED = 1001


Change = dict[str, Any]
"""The columns of a job's row that an event sets, `step`, `status` and `phase` among them."""


def change_of(event: Event, time: str, offset: int) -> Change | None:
    """What the event does to its job's row; None for an event that is not about the life of a job."""
    make = _CHANGES.get(type(event))
    return None if make is None else make(event, time, offset)


def _change(step: int, status: Status, phase: Phase, **columns: Any) -> Change:
    return {"step": step, "status": status, "phase": phase, **columns}


def _known(**columns: Any) -> Change:
    return {name: value for name, value in columns.items() if value is not None}


def issues_json(report: Report) -> str:
    """What was wrong, as JSON text."""
    return to_json(report.issues).decode()


def finite(value: float | None) -> float | None:
    """The value, or None for an infinity or NaN: JSON has neither, so no reader could be told."""
    return value if value is not None and math.isfinite(value) else None


def _accepted(_event: JobAccepted, _time: str, offset: int) -> Change:
    return _change(0, "queued", "waiting", attempt=0, queued_offset=offset)


def _refused(event: JobRefused, time: str, _offset: int) -> Change:
    return _change(
        _REFUSED,
        "refused",
        "refused",
        completed_at=time,
        error_code=event.code,
        error=event.sentence,
        **_known(user_id=event.user_id),
    )


def _started(event: GenerationStarted, time: str, _offset: int) -> Change:
    return _change(
        event.attempt * _STEPS + _GENERATING,
        "processing",
        "generating",
        attempt=event.attempt,
        started_at=time,
        worker=event.worker,
        engine=event.engine,
    )


def _generated(event: AudioGenerated, time: str, offset: int) -> Change:
    take: Take = event.take
    return _change(
        event.attempt * _STEPS + _ANALYZING,
        "processing",
        "analyzing",
        attempt=event.attempt,
        started_at=time,
        engine=take.engine,
        take_offset=offset,
        **_known(elapsed_ms=finite(take.elapsed_ms), take_duration_s=finite(take.duration_s)),
    )


def _rejected(event: AudioRejected, _time: str, offset: int) -> Change:
    """The job waits again, behind those of its priority that wait already."""
    report = event.judged[-1].report
    return _change(
        (event.attempt + 1) * _STEPS,
        "queued",
        "waiting",
        attempt=event.attempt + 1,
        queued_offset=offset,
        score=report.score,
        issues=issues_json(report),
    )


def _approved(event: AudioApproved, time: str, _offset: int) -> Change:
    """The chosen take may be an earlier one; the job has come as far as its last attempt."""
    last = event.attempts - 1
    return _change(
        last * _STEPS + _RENDERING,
        "processing",
        "rendering",
        attempt=last,
        started_at=time,
        score=event.report.score,
        issues=issues_json(event.report),
        engine=event.take.engine,
    )


def _published(event: TrackPublished, time: str, _offset: int) -> Change:
    return _change(
        _END,
        "completed",
        "done",
        attempt=event.attempts - 1,
        started_at=time,
        completed_at=time,
        score=event.report.score,
        issues=issues_json(event.report),
        engine=event.take.engine,
    )


def _failed(event: JobFailed, time: str, _offset: int) -> Change:
    return _change(_END, "failed", "failed", completed_at=time, error_code=event.code, error=event.sentence)


def _cancelled(_event: JobCancelled, time: str, _offset: int) -> Change:
    return _change(_END, "cancelled", "cancelled", completed_at=time)


def _deleted(_event: TrackDeleted, time: str, _offset: int) -> Change:
    return _change(_DELETED, "deleted", "deleted", completed_at=time)


_CHANGES: dict[type[Event], Callable[[Any, str, int], Change]] = {
    JobAccepted: _accepted,
    JobRefused: _refused,
    JobCancelled: _cancelled,
    TrackDeleted: _deleted,
    GenerationStarted: _started,
    AudioGenerated: _generated,
    AudioRejected: _rejected,
    AudioApproved: _approved,
    TrackPublished: _published,
    JobFailed: _failed,
}
