"""Sounds whose faults are known because they were put there, and sounds that only look faulty."""

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from tests.sounds import RATE_HZ

Samples = NDArray[np.float64]
SECONDS = 4.0


def tune(seconds: float = SECONDS, rate_hz: int = RATE_HZ) -> Samples:
    """Plucked notes over a kick and a hi-hat, two a second, with a peak of about 0.7; shape (n,)."""
    sound = np.zeros(round(seconds * rate_hz))
    for number, start in enumerate(np.arange(0, seconds - 0.3, 0.5)):
        pitch = 220 * 2 ** ([0, 4, 7, 12, 9, 5][number % 6] / 12)
        _add(sound, start, pluck(pitch, rate_hz), rate_hz)
        _add(sound, start, drum(60, 0.15, rate_hz), rate_hz)
        _add(sound, start + 0.25, 0.15 * hat(rate_hz), rate_hz)
    return sound


def pluck(pitch_hz: float, rate_hz: int = RATE_HZ, seconds: float = 0.9) -> Samples:
    """A note with eight partials that dies away."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    partials = (np.sin(2 * np.pi * pitch_hz * k * time) * np.exp(-4 * k * time) / k for k in range(1, 9))
    attack = np.minimum(1, time / 0.003)
    note: Samples = 0.25 * attack * sum(partials, np.zeros(len(time)))
    return note


def drum(pitch_hz: float, decay_s: float, rate_hz: int = RATE_HZ) -> Samples:
    """A drum whose skin sounds at once, with the noise of the stroke."""
    time = np.arange(round(5 * decay_s * rate_hz)) / rate_hz
    stroke = np.random.default_rng(5).standard_normal(len(time)) * np.exp(-time / 0.01)
    beat: Samples = np.exp(-time / decay_s) * (0.3 * np.sin(2 * np.pi * pitch_hz * time)) + 0.1 * stroke
    return beat


def snare(rate_hz: int = RATE_HZ) -> Samples:
    """White noise that dies away in a fifth of a second."""
    time = np.arange(round(0.3 * rate_hz)) / rate_hz
    noise: Samples = 0.3 * np.random.default_rng(6).standard_normal(len(time)) * np.exp(-time / 0.05)
    return noise


def hat(rate_hz: int = RATE_HZ) -> Samples:
    """Noise without its lower half, 50 ms of it."""
    highs = scipy.signal.butter(4, 0.6, "high", output="sos")
    time = np.arange(round(0.1 * rate_hz)) / rate_hz
    noise: Samples = scipy.signal.sosfilt(highs, np.random.default_rng(7).standard_normal(len(time)))
    return noise * np.exp(-time / 0.02)


def rain(seconds: float = SECONDS, rate_hz: int = RATE_HZ) -> Samples:
    """Noise that loses 6 dB an octave above 2 kHz, with drops in it."""
    rng = np.random.default_rng(8)
    bed = scipy.signal.lfilter([0.25], [1, -0.75], rng.standard_normal(round(seconds * rate_hz)))
    sound: Samples = 0.1 * np.asarray(bed)
    for place in rng.integers(0, len(sound) - rate_hz, 200):
        time = np.arange(round(0.01 * rate_hz)) / rate_hz
        drop = np.sin(2 * np.pi * rng.uniform(1500, 5000) * time) * np.exp(-time / 0.002)
        sound[place : place + len(drop)] += rng.uniform(0.02, 0.2) * drop
    return sound


def chiptune(seconds: float = SECONDS, rate_hz: int = RATE_HZ) -> Samples:
    """Two square waves and a bass an octave below them, notes cut off and begun as a chip does."""
    sound = np.zeros(round(seconds * rate_hz))
    for number, start in enumerate(np.arange(0, seconds, 0.2)):
        time = np.arange(min(round(0.15 * rate_hz), len(sound) - round(start * rate_hz))) / rate_hz
        pitch = 220 * 2 ** ([0, 3, 7, 12][number % 4] / 12)
        voices = [0.3 * np.sign(np.sin(2 * np.pi * pitch * k * time + 0.1)) / k for k in (0.5, 1, 1.5)]
        _add(sound, start, sum(voices, np.zeros(len(time))) * 0.7, rate_hz)
    return sound


def square(pitch_hz: float, seconds: float = SECONDS, rate_hz: int = RATE_HZ) -> Samples:
    """A square wave."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    wave: Samples = 0.4 * np.sign(np.sin(2 * np.pi * pitch_hz * time + 0.1))
    return wave


def saw(pitch_hz: float, seconds: float = SECONDS, rate_hz: int = RATE_HZ) -> Samples:
    """A saw without limits to its band."""
    wave: Samples = 0.4 * (2 * (np.arange(round(seconds * rate_hz)) * pitch_hz / rate_hz % 1) - 1)
    return wave


def hiss(seconds: float = SECONDS, above_hz: float = 14_000, rate_hz: int = RATE_HZ) -> Samples:
    """White noise above a frequency, of RMS 1."""
    highs = scipy.signal.butter(8, above_hz, "high", fs=rate_hz, output="sos")
    noise = scipy.signal.sosfilt(highs, np.random.default_rng(9).standard_normal(round(seconds * rate_hz)))
    scaled: Samples = noise / np.sqrt(np.mean(np.square(noise)))
    return scaled


def hiss_of(rms: float, seconds: float = SECONDS, rate_hz: int = RATE_HZ) -> Samples:
    """White noise of this level."""
    return rms * np.random.default_rng(10).standard_normal(round(seconds * rate_hz))


def stereo(left: Samples, right: Samples) -> Samples:
    """Two channels, shape (n, 2)."""
    return np.stack([left, right], axis=1)


def level(samples: Samples) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(samples))))


def _add(sound: Samples, start_s: float, part: Samples, rate_hz: int) -> None:
    start = round(start_s * rate_hz)
    room = sound[start : start + len(part)]
    room += part[: len(room)]
