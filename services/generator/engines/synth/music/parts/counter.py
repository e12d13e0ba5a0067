"""A counter-line in long notes: the tones that make the chords' colour, moving by the smallest steps."""

from services.generator.engines.synth.music.ensemble import Part
from services.generator.engines.synth.music.instruments.registry import VOICES
from services.generator.engines.synth.music.score import Note, Song
from services.generator.engines.synth.music.theory import Chord, into, near


def counter_line(song: Song, part: Part) -> list[Note]:
    """Return one long note a chord, on its third or seventh, near the one before."""
    voice = VOICES[part.voice]
    low = max(voice.low, 52)
    pitch = into(song.bars[0].spans[0].chord.classes[1], low, low + 11)
    notes: list[Note] = []
    for bar in song.bars:
        if not bar.section.plays("counter"):
            continue
        for span in bar.spans:
            pitch = _within(near(pitch, _guides(span.chord)), low, min(voice.high, low + 19))
            notes.append(Note(span.beat, span.beats * 0.98, pitch, 0.45 + 0.3 * bar.section.intensity))
    if song.last is not None:
        notes.append(Note(song.last.beat, song.last.beats, near(pitch, song.last.chord.classes[1:2]), 0.6))
    return notes


def _guides(harmony: Chord) -> tuple[int, ...]:
    """Return the third and, if there is one, the seventh; of a power chord its fifth."""
    tones = harmony.classes
    return (tones[1], tones[3]) if len(tones) > 3 else tones[1:2]


def _within(pitch: int, low: int, high: int) -> int:
    if pitch < low:
        return pitch + 12
    return pitch - 12 if pitch > high else pitch
