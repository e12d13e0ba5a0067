"""Effects as the tests hear them: each rendered once."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from services.generator.engines.synth.effects import render
from services.generator.engines.synth.effects.catalogue import FAMILIES

from .listening import features

SPARSE = [family.name for family in FAMILIES.values() if family.rhythm and family.rhythm.pause_s >= 2.0]
"""Families of single sounds with long silences between."""


def fresh(prompt: str, duration_s: float, seed: int = 1) -> NDArray[np.float32]:
    """Return the samples of an effect that is needed once."""
    return render(prompt, duration_s, seed, False, lambda _: None).samples


@lru_cache(maxsize=200)
def heard(prompt: str, duration_s: float = 4.0, seed: int = 1, loop: bool = False) -> NDArray[np.float32]:
    """Return the samples of an effect, shape (frames, 2)."""
    return render(prompt, duration_s, seed, loop, lambda _: None).samples


@lru_cache(maxsize=400)
def features_of(prompt: str, duration_s: float = 4.0, seed: int = 1) -> NDArray[np.float64]:
    """Return what tells an effect from others."""
    return features(heard(prompt, duration_s, seed))


def named(prompt: str) -> str:
    """Return the families a short rendering of a prompt is tagged with."""
    return str(render(prompt, 0.1, 1, False, lambda _: None).tags["effects"])


def family(name: str) -> NDArray[np.float32]:
    """Return four seconds of a family, asked for by the first of its words."""
    return heard(FAMILIES[name].words[0])
