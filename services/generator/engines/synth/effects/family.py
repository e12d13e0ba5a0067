"""What a kind of sound effect is: its words, how it is made, and how it goes on in time."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from services.generator.engines.synth.dsp import Signal

from .manner import Manner

Maker = Callable[[int, Manner, np.random.Generator], Signal]
"""Makes a sound. A bed fills exactly n frames. An event has its own length, n is what it may use at most;
longer ones are cut. Shape (n,), or (2, n) where the maker moves things itself; any level."""


@dataclass(frozen=True)
class Rhythm:
    """How an event comes again.

    Attributes:
        every_s: time between the starts of two that belong together, in seconds, at normal speed.
        jitter: share of every_s by which each may be early or late.
        group: how many belong together before a pause; 0 for something that goes on, such as steps.
        pause_s: from the start of a group's last to the start of the next group.
    """

    every_s: float
    jitter: float = 0.0
    group: int = 0
    pause_s: float = 0.0

    @property
    def endless(self) -> bool:
        """Whether it goes on without a pause."""
        return self.group == 0


@dataclass(frozen=True)
class Family:
    """A kind of sound effect.

    Attributes:
        name: what tracks show.
        words: phrases that ask for it, in any language.
        make: its maker.
        rhythm: None for a bed, which fills its time.
        level_db: loudness beside other layers: the RMS of a bed, of the loudest 200 ms of an event.
        wide: a bed whose two sides are made apart, as of many small sources all around.
        lasting: a bed that is a place rather than a happening: once begun it stays.
        dry: a sound of a device or a game, which has no room around it.
        surfaces: whether it sounds on something: a roof, gravel, wood.
        heap: how many different takes of the event are made and used in turn.
    """

    name: str
    words: tuple[str, ...]
    make: Maker
    rhythm: Rhythm | None = None
    level_db: float = -18.0
    wide: bool = False
    lasting: bool = False
    dry: bool = False
    surfaces: bool = False
    heap: int = 8


def bed(name: str, words: str, make: Maker, level_db: float = -20.0, **traits: bool) -> Family:
    """Return a family that fills its time; words are separated by commas."""
    return Family(name, _phrases(words), make, None, level_db, **traits)


def event(
    name: str,
    words: str,
    make: Maker,
    rhythm: Rhythm,
    level_db: float = -16.0,
    *,
    heap: int = 8,
    **traits: bool,
) -> Family:
    """Return a family of single sounds; words are separated by commas."""
    return Family(name, _phrases(words), make, rhythm, level_db, heap=heap, **traits)


def _phrases(words: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in words.split(","))
