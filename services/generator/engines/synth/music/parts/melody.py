"""The tune: short motifs that come back, vary and close, bent to the chords under them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.generator.engines.synth.music.ensemble import Part
from services.generator.engines.synth.music.instruments.registry import VOICES
from services.generator.engines.synth.music.plan import MusicPlan
from services.generator.engines.synth.music.score import Bar, Note, Song
from services.generator.engines.synth.music.theory import near, scale_over, step_from

_CELLS: tuple[tuple[float, ...], ...] = (
    (4.0,), (3.0, 1.0), (2.0, 2.0), (2.0, 1.0, 1.0), (3.0,), (2.0, 1.0), (2.0,), (1.5, 0.5),
    (1.0, 1.0), (1.0,), (1.5,), (0.5,), (0.5, 1.0), (0.25, 0.25),
    (1.0, 0.5, 0.5), (0.5, 0.5, 1.0), (0.5, 1.0, 0.5), (1.5, 1.5, 1.0), (0.5, 0.5), (0.75, 0.75, 0.5),
    (0.5, 0.5, 0.5, 0.5), (0.75, 0.25), (0.5, 0.25, 0.25), (0.25, 0.25, 0.5), (0.25, 0.25, 0.25, 0.25),
)  # fmt: skip
"""Rhythms to build motifs from, in beats; how busy a melody is decides which are likely."""

_PLANS = ("aaba", "abac", "aabc", "abab", "abca")
"""Orders of the motifs in a period of four units; the period's last unit closes it."""


@dataclass(frozen=True)
class Tone:
    """A tone of a motif: beats after its start, length in beats, scale steps above the anchor."""

    onset: float
    beats: float
    step: int


def melody(song: Song, part: Part, plan: MusicPlan) -> list[Note]:
    """Return the lead of a song; every return of a theme brings its motifs back."""
    voice = VOICES[part.voice]
    low, high = max(voice.low, 60), min(voice.high, 88)
    centre = min(max((low + high) / 2 - 2 + 12 * plan.register, low + 5), high - 9)
    notes: list[Note] = []
    at = 0
    while at < len(song.bars):
        section = song.bars[at].section
        bars = song.bars[at : at + section.bars]
        if section.plays("lead"):
            lift = 3 if section.theme == "B" else 0
            notes += _section(bars, plan, centre + lift, (low, high), notes[-1].pitch if notes else None)
        at += section.bars
    if song.last is not None:
        start = notes[-1].pitch if notes else round(centre)
        notes.append(Note(song.last.beat, song.last.beats, near(start, song.last.chord.classes[:3]), 0.75))
    return notes


def _section(
    bars: Sequence[Bar], plan: MusicPlan, centre: float, limits: tuple[int, int], previous: int | None
) -> list[Note]:
    """Return the melody of one section in units of two bars (one, if there is no second)."""
    section = bars[0].section
    order = str(plan.random("order", section.theme).choice(_PLANS))
    draw = plan.random("vary", section.theme, str(section.repetition))
    loose = 0.1 + (0.3 if plan.genre.swing > 0.6 else 0.0) + 0.06 * section.repetition
    anchor = near(centre, (plan.key.tonic, (plan.key.tonic + 7) % 12, plan.key.scale[2]))
    notes: list[Note] = []
    for number, start in enumerate(range(0, len(bars), 2)):
        unit = bars[start : start + 2]
        beats = sum(bar.beats for bar in unit)
        closes = number % 4 == 3 or start + 2 >= len(bars)
        letter = order[number % 4]
        motif = motif_for(plan, section.theme + letter, plan.genre.meter * 2.0)
        motif = [tone for tone in motif if tone.onset < beats - 1e-6]
        motif = _closed(motif, beats) if closes else motif
        for tone in motif:
            step = tone.step + (int(draw.choice((-1, 1, 2))) if draw.random() < loose else 0)
            note = _placed(tone, step, unit, plan, anchor, previous)
            note = _inside(note, limits)
            previous = note.pitch
            notes.append(note)
    return notes


def motif_for(plan: MusicPlan, name: str, beats: float) -> list[Tone]:
    """Return the motif of a name: the same for the same plan."""
    draw = plan.random("motif", name)
    rhythm = _rhythm(draw, beats, plan.busy, plan.bpm)
    steps = _contour(draw, len(rhythm))
    return [Tone(onset, length, step) for (onset, length), step in zip(rhythm, steps, strict=True)]


def _rhythm(draw: np.random.Generator, beats: float, busy: float, bpm: float) -> list[tuple[float, float]]:
    """Return (onset, length) pairs that leave a breath at the end of the motif."""
    target = (0.22 + 2.3 * busy) * float(np.clip(115.0 / bpm, 0.6, 1.35))
    density = np.array([len(cell) / sum(cell) for cell in _CELLS])
    likely = np.exp(-np.square(np.log2(density / target) / 0.75))
    rhythm: list[tuple[float, float]] = []
    onset = float(draw.choice((0.0, 0.0, 0.0, 0.5, 1.0))) if busy < 0.8 else 0.0
    sing_until = beats - (1.0 if busy > 0.3 else 0.5)
    while onset < sing_until - 1e-6:
        room = sing_until - onset
        # A cell starts on a beat unless it fits before the next one, so that the metre stays audible.
        off = onset % 1.0
        fits = np.array(
            [
                sum(c) <= room + 1e-6 and (off < 1e-6 or sum(c) <= 1.0 - off + 1e-6 or sum(c) == 1.5)
                for c in _CELLS
            ]
        )
        if not fits.any():
            rhythm.append((onset, room))
            break
        chance = likely * fits + 1e-9 * fits
        cell = _CELLS[int(draw.choice(len(_CELLS), p=chance / chance.sum()))]
        for length in cell:
            if not rhythm or draw.random() > 0.13:
                rhythm.append((onset, length))
            onset += length
    return rhythm or [(0.0, beats * 0.75)]


def _contour(draw: np.random.Generator, count: int) -> list[int]:
    """Return scale steps: mostly neighbours, leaps answered by a step back, within a sixth of the start."""
    arch = draw.choice((-1.0, 0.0, 1.0, 1.0))
    place, last = int(draw.choice((0, 0, 2, 4, -1))), 0
    steps = []
    for i in range(count):
        steps.append(place)
        if abs(last) >= 3:
            move = -int(np.sign(last)) * int(draw.choice((1, 1, 2)))
        else:
            move = int(
                draw.choice(
                    (-4, -3, -2, -1, 0, 1, 2, 3, 4), p=(0.03, 0.06, 0.13, 0.24, 0.1, 0.24, 0.12, 0.05, 0.03)
                )
            )
            lean = arch * (1.0 if i < count / 2 else -1.0)
            if move * lean < 0 and draw.random() < 0.4:
                move = -move
        if not -4 <= place + move <= 6:
            move = -move
        place, last = place + move, move
    return steps


def _closed(motif: list[Tone], beats: float) -> list[Tone]:
    """Return a motif whose last tone is long and rests near the anchor."""
    kept = [tone for tone in motif if tone.onset < beats - 1.5] or motif[:1]
    if not kept:
        return [Tone(0.0, beats, 0)]
    final = kept[-1]
    step = 0 if abs(final.step) <= 2 else 2
    return [*kept[:-1], Tone(final.onset, max(beats - final.onset - 0.5, 0.5), step)]


def _placed(
    tone: Tone, step: int, unit: Sequence[Bar], plan: MusicPlan, anchor: int, previous: int | None
) -> Note:
    """Return a tone as a note: a chord tone where metre or length stresses it, else a scale tone."""
    beat = unit[0].beat + tone.onset
    bar = next(b for b in reversed(unit) if b.beat <= beat + 1e-6)
    harmony = bar.chord_at(beat)
    scale = scale_over(harmony, plan.key)
    pitch = step_from(anchor, step, scale)
    inside = beat - bar.beat
    stressed = inside % 2.0 == 0 if bar.beats == 4 else inside == 0
    if stressed or tone.beats >= 1.5:
        pitch = near(pitch, harmony.classes[:4])
    if previous is not None and abs(pitch - previous) > 9:
        pitch -= 12 * int(np.sign(pitch - previous))
    level = 0.6 + 0.25 * bar.section.intensity + (0.08 if stressed else 0.0) - (0.06 if inside % 1.0 else 0.0)
    return Note(beat, tone.beats * 0.95, pitch, min(level, 1.0))


def _inside(note: Note, limits: tuple[int, int]) -> Note:
    pitch = note.pitch
    while pitch < limits[0]:
        pitch += 12
    while pitch > limits[1]:
        pitch -= 12
    return Note(note.beat, note.beats, pitch, note.velocity)
