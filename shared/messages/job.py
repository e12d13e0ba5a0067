"""The nouns that messages are made of: a job, its takes, their reports."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.messages.ids import is_id

Model = Literal["music", "audio"]
Tier = Literal["free", "standard", "premium", "admin"]

MODELS: tuple[Model, ...] = ("music", "audio")
TIERS: tuple[Tier, ...] = ("free", "standard", "premium", "admin")
PRIORITY: dict[Tier, int] = {tier: priority for priority, tier in enumerate(TIERS)}
PROMOTED = 4

_MELODY_ID = re.compile(r"[0-9a-f]{64}")


def _canonical_id(text: str) -> str:
    if not is_id(text):
        raise ValueError("must be a UUID in lower case, like 01890a5d-ac96-774b-bcce-b302099a8057")
    return text


def _melody_id(text: str) -> str:
    if _MELODY_ID.fullmatch(text) is None:
        raise ValueError("must be the id of a melody, 64 hexadecimal digits in lower case")
    return text


JobId = Annotated[str, AfterValidator(_canonical_id)]
MelodyId = Annotated[str, AfterValidator(_melody_id)]
"""SHA-256 of the melody's file in the store."""
UserId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._@-]+$")]
Attempt = Annotated[int, Field(ge=0, le=2)]


class Part(BaseModel):
    """A frozen part of a message. Unknown fields of a later version are left out on reading."""

    model_config = ConfigDict(frozen=True, extra="ignore")


CfgCoef = Annotated[
    float,
    Field(
        ge=0,
        le=10,
        allow_inf_nan=False,
        description="Classifier-free guidance: 1 follows the prompt as it is, more exaggerates it.",
    ),
]
Temperature = Annotated[
    float, Field(ge=0.01, le=2, allow_inf_nan=False, description="Below 1 plays safe, above is wilder.")
]
TopK = Annotated[  # a codebook of MusicGen and AudioGen has 2048 tokens
    int, Field(ge=0, le=2048, description="Choose among so many likeliest tokens; 0 for all of them.")
]
TopP = Annotated[
    float,
    Field(
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="Choose among the likeliest tokens with this share of probability instead; 0 is off.",
    ),
]


class Sampling(Part):
    """How an engine that draws tokens draws them; the defaults are MusicGen's own."""

    cfg_coef: CfgCoef = 3.0
    temperature: Temperature = 1.0
    top_k: TopK = 250
    top_p: TopP = 0.0


USUAL = Sampling()
"""What a request gets that does not say how."""


class Job(Part):
    """A request for one sound, as it was admitted."""

    job_id: JobId
    prompt: str = Field(description="What to make, trimmed, 3 to 500 characters.")
    model: Model
    duration_s: float = Field(gt=0, description="Length asked for, in seconds.")
    loop: bool = Field(False, description="Whether the end must run on into the start.")
    seed: int = Field(ge=0, lt=2**31, description="Seed of the first attempt.")
    sampling: Sampling = Field(
        default_factory=Sampling, description="How tokens are drawn, for engines that draw any."
    )
    extend: JobId | None = Field(None, description="Id of the track that it continues.")
    melody: MelodyId | None = Field(None, description="Id of the melody that it follows.")
    tier: Tier
    user_id: UserId
    priority: int = Field(ge=0, le=PROMOTED, description="AMQP priority at every stage.")


class Take(Part):
    """The audio of one attempt, as it lies in the store."""

    key: str = Field(description="Key of the WAV file in the store.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the file's bytes.")
    duration_s: float = Field(gt=0)
    sample_rate_hz: int = Field(gt=0)
    channels: int = Field(ge=1, le=8)
    seed: int = Field(ge=0, lt=2**31)
    engine: str
    engine_version: str
    elapsed_ms: float = Field(ge=0, description="Time the engine took.")
    tags: dict[str, str | float] = Field(default_factory=dict, description="What the engine knows, e.g. bpm.")
    sampling: Sampling | None = Field(
        None,
        description="How its tokens were drawn, which in a later attempt may differ from what was asked for. "
        "None where the engine draws none, and in takes of before it was kept.",
    )


class Issue(Part):
    """One thing that is wrong with a take."""

    name: str = Field(description="Stable name: clipping, silence, high_frequency_noise, noise …")
    penalty: int = Field(ge=0, le=100, description="Points taken from the score.")
    sentence: str = Field(description="What was measured and what would have been fine, for a person.")


class Descriptors(Part):
    """What a take sounds like, measured. What the engine says itself stands in the tags of the take."""

    bpm: float | None = Field(None, gt=0, description="Beats a minute; none where nothing repeats.")
    bpm_confidence: float = Field(0.0, ge=0, le=1)
    key: str | None = Field(
        None, description="Tonic and mode, e.g. `D minor`; none where nothing has a pitch."
    )
    key_confidence: float = Field(0.0, ge=0, le=1)
    brightness_hz: float = Field(ge=0, description="Spectral centroid; 0 for silence.")
    dynamic_range_db: float = Field(ge=0, description="Loudness range, of blocks of 0.4 s.")
    onset_rate_hz: float = Field(ge=0, description="Onsets a second.")
    seam: float = Field(ge=0, le=1, description="How well the end runs on into the start.")
    leading_silence_s: float = Field(ge=0, description="Below -60 dBFS at the start.")
    trailing_silence_s: float = Field(ge=0, description="Below -60 dBFS at the end.")
    features: tuple[float, ...] = Field(
        (), description="64 numbers; sounds that are alike lie close together. Empty when not measured."
    )


class Report(Part):
    """What the analyzer found in a take."""

    score: int = Field(ge=0, le=100)
    issues: tuple[Issue, ...] = ()
    measures: dict[str, float] = Field(default_factory=dict, description="The numbers, by name with unit.")
    descriptors: Descriptors | None = Field(
        None, description="What it sounds like; none in reports of before there were any."
    )


class JudgedTake(Part):
    """A take with its report."""

    attempt: Attempt
    take: Take
    report: Report
