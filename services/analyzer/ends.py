"""Silence before a sound begins and after it has ended."""

import numpy as np

from services.analyzer.pieces import Floats

SILENT_BELOW = 1e-3
"""-60 dBFS: what is below everywhere at an end is not heard as a part of the sound."""

_STEP_FRAMES = 1 << 14


def silent_ends_s(samples: Floats, sample_rate_hz: int) -> tuple[float, float]:
    """Seconds below -60 dBFS at the start and at the end of samples of shape (frames, channels).

    Both are the whole length of a silent sound.
    """
    return _silent(samples) / sample_rate_hz, _silent(samples[::-1]) / sample_rate_hz


def _silent(samples: Floats) -> int:
    """Frames before the first one with a sample that is heard."""
    for start in range(0, len(samples), _STEP_FRAMES):
        heard = (np.abs(samples[start : start + _STEP_FRAMES]) > SILENT_BELOW).any(axis=1)
        if heard.any():
            return start + int(heard.argmax())
    return len(samples)
