"""The shapes of answers about jobs, the queue and the workers."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from shared.messages.job import CfgCoef, Model, Temperature, Tier, TopK, TopP
from shared.messages.live import ModelState
from web.api.shapes import Percent, Seconds, Time, exact

MELODY_ID = r"^[0-9a-f]{64}$"


@exact
class Links(TypedDict):
    """Where a job can be looked at, followed and cancelled."""

    self: str
    events: str
    cancel: str
    track: Annotated[str, Field(description="The track, once the job is completed.")]


@exact
class Accepted(TypedDict):
    """Jobs were handed in."""

    success: Literal[True]
    job_id: Annotated[str, Field(description="The first of `job_ids`.")]
    job_ids: Annotated[list[str], Field(min_length=1, max_length=4)]
    not_taken: Annotated[
        int, Field(ge=0, description="Variations that the intake had no room for; ask for them again.")
    ]
    position: Annotated[int, Field(ge=1, description="Place in the model's queue, if no one has precedence.")]
    estimated_wait_s: Seconds | None
    links: Links


@exact
class Melody(TypedDict):
    """A melody is kept."""

    melody: Annotated[str, Field(description="Its id, for `melody` of POST /generate.", pattern=MELODY_ID)]


class JobSampling(TypedDict):
    """How tokens are drawn; all None for a request that was refused."""

    cfg_coef: CfgCoef | None
    temperature: Temperature | None
    top_k: TopK | None
    top_p: TopP | None


@exact
class JobView(JobSampling):
    """A job."""

    id: str
    status: Literal["queued", "processing", "cancelling", "completed", "failed", "cancelled", "deleted"]
    phase: Literal["queued", "generating", "analyzing", "rendering", "done", "failed", "cancelled", "deleted"]
    progress: Annotated[str, Field(description="A sentence for a person.")]
    progress_pct: Percent
    position: Annotated[int | None, Field(description="1 for the next of its model.")]
    can_listen: Annotated[bool, Field(description="Whether GET /job/{id}/stream gives sound already.")]
    attempt: Annotated[int, Field(ge=0, le=2)]
    retry_count: Annotated[int, Field(ge=0, le=2)]
    prompt: str
    model: Model | None
    duration: Seconds | None
    loop: bool
    seed: int | None
    extend: Annotated[str | None, Field(description="Id of the track that it continues.")]
    melody: Annotated[str | None, Field(description="Id of the melody that it follows.")]
    engine: str | None
    quality: Percent | None
    quality_issues: list[str]
    filename: Annotated[str | None, Field(description="Below /audio/ and /download/.")]
    spectrogram: Annotated[str | None, Field(description="Below /spectrogram/.")]
    error: Annotated[str | None, Field(description="Why it failed, for a person.")]
    created_at: Time
    completed_at: Time | None
    links: Links


@exact
class ProgressView(TypedDict):
    """How far a job is."""

    id: str
    phase: Literal["generating"]
    progress: str
    progress_pct: Percent
    can_listen: bool
    attempt: Annotated[int, Field(ge=0, le=2)]


@exact
class QueueEntry(TypedDict):
    """A job in the queue."""

    id: str
    status: Literal["queued", "processing", "cancelling"]
    prompt: Annotated[str, Field(description="Of other people's only the first 60 characters.")]
    model: Model | None
    duration: Seconds | None
    priority: Tier | None
    position: int | None
    progress: str
    progress_pct: Percent
    created: Time
    is_mine: bool
    may_cancel: Annotated[bool, Field(description="Whether the caller may cancel it.")]


@exact
class Queue(TypedDict):
    """Running and waiting jobs, in the order in which they are worked on."""

    queue_length: Annotated[int, Field(ge=0, description="Jobs that wait.")]
    current_job: Annotated[str | None, Field(description="Id of the job that has been in work longest.")]
    jobs: Annotated[list[QueueEntry], Field(max_length=200)]
    total: Annotated[int, Field(ge=0, description="Jobs that wait or are in work.")]
    paused: Annotated[
        dict[Model, bool], Field(description="Whether an admin paused the model: then its jobs wait.")
    ]


@exact
class QueueSwitched(TypedDict):
    """Models were paused or resumed."""

    success: Literal[True]
    paused: Annotated[
        dict[Model, bool], Field(description="Whether an admin paused the model: then its jobs wait.")
    ]
    pending: Annotated[bool, Field(description="Whether the queue does not show it yet.")]


@exact
class Cancelling(TypedDict):
    """A cancellation was handed in; the job's status tells when it is done."""

    success: Literal[True]
    status: Literal["cancelling"]


@exact
class Gpu(TypedDict):
    """The accelerator of a machine; all None and False where there is none."""

    name: str | None
    available: bool
    busy: bool
    memory_used_gb: float | None
    memory_total_gb: float | None
    memory_percent: float | None


@exact
class Worker(TypedDict):
    """A process that was heard in the last 15 s."""

    name: str
    service: str
    engine: str | None
    models: dict[Model, ModelState]
    reason: Annotated[
        str | None, Field(description="Why a model is in state error, or how far a download for it is.")
    ]
    busy: Annotated[list[str], Field(description="Ids of the jobs in work.")]
    paused: Annotated[list[Model], Field(description="Models that it takes no jobs of now.")]
    gpu: Gpu


@exact
class Limit(TypedDict):
    """What a request may ask of a model."""

    max_duration: Seconds


@exact
class Status(TypedDict):
    """What the whole installation is doing."""

    models: dict[Model, ModelState]
    abilities: Annotated[
        dict[Model, list[str]],
        Field(
            description="What every ready engine of the model can do beside making a sound from a prompt: "
            "`sampling` (heed cfg_coef, temperature, top_k, top_p), `extend`, `melody`."
        ),
    ]
    reasons: Annotated[
        dict[str, str],
        Field(description="Why a model is in state error, or how far a download for it is, by worker."),
    ]
    engine: str | None
    gpu: Gpu
    queue_length: Annotated[int, Field(ge=0)]
    queue_lengths: dict[Model, int]
    paused: Annotated[
        dict[Model, bool], Field(description="Whether an admin paused the model: then its jobs wait.")
    ]
    estimated_wait: Annotated[
        dict[Model, Seconds | None],
        Field(
            description="Seconds until a job handed in now would be begun; null where nobody knows, "
            "as while the model is paused."
        ),
    ]
    speed: Annotated[
        dict[Model, Seconds | None],
        Field(
            description="Seconds of work for one second of sound, over the takes of the last 50 jobs; "
            "null before the first."
        ),
    ]
    workers: list[Worker]
    limits: dict[Model, Limit]


@exact
class RandomPrompt(TypedDict):
    """A prompt that nobody wrote."""

    prompt: Annotated[str, Field(min_length=3, max_length=500)]


@exact
class Snapshot(TypedDict):
    """The first event of the stream."""

    status: Status
    queue: Queue
    jobs: Annotated[list[JobView], Field(description="The caller's latest, and those that changed since.")]
    user_id: str
    tier: Annotated[Tier, Field(description="The caller's.")]
    signed_in: Annotated[bool, Field(description="Whether the caller signed in on the page with a token.")]
    cursor: Annotated[int, Field(description="Offset in the log that all of this shows.")]
