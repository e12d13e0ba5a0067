"""The drums: a groove, ghost notes left to chance, fills where a section closes, a crash where one opens."""

import numpy as np

from services.generator.engines.synth.music.instruments.kits import Kit
from services.generator.engines.synth.music.patterns import GROOVES
from services.generator.engines.synth.music.plan import MusicPlan
from services.generator.engines.synth.music.score import Bar, Song, Stroke

from .tokens import STEP_BEATS, strokes

_LEVELS = {"X": 1.0, "x": 0.72, "o": 0.36, "?": 0.5}
_TIMEKEEPERS = frozenset({"hat", "open", "ride", "shaker", "brush", "tambourine"})

_FILLS: tuple[tuple[tuple[str, int, float], ...], ...] = (
    (
        ("snare", 8, 0.5),
        ("snare", 10, 0.6),
        ("snare", 12, 0.8),
        ("snare", 13, 0.7),
        ("snare", 14, 0.9),
        ("snare", 15, 0.8),
    ),
    (
        ("tom hi", 8, 0.8),
        ("tom hi", 9, 0.6),
        ("tom mid", 10, 0.8),
        ("tom mid", 12, 0.85),
        ("tom lo", 14, 0.95),
        ("tom lo", 15, 0.7),
    ),
    (("snare", 10, 0.6), ("tom hi", 12, 0.8), ("tom mid", 13, 0.8), ("tom lo", 14, 0.9), ("snare", 15, 0.9)),
    (("snare", 12, 0.6), ("snare", 13, 0.7), ("snare", 14, 0.85), ("snare", 15, 1.0)),
    (("kick", 11, 0.8), ("snare", 13, 0.7), ("kick", 14, 0.8), ("snare", 15, 0.8)),
)
"""(piece, sixteenth, velocity) of fills that take over the end of a bar of four."""


def drum_part(song: Song, plan: MusicPlan, kit: Kit) -> list[Stroke]:
    """Return all strokes of a song."""
    draw = plan.random("drums")
    groove = GROOVES[plan.ensemble.groove]
    result: list[Stroke] = []
    for index, bar in enumerate(song.bars):
        if not bar.section.plays("drums"):
            continue
        fill = _fill(bar, plan, draw) if _closes(song, index) else []
        from_beat = min((stroke.beat for stroke in fill), default=bar.beat + bar.beats)
        for piece, pattern in groove.items():
            if piece in kit.pieces and not (bar.section.intensity < 0.5 and piece in ("snare", "clap")):
                result += [
                    s
                    for s in _line(piece, pattern, bar, draw)
                    if s.beat < from_beat - 1e-6 or piece == "kick"
                ]
        result += [stroke for stroke in fill if stroke.piece in kit.pieces]
        if bar.number == 0 and index > 0 and bar.section.intensity > 0.7 and plan.genre.form != "drift":
            result.append(Stroke(bar.beat, "crash", 0.75 * bar.section.intensity))
    result += _rolls(result, plan, draw)
    return result + _ending(song, plan)


def _line(piece: str, pattern: str, bar: Bar, draw: np.random.Generator) -> list[Stroke]:
    level = 0.62 + 0.38 * bar.section.intensity
    found = []
    for token in strokes(pattern, bar):
        if token.mark == "?" and draw.random() < 0.5:
            continue
        lift = draw.uniform(0.88, 1.06) if piece in _TIMEKEEPERS else draw.uniform(0.95, 1.03)
        found.append(Stroke(token.beat, piece, min(_LEVELS[token.mark] * level * lift, 1.0)))
    return found


def _closes(song: Song, index: int) -> bool:
    """Whether a bar is where a fill belongs: the end of a section, or every eighth bar."""
    bar = song.bars[index]
    return len(song.bars) > 2 and (bar.closing or bar.number % 8 == 7)


def _fill(bar: Bar, plan: MusicPlan, draw: np.random.Generator) -> list[Stroke]:
    """Return a fill for the end of a bar; waltzes, brushes and quiet pieces go on as they are."""
    if (
        bar.beats != 4
        or plan.ensemble.kit in ("brushes", "latin")
        or plan.energy < 0.3
        or plan.genre.form == "drift"
    ):
        return []
    chosen = _FILLS[int(draw.integers(0, len(_FILLS)))]
    level = 0.7 + 0.3 * bar.section.intensity
    return [Stroke(bar.beat + step * STEP_BEATS, piece, velocity * level) for piece, step, velocity in chosen]


def _rolls(played: list[Stroke], plan: MusicPlan, draw: np.random.Generator) -> list[Stroke]:
    """Return the quick hi-hat rolls of trap between its strokes."""
    if plan.ensemble.groove != "trap":
        return []
    rolls = []
    for stroke in played:
        if stroke.piece == "hat" and draw.random() < 0.13:
            parts = int(draw.choice((2, 3)))
            rolls += [
                Stroke(stroke.beat + i * STEP_BEATS / parts, "hat", stroke.velocity * 0.7)
                for i in range(1, parts)
            ]
    return rolls


def _ending(song: Song, plan: MusicPlan) -> list[Stroke]:
    if song.last is None or not song.bars[-1].section.plays("drums") or plan.genre.form == "drift":
        return []
    cymbal = "ride" if plan.ensemble.kit in ("brushes", "lo-fi", "latin") else "crash"
    return [Stroke(song.last.beat, "kick", 0.9), Stroke(song.last.beat, cymbal, 0.6)]
