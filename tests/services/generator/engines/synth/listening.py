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
