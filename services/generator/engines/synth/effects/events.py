"""Sounds that happen, once or again and again."""

import numpy as np

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ, Signal, fade, frames, pan, wrap
from services.generator.engines.synth.sound import Progress

from .beds import level
from .levels import loudest_level
from .placing import Slot, starts
from .scene import Layer
from .space import at_distance, at_pitch

_SHORTEST_S, _LONGEST_S = 0.6, 12.0
"""The time an event may take; one that gets less is cut."""
_HEARD_SHARE = 0.85
"""An event that would be cut before this share of its energy is left out, unless it is the first."""
_CUT_FADE_S, _END_FADE_S = 0.35, 0.3


def natural_s(layer: Layer, n: int, rng: np.random.Generator) -> float:
    """Return how long an event, or as many as are counted, needs until nearly all of it has been heard."""
    assert layer.family.rhythm is not None
    one = _event(layer, n, rng)
    times = (layer.manner.count or 1) - 1
    return _body(one) / SAMPLE_RATE_HZ + times * layer.family.rhythm.every_s / layer.manner.speed + 0.15


def sequence(
    layer: Layer, slot: Slot, n: int, loop: bool, rng: np.random.Generator, progress: Progress
) -> Signal:
    """Return shape (2, n) with an event at its times in a slot; of a loop the tails go round."""
    assert layer.family.rhythm is not None
    times = starts(layer.family.rhythm, layer.manner, slot.length_s, loop, rng)
    room = n if loop else max(n - frames(slot.start_s), 1)
    heap = []
    for number in range(min(len(times), layer.family.heap)):
        progress(0.7 * number / layer.family.heap)
        heap.append(_event(layer, room, rng))
    progress(0.7)
    heap = _levelled(heap, level(layer))
    out = np.zeros((2, n + max(part.shape[1] for part in heap)), np.float32)
    for number, (start_s, which) in enumerate(zip(times, _order(len(times), len(heap), rng), strict=True)):
        start = min(frames(slot.start_s + start_s), n - 1)
        part = heap[which]
        if loop or number == 0 or start + _body(part) <= n:
            out[:, start : start + part.shape[1]] += part
        if number % 16 == 0:
            progress(0.75 + 0.2 * number / len(times))
    progress(0.97)
    return wrap(out.T, n).T if loop else _ended(out, n)


def _event(layer: Layer, n: int, rng: np.random.Generator) -> Signal:
    """Return shape (2, m), m >= 1: one take of the event, in its pitch and at its distance."""
    made = layer.manner
    room = min(max(int(n * made.pitch), frames(_SHORTEST_S)), frames(_LONGEST_S))
    sound = at_pitch(layer.family.make(room, made, rng), made.pitch)
    end_s = min(_END_FADE_S, 0.15 * sound.shape[-1] / SAMPLE_RATE_HZ)
    moved = at_distance(fade(sound.T, 0.0005, end_s).T, made.distance)
    return pan(moved, float(rng.uniform(-0.12, 0.12))).T if moved.ndim == 1 else moved


def _levelled(heap: list[Signal], wanted: float) -> list[Signal]:
    """Return the takes, the middle one at the level wanted, the others louder or softer."""
    usual = max(float(np.median([loudest_level(part) for part in heap])), 1e-9)
    return [np.asarray(part * np.float32(wanted / usual), np.float32) for part in heap]


def _order(times: int, kinds: int, rng: np.random.Generator) -> list[int]:
    """Return which take is heard when: every one once, then at random, never the same twice in a row."""
    order = list(range(min(times, kinds)))
    while len(order) < times:
        following = int(rng.integers(0, kinds))
        if kinds > 1 and following == order[-1]:
            following = (following + 1) % kinds
        order.append(following)
    return order


def _body(part: Signal) -> int:
    """Return the frames in which an event has given most of its energy."""
    energy = np.cumsum(np.square(part).sum(axis=0), dtype=np.float64)
    return int(np.searchsorted(energy, _HEARD_SHARE * energy[-1])) + 1


def _ended(out: Signal, n: int) -> Signal:
    """Return the first n frames, faded where something is cut off by the end."""
    cut = float(np.abs(out[:, n:]).max(initial=0.0)) > 1e-4
    kept = out[:, :n]
    return fade(kept.T, 0.0, min(_CUT_FADE_S, 0.2 * n / SAMPLE_RATE_HZ)).T if cut else kept
