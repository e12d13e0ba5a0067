"""What the built-in synthesizer hands back, and how it says how far it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Progress = Callable[[float], None]
"""Called with 0..1 many times while work goes on; whatever it raises stops the work."""


@dataclass(frozen=True)
class Sound:
    """A finished sound: float32 samples of shape (frames, 2) within -1..1, their rate, and what they are."""

    samples: NDArray[np.float32]
    sample_rate_hz: int
    tags: Mapping[str, str | float]
