"""Sustained instruments from single cycles that hold only the harmonics the pitch has room for.

A spectrum says how loud a partial at some frequency is, for a brightness 0..1. Cycles at several
brightnesses are computed once a note; reading between them is the instrument's filter, vibrato is a wobble
of the reading speed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ, Signal

Values = NDArray[np.float64]
Spectrum = Callable[[Values, Values, float], Values]
"""(harmonic numbers, their frequencies in Hz, brightness 0..1) -> amplitudes."""

_SIZE = 2048
_HIGHEST_HZ = 13000.0


@dataclass(frozen=True)
class Vibrato:
    """A wobble of the pitch: rate in Hz, depth in cents, and how long after the start it comes in."""

    rate_hz: float = 5.3
    depth_cents: float = 0.0
    delay_s: float = 0.25


def cycles(spectrum: Spectrum, frequency_hz: float, steps: int) -> Signal:
    """Return shape (steps, 2049): one cycle a brightness 0..1, its first sample repeated at the end."""
    count = max(1, min(int(_HIGHEST_HZ / frequency_hz), _SIZE // 4))
    k = np.arange(1, count + 1, dtype=np.float64)
    tables = np.zeros((steps, _SIZE + 1), np.float32)
    for step in range(steps):
        bins = np.zeros(_SIZE // 2 + 1, np.complex128)
        bins[1 : count + 1] = -1j * spectrum(k, k * frequency_hz, step / max(steps - 1, 1))
        tables[step, :_SIZE] = np.fft.irfft(bins, _SIZE) * (_SIZE / 2)
    tables[:, _SIZE] = tables[:, 0]
    return tables


def phase(frequency_hz: float, n: int, start: float, wobble: NDArray[np.float32] | None = None) -> Values:
    """Return shape (n,) of cycles in 0..1; wobble is a factor a frame on the frequency."""
    step = frequency_hz / SAMPLE_RATE_HZ
    if wobble is None:
        return (start + step * np.arange(n, dtype=np.float64)) % 1.0
    return (start + step * np.cumsum(wobble, dtype=np.float64)) % 1.0


def vibrate(kind: Vibrato, n: int, rng: np.random.Generator) -> NDArray[np.float32] | None:
    """Return shape (n,) of frequency factors, or None for a voice without vibrato."""
    if not kind.depth_cents:
        return None
    time = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)
    rate = kind.rate_hz * rng.uniform(0.93, 1.07)
    grown = np.clip((time - kind.delay_s) / 0.35, 0.0, 1.0)
    depth = np.float32(kind.depth_cents * np.log(2) / 1200)
    return np.asarray(1 + depth * grown * np.sin(np.float32(2 * np.pi * rate) * time), np.float32)


def read(tables: Signal, cycle: Values, brightness: NDArray[np.float32] | float = 0.0) -> Signal:
    """Return the wave at phase `cycle` (0..1) and brightness 0..1, interpolated both ways."""
    place = cycle * _SIZE
    index = place.astype(np.int32)
    share = (place - index).astype(np.float32)
    if isinstance(brightness, float):
        mixed = _between(tables, brightness)
        return mixed[index] + (mixed[index + 1] - mixed[index]) * share
    level = np.clip(brightness, 0.0, 1.0) * np.float32(len(tables) - 1)
    row = np.minimum(level.astype(np.int32), len(tables) - 2)
    up = level - row
    flat = tables.reshape(-1)
    at = row * (_SIZE + 1) + index
    low = flat[at] + (flat[at + 1] - flat[at]) * share
    at += _SIZE + 1
    high = flat[at] + (flat[at + 1] - flat[at]) * share
    return np.asarray(low + (high - low) * up, np.float32)


def _between(tables: Signal, brightness: float) -> Signal:
    level = float(np.clip(brightness, 0.0, 1.0)) * (len(tables) - 1)
    row = int(level)
    above = tables[min(row + 1, len(tables) - 1)]
    return np.asarray(tables[row] + (above - tables[row]) * np.float32(level - row), np.float32)
