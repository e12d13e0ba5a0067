"""The key: how much each degree sounds, compared with how much it does in major and in minor."""

from dataclasses import dataclass

import numpy as np

from services.analyzer.descriptors.chroma import CLASSES, Chroma, Notes
from services.analyzer.descriptors.spectra import FRAME_RATE_HZ

TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

# Shares of the degrees in pieces of known key, from the first on (Albrecht and Shanahan, "The use of
# large corpora to train a new type of key-finding algorithm", Music Perception 31, 2013). In `bench
# descriptors` they find more keys than the profiles of Krumhansl and Kessler (1982) and of Temperley (1999).
MAJOR = np.array([0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081])
MINOR = np.array([0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052])

BASS_HZ = 200.0
"""Below are mostly roots of chords."""
OUTER_S = 1.6
"""So much of the start and of the end: music tends to begin and, more so, to end on its tonic."""
_BASS_AT_START, _BASS_AT_END, _ENDS = 0.3, 0.6, 0.5

_TURNED = (np.arange(CLASSES) - np.arange(CLASSES)[:, None]) % CLASSES  # one row a tonic
_SURE = 0.4  # a lead over the next best key that leaves no doubt


@dataclass(frozen=True)
class Key:
    """A tonic and a mode, as `D minor`, and how sure that is, 0 .. 1: its lead over the next best key."""

    name: str
    confidence: float


def key(found: Notes) -> Key | None:
    """The key that the chroma fits best, and that the piece begins and ends in; None without partials."""
    whole = found.chroma()
    if not whole.any():
        return None
    tonics = _tonics(found)
    fits = np.concatenate([_correlations(whole, profile) + tonics for profile in (MAJOR, MINOR)])
    second, best = np.sort(fits)[-2:]
    place = int(np.argmax(fits))
    name = f"{TONICS[place % CLASSES]} {'major' if place < CLASSES else 'minor'}"
    return Key(name, min(1.0, float(best - second) / _SURE))


def _tonics(found: Notes) -> Chroma:
    """How much each pitch class is the tonic by where it sounds."""
    frame, hz = found.peaks.frame, found.peaks.hz
    outer = round(OUTER_S * FRAME_RATE_HZ)
    start, end, bass = frame < outer, frame >= frame[-1] - outer, hz < BASS_HZ
    ends = found.chroma(start) + found.chroma(end)
    return (
        _BASS_AT_START * found.chroma(start & bass) + _BASS_AT_END * found.chroma(end & bass) + _ENDS * ends
    )


def _correlations(whole: Chroma, profile: Chroma) -> Chroma:
    """Pearson's correlation of the chroma with the profile of each tonic from C on."""
    centred, others = whole - whole.mean(), profile[_TURNED] - profile.mean()
    length = float(np.linalg.norm(centred) * np.linalg.norm(others[0]))
    correlations: Chroma = others @ centred / max(length, 1e-12)
    return correlations
