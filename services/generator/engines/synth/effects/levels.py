"""How loud things are, and the last steps before a sound leaves: all signals are planar, (2, n)."""

import numpy as np
from scipy.ndimage import uniform_filter1d

from services.generator.engines.synth.dsp import (
    SAMPLE_RATE_HZ,
    Signal,
    fade,
    frames,
    generator,
    highpass,
    lowpass,
    pink,
)
from services.generator.engines.synth.finish import CEILING, around_ends

_WINDOW_S = 0.1
_DEEPEST_LIMITING_DB = 8.0
_MOST_LIFT_DB = 8.0
_LOUDEST_RMS_DB = -14.0
"""Steady tones sound as loud as this at a peak that noises and blows exceed by far."""

_FAINTEST_RMS = 0.008
"""What is quieter than this over its whole length would pass for silence."""


def steady_level(x: Signal) -> float:
    """Return the RMS of a sound that goes on."""
    return float(np.sqrt(np.mean(np.square(x), dtype=np.float64)))


def loudest_level(x: Signal) -> float:
    """Return the highest RMS within a tenth of a second: what an event is heard as."""
    power = np.square(x).mean(axis=0) if x.ndim == 2 else np.square(x)
    window = frames(_WINDOW_S)
    if len(power) <= window:
        return float(np.sqrt(power.sum(dtype=np.float64) / window))
    return float(np.sqrt(max(uniform_filter1d(power.astype(np.float64), window).max(), 0.0)))


def mastered(mix: Signal, softness_db: float, loop: bool, seed: int) -> Signal:
    """Return the mix at its final level, free of DC, limited, and faded at its ends unless it loops.

    softness_db is how far below full level it is meant to stay.
    """
    n = mix.shape[1]
    clean = _without_lows(mix, loop)
    peak = float(np.abs(clean).max(initial=0.0))
    if peak < 1e-7:
        return clean
    lift = min(CEILING / peak, 10 ** (_MOST_LIFT_DB / 20))
    hottest = CEILING / peak * 10 ** (_DEEPEST_LIMITING_DB / 20)
    loudest = 10 ** (_LOUDEST_RMS_DB / 20) / max(steady_level(clean), 1e-9)
    gain = min(max(lift, 1.0), hottest, loudest) * 10 ** (-softness_db / 20)
    loud = around_ends(np.asarray(clean * np.float32(gain), np.float32), loop)
    if not loop:
        loud = fade(loud.T, 0.003, min(0.25, 0.06 * n / SAMPLE_RATE_HZ)).T
    return _audible(loud, loop, seed)


def _without_lows(mix: Signal, loop: bool) -> Signal:
    lead = min(frames(0.25), mix.shape[1]) if loop else 0
    longer = np.concatenate([mix[:, mix.shape[1] - lead :], mix], axis=1)
    clean = highpass(longer.T, 22.0).T[:, lead:]
    return np.asarray(clean - clean.mean(axis=1, keepdims=True), np.float32)


def _audible(x: Signal, loop: bool, seed: int) -> Signal:
    """Return x, with the air of a quiet room beneath a few short sounds in a long silence."""
    missing = _FAINTEST_RMS**2 - steady_level(x) ** 2
    if missing <= 0:
        return x
    n = x.shape[1]
    air = np.stack([lowpass(highpass(pink(generator(seed, "air", side), n), 60.0), 2500.0) for side in "lr"])
    air *= np.float32(np.sqrt(missing) / max(steady_level(air), 1e-9))
    return np.asarray(x + (air if loop else fade(air.T, 0.02, 0.05).T), np.float32)
