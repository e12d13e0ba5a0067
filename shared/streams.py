"""What the generator and the web app agree on about sounds that are heard while they are made."""

import numpy as np
from numpy.typing import NDArray

from shared.messages.job import Part

GAIN = 0.5
"""By how much parts are quieter than the take: nobody knows yet how loud it will get."""

_FULL_SCALE = 32767


class Format(Part):
    """The format of a stream's parts: 16-bit little-endian samples, channels interleaved."""

    sample_rate_hz: int
    channels: int


def as_pcm(samples: NDArray[np.float32]) -> bytes:
    """Samples (frames, channels) as a part: 6 dB down, which leaves room for what codecs overshoot.

    What is louder still is cut off, in what is heard before the end alone.
    """
    loud = np.clip(samples * np.float32(GAIN * _FULL_SCALE), -_FULL_SCALE - 1, _FULL_SCALE)
    return bytes(loud.astype("<i2").tobytes())
