"""What every engine is: requests in, sounds out, with a callback that hears about progress."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from shared.messages.job import USUAL, Model, Sampling

Ability = Literal["sampling", "extend", "melody"]
"""What an engine may be able to do beside making a sound from a prompt: draw as `Request.sampling` says,
continue `Request.start`, follow `Request.melody`."""

ABILITIES: tuple[Ability, ...] = get_args(Ability)


@dataclass(frozen=True, eq=False)
class AudioPrompt:
    """A sound that an engine is given. Two with the same samples are equal.

    Attributes:
        samples: float32, shape (frames, channels), full scale at 1.0, at least one frame.
        sample_rate_hz: frames a second, which need not be the engine's own.
    """

    samples: NDArray[np.float32]
    sample_rate_hz: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate_hz

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AudioPrompt)
            and self.sample_rate_hz == other.sample_rate_hz
            and np.array_equal(self.samples, other.samples)
        )

    def __hash__(self) -> int:
        return hash((self.sample_rate_hz, self.samples.shape))


@dataclass(frozen=True)
class Request:
    """What an engine is asked for. Everything a sound depends on is in it.

    Attributes:
        duration_s: length, in seconds.
        loop: whether the end must run on into the start.
        seed: 0 .. 2**31 - 1.
        sampling: how tokens are drawn; an engine that draws none ignores it.
        start: what the sound continues. `duration_s` is then the length of both together, which is more
            than the start's. Given only to engines with the ability `extend`.
        melody: mono, what the music follows. Given only to engines with the ability `melody`.
    """

    job_id: str
    prompt: str
    model: Model
    duration_s: float
    loop: bool
    seed: int
    sampling: Sampling = USUAL
    start: AudioPrompt | None = None
    melody: AudioPrompt | None = None


@dataclass(frozen=True)
class Sound:
    """What an engine made.

    Attributes:
        samples: float32, shape (frames, channels), full scale at 1.0; may go above, never clamped.
        sample_rate_hz: frames a second.
        tags: what the engine knows about it, for example bpm and key.
    """

    samples: NDArray[np.float32]
    sample_rate_hz: int
    tags: Mapping[str, str | float] = field(default_factory=dict)


OnDownload = Callable[[str, int, int], None]
"""`on_download(what, done_bytes, total_bytes)`: loading has so much of what it fetches."""


def unheard(_what: str, _done_bytes: int, _total_bytes: int) -> None:
    """An `OnDownload` that nobody hears."""


Progress = Callable[[str, float], bool]
"""`progress(job_id, fraction)`: fraction is 0 .. 1. False means: stop working on this job."""


class Engine(Protocol):
    """Makes sounds. One process uses it from one thread.

    One that can do more than make a sound from its prompt says so: see `AbleEngine`.
    """

    @property
    def name(self) -> str:
        """Name under which tracks show it, for example `synth`."""

    @property
    def version(self) -> str:
        """Changes whenever the same request would give other samples."""

    def load(self, model: Model) -> None:
        """Make ready for requests of this model; may take minutes.

        Raises:
            SoundBoxError: it cannot; says why, for a person.
        """

    def generate(self, requests: Sequence[Request], progress: Progress) -> list[Sound | None]:
        """One sound a request, in order; None where `progress` said stop."""


class AbleEngine(Engine, Protocol):
    """An engine that can do more than make a sound from its prompt."""

    @property
    def abilities(self) -> Collection[Ability]:
        """What it can do for the model that it has loaded."""


def abilities_of(engine: object) -> tuple[Ability, ...]:
    """What a loaded engine can do, in the order of `ABILITIES`; nothing for one that does not say."""
    able = getattr(engine, "abilities", ())
    return tuple(ability for ability in ABILITIES if ability in able)
