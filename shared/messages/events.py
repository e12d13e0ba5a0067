"""The facts that services publish. Past tense, true for ever, one class each.

`TYPE` is the stable wire name. The routing key is the wire name, and for the two events that are
work for a generator, the wire name and the model.
"""

from typing import ClassVar

from pydantic import Field

from shared.messages.job import Attempt, Job, JobId, JudgedTake, Part, Report, Take


class Event(Part):
    """A fact about one job."""

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1

    @property
    def subject(self) -> str:
        """The id of the job that the fact is about."""
        raise TypeError(f"{type(self).__name__} does not say which job it is about")

    @property
    def routing_key(self) -> str:
        """Where the exchange `soundbox.events` sends the fact."""
        return self.TYPE

    @property
    def attempt_number(self) -> int:
        """The attempt the fact belongs to; 0 where attempts mean nothing."""
        return int(getattr(self, "attempt", 0))

    @property
    def priority(self) -> int:
        """AMQP priority of the work that the fact triggers."""
        job = getattr(self, "job", None)
        return job.priority if isinstance(job, Job) else 0


class _AboutId(Event):
    job_id: JobId

    @property
    def subject(self) -> str:
        return self.job_id


class _AboutJob(Event):
    job: Job

    @property
    def subject(self) -> str:
        return self.job.job_id


class JobAccepted(_AboutJob):
    """A job was admitted and waits for a generator."""

    TYPE = "job.accepted"

    @property
    def routing_key(self) -> str:
        return f"{self.TYPE}.{self.job.model}"


class JobRefused(_AboutId):
    """A request was not admitted."""

    TYPE = "job.refused"

    code: str = Field(description="invalid_request, invalid_token or job_id_taken.")
    sentence: str = Field(description="Why, for a person.")
    problems: tuple[tuple[str, str], ...] = Field((), description="(field, sentence) of each problem.")
    user_id: str | None = Field(None, description="Who asked, if the token told.")


class JobCancelled(_AboutId):
    """A job was cancelled before it was published."""

    TYPE = "job.cancelled"

    user_id: str = Field(description="Who cancelled it.")


class GenerationStarted(_AboutId):
    """A generator began to make a take."""

    TYPE = "generation.started"

    attempt: Attempt
    engine: str
    worker: str = Field(description="Name of the generator.")


class AudioGenerated(_AboutJob):
    """A take was made and lies in the store."""

    TYPE = "audio.generated"

    attempt: Attempt
    take: Take
    earlier: tuple[JudgedTake, ...] = Field((), description="The rejected takes before this one.")


class AudioRejected(_AboutJob):
    """A take was too bad to publish and another attempt is due."""

    TYPE = "audio.rejected"

    attempt: Attempt = Field(description="The attempt that was rejected.")
    judged: tuple[JudgedTake, ...] = Field(min_length=1, description="Every take so far, this one last.")

    @property
    def routing_key(self) -> str:
        return f"{self.TYPE}.{self.job.model}"


class AudioApproved(_AboutJob):
    """A take was chosen for publication."""

    TYPE = "audio.approved"

    attempt: Attempt = Field(description="The attempt whose take was chosen.")
    take: Take
    report: Report
    attempts: int = Field(ge=1, le=3, description="How many takes were made.")
    rejected_keys: tuple[str, ...] = Field((), description="Store keys of the takes that were not chosen.")


class TrackPublished(_AboutJob):
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


class JobFailed(_AboutId):
    """A job ended without a track."""

    TYPE = "job.failed"

    stage: str
    code: str
    sentence: str = Field(description="Why, for a person.")
    attempt: Attempt = 0


EVENTS: dict[str, type[Event]] = {
    event.TYPE: event
    for event in (
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
}
