"""Rendering: from a prompt to a finished sound."""

import numpy as np

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ, frames
from services.generator.engines.synth.sound import Progress, Sound

from .fallback import abstract
from .layers import Stage, lay
from .levels import mastered
from .manner import manner
from .places import heard_in
from .scene import Layer, Scene, scene

_LAID_BY, _ROOMED_BY = 0.8, 0.95
"""Shares of the work done when all layers are made, and when the room has answered."""


def render(prompt: str, duration_s: float, seed: int, loop: bool, progress: Progress) -> Sound:
    """Return an effect for a prompt: exactly duration_s long, the same for the same arguments.

    A loop repeats without a seam. progress is called with 0..1; what it raises stops the work and goes
    through. Tags say which families were recognised, or that none was.
    """
    progress(0.0)
    asked = _known(scene(prompt))
    stage = Stage(frames(duration_s), loop, seed)
    desk = lay(asked, stage, lambda done: progress(_LAID_BY * done))
    mix = heard_in(
        asked.place,
        desk.dry,
        desk.send,
        loop,
        lambda done: progress(_LAID_BY + (_ROOMED_BY - _LAID_BY) * done),
    )
    progress(_ROOMED_BY)
    samples = mastered(mix, _softness_db(asked), loop, seed)
    progress(1.0)
    names = dict.fromkeys(layer.family.name for layer in asked.layers)
    return Sound(np.ascontiguousarray(samples.T), SAMPLE_RATE_HZ, {"effects": ", ".join(names)})


def _known(asked: Scene) -> Scene:
    """Return the scene; one in which nothing was known becomes an abstract texture of its words."""
    if asked.layers:
        return asked
    return Scene((Layer(abstract(asked.text), manner(asked.text)),), asked.place, asked.text)


def _softness_db(asked: Scene) -> float:
    """Return how far below full level a scene stays: as far as its strongest layer is soft or distant."""
    return min(
        max(0.0, 16.0 * (0.5 - layer.manner.force)) + max(0.0, 5.0 * layer.manner.distance)
        for layer in asked.layers
    )
