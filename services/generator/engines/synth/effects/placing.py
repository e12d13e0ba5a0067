"""When things happen: the time each step of a scene gets, and the starts of events that repeat."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .family import Rhythm
from .manner import Manner

_SHORTEST_EVERY_S = 0.05


@dataclass(frozen=True)
class Slot:
    """A stretch of time of a scene, in seconds."""

    start_s: float
    length_s: float

    @property
    def end_s(self) -> float:
        """When it ends."""
        return self.start_s + self.length_s


def slots(wanted_s: Sequence[float | None], duration_s: float) -> list[Slot]:
    """Return one slot a step, end to end; None is a step that takes the time it can get.

    Steps of a fixed length get it as far as every step has at least its equal share; what is left over
    goes to the others, or as pauses between if there are none.
    """
    share = duration_s / len(wanted_s)
    open_steps = sum(length is None for length in wanted_s)
    fixed = [share if length is None else min(length, share) for length in wanted_s]
    left = duration_s - sum(length for length, wish in zip(fixed, wanted_s, strict=True) if wish is not None)
    pause = 0.0 if open_steps else min(left, 0.6 * len(fixed)) / len(fixed)
    lengths = [
        left / open_steps if wish is None else length + pause
        for length, wish in zip(fixed, wanted_s, strict=True)
    ]
    ends = np.cumsum(lengths)
    return [Slot(float(end - length), float(length)) for end, length in zip(ends, lengths, strict=True)]


def starts(
    rhythm: Rhythm, manner: Manner, slot_s: float, loop: bool, rng: np.random.Generator
) -> list[float]:
    """Return the starts of an event inside slot_s seconds, in seconds, the first at 0."""
    every = max(rhythm.every_s / manner.speed, _SHORTEST_EVERY_S)
    if manner.count is not None:
        even = [k * min(every, slot_s / (manner.count + 0.3)) for k in range(manner.count)]
    elif rhythm.endless:
        even = _endless(every, slot_s, loop)
    else:
        even = _groups(rhythm, every, slot_s, loop, rng)
    late = rng.uniform(-0.5, 0.5, len(even)) * rhythm.jitter * every
    late[:1] = 0.0
    return [max(0.0, start + float(shift)) for start, shift in zip(even, late, strict=True)]


def _endless(every: float, slot_s: float, loop: bool) -> list[float]:
    if not loop:
        times = max(1, int(np.ceil((slot_s - 0.3 * every) / every)))
        return [k * every for k in range(times)]
    times = max(1, round(slot_s / every))
    return [k * slot_s / times for k in range(times)]


def _groups(rhythm: Rhythm, every: float, slot_s: float, loop: bool, rng: np.random.Generator) -> list[float]:
    """Return groups with pauses of unequal length between; those of a loop fill it evenly."""
    whole = every * (rhythm.group - 1) + rhythm.pause_s
    inside = [k * every for k in range(rhythm.group)]
    if loop:
        times = max(1, round(slot_s / whole))
        return [number * slot_s / times + start for number in range(times) for start in inside]
    found: list[float] = []
    at = 0.0
    while at == 0.0 or at + inside[-1] + 0.3 * rhythm.pause_s < slot_s:
        found.extend(at + start for start in inside)
        at += whole * float(rng.uniform(0.9, 1.2))
    return found
