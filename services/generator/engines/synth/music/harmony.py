"""Chords in time: a progression for each theme, cadences where sections close, and the last chord."""

from .form import Grid
from .plan import MusicPlan
from .score import Bar, Section, Song, Span
from .theory import Chord, chord, coloured


def written(plan: MusicPlan, grid: Grid, sections: tuple[Section, ...], loop: bool) -> Song:
    """Return the bars with their chords."""
    themes = _themes(plan)
    bars: list[Bar] = []
    beat = 0.0
    layout = [(section, number) for section in sections for number in range(section.bars)]
    for index, ((section, number), beats) in enumerate(zip(layout, grid.bars, strict=True)):
        romans = themes[section.theme][number % len(themes[section.theme])]
        if index == len(layout) - 1 and not loop:
            romans = _closing(plan, len(layout), beats)
        bars.append(Bar(beat, beats, section, number, _spans(plan, romans, beat, beats)))
        beat += beats
    last = None if loop else Span(beat, max(grid.length_beats - beat, 0.25), _tonic_chord(plan))
    return Song(tuple(bars), beat, grid.length_beats, last)


def _themes(plan: MusicPlan) -> dict[str, list[list[str]]]:
    """Return the chords of each bar of themes A and B, two different progressions where there are two."""
    draw = plan.random("harmony")
    order = draw.permutation(len(plan.progressions))
    return {
        theme: [bar.split() for bar in plan.progressions[int(order[at % len(order)])].split("|")]
        for at, theme in enumerate(("A", "B"))
    }


def _closing(plan: MusicPlan, bars: int, beats: float) -> list[str]:
    """Return the last bar's chords: the cadence, after the tonic if the whole piece is that bar."""
    cadence = str(plan.random("cadence").choice(plan.cadences)).split()
    tonic = "i" if plan.key.minor else "I"
    if bars > 1:
        return cadence
    if beats >= 3:
        return [tonic, *cadence[-1:]] if beats < 4 else [tonic, tonic, *cadence][-4:]
    return [tonic, cadence[-1]] if beats >= 2 else [cadence[-1]]


def _spans(plan: MusicPlan, romans: list[str], beat: float, beats: float) -> tuple[Span, ...]:
    each = beats / len(romans)
    chords = [coloured(chord(roman, plan.key), plan.colour, plan.key) for roman in romans]
    return tuple(Span(beat + i * each, each, harmony) for i, harmony in enumerate(chords))


def _tonic_chord(plan: MusicPlan) -> Chord:
    tonic = "i" if plan.key.minor else "I"
    if plan.genre.final:
        wished = {"maj9": "m9" if plan.key.minor else "maj9"}.get(plan.genre.final, plan.genre.final)
        return chord(tonic + ("9" if wished == "m9" else wished), plan.key)
    if FINAL_SEVENTH & {plan.key.mode}:
        return chord("I7", plan.key)
    return coloured(chord(tonic, plan.key), "ninth" if plan.colour == "ninth" else "triad", plan.key)


FINAL_SEVENTH = frozenset({"blues"})
"""Modes whose last chord is a dominant seventh."""
