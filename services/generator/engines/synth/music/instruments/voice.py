"""What an instrument is: a tone for a pitch, and what happens to all its notes together."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from services.generator.engines.synth.dsp import Signal

Tone = Callable[[float, int, float, np.random.Generator], Signal]
"""(frequency in Hz, frames, velocity 0..1, rng) -> mono tone as if the key were held; the player gates it."""

StemEffect = Callable[[Signal, bool], Signal]
"""(planar stereo (2, n), loop) -> planar stereo (2, n): an amplifier, a chorus, a rotating speaker."""


@dataclass(frozen=True)
class Voice:
    """An instrument: its tone, its comfortable range, how fast a let-go key falls silent, and its place.

    low and high are MIDI note numbers; width is 0 (a point) .. 1 (notes spread over the stage); send is the
    share that goes to the room. Sustained voices hold a note as long as the key, others ring by themselves.
    """

    name: str
    tone: Tone
    low: int
    high: int
    release_s: float = 0.15
    sustained: bool = False
    width: float = 0.3
    send: float = 1.0
    effect: StemEffect | None = None
