"""An engine that costs nothing, to measure the pipeline around it.

`SOUNDBOX_ENGINE=bench.instant_engine:InstantEngine` selects it.
"""

from collections.abc import Sequence

import numpy as np

from services.generator.engines.engine import Progress, Request, Sound
from shared.messages.job import Model

SAMPLE_RATE_HZ = 44100
_SHAPE_HZ = 220.0


class InstantEngine:
    """Returns a quiet chord of the asked length, stereo, made once for each length."""

    name = "instant"
    version = "1"

    def __init__(self) -> None:
        self._made: dict[float, Sound] = {}

    def load(self, model: Model) -> None:
        """Nothing to load; a first take is made so that no request waits for it."""
        self._sound(8.0)

    def generate(self, requests: Sequence[Request], progress: Progress) -> list[Sound | None]:
        """The chord, for every request that is not stopped."""
        return [
            self._sound(request.duration_s) if progress(request.job_id, 1.0) else None for request in requests
        ]

    def _sound(self, duration_s: float) -> Sound:
        if duration_s not in self._made:
            self._made[duration_s] = _chord(duration_s)
        return self._made[duration_s]


def _chord(duration_s: float) -> Sound:
    """A major chord under a slow swell; float32 (frames, 2), peak below 0.5."""
    time_s = np.arange(round(duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 0.5 * time_s)
    ratios = np.array([1.0, 1.25, 1.5])[:, None]
    mono = 0.15 * swell * np.sin(2 * np.pi * _SHAPE_HZ * ratios * time_s).sum(axis=0)
    return Sound(np.stack([mono, mono], axis=1).astype(np.float32), SAMPLE_RATE_HZ, {"key": "A major"})
