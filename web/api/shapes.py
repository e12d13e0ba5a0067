"""The shapes of answers, as types: the views are checked against them, and /openapi.json is made of them."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from shared.messages.job import CfgCoef, Model, Temperature, Tier, TopK, TopP
from shared.messages.live import ModelState

exact = with_config(ConfigDict(extra="forbid", strict=True))

Percent = Annotated[int, Field(ge=0, le=100)]
Time = Annotated[
    str, Field(description="RFC 3339, UTC.", pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
]
Seconds = Annotated[float, Field(ge=0)]
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
class SignedIn(TypedDict):
    """Who somebody is from now on."""

    success: Literal[True]
    user_id: str
    tier: Tier


@exact
class Embedding(TypedDict):
    """What to put into a page for a track: oEmbed 1.0, type rich."""

    version: Literal["1.0"]
    type: Literal["rich"]
    provider_name: str
    provider_url: str
    title: str
    html: Annotated[str, Field(description="An iframe.")]
    width: int
    height: int
    thumbnail_url: str
    thumbnail_width: int
    thumbnail_height: int


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
class Measured(TypedDict):
    """What a track sounds like, as measured, whatever its engine says."""

    bpm: float | None
    bpm_confidence: Annotated[float, Field(ge=0, le=1)]
    key: str | None
    key_confidence: Annotated[float, Field(ge=0, le=1)]
    brightness_hz: Annotated[float, Field(ge=0, description="Spectral centroid.")]
    dynamic_range_db: Annotated[float, Field(ge=0, description="Loudness range.")]
    onset_rate_hz: Annotated[float, Field(ge=0, description="Onsets a second.")]
    seam: Annotated[float, Field(ge=0, le=1, description="How well the end runs on into the start.")]
    leading_silence_s: Seconds
    trailing_silence_s: Seconds


@exact
class TrackCategory(TypedDict):
    """A category that a track is in."""

    name: Annotated[str, Field(description="Its id, as in GET /api/categories/{model}.")]
    source: Annotated[
        Literal["machine", "crowd"],
        Field(description="Who put it there: a guess from the prompt, or listeners."),
    ]
    votes: Annotated[int, Field(ge=0, description="Listeners who said so.")]


@exact
class Track(TypedDict):
    """A published track."""

    id: str
    filename: str
    audio_url: str
    prompt: str
    model: Model
    duration: Seconds
    is_loop: bool
    quality_score: Percent
    quality_issues: list[str]
    spectrogram: str
    spectrogram_url: str
    peaks: Annotated[list[int], Field(description="100 waveform heights, 0 to 255.")]
    peaks_url: str
    upvotes: int
    downvotes: int
    score: Annotated[int, Field(description="Upvotes less downvotes.")]
    plays: int
    user_vote: Annotated[int, Field(ge=-1, le=1, description="The caller's own vote.")]
    is_favorite: Annotated[bool, Field(description="Whether it is among the caller's favourites.")]
    category: Annotated[list[str], Field(description="Ids of its categories, the best guess first.")]
    categories: list[TrackCategory]
    user_id: str
    engine: str
    engine_label: str
    engine_version: str
    seed: int
    cfg_coef: CfgCoef
    temperature: Temperature
    top_k: TopK
    top_p: TopP
    extend: Annotated[str | None, Field(description="Id of the track that it continues.")]
    melody: Annotated[str | None, Field(description="Id of the melody that it follows.")]
    bpm: Annotated[float | None, Field(description="As the engine says, else as measured.")]
    key: Annotated[str | None, Field(description="As the engine says, else as measured, as `D minor`.")]
    tags: Annotated[dict[str, str | float], Field(description="What the engine says.")]
    measured: Measured | None
    loudness_lufs: float | None
    sample_rate_hz: int
    channels: int
    attempts: Annotated[int, Field(ge=1, le=3)]
    created_at: Time
    license: str | None
    ai_generated: Literal[True]


@exact
class TrackList(TypedDict):
    """A page of a list of tracks."""

    items: Annotated[list[Track], Field(max_length=100)]
    total: Annotated[int, Field(ge=0)]
    page: Annotated[int, Field(ge=1)]
    pages: Annotated[int, Field(ge=1)]
    per_page: Annotated[int, Field(ge=1, le=100)]
    total_is_exact: Annotated[
        bool,
        Field(
            description="False of a search where only the newest 5000 tracks with its words were looked at."
        ),
    ]
    with_every_word: Annotated[
        int,
        Field(ge=0, description="So many have every word of the search, and come first; the rest have some."),
    ]
    next_cursor: Annotated[str | None, Field(description="For `cursor` of the next page; null on the last.")]


@exact
class Bucket(TypedDict):
    """Tracks from `least` on and below `below`; null where there is no such bound."""

    least: float | None
    below: float | None
    count: Annotated[int, Field(ge=0)]


@exact
class Facets(TypedDict):
    """How many tracks of a list are of each kind, each counted without what was asked of that itself."""

    total: Annotated[int, Field(ge=0)]
    total_is_exact: Annotated[
        bool,
        Field(description="False of a search where only the newest 5000 tracks with its words were counted."),
    ]
    models: dict[Model, int]
    categories: Annotated[dict[str, int], Field(description="By id, the largest first, without empty ones.")]
    engines: dict[str, int]
    duration: Annotated[list[Bucket], Field(description="By length in seconds.")]
    bpm: Annotated[list[Bucket], Field(description="Of the tracks that have a tempo.")]
    keys: Annotated[
        dict[str, int],
        Field(
            max_length=48,
            description="By key, as `D minor`, the largest first; sharps stand for flats.",
        ),
    ]
    loops: Annotated[int, Field(ge=0)]


@exact
class Counts(TypedDict):
    """Published tracks."""

    total: int
    music: int
    audio: int


@exact
class CategoryDetails(TypedDict):
    """More of a category."""

    group: Annotated[str, Field(description="Kind of category, as `genre` or `nature`.")]
    examples: Annotated[list[str], Field(description="Prompts that are guessed as it.")]
    ucs: Annotated[
        str | None, Field(description="Category of the Universal Category System that it falls into.")
    ]


@exact
class Categories(TypedDict):
    """The categories of a model."""

    categories: Annotated[dict[str, str], Field(description="Labels by id.")]
    details: Annotated[dict[str, CategoryDetails], Field(description="By id.")]


CategoryCounts = Annotated[
    dict[str, Annotated[int, Field(ge=1)]],
    Field(title="CategoryCounts", description="Tracks by id of the category; empty ones are left out."),
]


@exact
class RandomPrompt(TypedDict):
    """A prompt that nobody wrote."""

    prompt: Annotated[str, Field(min_length=3, max_length=500)]


@exact
class SimilarTracks(TypedDict):
    """Tracks that sound alike, the most alike first."""

    tracks: Annotated[list[Track], Field(max_length=50)]


@exact
class Lineage(TypedDict):
    """The relatives of a track; deleted ones are left out."""

    sources: Annotated[
        list[Track],
        Field(max_length=10, description="The track that it continues, then what that continues, and so on."),
    ]
    continued_by: Annotated[
        list[Track], Field(max_length=20, description="Tracks that continue it, the oldest first.")
    ]
    variations: Annotated[
        list[Track],
        Field(
            max_length=20,
            description="What the same person made of the same prompt nearby, the oldest first.",
        ),
    ]


@exact
class Station(TypedDict):
    """A station."""

    id: str
    name: str
    description: str
    count: Annotated[int, Field(ge=0, description="Tracks that it plays.")]
    model: Annotated[Model | None, Field(description="None for a station of both.")]
    group: Annotated[str | None, Field(description="Kind of its category, where it is one's.")]


@exact
class Stations(TypedDict):
    """Every station: the fixed ones, then categories, the largest first."""

    stations: list[Station]


@exact
class Broadcast(TypedDict):
    """A track of a programme."""

    track: Track
    starts_at: Time
    ends_at: Time


@exact
class NowPlaying(TypedDict):
    """What is heard."""

    track: Track
    starts_at: Time
    ends_at: Time
    position_s: Annotated[
        Seconds, Field(description="How much of it was heard; 0 where it is about to begin.")
    ]


@exact
class OnAir(TypedDict):
    """What a station plays now, what follows, and what was, the latest first."""

    station: Station
    time: Annotated[Time, Field(description="The clock that the programme follows.")]
    now_playing: NowPlaying | None
    up_next: Annotated[list[Broadcast], Field(max_length=5)]
    history: Annotated[list[Broadcast], Field(max_length=5)]


@exact
class RadioTracks(TypedDict):
    """Tracks to play."""

    tracks: Annotated[list[Track], Field(max_length=50)]


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


@exact
class SpectrogramMade(TypedDict):
    """The picture of a sound is there."""

    spectrogram: Annotated[str, Field(description="Its address on this server.")]


@exact
class Check(TypedDict, total=False):
    """Whether a part is well."""

    ok: Annotated[bool, Field()]
    error: str


@exact
class Readiness(TypedDict):
    """Whether a job handed in now would be worked on."""

    ready: bool
    checks: dict[str, Check]


@exact
class FieldProblem(TypedDict, total=False):
    """What is wrong with a field."""

    field: str
    pointer: Annotated[str, Field(description="JSON Pointer to a field of the body, as a URI fragment.")]
    detail: str
    error: Annotated[str, Field(description="The same as `detail`.")]


class _ProblemMembers(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    error: Annotated[str, Field(description="The sentence for a person.")]


@with_config(ConfigDict(extra="allow", strict=True))
class Problem(_ProblemMembers, total=False):
    """RFC 9457 problem document."""

    errors: list[FieldProblem]
