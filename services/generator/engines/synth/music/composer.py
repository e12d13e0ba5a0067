"""Composing: plan, form, harmony, parts, playing, mixing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ, frames
from services.generator.engines.synth.finish import roomed
from services.generator.engines.synth.sound import Progress, Sound

from .ensemble import Part
from .feel import swung
from .form import Grid, loop_grid, sections, song_grid
from .harmony import written
from .instruments.kits import KITS
from .instruments.registry import VOICES
from .mix import Desk, add_drums, add_part, desk, ducking, echoed, mastered
from .parts.bass import bass_line
from .parts.chords import arpeggio, chord_part, pad_part
from .parts.counter import counter_line
from .parts.melody import melody
from .parts.percussion import drum_part
from .plan import MusicPlan, plan
from .player import Track, drum, play
from .score import Note, Song, Stroke
from .textures import texture

_PLAYED_BY, _ROOMED_BY = 0.75, 0.93
"""Shares of the work done when all parts are played, and when the room has answered."""


@dataclass(frozen=True)
class Score:
    """All that is to be played: the plan, the grid, the song, notes by part and the drums' strokes."""

    plan: MusicPlan
    grid: Grid
    song: Song
    notes: tuple[tuple[Part, tuple[Note, ...]], ...]
    strokes: tuple[Stroke, ...]


def compose(prompt: str, duration_s: float, seed: int, loop: bool, progress: Progress) -> Sound:
    """Return music for a prompt: exactly duration_s long, the same for the same arguments.

    A loop repeats without a seam. progress is called with 0..1; what it raises stops the work and goes
    through.
    """
    progress(0.0)
    score = write(prompt, duration_s, seed, loop)
    track = Track(frames(duration_s), 60.0 / score.grid.bpm, loop, score.plan.genre)
    progress(0.02)
    mix = _mixed(_performed(score, track, progress), score, track, progress)
    tail_s = 0.0 if loop else duration_s - score.song.end_beat * track.beat_s
    samples = mastered(mix, score.plan, loop, tail_s)
    progress(1.0)
    return Sound(np.ascontiguousarray(samples, np.float32), SAMPLE_RATE_HZ, tags(score))


def write(prompt: str, duration_s: float, seed: int, loop: bool) -> Score:
    """Return the written music for a prompt, not yet played."""
    made = plan(prompt, seed)
    grid = loop_grid(made, duration_s) if loop else song_grid(made, duration_s)
    song = written(made, grid, sections(made, len(grid.bars), loop, duration_s), loop)
    notes = tuple((part, tuple(_notes(part, song, made))) for part in made.parts)
    strokes = drum_part(song, made, KITS[made.ensemble.kit]) if made.ensemble.kit else []
    return Score(made, grid, song, notes, tuple(strokes))


def tags(score: Score) -> dict[str, str | float]:
    """Return what the music is: bpm as played, key, genre and instruments."""
    return {
        "bpm": round(score.grid.bpm, 2),
        "key": score.plan.key.label,
        "genre": score.plan.genre.name,
        "instruments": ", ".join(score.plan.ensemble.instruments),
    }


def _notes(part: Part, song: Song, made: MusicPlan) -> Sequence[Note]:
    match part.role:
        case "bass":
            return bass_line(song, part, made.random("bass"))
        case "chords":
            return chord_part(song, part)
        case "pad":
            return pad_part(song, part)
        case "arp":
            return arpeggio(song, part)
        case "counter":
            return counter_line(song, part)
        case _:
            return melody(song, part, made)


def _performed(score: Score, track: Track, progress: Progress) -> Desk:
    """Return the desk with every part played and at its level."""
    made = score.plan
    total = len(score.notes) + (1 if score.strokes else 0)
    place = desk(track)
    kicks = [swung(s.beat, made.genre) * track.beat_s for s in score.strokes if s.piece == "kick"]
    duck = ducking(kicks, made.genre.pump, track)
    for number, (part, notes) in enumerate(score.notes):
        if not notes:
            continue
        voice = VOICES[part.voice]
        sound = play(notes, voice, track, made.random("play", part.role), _share(progress, number, total))
        if voice.effect is not None:
            sound = voice.effect(sound, track.loop)
        add_part(place, sound, part.role, part.level_db, voice.send, duck, track.loop)
    if score.strokes:
        kit = KITS[made.ensemble.kit]
        sound = drum(score.strokes, kit, track, made.random("drumming"), _share(progress, total - 1, total))
        add_drums(place, sound, made.ensemble.drums_db)
    return place


def _share(progress: Progress, number: int, total: int) -> Progress:
    """Return a progress for one of several equal parts of the playing."""
    return lambda done: progress(0.02 + (_PLAYED_BY - 0.02) * (number + done) / total)


def _mixed(
    place: Desk, score: Score, track: Track, progress: Progress
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    made = score.plan
    repeats = echoed(place.echo, made.genre.echo, track)
    mix = place.dry + repeats
    span = _ROOMED_BY - _PLAYED_BY
    room = roomed(
        place.room + repeats * 0.6, made.room_s, track.loop, lambda x: progress(_PLAYED_BY + span * x)
    )
    mix += room * np.float32(made.wet)
    for name in made.textures:
        progress(_ROOMED_BY)
        mix += texture(name, track.n, track.loop, made.random("texture", name))
    return mix
