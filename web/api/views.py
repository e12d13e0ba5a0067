"""Rows as the JSON that clients get. Field names are those of the API, not of the tables."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from starlette.requests import Request

from services.catalog.crowd.reader import NOTHING, Own
from services.catalog.rows import JobRow, TrackRow
from shared.messages.job import Descriptors, Model, Sampling
from shared.messages.live import Progress
from shared.tags import LICENSES
from web.api import job_shapes, track_shapes
from web.api.identity import Caller, known_caller_of
from web.ports import Ports
from web.submissions import Submission

PROMPT_CUT = 60
_ENDED = ("completed", "failed", "cancelled", "refused", "deleted")
_ENGINES = {"synth": "built-in synthesizer", "audiocraft": "AudioCraft"}

# Where each phase stands on the way from 0 to 100; generating fills the room up to the next one.
_PHASE_PCT = {"waiting": 0, "generating": 2, "analyzing": 90, "rendering": 95, "done": 100}

_JobStatus = Literal["queued", "processing", "cancelling", "completed", "failed", "cancelled", "deleted"]
_JobPhase = Literal[
    "queued", "generating", "analyzing", "rendering", "done", "failed", "cancelled", "deleted"
]


def job_view(ports: Ports, row: JobRow) -> job_shapes.JobView:
    """A job as GET /job/{id} shows it."""
    status = _status(ports, row)
    completed = status == "completed"
    progress = ports.live.progress(row.job_id)
    sentence = _sentence(row, progress, ports.library.paused)
    return {
        "id": row.job_id,
        "status": status,
        "phase": _phase(row),
        "progress": "Cancelling" if status == "cancelling" else sentence,
        "progress_pct": _percent(row, progress),
        "position": row.position,
        "can_listen": status == "processing" and _can_listen(row, progress),
        "attempt": row.attempt,
        "retry_count": row.attempt,
        "prompt": row.prompt,
        "model": row.model,
        "duration": row.duration_s,
        "loop": row.loop,
        "seed": row.seed,
        **_sampling(row.sampling),
        "extend": row.extend,
        "melody": row.melody,
        "engine": row.engine,
        "quality": row.score,
        "quality_issues": row.issues,
        "filename": f"{row.job_id}.wav" if completed else None,
        "spectrogram": f"{row.job_id}.png" if completed else None,
        "error": row.error,
        "created_at": row.created_at,
        "completed_at": row.completed_at,
        "links": links(row.job_id),
    }


def submission_view(ports: Ports, submission: Submission) -> job_shapes.JobView:
    """A job that the intake holds and nobody has looked at yet, in the same shape."""
    cancelling = ports.submissions.is_cancelling(submission.job_id)
    return {
        "id": submission.job_id,
        "status": "cancelling" if cancelling else "queued",
        "phase": "queued",
        "progress": "Cancelling" if cancelling else "Handed in",
        "progress_pct": 0,
        "position": None,
        "can_listen": False,
        "attempt": 0,
        "retry_count": 0,
        "prompt": submission.prompt,
        "model": submission.model,
        "duration": submission.duration_s,
        "loop": submission.loop,
        "seed": submission.seed,
        **_sampling(submission.sampling),
        "extend": submission.extend,
        "melody": submission.melody,
        "engine": None,
        "quality": None,
        "quality_issues": [],
        "filename": None,
        "spectrogram": None,
        "error": None,
        "created_at": submission.created_at,
        "completed_at": None,
        "links": links(submission.job_id),
    }


def progress_view(notice: Progress) -> job_shapes.ProgressView:
    """What a progress event of the stream holds."""
    return {
        "id": notice.job_id,
        "phase": "generating",
        "progress": _making(notice),
        "progress_pct": _generating_pct(notice),
        "can_listen": notice.parts > 0,
        "attempt": notice.attempt,
    }


def _can_listen(row: JobRow, progress: Progress | None) -> bool:
    return progress is not None and progress.attempt == row.attempt and progress.parts > 0


def queue_entry(
    ports: Ports, row: JobRow, caller: Caller, paused: Mapping[Model, bool]
) -> job_shapes.QueueEntry:
    """A job in the queue; of other people's prompts only the beginning."""
    progress = ports.live.progress(row.job_id)
    in_work: Literal["queued", "processing"] = "processing" if row.status == "processing" else "queued"
    return {
        "id": row.job_id,
        "status": "cancelling" if ports.submissions.is_cancelling(row.job_id) else in_work,
        "prompt": row.prompt if caller.may_change(row.user_id) else _cut(row.prompt),
        "model": row.model,
        "duration": row.duration_s,
        "priority": row.tier,
        "position": row.position,
        "progress": _sentence(row, progress, lambda: paused),
        "progress_pct": _percent(row, progress),
        "created": row.created_at,
        "is_mine": row.user_id == caller.user_id,
        "may_cancel": caller.may_change(row.user_id),
    }


def track_views(request: Request, rows: Sequence[TrackRow]) -> list[track_shapes.Track]:
    """Tracks as the library shows them to whoever asks; not to be called on the event loop."""
    caller = known_caller_of(request)
    ports: Ports = request.app.state.ports
    own = ports.library.crowd.own(caller.user_id, [row.id for row in rows]) if caller else NOTHING
    return [track_view(row, own) for row in rows]


def track_view(row: TrackRow, own: Own = NOTHING) -> track_shapes.Track:
    """A track as the library shows it, to the person who did these things."""
    return {
        "id": row.id,
        "filename": f"{row.id}.wav",
        "audio_url": f"/audio/{row.id}.wav",
        "prompt": row.prompt,
        "model": row.model,
        "duration": row.duration_s,
        "is_loop": row.is_loop,
        "quality_score": row.score,
        "quality_issues": row.issues,
        "spectrogram": f"{row.id}.png",
        "spectrogram_url": f"/spectrogram/{row.id}.png",
        "peaks": row.peaks,
        "peaks_url": f"/peaks/{row.id}.json",
        "upvotes": row.upvotes,
        "downvotes": row.downvotes,
        "score": row.rating,
        "plays": row.plays,
        "user_vote": own.votes.get(row.id, 0),
        "is_favorite": row.id in own.favourites,
        "category": [one.name for one in row.categories],
        "categories": [
            {"name": one.name, "source": one.source, "votes": one.votes} for one in row.categories
        ],
        "user_id": row.user_id,
        "engine": row.engine,
        "engine_label": engine_label(row.engine),
        "engine_version": row.engine_version,
        "seed": row.seed,
        "cfg_coef": row.sampling.cfg_coef,
        "temperature": row.sampling.temperature,
        "top_k": row.sampling.top_k,
        "top_p": row.sampling.top_p,
        "extend": row.extend,
        "melody": row.melody,
        "bpm": row.bpm,
        "key": row.key,
        "tags": row.tags,
        "measured": _measured(row.descriptors),
        "loudness_lufs": row.loudness_lufs,
        "sample_rate_hz": row.sample_rate_hz,
        "channels": row.channels,
        "attempts": row.attempts,
        "created_at": row.created_at,
        "license": LICENSES.get(row.engine),
        "ai_generated": True,
    }


def engine_label(engine: str) -> str:
    """What made a sound, in words."""
    return _ENGINES.get(engine, engine)


def _measured(found: Descriptors | None) -> track_shapes.Measured | None:
    if found is None:
        return None
    return {
        "bpm": found.bpm,
        "bpm_confidence": found.bpm_confidence,
        "key": found.key,
        "key_confidence": found.key_confidence,
        "brightness_hz": found.brightness_hz,
        "dynamic_range_db": found.dynamic_range_db,
        "onset_rate_hz": found.onset_rate_hz,
        "seam": found.seam,
        "leading_silence_s": found.leading_silence_s,
        "trailing_silence_s": found.trailing_silence_s,
    }


def links(job_id: str) -> job_shapes.Links:
    """Where a job can be looked at, followed and cancelled."""
    return {
        "self": f"/job/{job_id}",
        "events": "/api/events",
        "cancel": f"/api/queue/{job_id}/cancel",
        "track": f"/api/library/{job_id}",
    }


def has_ended(row: JobRow) -> bool:
    """Whether nothing more happens to the job."""
    return row.status in _ENDED


def _status(ports: Ports, row: JobRow) -> _JobStatus:
    if row.status in ("queued", "processing") and ports.submissions.is_cancelling(row.job_id):
        return "cancelling"
    return "failed" if row.status == "refused" else row.status


def _phase(row: JobRow) -> _JobPhase:
    if row.phase == "waiting":
        return "queued"
    return "failed" if row.phase == "refused" else row.phase


def _sampling(sampling: Sampling | None) -> job_shapes.JobSampling:
    if sampling is None:
        return {"cfg_coef": None, "temperature": None, "top_k": None, "top_p": None}
    return {
        "cfg_coef": sampling.cfg_coef,
        "temperature": sampling.temperature,
        "top_k": sampling.top_k,
        "top_p": sampling.top_p,
    }


def _sentence(row: JobRow, progress: Progress | None, paused: Callable[[], Mapping[Model, bool]]) -> str:
    if row.phase == "waiting":
        return "Paused by an admin" if row.model and paused()[row.model] else _waiting(row)
    if row.phase == "generating" and progress is not None and progress.attempt == row.attempt:
        return _making(progress)
    sentences = {
        "generating": "Making the sound",
        "analyzing": "Checking the quality",
        "rendering": "Drawing the spectrogram",
        "done": "Done",
        "cancelled": "Cancelled",
        "deleted": "Deleted",
    }
    return sentences.get(row.phase) or row.error or "Failed"


def _waiting(row: JobRow) -> str:
    if row.attempt > 0:
        reasons = " and ".join(name.replace("_", " ") for name in row.issues)
        return f"Making another attempt: the last one had {reasons}" if reasons else "Making another attempt"
    ahead = (row.position or 1) - 1
    if ahead == 0:
        return "Next in line"
    return f"Waiting, {ahead} {'job' if ahead == 1 else 'jobs'} ahead"


def _making(notice: Progress) -> str:
    again = f" (attempt {notice.attempt + 1})" if notice.attempt else ""
    return f"Making the sound: {round(notice.fraction * 100)} %{again}"


def _percent(row: JobRow, progress: Progress | None) -> int:
    if row.phase == "generating" and progress is not None and progress.attempt == row.attempt:
        return _generating_pct(progress)
    return _PHASE_PCT.get(row.phase, 0)


def _generating_pct(notice: Progress) -> int:
    start, end = _PHASE_PCT["generating"], _PHASE_PCT["analyzing"]
    return round(start + notice.fraction * (end - start))


def _cut(prompt: str) -> str:
    return prompt if len(prompt) <= PROMPT_CUT else prompt[: PROMPT_CUT - 1] + "…"
