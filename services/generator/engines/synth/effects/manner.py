"""How a sound is wanted: the modifiers said with it, as numbers a maker can use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from services.generator.engines.synth.words import finder, longest_first

from .modifiers import COUNTS, DISTANCES, FORCES, LENGTHS, MATERIALS, PITCHES, SIZES, SPEEDS

_NO_COUNT = re.compile(
    r"\b\d+(?:[.,]\d+)?\s*(?:bit|k?hz|s|secs?|seconds?|m|min|minutes?|bpm|am|pm|o'?clock|stroke|cylinder|km|mph|meters?"
    r"|metres?|percent|%|years?|people|persons?|men|women|of|in)\b|\bone (?:after|by)\b|\d+%"
)
"""Numbers that say how long, how fast or how old something is, and not how often it is heard."""

_SETTING = re.compile(
    r"\b(?:in|inside|through|at|near|into|from|down|across|along|around) (?:an? |the |my )?(?:\w+ ){0,2}?"
    r"(?:town|village|city|room|hall|house|church|cathedral|forest|street|alley|office|building|space|cave|tunnel|night|morning"
    r"|arena|stadium|warehouse|kitchen|bathroom|corridor|hallway|valley|field|park|glass|bottle|cup)\b"
)
"""Where something is; what is said of the place ("in a small town") does not make the thing small."""


@dataclass(frozen=True)
class Manner:
    """How one sound is wanted.

    Attributes:
        speed: factor on rates, 1.0 as usual.
        pitch: factor on all frequencies, the size of the thing taken in.
        size: factor of the thing's size.
        force: 0 (barely) .. 1 (as hard as it gets), 0.5 as usual.
        distance: -0.3 (close by) .. 1.0 (far away), 0 as usual.
        length: factor on an event's length.
        count: how many were asked for, or None.
        surface: the material it is on or of, a key of MATERIALS, or "".
        text: the words said about it, itself included.
        loop_s: length of the loop in which it plays, or 0.
    """

    speed: float = 1.0
    pitch: float = 1.0
    size: float = 1.0
    force: float = 0.5
    distance: float = 0.0
    length: float = 1.0
    count: int | None = None
    surface: str = ""
    text: str = ""
    loop_s: float = 0.0

    def says(self, phrases: str) -> bool:
        """Whether one of the phrases, separated by commas, was said about it."""
        return any(finder(phrase.strip()).search(self.text) for phrase in phrases.split(","))

    def fitted(self, period_s: float) -> float:
        """Return the period nearest to period_s that goes into the loop evenly; itself without a loop."""
        if self.loop_s <= 0:
            return period_s
        return self.loop_s / max(1, round(self.loop_s / period_s))


def manner(text: str) -> Manner:
    """Return how a sound is wanted by the words said about it."""
    itself = _SETTING.sub(" ", text)
    size = _last(itself, "size", 1.0)
    counts = _found(_NO_COUNT.sub(" ", text), "count")
    return Manner(
        speed=_last(itself, "speed", 1.0),
        pitch=_last(itself, "pitch", 1.0) * size**-0.5,
        size=size,
        force=_last(itself, "force", 0.5),
        distance=_last(text, "distance", 0.0),
        length=_last(text, "length", 1.0),
        count=int(counts[0]) if counts else None,
        surface=[*_found(text, "surface"), ""][0],
        text=text,
    )


_TABLES: dict[str, Mapping[float, str] | Mapping[int, str] | Mapping[str, str]] = {
    "speed": SPEEDS,
    "pitch": PITCHES,
    "size": SIZES,
    "force": FORCES,
    "distance": DISTANCES,
    "length": LENGTHS,
    "surface": MATERIALS,
    "count": COUNTS,
}


@cache
def _phrases(table: str) -> dict[str, str]:
    return {
        phrase.strip(): str(value)
        for value, phrases in _TABLES[table].items()
        for phrase in phrases.split(",")
    }


def _found(text: str, table: str) -> list[str]:
    return [value for _, value in longest_first(text, _phrases(table))]


def _last(text: str, table: str, otherwise: float) -> float:
    found = _found(text, table)
    return float(found[-1]) if found else otherwise
