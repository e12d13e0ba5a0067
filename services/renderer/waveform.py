"""Waveforms without the samples: peaks for an editor, heights for a list row."""

import json

import numpy as np
from numpy.typing import NDArray

from shared.audio import Audio

POINTS = 1000
HEIGHTS = 100
_BITS = 8


def peaks_json(audio: Audio) -> bytes:
    """Lowest and highest value of the mono mix in about 1000 places, in audiowaveform's JSON.

    Format: version 2 of bbc/audiowaveform (doc/DataFormat.md): 8 bits, min and max in turn, -128 .. 127.
    """
    mono = audio.mono
    samples_per_pixel = max(2, -(-len(mono) // POINTS))  # the format asks for 2 at least
    low, high = _extremes(mono, samples_per_pixel)
    data = np.stack([_as_int8(low), _as_int8(high)], axis=1).ravel()
    return json.dumps(
        {
            "version": 2,
            "channels": 1,
            "sample_rate": audio.sample_rate_hz,
            "samples_per_pixel": samples_per_pixel,
            "bits": _BITS,
            "length": len(low),
            "data": data.tolist(),
        },
        separators=(",", ":"),
    ).encode()


def heights(audio: Audio) -> tuple[int, ...]:
    """100 heights, 0 .. 255, of the mono mix; the highest is 255 unless all is silent."""
    mono = audio.mono
    starts = np.linspace(0, len(mono), HEIGHTS, endpoint=False).astype(int)
    found = np.maximum(np.maximum.reduceat(mono, starts), -np.minimum.reduceat(mono, starts))
    loudest = found.max()
    return tuple(round(float(height / loudest) * 255) if loudest > 0 else 0 for height in found)


def _extremes(
    mono: NDArray[np.float32], samples_per_pixel: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Minimum and maximum of each run of samples; shapes (pixels,)."""
    starts = np.arange(0, len(mono), samples_per_pixel)
    return np.minimum.reduceat(mono, starts), np.maximum.reduceat(mono, starts)


def _as_int8(values: NDArray[np.float32]) -> NDArray[np.int8]:
    return np.clip(np.round(values * 127), -128, 127).astype(np.int8)
