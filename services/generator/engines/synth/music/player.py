"""Playing the notes: each tone is made once a pitch and strength, then gated and laid into its track."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ, Signal, exp_decay, frames, generator, lowpass
from services.generator.engines.synth.sound import Progress

from .feel import jitter_s, swung
from .genre import Genre
from .instruments.kits import Kit
from .instruments.voice import Voice
from .score import Note, Stroke

_STRENGTHS = 5
"""Velocities are rounded to this many steps for the timbre; the level follows them exactly."""

_LONGEST_RING_S = 6.0
_FINEST_LENGTH = 2048


@dataclass(frozen=True)
class Track:
    """What parts are laid into: frames, seconds a beat, and whether the end runs into the start."""

    n: int
    beat_s: float
    loop: bool
    genre: Genre


def lay(track: Signal, sound: Signal, start: int, loop: bool) -> None:
    """Add mono or planar sound to a planar track (2, n); a loop wraps round, else the end is cut."""
    n = track.shape[-1]
    if loop:
        start %= n
    elif start < 0:
        sound, start = sound[..., -start:], 0
    while sound.shape[-1] and start < n:
        part = sound[..., : n - start]
        track[:, start : start + part.shape[-1]] += part
        sound = sound[..., n - start :]
        if not loop:
            return
        start = 0


def play(
    notes: Sequence[Note], voice: Voice, track: Track, draw: np.random.Generator, progress: Progress
) -> Signal:
    """Return planar stereo (2, n) of a voice's notes; progress runs 0..1 over them."""
    out = np.zeros((2, track.n), np.float32)
    timed = _timed(notes, voice, track, draw)
    release = _release(voice)
    made = 0
    for (pitch, strength), group in timed.items():
        longest = max(hold for _, hold, _ in group) + len(release)
        tone = _tone(voice, pitch, strength, longest)
        gains = _place(voice, pitch, made)
        for start, hold, velocity in group:
            sound = tone[: hold + len(release)].copy()
            tail = sound[hold:]
            tail *= release[: len(tail)]
            level = np.float32(velocity**1.4)
            lay(out, sound * (gains * level)[:, None], start, track.loop)
            made += 1
            if made % 8 == 0:
                progress(made / len(notes))
    progress(1.0)
    return out


_Timed = dict[tuple[int, int], list[tuple[int, int, float]]]


def _timed(notes: Sequence[Note], voice: Voice, track: Track, draw: np.random.Generator) -> _Timed:
    """Return (start frame, frames held, velocity) by (pitch, strength)."""
    groups: _Timed = defaultdict(list)
    for note in notes:
        start_s = swung(note.beat, track.genre) * track.beat_s
        end_s = swung(note.beat + note.beats, track.genre) * track.beat_s
        # The first note of a piece that doesn't loop may come late, but not before the start.
        late = jitter_s(track.genre, draw)
        start = frames(start_s + late) if track.loop else max(0, frames(start_s + late))
        hold = max(frames(end_s - start_s), frames(0.03))
        hold = min(
            -(-hold // _FINEST_LENGTH) * _FINEST_LENGTH, track.n if track.loop else max(track.n - start, 1)
        )
        velocity = float(np.clip(note.velocity * draw.uniform(0.93, 1.05), 0.05, 1.0))
        strength = min(_STRENGTHS - 1, int(velocity * _STRENGTHS))
        pitch = note.pitch
        while pitch > voice.high:
            pitch -= 12
        groups[(pitch, strength)].append((start, hold, velocity))
    return groups


def _tone(voice: Voice, pitch: int, strength: int, longest: int) -> Signal:
    n = longest if voice.sustained else min(longest, frames(_LONGEST_RING_S))
    frequency = 440.0 * 2.0 ** ((pitch - 69) / 12)
    rng = generator(pitch, voice.name, str(strength))
    tone = voice.tone(frequency, n, (strength + 0.7) / _STRENGTHS, rng)
    ending = min(frames(0.02), n)
    tone[n - ending :] *= np.linspace(1.0, 0.0, ending, dtype=np.float32)
    return tone


def _release(voice: Voice) -> Signal:
    n = max(frames(voice.release_s), 64)
    return exp_decay(n, voice.release_s / 4) * np.linspace(1.0, 0.0, n, dtype=np.float32)


def _place(voice: Voice, pitch: int, number: int) -> Signal:
    """Return the gains left and right: low notes to the left, high to the right, as wide as the voice is."""
    along = np.clip((pitch - 62) / 22.0, -1.0, 1.0) * 0.7 + (0.3 if number % 2 else -0.3)
    angle = (1.0 + float(np.clip(along * voice.width, -1.0, 1.0))) * np.pi / 4
    return np.array([np.cos(angle), np.sin(angle)], np.float32)


def drum(
    strokes: Sequence[Stroke], kit: Kit, track: Track, draw: np.random.Generator, progress: Progress
) -> Signal:
    """Return planar (4, n): the drums left and right, then what goes to the room left and right."""
    out = np.zeros((4, track.n), np.float32)
    made: dict[tuple[str, int], Signal] = {}
    for number, stroke in enumerate(sorted(strokes, key=lambda s: (s.beat, s.piece))):
        piece = kit.pieces.get(stroke.piece)
        if piece is None:
            continue
        take = (stroke.piece, number % 2)  # two takes of every stroke, so that none sounds like a machine gun
        if take not in made:
            made[take] = _hit(kit, stroke.piece, take[1])
        start = frames(swung(stroke.beat, track.genre) * track.beat_s + jitter_s(track.genre, draw) * 0.5)
        start = start if track.loop else max(0, start)
        gain = piece.level * stroke.velocity**1.3
        angle = (1.0 + piece.place) * np.pi / 4
        sides = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(gain)
        lay(out[:2], made[take] * sides[:, None], start, track.loop)
        if piece.send * kit.room > 0.02:
            lay(out[2:], made[take] * (sides * np.float32(piece.send * kit.room))[:, None], start, track.loop)
        if number % 16 == 0:
            progress(number / len(strokes))
    progress(1.0)
    return out


def _hit(kit: Kit, piece: str, take: int) -> Signal:
    sound = kit.pieces[piece].stroke(generator(take, kit.name, piece))
    return lowpass(sound, kit.dull_hz) if kit.dull_hz else sound


def seconds(track: Track) -> float:
    """Return the length of a track."""
    return track.n / SAMPLE_RATE_HZ
