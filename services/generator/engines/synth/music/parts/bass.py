"""The bass line: a pattern of roots, fifths and octaves with steps that lead into the next chord."""

import numpy as np

from services.generator.engines.synth.music.ensemble import Part
from services.generator.engines.synth.music.instruments.registry import VOICES
from services.generator.engines.synth.music.patterns import BASS
from services.generator.engines.synth.music.score import Bar, Note, Song
from services.generator.engines.synth.music.theory import Chord, into

from .tokens import Token, tokens

_LOWEST = 29  # F1: what small loudspeakers still hint at


def bass_line(song: Song, part: Part, draw: np.random.Generator) -> list[Note]:
    """Return the bass of a song."""
    low = max(VOICES[part.voice].low, _LOWEST)
    notes: list[Note] = []
    for index, bar in enumerate(song.bars):
        if not bar.section.plays("bass"):
            continue
        following = song.bars[index + 1].spans[0].chord if index + 1 < len(song.bars) else _after(song)
        notes += _bar(bar, BASS[part.pattern], low, following, draw)
    if song.last is not None:
        notes.append(Note(song.last.beat, song.last.beats, into(song.last.chord.root, low, low + 11), 0.9))
    return notes


def _after(song: Song) -> Chord:
    return song.last.chord if song.last else song.bars[0].spans[0].chord


def _bar(bar: Bar, pattern: str, low: int, following: Chord, draw: np.random.Generator) -> list[Note]:
    marks = tokens(pattern, bar)
    heard = {round(token.beat, 3) for token in marks}
    # A chord that changes where the pattern has no note still needs its root.
    marks += [
        Token(s.beat, min(s.beats, 1.0), "R")
        for s in bar.spans
        if round(s.beat, 3) not in heard and len(bar.spans) > 1
    ]
    level = 0.62 + 0.3 * bar.section.intensity
    notes = []
    for token in sorted(marks, key=lambda t: t.beat):
        span = bar.span_at(token.beat)
        target = following if span is bar.spans[-1] else bar.spans[bar.spans.index(span) + 1].chord
        pitch = _pitch(token.mark, span.chord, target, low, draw)
        accent = 1.0 if (token.beat - bar.beat) % 1.0 == 0 else 0.86
        beats = min(token.beats, max(span.end - token.beat, 0.25)) * 0.94
        notes.append(Note(token.beat, beats, pitch, level * accent))
    return notes


def _pitch(mark: str, harmony: Chord, following: Chord, low: int, draw: np.random.Generator) -> int:
    root = into(harmony.root, low, low + 11)
    if mark == "8":
        return root + 12
    if mark == "5":
        fifth = root + (harmony.fifth - harmony.root) % 12
        return fifth if fifth <= low + 17 else fifth - 12
    if mark == "3":
        third = next((step for step in harmony.intervals if step in (3, 4)), 7)
        return root + third
    if mark == "7":
        return root + next((step for step in harmony.intervals if step in (9, 10, 11)), 10)
    if mark == "a":
        target = into(following.root, low, low + 11)
        return max(low - 1, target + int(draw.choice((-1, 1, -2, 2))))
    return root
