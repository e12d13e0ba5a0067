"""The facts that services publish. Past tense, true for ever, one class each.

`TYPE` is the stable wire name. The routing key is the wire name, and for the two events that are
work for a generator, the wire name and the model. What people do with tracks is in `deeds`.
"""

from pydantic import Field

from shared.messages.deeds import FACTS_OF_DEEDS
from shared.messages.event import AboutId, AboutJob
from shared.messages.event import Event as Event
from shared.messages.job import Attempt, JudgedTake, Report, Take


class JobAccepted(AboutJob):
    """A job was admitted and waits for a generator."""

    TYPE = "job.accepted"

    @property
    def routing_key(self) -> str:
        return f"{self.TYPE}.{self.job.model}"


class JobRefused(AboutId):
    """A request was not admitted."""

    TYPE = "job.refused"

    code: str = Field(description="invalid_request, invalid_token or job_id_taken.")
    sentence: str = Field(description="Why, for a person.")
    problems: tuple[tuple[str, str], ...] = Field((), description="(field, sentence) of each problem.")
    user_id: str | None = Field(None, description="Who asked, if the token told.")


class JobCancelled(AboutId):
    """A job was cancelled before it was published."""

    TYPE = "job.cancelled"

    user_id: str = Field(description="Who cancelled it.")


class GenerationStarted(AboutId):
    """A generator began to make a take."""

    TYPE = "generation.started"

    attempt: Attempt
    engine: str
    worker: str = Field(description="Name of the generator.")


class AudioGenerated(AboutJob):
    """A take was made and lies in the store."""

    TYPE = "audio.generated"

    attempt: Attempt
    take: Take
    earlier: tuple[JudgedTake, ...] = Field((), description="The rejected takes before this one.")


class AudioRejected(AboutJob):
    """A take was too bad to publish and another attempt is due."""

    TYPE = "audio.rejected"

    attempt: Attempt = Field(description="The attempt that was rejected.")
    judged: tuple[JudgedTake, ...] = Field(min_length=1, description="Every take so far, this one last.")

    @property
    def routing_key(self) -> str:
        return f"{self.TYPE}.{self.job.model}"


class AudioApproved(AboutJob):
    """A take was chosen for publication."""

    TYPE = "audio.approved"

    attempt: Attempt = Field(description="The attempt whose take was chosen.")
    take: Take
    report: Report
    attempts: int = Field(ge=1, le=3, description="How many takes were made.")
    rejected_keys: tuple[str, ...] = Field((), description="Store keys of the takes that were not chosen.")


class TrackPublished(AboutJob):
    """A track is complete: sound, picture and peaks lie in the store. Its id is the job's."""

    TYPE = "track.published"

    attempt: Attempt
    take: Take
    report: Report
    attempts: int = Field(ge=1, le=3)
    audio_key: str
    audio_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    spectrogram_key: str
    peaks_key: str
    duration_s: float = Field(gt=0, description="Exact length of the file, in seconds.")
    loudness_lufs: float | None = Field(None, description="BS.1770 integrated; none for silence or < 0.4 s.")
    peaks: tuple[int, ...] = Field((), description="100 waveform heights 0..255 for a list row.")


class JobFailed(AboutId):
    """A job ended without a track."""

    TYPE = "job.failed"

    stage: str
    code: str
    sentence: str = Field(description="Why, for a person.")
    attempt: Attempt = 0


_OF_JOBS: tuple[type[Event], ...] = (
    JobAccepted,
    JobRefused,
    JobCancelled,
    GenerationStarted,
    AudioGenerated,
    AudioRejected,
    AudioApproved,
    TrackPublished,
    JobFailed,
)

EVENTS: dict[str, type[Event]] = {event.TYPE: event for event in (*_OF_JOBS, *FACTS_OF_DEEDS)}
"""Every fact by its wire name."""
