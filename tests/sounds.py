"""Signals whose numbers are known, and files of them."""

import io

import numpy as np
import soundfile
from numpy.typing import ArrayLike, NDArray

from shared.audio import Audio

RATE_HZ = 44100


def audio(samples: ArrayLike, rate_hz: int = RATE_HZ) -> Audio:
    """A sound of these samples; one dimension is mono."""
    array: NDArray[np.float32] = np.asarray(samples, dtype=np.float32)
    return Audio(array if array.ndim == 2 else array[:, None], rate_hz)


def sine(
    hertz: float = 440.0, seconds: float = 2.0, level: float = 0.5, rate_hz: int = RATE_HZ
) -> NDArray[np.float64]:
    """A sine; its RMS is level / sqrt(2)."""
    result: NDArray[np.float64] = level * np.sin(
        2 * np.pi * hertz * np.arange(round(seconds * rate_hz)) / rate_hz
    )
    return result


def white_noise(seconds: float = 2.0, level: float = 0.2, rate_hz: int = RATE_HZ) -> NDArray[np.float64]:
    """Gaussian white noise of this RMS, always the same."""
    return np.random.default_rng(7).standard_normal(round(seconds * rate_hz)) * level


def wav(samples: ArrayLike, rate_hz: int = RATE_HZ, subtype: str = "FLOAT") -> bytes:
    """A WAV file's bytes."""
    buffer = io.BytesIO()
    soundfile.write(buffer, np.asarray(samples, dtype=np.float32), rate_hz, format="WAV", subtype=subtype)
    return buffer.getvalue()
