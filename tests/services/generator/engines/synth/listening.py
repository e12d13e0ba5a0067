"""Measurements that stand in for an ear: tempo, pitch classes, levels and timbre of a signal."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]

_HOP = 512


def level_db(x: Samples) -> float:
    """Return the RMS level in dB of full scale, -120 for silence."""
    return float(20 * np.log10(np.sqrt(np.mean(np.square(x, dtype=np.float64))) + 1e-6))


def onsets(x: Samples) -> NDArray[np.float64]:
    """Return how much new energy each hop of 512 frames brings, summed over the spectrum."""
    mono = x.mean(axis=1)
    pieces = np.lib.stride_tricks.sliding_window_view(mono, 1024)[::_HOP]
    spectra = np.log1p(50 * np.abs(np.fft.rfft(pieces * np.hanning(1024), axis=1)))
    return np.asarray(np.maximum(np.diff(spectra, axis=0), 0).sum(axis=1), np.float64)


def beat_strength(x: Samples, bpm: float) -> float:
    """Return how well the onsets repeat after a beat of this tempo, 0..1, against any other time."""
    flux = onsets(x)
    flux = flux - flux.mean()
    correlation = np.correlate(flux, flux, "full")[len(flux) - 1 :]
    lag = round(60.0 / bpm * SAMPLE_RATE_HZ / _HOP)
    return float(correlation[lag - 1 : lag + 2].max() / correlation[0])


def pitch_classes(x: Samples) -> NDArray[np.float64]:
    """Return the share of energy of each pitch class 0..11 between 100 and 2000 Hz."""
    mono = x.mean(axis=1)
    power = np.square(np.abs(np.fft.rfft(mono * np.hanning(len(mono)))))
    frequencies = np.fft.rfftfreq(len(mono), 1 / SAMPLE_RATE_HZ)
    heard = (frequencies > 100) & (frequencies < 2000)
    classes = np.round(69 + 12 * np.log2(frequencies[heard] / 440)).astype(int) % 12
    share = np.bincount(classes, weights=power[heard], minlength=12)
    return np.asarray(share / share.sum(), np.float64)


def bands(x: Samples) -> NDArray[np.float64]:
    """Return the level in dB of each third of an octave from 50 Hz to 12 kHz."""
    mono = x.mean(axis=1) if x.ndim == 2 else x
    power = np.square(np.abs(np.fft.rfft(mono)))
    frequencies = np.fft.rfftfreq(len(mono), 1 / SAMPLE_RATE_HZ)
    edges = 50 * 2 ** (np.arange(25) / 3)
    sums = [power[(frequencies >= low) & (frequencies < high)].sum() for low, high in pairwise(edges)]
    return np.asarray(10 * np.log10(np.asarray(sums) / len(mono) + 1e-9), np.float64)


def envelope(x: Samples, rate_hz: int = 200) -> NDArray[np.float64]:
    """Return the RMS of every 1 / rate_hz seconds."""
    mono = x.mean(axis=1) if x.ndim == 2 else x
    size = SAMPLE_RATE_HZ // rate_hz
    pieces = mono[: len(mono) // size * size].reshape(-1, size)
    return np.asarray(np.sqrt(np.mean(np.square(pieces, dtype=np.float64), axis=1)), np.float64)


def share_above(x: Samples, hz: float) -> float:
    """Return the share of energy above a frequency, 0..1."""
    mono = x.mean(axis=1) if x.ndim == 2 else x
    power = np.square(np.abs(np.fft.rfft(mono)))
    return float(power[round(hz * len(mono) / SAMPLE_RATE_HZ) :].sum() / power.sum())


def loudest_hz(x: Samples, low: float = 30.0, high: float = 16000.0) -> float:
    """Return the frequency between low and high with the most energy."""
    mono = x.mean(axis=1) if x.ndim == 2 else x
    power = np.abs(np.fft.rfft(mono * np.hanning(len(mono)), 1 << 17))
    frequencies = np.fft.rfftfreq(1 << 17, 1 / SAMPLE_RATE_HZ)
    heard = (frequencies >= low) & (frequencies <= high)
    return float(frequencies[heard][np.argmax(power[heard])])


def centroid_hz(x: Samples) -> float:
    """Return the centre of gravity of the spectrum."""
    mono = x.mean(axis=1) if x.ndim == 2 else x
    power = np.square(np.abs(np.fft.rfft(mono)))
    return float((power * np.fft.rfftfreq(len(mono), 1 / SAMPLE_RATE_HZ)).sum() / power.sum())


def blows(x: Samples, apart_s: float = 0.1, floor: float = 0.25) -> list[float]:
    """Return when the level jumps up, in seconds: at least floor of the highest, apart_s after the last."""
    level = envelope(x)
    before = np.array([level[max(i - 6, 0) : i].mean() if i else 0.0 for i in range(len(level))])
    found: list[float] = []
    for i in np.flatnonzero((level > floor * level.max()) & (level > 2.5 * before)):
        if not found or i / 200 - found[-1] >= apart_s:
            found.append(float(i / 200))
    return found


def modulation_hz(x: Samples, low: float, high: float) -> float:
    """Return the rate between low and high at which the level changes most."""
    level = envelope(x)
    spectrum = np.abs(np.fft.rfft((level - level.mean()) * np.hanning(len(level)), 1 << 14))
    rates = np.fft.rfftfreq(1 << 14, 1 / 200)
    heard = (rates >= low) & (rates <= high)
    return float(rates[heard][np.argmax(spectrum[heard])])


def features(x: Samples) -> NDArray[np.float64]:
    """Return what tells one sound from another, in steps one can hear: timbre, its motion, and the rhythm."""
    timbre = bands(x)
    timbre = np.maximum(timbre - timbre.max(), -50.0)
    mono = x.mean(axis=1)
    pieces = np.array_split(mono, 8)
    motion = np.array([np.log2(centroid_hz(piece) + 50.0) for piece in pieces if np.abs(piece).max() > 1e-4])
    level = envelope(x)
    spectrum = np.abs(np.fft.rfft(level / max(level.max(), 1e-9), 1 << 11)) ** 2
    edges = np.array([0.4, 0.8, 1.5, 3, 6, 12, 24, 48]) * (1 << 11) / 200
    rhythm = [spectrum[int(a) : int(b) + 1].mean() for a, b in pairwise(edges)]
    steady = 10 * np.log10(np.quantile(level, 0.15) / level.max() + 1e-4)
    return np.concatenate(
        [
            timbre / 6.0,
            4.0 * np.array([motion.mean(), motion.std()]),
            10 * np.log10(np.asarray(rhythm) + 1e-4) / 3.0,
            np.array([steady / 2.0]),
        ]
    )
