"""Pitch and distance of a single sound."""

import numpy as np

from services.generator.engines.synth.dsp import Signal, highpass, lowpass

_BRIGHTEST_HZ = 18000.0


def at_pitch(x: Signal, factor: float) -> Signal:
    """Return x played `factor` times as fast, its length divided by it; along the last axis."""
    if abs(factor - 1.0) < 1e-3:
        return x
    at = np.arange(int((x.shape[-1] - 1) / factor) + 1, dtype=np.float64) * factor
    places = np.arange(x.shape[-1], dtype=np.float64)
    rows = [np.interp(at, places, row) for row in np.atleast_2d(x)]
    moved = np.asarray(rows, np.float32)
    return moved[0] if x.ndim == 1 else moved


def at_distance(x: Signal, distance: float) -> Signal:
    """Return x from -0.3 (close by) .. 1 (far away): air takes the highs."""
    if distance > 0:
        dull = lowpass(x.T, _BRIGHTEST_HZ * 2.0 ** (-4.2 * distance), 2).T
        return np.asarray(highpass(dull.T, 40.0 + 60.0 * distance, 1).T, np.float32)
    if distance < 0:
        return np.asarray(x + np.float32(-1.2 * distance) * highpass(x.T, 3000.0, 1).T, np.float32)
    return x
