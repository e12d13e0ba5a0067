"""Partials as notes: how much each pitch class sounds."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.descriptors.spectra import Peaks

CLASSES = 12
_REFERENCE_HZ = 440.0
_A = 9  # pitch class of the reference

Chroma = NDArray[np.float64]
"""How much each pitch class from C on sounds, shape (12,); sums to 1, or is 0 where nothing does."""


@dataclass(frozen=True)
class Notes:
    """The partials' pitch classes, 0..11 from C, with what each counts: arrays of one length with the peaks'.

    A partial counts by the square root of its magnitude, and less the farther it is from a semitone.
    """

    peaks: Peaks
    classes: NDArray[np.intp]
    weights: NDArray[np.float32]

    def chroma(self, chosen: NDArray[np.bool_] | None = None) -> Chroma:
        """The chroma of all partials, or of those chosen."""
        classes, weights = self.classes, self.weights
        if chosen is not None:
            classes, weights = classes[chosen], weights[chosen]
        found: Chroma = np.bincount(classes, weights, minlength=CLASSES).astype(np.float64)
        return found / found.sum() if found.sum() > 0 else found


def notes(peaks: Peaks) -> Notes:
    """The partials' pitch classes, in the tuning that fits all of them best."""
    semitones = 12 * np.log2(peaks.hz / np.float32(_REFERENCE_HZ))
    semitones -= np.float32(tuning(semitones, peaks.magnitude))
    nearest = np.round(semitones)
    nearness = np.square(np.cos(np.float32(np.pi) * (semitones - nearest)))
    classes = (nearest.astype(np.intp) + _A) % CLASSES
    return Notes(peaks, classes, np.sqrt(peaks.magnitude) * nearness)


def tuning(semitones: NDArray[np.float32], magnitude: NDArray[np.float32]) -> float:
    """How far pitches lie beside whole semitones on average, -0.5 .. 0.5; 0 without any."""
    turns = np.float32(2 * np.pi) * semitones
    return math.atan2(float(magnitude @ np.sin(turns)), float(magnitude @ np.cos(turns))) / (2 * math.pi)
