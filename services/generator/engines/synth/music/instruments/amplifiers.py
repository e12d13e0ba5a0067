"""What all notes of an instrument go through together: amplifiers, choruses, a rotating speaker.

Signals are planar stereo, shape (2, n). With loop set the end runs into the start, and effects go round too.
"""

from collections.abc import Callable

import numpy as np

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ, Signal, bandpass, frames, highpass, lowpass


def around(x: Signal, loop: bool, process: Callable[[Signal], Signal]) -> Signal:
    """Return process(x); for a loop it starts a quarter second early, on the end of x, to be settled."""
    lead = min(frames(0.25), x.shape[-1]) if loop else 0
    return (
        process(np.concatenate([x[..., x.shape[-1] - lead :], x], axis=-1))[..., lead:]
        if lead
        else process(x)
    )


def _low_frequency(n: int, rate_hz: float, phase: float) -> Signal:
    """Return shape (n,) of a slow sine whose cycles fit n exactly, so that it loops."""
    turns = max(1, round(rate_hz * n / SAMPLE_RATE_HZ))
    angle = np.arange(n, dtype=np.float32) * np.float32(2 * np.pi * turns / n)
    return np.asarray(np.sin(angle + np.float32(2 * np.pi * phase)), np.float32)


def _delayed(x: Signal, delay: Signal, loop: bool) -> Signal:
    """Return mono x delayed by `delay` frames a frame, linearly interpolated."""
    place = np.arange(len(x), dtype=np.float64) - delay
    whole = np.floor(place)
    share = (place - whole).astype(np.float32)
    index = whole.astype(np.int64)
    here, there = (
        (index % len(x), (index + 1) % len(x)) if loop else (np.maximum(index, 0), np.maximum(index + 1, 0))
    )
    first = x[here]
    return np.asarray(first + (x[there] - first) * share, np.float32)


def chorus(x: Signal, loop: bool, depth_ms: float = 2.2, rate_hz: float = 0.55, wet: float = 0.7) -> Signal:
    """Return x widened by a copy a side whose delay wanders, out of step between left and right."""
    y = x.copy()
    for side in (0, 1):
        wander = _low_frequency(x.shape[1], rate_hz * (1.0 + 0.13 * side), 0.25 * side)
        delay = (np.float32(9.0) + np.float32(depth_ms) * wander) * np.float32(SAMPLE_RATE_HZ / 1000)
        y[side] += np.float32(wet) * _delayed(x[side], delay, loop)
    return y


def tremolo(x: Signal, _loop: bool, rate_hz: float = 4.6, depth: float = 0.3) -> Signal:
    """Return x swinging softly between left and right."""
    sway = np.float32(depth) * _low_frequency(x.shape[1], rate_hz, 0.0)
    return np.stack([x[0] * (1 + sway), x[1] * (1 - sway)])


def rotating(x: Signal, loop: bool) -> Signal:
    """Return x through a rotating speaker: pitch, level and side go round together."""
    return tremolo(chorus(x, loop, depth_ms=0.35, rate_hz=5.8, wet=0.8), loop, rate_hz=5.8, depth=0.16)


def _driven(x: Signal, gain: float, top_hz: float) -> Signal:
    """Return x, scaled to a common level first, through a valve-like curve and a loudspeaker box."""
    level = float(np.sqrt(np.mean(np.square(x)))) or 1.0
    hot = highpass(x.T, 110.0).T * np.float32(gain * 0.25 / max(level, 1e-6))
    shaped = np.tanh(hot + 0.25) - np.float32(np.tanh(0.25))
    box = lowpass(highpass(shaped.T, 80.0), top_hz, 4)
    return np.asarray((box + 0.5 * bandpass(box, 2400.0, 1.2)).T, np.float32)


def overdrive(x: Signal, loop: bool) -> Signal:
    """Return x through a warm, just breaking-up guitar amplifier."""
    return around(x, loop, lambda y: _driven(y, 2.2, 4800.0))


def distortion(x: Signal, loop: bool) -> Signal:
    """Return x through a high-gain guitar amplifier, doubled left and right by a short wandering delay."""
    return chorus(
        around(x, loop, lambda y: _driven(y, 9.0, 4600.0)), loop, depth_ms=1.0, rate_hz=0.3, wet=0.55
    )


def crushed_bass(x: Signal, loop: bool) -> Signal:
    """Return x with its mids driven and its lows left clean."""

    def process(y: Signal) -> Signal:
        low = lowpass(y.T, 160.0).T
        level = float(np.sqrt(np.mean(np.square(y)))) or 1.0
        dirt = np.tanh(y * np.float32(1.2 / max(level, 1e-6))) * np.float32(level)
        return np.asarray(0.6 * low + 0.7 * lowpass(dirt.T, 3800.0).T, np.float32)

    return around(x, loop, process)


def wah(x: Signal, loop: bool) -> Signal:
    """Return x through a filter that rocks between two vowels."""
    rocking = 0.5 + 0.5 * _low_frequency(x.shape[1], 1.9, 0.0)
    closed = around(x, loop, lambda y: bandpass(y.T, 650.0, 1.4).T)
    opened = around(x, loop, lambda y: bandpass(y.T, 1700.0, 1.4).T)
    return np.asarray(0.45 * x + 1.5 * (closed + (opened - closed) * rocking), np.float32)
