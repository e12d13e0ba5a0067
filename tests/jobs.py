"""Jobs, takes and facts for tests: complete, valid, and easy to vary."""

from datetime import UTC, datetime
from typing import Any

from shared.messages import envelope
from shared.messages.envelope import Recorded
from shared.messages.events import Event, JobAccepted
from shared.messages.ids import new_id
from shared.messages.job import Issue, Job, Report, Take

NOON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
GOOD = Report(score=95)
BAD = Report(score=20, issues=(Issue(name="clipping", penalty=80, sentence="Too loud."),))


def a_job(**changes: Any) -> Job:
    """A job of a free listener: eight seconds of music."""
    given = {
        "job_id": new_id(),
        "prompt": "calm piano over soft rain",
        "model": "music",
        "duration_s": 8.0,
        "seed": 7,
        "tier": "free",
        "user_id": "guest-1",
        "priority": 0,
    }
    return Job.model_validate({**given, **changes})


def a_take(job: Job, attempt: int = 0, **changes: Any) -> Take:
    """A take of a job as the synthesizer would describe it."""
    given = {
        "key": f"takes/{job.job_id}/{attempt}.wav",
        "sha256": "0" * 64,
        "duration_s": job.duration_s,
        "sample_rate_hz": 44100,
        "channels": 2,
        "seed": job.seed,
        "engine": "synth",
        "engine_version": "1",
        "elapsed_ms": 120.0,
    }
    return Take.model_validate({**given, **changes})


def recorded(event: Event, stage: str = "ingest") -> Recorded:
    """The event in its envelope, at noon."""
    return envelope.record(event, stage, NOON)


def accepted(**changes: Any) -> Recorded:
    """`job.accepted` in its envelope."""
    return recorded(JobAccepted(job=a_job(**changes)))
