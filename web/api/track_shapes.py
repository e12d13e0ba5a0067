"""The shapes of answers about tracks, one or many."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from shared.messages.job import CfgCoef, Model, Temperature, TopK, TopP
from web.api.shapes import Percent, Seconds, Time, exact


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
class SpectrogramMade(TypedDict):
    """The picture of a sound is there."""

    spectrogram: Annotated[str, Field(description="Its address on this server.")]
