"""Sounds that fill their time."""

from dataclasses import replace

import numpy as np

from services.generator.engines.synth.dsp import Signal, fade, frames, seamless
from services.generator.engines.synth.sound import Progress

from .levels import steady_level
from .placing import Slot
from .scene import Layer
from .space import at_distance, at_pitch

_RUN_ON_S = 1.0
_PIECE_S, _CROSSING_S = 10.0, 1.0
_FORCE_DB, _DISTANCE_DB = 10.0, 9.0


def filled(
    layer: Layer, slot: Slot, n: int, loop: bool, rng: np.random.Generator, progress: Progress
) -> Signal:
    """Return shape (2, n) with a bed in its slot, at its level; of a loop the end runs on into the start."""
    length = min(frames(slot.length_s), n - frames(slot.start_s))
    whole = length >= n - 1
    length = n if whole else max(length, 1)
    looped = loop and whole
    longer = length + (min(frames(_RUN_ON_S), length // 2) if looped else 0)
    sides = _sides(layer, longer, rng, lambda done: progress(0.85 * done))
    progress(0.85)
    sides = at_distance(sides, layer.manner.distance)
    progress(0.9)
    sides = seamless(sides.T, n).T if looped else sides
    progress(0.95)
    sides = sides * np.float32(level(layer) / max(steady_level(sides), 1e-9))
    if whole:
        return np.asarray(sides, np.float32)
    start = frames(slot.start_s)
    out = np.zeros((2, n), np.float32)
    rise, fall = (0.25 if start else 0.0), (0.25 if start + length < n else 0.0)
    out[:, start : start + length] = fade(sides.T, rise, fall).T
    return out


def level(layer: Layer) -> float:
    """Return the RMS a layer is meant to have, by its kind, force and distance."""
    made = layer.manner
    return float(
        10 ** ((layer.family.level_db + _FORCE_DB * (made.force - 0.5) - _DISTANCE_DB * made.distance) / 20)
    )


def _sides(layer: Layer, n: int, rng: np.random.Generator, progress: Progress) -> Signal:
    """Return shape (2, n) of a bed; one with many sources is made apart for each side."""
    if not layer.family.wide:
        mono = _pitched(layer, n, rng)
        progress(0.8)
        return np.stack([mono, mono]) if mono.ndim == 1 else mono
    left = _pieces(layer, n, rng, lambda done: progress(0.5 * done))
    right = _pieces(layer, n, rng, lambda done: progress(0.5 + 0.5 * done))
    return np.stack([left, right])


def _pieces(layer: Layer, n: int, rng: np.random.Generator, progress: Progress) -> Signal:
    """Return shape (n,) made piece by piece, crossed with equal power: a long bed can be stopped."""
    piece, crossing = frames(_PIECE_S), frames(_CROSSING_S)
    if n <= 2 * piece:
        made = _pitched(layer, n, rng)
        progress(1.0)
        return made
    out = np.zeros(n, np.float32)
    angle = np.linspace(0, np.pi / 2, crossing, dtype=np.float32)
    for start in range(0, n, piece):
        part = _pitched(layer, min(piece + crossing, n - start), rng)
        if start:
            rise = min(crossing, len(part))
            part[:rise] *= np.sin(angle[:rise])
        if start + len(part) < n or len(part) > piece:
            part[piece:] *= np.cos(angle[: len(part) - piece])
        out[start : start + len(part)] += part
        progress(start / n)
    return out


def _pitched(layer: Layer, n: int, rng: np.random.Generator) -> Signal:
    made = layer.manner
    source = int(np.ceil(n * made.pitch)) + 2
    kept = replace(made, speed=made.speed / made.pitch, loop_s=made.loop_s * made.pitch)
    sound = layer.family.make(n if made.pitch == 1.0 else source, kept, rng)
    return np.array(at_pitch(sound, made.pitch)[..., :n], np.float32)
