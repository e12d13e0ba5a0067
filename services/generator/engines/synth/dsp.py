"""Signal building blocks shared by the music and the effects of the synthesizer.

Mono signals have shape (n,), stereo ones (n, 2); everything is float32 at SAMPLE_RATE_HZ.
Nothing here keeps state or touches a global random generator.
"""

from functools import lru_cache
from typing import Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import signal
from scipy.ndimage import maximum_filter1d, uniform_filter1d

SAMPLE_RATE_HZ = 44100

Signal = NDArray[np.float32]
Frequency = float | NDArray[np.floating]
FilterKind = Literal["lowpass", "highpass", "bandpass"]

_NYQUIST_MARGIN = 0.49
"""Filters are designed at most this share of the sample rate: at exactly one half they have no solution."""


def frames(duration_s: float) -> int:
    """Return the number of frames in duration_s seconds, rounded to the nearest."""
    return round(duration_s * SAMPLE_RATE_HZ)


def generator(seed: int, *names: str) -> np.random.Generator:
    """Return a random generator that depends on the seed and the names only, the same in every process."""
    return np.random.default_rng([seed & 0xFFFFFFFFFFFFFFFF, *(crc32(name.encode()) for name in names)])


# Envelopes


def exp_decay(n: int, time_constant_s: float) -> Signal:
    """Return shape (n,) falling from 1 by a factor e every time_constant_s seconds."""
    steps = np.arange(n, dtype=np.float32)
    rate = np.float32(-1.0 / (max(time_constant_s, 1e-5) * SAMPLE_RATE_HZ))
    return np.asarray(np.exp(steps * rate), np.float32)


def adsr(n: int, attack_s: float, decay_s: float, sustain: float, release_s: float) -> Signal:
    """Return shape (n,) in 0..1: linear attack, exponential decay to sustain, release to 0 on the last frame.

    The release lies inside the n frames; stages that don't fit are shortened.
    """
    attack = min(max(frames(attack_s), 1), n)
    release = min(max(frames(release_s), 1), n)
    envelope = np.empty(n, np.float32)
    envelope[:attack] = np.linspace(0.0, 1.0, attack, endpoint=False, dtype=np.float32)
    envelope[attack:] = sustain + (1.0 - sustain) * exp_decay(n - attack, decay_s / 3.0)
    envelope[n - release :] *= np.linspace(1.0, 0.0, release, dtype=np.float32) ** 2
    return envelope


def fade(x: Signal, in_s: float, out_s: float) -> Signal:
    """Return a copy of x, mono or stereo, with raised-cosine fades of in_s and out_s seconds at its ends."""
    y = x.copy()
    shape = (-1,) + (1,) * (x.ndim - 1)
    rise, fall = min(frames(in_s), len(x)), min(frames(out_s), len(x))
    if rise:
        y[:rise] *= _raised_cosine(rise).reshape(shape)
    if fall:
        y[len(y) - fall :] *= _raised_cosine(fall)[::-1].reshape(shape)
    return y


def _raised_cosine(n: int) -> Signal:
    return (0.5 - 0.5 * np.cos(np.pi * (np.arange(n, dtype=np.float32)) / max(n - 1, 1))).astype(np.float32)


# Oscillators: frequency in Hz, a number or one value a frame; phase in cycles; output within about -1..1


def sine(frequency_hz: Frequency, n: int, phase: float = 0.0) -> Signal:
    """Return n frames of a sine."""
    return np.sin(2 * np.pi * _cycles(frequency_hz, n, phase)[0]).astype(np.float32)


def saw(frequency_hz: Frequency, n: int, phase: float = 0.0) -> Signal:
    """Return n frames of a rising sawtooth, its step smoothed by a two-sample polynomial (polyBLEP)."""
    cycles, step = _cycles(frequency_hz, n, phase)
    return (2.0 * cycles - 1.0 - _poly_blep(cycles, step)).astype(np.float32)


def square(frequency_hz: Frequency, n: int, phase: float = 0.0, width: float = 0.5) -> Signal:
    """Return n frames of a polyBLEP pulse, high for `width` (0..1) of each cycle, free of DC."""
    cycles, step = _cycles(frequency_hz, n, phase)
    falling = (cycles + (1.0 - width)) % 1.0
    pulse = np.where(cycles < width, 1.0, -1.0) + _poly_blep(cycles, step) - _poly_blep(falling, step)
    return (pulse - (2.0 * width - 1.0)).astype(np.float32)


def triangle(frequency_hz: Frequency, n: int, phase: float = 0.0) -> Signal:
    """Return n frames of a triangle; its harmonics fall by 12 dB an octave, so it needs no smoothing."""
    cycles, _ = _cycles(frequency_hz, n, phase)
    return (1.0 - 4.0 * np.abs(((cycles + 0.25) % 1.0) - 0.5)).astype(np.float32)


def _cycles(frequency_hz: Frequency, n: int, phase: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the phase of each frame in 0..1 cycles and the cycles per frame."""
    if isinstance(frequency_hz, np.ndarray):
        step: NDArray[np.float64] = np.minimum(frequency_hz.astype(np.float64), SAMPLE_RATE_HZ / 2)
        step = step / SAMPLE_RATE_HZ
        return (np.cumsum(step) - step[:1] + phase) % 1.0, step
    constant = min(float(frequency_hz), SAMPLE_RATE_HZ / 2) / SAMPLE_RATE_HZ
    return (np.arange(n, dtype=np.float64) * constant + phase) % 1.0, np.full(1, constant, np.float64)


def _poly_blep(cycles: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what to take from a step at phase 0 to make it band-limited (Valimaki and Huovilainen, 2007)."""
    width = np.maximum(step, 1e-9)
    after = np.minimum(cycles / width, 1.0)
    before = np.minimum((1.0 - cycles) / width, 1.0)
    return np.square(before - 1.0) - np.square(after - 1.0)


# Noise


def noise(rng: np.random.Generator, n: int) -> Signal:
    """Return shape (n,) of white Gaussian noise, standard deviation 1/3: nearly all lies within -1..1."""
    return rng.standard_normal(n, dtype=np.float32) / np.float32(3.0)


def pink(rng: np.random.Generator, n: int) -> Signal:
    """Return shape (n,) of noise that falls by 3 dB an octave above 20 Hz, standard deviation about 1/3."""
    if n == 0:
        return np.zeros(0, np.float32)
    size = fft_size(n)
    spectrum = np.fft.rfft(rng.standard_normal(size, dtype=np.float32))
    frequencies = np.fft.rfftfreq(size, 1.0 / SAMPLE_RATE_HZ)
    spectrum *= np.where(frequencies >= 20.0, 1.0 / np.sqrt(np.maximum(frequencies, 20.0)), 0.0)
    shaped = np.fft.irfft(spectrum, size)[:n]
    return (shaped / (3.0 * max(float(np.std(shaped)), 1e-9))).astype(np.float32)


def fft_size(n: int) -> int:
    """Return a fast FFT length of at least n."""
    return 1 << max(n - 1, 1).bit_length()


# Filters: mono or stereo (filtered along the first axis), forward only


def lowpass(x: Signal, cutoff_hz: float, order: int = 2) -> Signal:
    """Return x through a Butterworth low-pass; a cutoff outside the band is moved to its edge."""
    return _filtered(x, order, _in_band(cutoff_hz), "lowpass")


def highpass(x: Signal, cutoff_hz: float, order: int = 2) -> Signal:
    """Return x through a Butterworth high-pass; a cutoff outside the band is moved to its edge."""
    return _filtered(x, order, _in_band(cutoff_hz), "highpass")


def bandpass(x: Signal, cutoff_hz: float, q: float = 1.0) -> Signal:
    """Return x through a second-order Butterworth band-pass centred at cutoff_hz and cutoff_hz / q wide."""
    half = 0.5 / max(q, 0.05)
    ratio = half + np.sqrt(half * half + 1.0)
    low = _in_band(cutoff_hz / ratio)
    return _filtered(x, 1, (low, max(_in_band(cutoff_hz * ratio), low * 1.01)), "bandpass")


def _in_band(cutoff_hz: float) -> float:
    return float(np.clip(cutoff_hz, 5.0, SAMPLE_RATE_HZ * _NYQUIST_MARGIN))


@lru_cache(maxsize=1024)
def _design(order: int, edges_hz: float | tuple[float, float], kind: FilterKind) -> NDArray[np.float64]:
    return signal.butter(order, edges_hz, kind, output="sos", fs=SAMPLE_RATE_HZ)


def _filtered(x: Signal, order: int, edges_hz: float | tuple[float, float], kind: FilterKind) -> Signal:
    if not len(x):
        return x.copy()
    filtered = signal.sosfilt(_design(order, edges_hz, kind), x, axis=0)
    return np.asarray(filtered, np.float32)


# Stereo


def pan(mono: Signal, position: float) -> Signal:
    """Return shape (n, 2): mono at position -1 (left) .. 1 (right), equal power."""
    angle = (float(np.clip(position, -1.0, 1.0)) + 1.0) * np.pi / 4
    gains = np.array([np.cos(angle), np.sin(angle)], np.float32)
    return np.asarray(mono[:, None] * gains, np.float32)


def reverb(x: Signal, seconds: float, wet: float, rng: np.random.Generator) -> Signal:
    """Return stereo x with a room added: shape (n, 2), cut to the length of x.

    seconds is the time to fall by 60 dB; wet is the level of the room beside the unchanged dry sound.
    """
    if not len(x):
        return x.copy()
    room = signal.fftconvolve(x, impulse_response(seconds, rng), axes=0)[: len(x)]
    return np.asarray(x + np.float32(wet) * room, np.float32)


def impulse_response(seconds: float, rng: np.random.Generator) -> Signal:
    """Return a room's answer to a click, shape (n, 2): decorrelated noises falling by 60 dB in `seconds`.

    Unit energy a channel. Highs die sooner than lows, as air and walls take them; it holds no direct sound
    and starts after 12 ms.
    """
    n = frames(max(seconds, 0.05))
    delay = frames(0.012)
    decay = exp_decay(n, seconds / 6.91)  # ln(1000) = 6.91: 60 dB
    sparkle = exp_decay(n, seconds / 6.91 / 2.5)
    tail = rng.standard_normal((n, 2), dtype=np.float32)
    body = highpass(lowpass(tail, 2800.0, 1), 180.0, 1) * decay[:, None]
    air = highpass(lowpass(tail, 9000.0), 2800.0, 1) * sparkle[:, None]
    answer = np.concatenate([np.zeros((delay, 2), np.float32), fade(body + 0.6 * air, 0.008, seconds * 0.1)])
    answer /= np.sqrt(np.mean(np.sum(np.square(answer), axis=0)))
    return answer.astype(np.float32)


# Level


def limit(x: Signal, ceiling: float = 0.89) -> Signal:
    """Return x with no peak above ceiling, turned down smoothly 5 ms ahead of one and let up over 60 ms.

    Parts that are already below the ceiling keep their level.
    """
    if not len(x):
        return x.copy()
    level = np.abs(x) if x.ndim == 1 else np.abs(x).max(axis=1)
    gain = np.minimum(1.0, ceiling / np.maximum(level, 1e-9))
    if float(gain.min()) >= 1.0:
        return x.copy()
    ahead, hold = frames(0.005), frames(0.060)
    lowest = -maximum_filter1d(-gain, size=2 * (ahead + hold) + 1, mode="nearest")
    smooth = uniform_filter1d(lowest, size=2 * ahead + 1, mode="nearest")
    smooth = np.minimum(uniform_filter1d(smooth, size=2 * hold + 1, mode="nearest"), 1.0).astype(np.float32)
    turned_down = x * (smooth if x.ndim == 1 else smooth[:, None])
    return np.asarray(np.clip(turned_down, -ceiling, ceiling), np.float32)


def normalize(x: Signal, peak: float = 0.89) -> Signal:
    """Return x scaled so that its highest peak is `peak`; silence stays silent."""
    highest = float(np.abs(x).max(initial=0.0))
    return x.copy() if highest < 1e-7 else (x * np.float32(peak / highest)).astype(np.float32)


def without_dc(x: Signal) -> Signal:
    """Return x with its mean taken out, channel by channel."""
    return (x - x.mean(axis=0, dtype=np.float64)).astype(np.float32) if len(x) else x.copy()


# Loops


def seamless(x: Signal, n: int) -> Signal:
    """Return n frames that repeat without a seam, from a steady x of more than n frames.

    What x has beyond n frames is its run-on: the loop starts with the run-on and crosses with equal power
    into x's own start, so its last frame is followed by the frame that followed it in x. A longer run-on
    crosses more gently (at most half of n is used). An x of n frames or fewer is padded with silence.
    """
    if len(x) <= n:
        return np.concatenate([x, np.zeros((n - len(x), *x.shape[1:]), np.float32)])
    overlap = min(len(x) - n, n // 2)
    angle = (np.arange(overlap, dtype=np.float32) / np.float32(max(overlap, 1))) * np.float32(np.pi / 2)
    shape = (-1,) + (1,) * (x.ndim - 1)
    y = x[:n].copy()
    y[:overlap] *= np.sin(angle).reshape(shape)
    y[:overlap] += np.cos(angle).reshape(shape) * x[n : n + overlap]
    return y


def wrap(x: Signal, n: int) -> Signal:
    """Return n frames with all that x has beyond them added onto the start again, as often as it reaches."""
    y = np.zeros((n, *x.shape[1:]), np.float32)
    for start in range(0, len(x), n):
        piece = x[start : start + n]
        y[: len(piece)] += piece
    return y
