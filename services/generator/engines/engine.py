"""What every engine is: requests in, sounds out, with a callback that hears about progress."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shared.messages.job import Model


@dataclass(frozen=True)
class Request:
    """What an engine is asked for. Everything a sound depends on is in it.

    Attributes:
        duration_s: length, in seconds.
        loop: whether the end must run on into the start.
        seed: 0 .. 2**31 - 1.
    """

    job_id: str
    prompt: str
    model: Model
    duration_s: float
    loop: bool
    seed: int


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


Progress = Callable[[str, float], bool]
"""`progress(job_id, fraction)`: fraction is 0 .. 1. False means: stop working on this job."""


class Engine(Protocol):
    """Makes sounds. One process uses it from one thread."""

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
