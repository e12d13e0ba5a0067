"""The key: a chroma of the partials, compared with how often each degree sounds in major and in minor."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.descriptors.spectra import Peaks

TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SPLIT_HZ = 260.0
"""Middle C: a bass plays below, and plays the root more often than anything else."""

# Shares of the degrees in pieces of known key, from the first on (Albrecht and Shanahan, "The use of
# large corpora to train a new type of key-finding algorithm", Music Perception 31, 2013, table 2).
MAJOR = np.array([0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081])
MINOR = np.array([0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052])

Chroma = NDArray[np.float64]

_BASS_WEIGHT = 0.5
_REFERENCE_HZ = 440.0


@dataclass(frozen=True)
class Key:
    """A tonic and a mode, as `D minor`, and how sure that is, 0 .. 1: its lead over the next best key."""

    name: str
    confidence: float


def tuning(peaks: Peaks) -> float:
    """How far the partials lie from equal temperament at 440 Hz, -0.5 .. 0.5 semitones; 0 without any."""
    angles = 2j * np.pi * _semitones(peaks)
    return float(np.angle((peaks.magnitude * np.exp(angles)).sum()) / (2 * np.pi)) if len(peaks.hz) else 0.0


def chroma(peaks: Peaks, low_hz: float, high_hz: float) -> Chroma:
    """How much each pitch class from C on sounds between two frequencies; sums to 1, or 0 without partials.

    Partials count by the square root of their magnitude, and less the farther they are from a semitone.
    """
    semitones = _semitones(peaks) - tuning(peaks)
    nearest = np.round(semitones)
    nearness = np.cos(np.pi * (semitones - nearest)) ** 2
    chosen = (peaks.hz >= low_hz) & (peaks.hz < high_hz)
    weights = np.sqrt(peaks.magnitude) * nearness * chosen
    classes = (nearest.astype(np.intp) + 9) % 12
    found: Chroma = np.bincount(classes, weights, minlength=12).astype(np.float64)
    return found / found.sum() if found.sum() > 0 else found


def key(peaks: Peaks) -> Key | None:
    """The key whose profile the chroma of the bass and of the rest fit best; None without partials."""
    whole, bass = chroma(peaks, 0, 1e6), chroma(peaks, 0, SPLIT_HZ)
    if not whole.any():
        return None
    fits = np.concatenate([_fits(whole, bass, profile) for profile in (MAJOR, MINOR)])
    best = int(np.argmax(fits))
    second = float(np.partition(fits, -2)[-2])
    mode = "major" if best < 12 else "minor"
    return Key(f"{TONICS[best % 12]} {mode}", min(1.0, max(0.0, (float(fits[best]) - second) * 5)))


def _fits(whole: Chroma, bass: Chroma, profile: Chroma) -> Chroma:
    """Fit of each tonic from C on: correlation with the profile, and how much its bass is heard."""
    correlations = [np.corrcoef(np.roll(profile, tonic), whole)[0, 1] for tonic in range(12)]
    return np.array(correlations) + _BASS_WEIGHT * bass


def _semitones(peaks: Peaks) -> NDArray[np.float64]:
    """Semitones above A4."""
    return 12 * np.log2(peaks.hz.astype(np.float64) / _REFERENCE_HZ)
