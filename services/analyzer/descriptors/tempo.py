"""Onsets and tempo: spectral flux, its autocorrelation, and a preference for tempos that people tap."""

from dataclasses import dataclass

import numpy as np
import scipy.fft
import scipy.ndimage
from numpy.typing import NDArray

from services.analyzer.descriptors.spectra import FRAME_RATE_HZ, Floats

SLOWEST_BPM, FASTEST_BPM = 50.0, 200.0
PREFERRED_BPM, PREFERENCE_OCTAVES = 115.0, 0.9
"""Centre and width of the preference: listeners tap near 120 bpm, most of them within an octave
(van Noorden and Moelants, "Resonance in the perception of musical pulse", 1999)."""

_MULTIPLES = (1, 2, 3, 4)
_WEIGHTS = np.array([1.0, 0.8, 0.5, 0.8])
_CANDIDATES = np.geomspace(SLOWEST_BPM, FASTEST_BPM, 400)
_SMOOTHED_S = 1.0
_APART_S = 0.06


@dataclass(frozen=True)
class Tempo:
    """Beats a minute, and how sure that is, 0 .. 1: how well the onsets agree with themselves a beat on."""

    bpm: float
    confidence: float


def onset_strength(mel: Floats) -> Floats:
    """How much begins in each frame: (frames,), at least 0; mean of the rises of the mel bands in nepers.

    Spectral flux as in Bello et al., "A tutorial on onset detection in music signals", 2005. A running
    mean is taken off, so that what always rises, such as noise, begins nothing.
    """
    rise = np.maximum(0, np.diff(mel, axis=0, prepend=mel[:1])).mean(axis=1)
    usual = scipy.ndimage.uniform_filter1d(rise, round(_SMOOTHED_S * FRAME_RATE_HZ), mode="nearest")
    strength: Floats = np.maximum(0, rise - usual).astype(np.float32)
    return strength


def autocorrelation(strength: Floats) -> Floats:
    """Likeness of the onsets to themselves so many frames later, 1 at lag 0; all 0 without onsets."""
    centred = strength - strength.mean()
    spectrum = scipy.fft.rfft(centred, scipy.fft.next_fast_len(2 * len(centred), real=True))
    found = scipy.fft.irfft(np.square(np.abs(spectrum)))[: len(centred)]
    overlap = np.arange(len(centred), 0, -1) / len(centred)
    return np.asarray(found / (found[0] * overlap) if found[0] > 0 else 0 * found, dtype=np.float32)


def tempo(strength: Floats) -> Tempo | None:
    """The tempo whose beat, and two to four of them, the onsets repeat after; None where nothing repeats."""
    longest_lag = max(_MULTIPLES) * 60 * FRAME_RATE_HZ / SLOWEST_BPM
    if len(strength) < longest_lag / 2:
        return None
    likeness = autocorrelation(strength)
    salience = _salience(likeness)
    octaves = np.log2(_CANDIDATES / PREFERRED_BPM) / PREFERENCE_OCTAVES
    best = int(np.argmax(salience * np.exp(-0.5 * np.square(octaves))))
    if salience[best] <= 0:
        return None
    return Tempo(bpm=float(_CANDIDATES[best]), confidence=min(1.0, float(salience[best])))


def onset_count(strength: Floats) -> int:
    """Local maxima of the strength that stand out, at least 60 ms apart."""
    width = 2 * round(_APART_S * FRAME_RATE_HZ) + 1
    highest = scipy.ndimage.maximum_filter1d(strength, width)
    threshold = max(0.03, 0.5 * float(strength.std()))
    return int(np.count_nonzero((strength == highest) & (strength > threshold)))


def _salience(likeness: Floats) -> NDArray[np.float64]:
    """Of each candidate: weighted mean of the likeness at the beat and its multiples."""
    lags = np.outer(_MULTIPLES, 60 * FRAME_RATE_HZ / _CANDIDATES)
    inside = lags < len(likeness) * 0.75
    weights = _WEIGHTS[:, None] * inside
    values = np.interp(lags, np.arange(len(likeness)), likeness)
    result: NDArray[np.float64] = (values * weights).sum(axis=0) / np.maximum(weights.sum(axis=0), 1e-9)
    return result
