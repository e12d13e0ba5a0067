"""Larger building blocks of natural sounds: slow wandering, scattered grains, ringing modes, gliding pitches.

Everything is mono float32 at SAMPLE_RATE_HZ, like the blocks of dsp.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .dsp import SAMPLE_RATE_HZ, Signal, bandpass, exp_decay, frames, highpass, lowpass, noise

Values = NDArray[np.float64]

_HIGHEST_MODE_HZ = 12000.0
_BLOCK = 512
_STEPS_A_TURN = 32
"""Points of a slow curve between two changes of direction; straight lines between them can't be heard."""


def slow(n: int, rng: np.random.Generator, period_s: float, low: float) -> Signal:
    """Return shape (n,) wandering between low and 1, a new direction every period or so."""
    points = max(4, int(n / SAMPLE_RATE_HZ / period_s) + 4)
    values = rng.uniform(low, 1.0, points)
    at = np.linspace(0, points - 1, min(n, points * _STEPS_A_TURN))
    share = at - np.floor(at)
    smooth = (1 - np.cos(np.pi * share)) / 2
    left = values[np.floor(at).astype(int)]
    right = values[np.minimum(np.floor(at).astype(int) + 1, points - 1)]
    coarse = left + (right - left) * smooth
    fine = np.interp(np.linspace(0, len(coarse) - 1, n), np.arange(len(coarse)), coarse)
    return np.asarray(fine, np.float32)


def scattered(
    n: int, rng: np.random.Generator, per_s: float, make: Callable[[], Signal], kinds: int = 24
) -> Signal:
    """Return shape (n,) with sounds dropped at random places, per_s a second, of very different loudness.

    `kinds` different sounds are made and used again and again.
    """
    out = np.zeros(n, np.float32)
    made = [make() for _ in range(kinds)]
    starts = rng.integers(0, max(n - 1, 1), int(per_s * n / SAMPLE_RATE_HZ))
    which = rng.integers(0, kinds, len(starts))
    levels = rng.exponential(0.5, len(starts)).astype(np.float32)
    for start, kind, level in zip(starts.tolist(), which.tolist(), levels, strict=True):
        sound = made[kind]
        end = min(n, start + len(sound))
        out[start:end] += sound[: end - start] * level
    return out


def arch(n: int) -> Signal:
    """Return shape (n,) rising from 0 to 1 and falling to 0 again, without corners."""
    return np.asarray(np.sin(np.linspace(0, np.pi, n, dtype=np.float32)) ** 2, np.float32)


def ring(frequencies_hz: Values, decays_s: Values, amplitudes: Values, n: int) -> Signal:
    """Return shape (n,): the sum of sines, each falling by a factor e every decays_s seconds.

    All start at phase 0; modes above 12 kHz are left out.
    """
    heard = frequencies_hz < _HIGHEST_MODE_HZ
    rates = (-1.0 / decays_s[heard] + 2j * np.pi * frequencies_hz[heard]) / SAMPLE_RATE_HZ
    blocks = -(-n // _BLOCK)
    starts = np.exp(np.outer(np.arange(blocks) * _BLOCK, rates)) * (-1j * amplitudes[heard])
    within = np.exp(np.outer(rates, np.arange(_BLOCK)))
    left = np.concatenate([starts.real, -starts.imag], axis=1).astype(np.float32)
    right = np.concatenate([within.real, within.imag], axis=0).astype(np.float32)
    return np.asarray(left @ right, np.float32).reshape(-1)[:n]


def struck(frequencies_hz: ArrayLike, decays_s: ArrayLike, amplitudes: ArrayLike, n: int) -> Signal:
    """Return ring() for plain lists; a single decay or amplitude stands for all modes."""
    frequencies = np.atleast_1d(np.asarray(frequencies_hz, np.float64))
    return ring(
        frequencies,
        np.broadcast_to(np.asarray(decays_s, np.float64), frequencies.shape),
        np.broadcast_to(np.asarray(amplitudes, np.float64), frequencies.shape),
        n,
    )


def curve(n: int, *points: tuple[float, float]) -> Signal:
    """Return shape (n,) of straight lines through (share of n, value) points, 0 <= share <= 1."""
    where, values = zip(*points, strict=True)
    return np.asarray(np.interp(np.linspace(0, 1, n), where, values), np.float32)


def glide(n: int, *points: tuple[float, float]) -> Signal:
    """Return shape (n,) of a pitch in Hz through (share of n, Hz) points, straight on a logarithmic scale."""
    return np.asarray(np.exp2(curve(n, *((share, float(np.log2(hz))) for share, hz in points))), np.float32)


def swell(n: int, attack_s: float, decay_s: float) -> Signal:
    """Return shape (n,) rising to 1 in attack_s seconds, then falling by a factor e every decay_s seconds."""
    rise = min(max(frames(attack_s), 1), n)
    out = np.empty(n, np.float32)
    out[:rise] = np.linspace(0.0, 1.0, rise, endpoint=False, dtype=np.float32)
    out[rise:] = exp_decay(n - rise, decay_s)
    return out


def burst(rng: np.random.Generator, seconds: float, centre_hz: float, q: float, decay_s: float) -> Signal:
    """Return a knock of noise around centre_hz, falling by a factor e every decay_s seconds."""
    n = frames(seconds)
    return bandpass(noise(rng, n), centre_hz, q) * exp_decay(n, decay_s)


def band(x: Signal, low_hz: float, high_hz: float) -> Signal:
    """Return x between two frequencies, 12 dB an octave outside."""
    return lowpass(highpass(x, low_hz), high_hz)


def formants(x: Signal, peaks: Sequence[tuple[float, float, float]]) -> Signal:
    """Return x through parallel resonances (centre in Hz, q, gain): the mouth of a voice or an animal."""
    out: Signal = np.zeros(len(x), np.float32)
    for centre_hz, q, gain in peaks:
        out += bandpass(x, centre_hz, q) * np.float32(gain)
    return out


def mouth(x: Signal, *vowels: tuple[float, Sequence[tuple[float, float, float]]]) -> Signal:
    """Return x through formants that move: each vowel is (share of the length where it is reached, peaks)."""
    shares = [share for share, _ in vowels]
    out = np.zeros(len(x), np.float32)
    for number, (_, peaks) in enumerate(vowels):
        heights = [1.0 if k == number else 0.0 for k in range(len(vowels))]
        out += formants(x, peaks) * curve(len(x), *zip(shares, heights, strict=True))
    return out


def added(n: int, pieces: Sequence[tuple[float, Signal]]) -> Signal:
    """Return shape (n,) with each piece added at its time in seconds, cut at the end."""
    out = np.zeros(n, np.float32)
    for start_s, piece in pieces:
        start = min(frames(start_s), n)
        end = min(n, start + len(piece))
        out[start:end] += piece[: end - start]
    return out
