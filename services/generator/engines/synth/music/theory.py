"""Pitches, scales, chords and how one chord moves to the next.

Pitches are MIDI note numbers (60 is middle C), pitch classes 0..11 count semitones from C.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
}

FAMILIES = {
    "major": "major",
    "lydian": "lydian",
    "mixolydian": "mixolydian",
    "major pentatonic": "major",
    "minor": "minor",
    "harmonic minor": "harmonic minor",
    "melodic minor": "harmonic minor",
    "minor pentatonic": "minor",
    "dorian": "dorian",
    "phrygian": "phrygian",
    "locrian": "phrygian",
    "blues": "blues",
    "whole tone": "lydian",
}
"""Which set of progressions fits a mode."""

_SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_FLAT_MAJORS = frozenset({5, 10, 3, 8, 1})
_FROM_RELATIVE_MAJOR = {"dorian": 2, "phrygian": 4, "lydian": 5, "mixolydian": 7, "locrian": 11, "blues": 9}
"""Semitones from the major key with the same signature, where minor (9) and major (0) don't say it."""

_DEGREES = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}
_ROMAN = re.compile(r"^([b#]?)([ivIV]+)(.*)$")

_QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "9": (0, 4, 7, 10, 14),
    "13": (0, 4, 10, 14, 21),
    "maj7": (0, 4, 7, 11),
    "maj9": (0, 4, 7, 11, 14),
    "m7": (0, 3, 7, 10),
    "m9": (0, 3, 7, 10, 14),
    "m7b5": (0, 3, 6, 10),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "7b9": (0, 4, 7, 10, 13),
    "7#9": (0, 4, 7, 10, 15),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "69": (0, 4, 7, 9, 14),
}


@dataclass(frozen=True)
class Key:
    """A tonic pitch class and a mode by name."""

    tonic: int
    mode: str

    @property
    def scale(self) -> tuple[int, ...]:
        """Pitch classes of the scale, from the tonic up."""
        return tuple((self.tonic + step) % 12 for step in MODES[self.mode])

    @property
    def minor(self) -> bool:
        """Whether the third above the tonic is minor."""
        return 3 in MODES[self.mode] and 4 not in MODES[self.mode]

    @property
    def label(self) -> str:
        """The key as people write it, for example "Bb major" or "F# dorian"."""
        relative = (self.tonic - _FROM_RELATIVE_MAJOR.get(self.mode, 9 if self.minor else 0)) % 12
        names = _FLATS if relative in _FLAT_MAJORS else _SHARPS
        return f"{names[self.tonic]} {self.mode}"


@dataclass(frozen=True)
class Chord:
    """A chord: root pitch class and intervals above it in semitones, lowest first."""

    root: int
    intervals: tuple[int, ...]

    @property
    def classes(self) -> tuple[int, ...]:
        """Pitch classes, root first."""
        return tuple((self.root + interval) % 12 for interval in self.intervals)

    @property
    def fifth(self) -> int:
        """The pitch class of the fifth, or of what stands in its place."""
        return next(((self.root + step) % 12 for step in self.intervals if step in (6, 7, 8)), self.root)


def chord(roman: str, key: Key) -> Chord:
    """Return the chord of a Roman numeral ("bVII", "ii7"), counted from the major scale."""
    match = _ROMAN.match(roman)
    if match is None or match[2].lower() not in _DEGREES:
        raise ValueError(f"chord {roman!r}: wanted a Roman numeral such as 'ii7' or 'bVII'")
    shift = {"b": -1, "#": 1, "": 0}[match[1]]
    quality = match[3]
    if match[2].islower() and not quality.startswith(("dim", "m")) and quality not in ("5", "sus2", "sus4"):
        quality = "m" + quality
    return Chord((key.tonic + _DEGREES[match[2].lower()] + shift) % 12, _QUALITIES[quality])


def coloured(plain: Chord, colour: str, key: Key) -> Chord:
    """Return a triad enriched to a "seventh" or "ninth" from the scale, or thinned to a "power" chord."""
    if colour == "power":
        return Chord(plain.root, (0, 7))
    if colour == "triad" or len(plain.intervals) != 3 or plain.intervals[1] in (2, 5):
        return plain
    intervals = list(plain.intervals)
    scale = set(key.scale)
    intervals.append(next((step for step in (10, 11, 9) if (plain.root + step) % 12 in scale), 10))
    if colour == "ninth" and (plain.root + 14) % 12 in scale:
        intervals.append(14)
    return Chord(plain.root, tuple(intervals))


def scale_over(harmony: Chord, key: Key) -> tuple[int, ...]:
    """Return the pitch classes for a melody over a chord: the key's scale, bent to the chord's notes."""
    tones = set(harmony.classes)
    bent = {pc for pc in key.scale if not any((pc - tone) % 12 in (1, 11) for tone in tones - set(key.scale))}
    return tuple(sorted(bent | tones))


def near(pitch: float, classes: Sequence[int]) -> int:
    """Return the pitch of one of the classes that lies nearest, the lower one of two."""
    base = round(pitch)
    return min(range(base - 7, base + 8), key=lambda p: (p % 12 not in classes, abs(p - pitch), p))


def step_from(pitch: int, steps: int, classes: Sequence[int]) -> int:
    """Return the pitch some scale steps above (below, if negative) a pitch, first moved into the scale."""
    ladder = [p for p in range(128) if p % 12 in classes]
    start = min(range(len(ladder)), key=lambda i: (abs(ladder[i] - pitch), ladder[i]))
    return ladder[max(0, min(len(ladder) - 1, start + steps))]


def into(pitch: int, low: int, high: int) -> int:
    """Return a pitch moved by octaves into low..high; a range below an octave gives the nearest above low."""
    while pitch < low:
        pitch += 12
    while pitch > high and pitch - 12 >= low:
        pitch -= 12
    return pitch


def voiced(
    harmony: Chord, previous: Sequence[int] | None, low: int, high: int, count: int
) -> tuple[int, ...]:
    """Return `count` ascending pitches of a chord within low..high, as near the previous ones as can be.

    Of more tones than voices the fifth, then the root, is left out; of fewer, tones are doubled above.
    """
    tones = _chosen(harmony, count)
    centre = (low + high) / 2 - 2
    best: tuple[float, tuple[int, ...]] = (float("inf"), ())
    for rotation in range(len(tones)):
        order = [tones[(rotation + i) % len(tones)] for i in range(count)]
        for start in range(low, high - 3):
            if start % 12 != order[0]:
                continue
            for candidate in _spacings(start, order):
                best = min(best, (_strain(candidate, previous, centre, high), candidate))
    return best[1]


def _chosen(harmony: Chord, count: int) -> list[int]:
    tones = list(dict.fromkeys(harmony.classes))
    for spare in (harmony.fifth, harmony.root):
        if len(tones) > max(count, 2) and spare in tones and len(tones) > 2:
            tones.remove(spare)
    return tones


def _spacings(start: int, order: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the close voicing from a start, and the open one with its second-highest tone an octave down."""
    close = [start]
    for pc in order[1:]:
        close.append(close[-1] + ((pc - close[-1]) % 12 or 12))
    voicings = [tuple(close)]
    if len(close) >= 4:
        voicings.append(tuple(sorted([*close[:-2], close[-2] - 12, close[-1]])))
    return voicings


def _strain(candidate: tuple[int, ...], previous: Sequence[int] | None, centre: float, high: int) -> float:
    middle = sum(candidate) / len(candidate)
    strain = 0.35 * abs(middle - centre) + 4.0 * max(0, candidate[-1] - high)
    strain += sum(3.0 for a, b in pairwise(candidate) if b - a == 1) + sum(
        2.0 for p in candidate[:1] if p < 45
    )
    if previous:
        strain += sum(min(abs(p - q) for q in previous) for p in candidate) + 0.5 * abs(
            candidate[-1] - previous[-1]
        )
    return strain
