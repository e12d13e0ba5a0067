"""The written music: sections, bars, chords, notes and drum strokes, in beats from the start."""

from dataclasses import dataclass, replace

from .theory import Chord


@dataclass(frozen=True, slots=True)
class Note:
    """A pitch (MIDI number) from a beat for some beats, velocity 0..1."""

    beat: float
    beats: float
    pitch: int
    velocity: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """A stroke on a piece of the drum kit."""

    beat: float
    piece: str
    velocity: float


@dataclass(frozen=True)
class Section:
    """A stretch of bars with one theme: who is silent, how strong it is (0..1), which repetition it is."""

    name: str
    theme: str
    bars: int
    intensity: float
    silent: frozenset[str] = frozenset()
    repetition: int = 0

    def plays(self, role: str) -> bool:
        """Whether a role is heard in this section."""
        return role not in self.silent


@dataclass(frozen=True)
class Span:
    """A chord from a beat for some beats."""

    beat: float
    beats: float
    chord: Chord

    @property
    def end(self) -> float:
        """The beat at which the chord is over."""
        return self.beat + self.beats


@dataclass(frozen=True)
class Bar:
    """A bar: where it lies, its number within its section, and its chords."""

    beat: float
    beats: float
    section: Section
    number: int
    spans: tuple[Span, ...]

    @property
    def closing(self) -> bool:
        """Whether the bar is the last of its section."""
        return self.number == self.section.bars - 1

    def chord_at(self, beat: float) -> Chord:
        """Return the chord that sounds at a beat of this bar."""
        sounding = [span for span in self.spans if span.beat <= beat + 1e-6]
        return (sounding or self.spans)[-1].chord

    def span_at(self, beat: float) -> Span:
        """Return the chord's span at a beat of this bar."""
        sounding = [span for span in self.spans if span.beat <= beat + 1e-6]
        return (sounding or list(self.spans))[-1]


@dataclass(frozen=True)
class Song:
    """Bars up to end_beat, the last chord held from there, and the length of everything in beats.

    A loop has no last chord: end_beat is its length.
    """

    bars: tuple[Bar, ...]
    end_beat: float
    length_beats: float
    last: Span | None


def clipped(note: Note, end: float) -> Note:
    """Return the note, shortened to stop at a beat."""
    return replace(note, beats=max(0.05, min(note.beats, end - note.beat)))
