"""Chordal parts: comping, strumming, broken chords, arpeggios and held pads, all voice-led."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.generator.engines.synth.music.ensemble import Part
from services.generator.engines.synth.music.instruments.registry import VOICES
from services.generator.engines.synth.music.patterns import ARPS, CHORDS
from services.generator.engines.synth.music.score import Bar, Note, Song, Span, clipped
from services.generator.engines.synth.music.theory import Chord, into, voiced

from .tokens import Token, tokens

_STRUM_BEATS = 0.022
"""Between two strings of a strum."""


@dataclass(frozen=True)
class Register:
    """Where a part lies: MIDI range, number of voices; power chords are root, fifth and octave."""

    low: int
    high: int
    count: int
    power: bool = False


def chord_part(song: Song, part: Part) -> list[Note]:
    """Return a rhythmic chord part from its pattern."""
    register = _register(part)
    pattern = CHORDS.get(part.pattern) or CHORDS["halves"]
    ring = any(mark.isdigit() for mark in pattern)
    notes: list[Note] = []
    for bar, voicings in _voicings(song, register):
        if bar.section.plays(part.role):
            for token in tokens(pattern, bar):
                span = bar.span_at(token.beat)
                notes += _struck(token, span, voicings[bar.spans.index(span)], bar, ring)
    return notes + _last(song, register, part.voice)


def arpeggio(song: Song, part: Part) -> list[Note]:
    """Return single chord tones in a pattern, high above the accompaniment."""
    voice = VOICES[part.voice]
    low = max(voice.low, 57)
    register = Register(low, low + 17, 3)
    pattern = ARPS.get(part.pattern) or CHORDS.get(part.pattern) or ARPS["updown slow"]
    notes: list[Note] = []
    for bar, voicings in _voicings(song, register):
        if bar.section.plays("arp"):
            for token in tokens(pattern, bar):
                span = bar.span_at(token.beat)
                notes += _struck(token, span, voicings[bar.spans.index(span)], bar, not voice.sustained)
    if song.last is not None:
        final = voiced(song.last.chord, None, register.low, register.high, 3)
        end = song.last.end
        rolled = [Note(song.last.beat + i * 0.25, song.last.beats, p, 0.6) for i, p in enumerate(final)]
        notes += [clipped(note, end) for note in rolled if note.beat < end]
    return notes


def pad_part(song: Song, part: Part) -> list[Note]:
    """Return held chords; a chord that stays is held on rather than struck again."""
    if part.pattern not in ("", "held", "waltz held"):
        return chord_part(song, part)
    voice = VOICES[part.voice]
    low = max(voice.low, 50)
    register = Register(low, max(low + 14, min(voice.high, 74)), 4)
    held: list[Note] = []
    for bar, voicings in _voicings(song, register):
        if bar.section.plays("pad"):
            for span, pitches in zip(bar.spans, voicings, strict=True):
                level = 0.45 + 0.35 * bar.section.intensity
                held += [Note(span.beat, span.beats, pitch, level) for pitch in pitches]
    return _tied(held) + _last(song, register, part.voice)


def _tied(notes: Sequence[Note]) -> list[Note]:
    """Return notes with those that follow their own pitch without a gap made one, up to two bars long."""
    tied: list[Note] = []
    open_by_pitch: dict[int, int] = {}
    for note in notes:
        at = open_by_pitch.get(note.pitch)
        if at is not None and abs(tied[at].beat + tied[at].beats - note.beat) < 1e-6 and tied[at].beats < 8:
            tied[at] = replace(tied[at], beats=tied[at].beats + note.beats)
            continue
        open_by_pitch[note.pitch] = len(tied)
        tied.append(note)
    return tied


def _register(part: Part) -> Register:
    voice = VOICES[part.voice]
    if voice.name in ("distorted guitar", "muted guitar"):
        return Register(voice.low + 2, voice.low + 13, 3, power=True)
    if "guitar" in voice.name or voice.name in ("ukulele", "banjo"):
        low = max(voice.low, 45)
        return Register(low, low + 22, 5 if voice.name in ("acoustic guitar", "nylon guitar") else 4)
    low = max(voice.low, 52)
    return Register(low, max(min(voice.high, 74), low + 14), 4)


def _voicings(song: Song, register: Register) -> list[tuple[Bar, list[tuple[int, ...]]]]:
    """Return each bar with the voicing of each of its chords, every one led from the one before."""
    previous: tuple[int, ...] | None = None
    result = []
    for bar in song.bars:
        voicings = []
        for span in bar.spans:
            previous = _voicing(span.chord, previous, register)
            voicings.append(previous)
        result.append((bar, voicings))
    return result


def _voicing(harmony: Chord, previous: tuple[int, ...] | None, register: Register) -> tuple[int, ...]:
    if register.power:
        root = into(harmony.root, register.low, register.high)
        return root, root + (harmony.fifth - harmony.root) % 12, root + 12
    return voiced(harmony, previous, register.low, register.high, register.count)


def _struck(token: Token, span: Span, pitches: tuple[int, ...], bar: Bar, ring: bool) -> list[Note]:
    """Return the notes of one mark of a pattern."""
    level = (0.45 + 0.4 * bar.section.intensity) * (1.0 if (token.beat - bar.beat) % 1.0 == 0 else 0.86)
    if token.mark.isdigit():
        octave, degree = divmod(int(token.mark) - 1, len(pitches))
        beats = max(span.end - token.beat, 0.25) if ring else token.beats
        pitch = min(pitches[degree] + 12 * octave, 100)
        return [Note(token.beat, beats, pitch, level * (1.0 if degree or octave else 0.92))]
    level *= {"X": 1.0, "d": 0.95, "u": 0.7}.get(token.mark, 0.8)
    beats = min(token.beats, max(span.end - token.beat, 0.1)) * (0.96 if token.beats > 0.25 else 0.7)
    order = pitches if token.mark != "u" else tuple(reversed(pitches[-3:]))
    lag = _STRUM_BEATS if token.mark in "du" else 0.0
    return [
        Note(token.beat + i * lag, max(beats - i * lag, 0.1), pitch, level) for i, pitch in enumerate(order)
    ]


def _last(song: Song, register: Register, voice: str) -> list[Note]:
    """Return the last chord, gently rolled where the instrument rings by itself."""
    if song.last is None:
        return []
    pitches = _voicing(song.last.chord, None, register)
    lag = 0.0 if VOICES[voice].sustained or register.power else 0.045
    end = song.last.end
    return [
        clipped(Note(song.last.beat + i * lag, song.last.beats, p, 0.72), end) for i, p in enumerate(pitches)
    ]
