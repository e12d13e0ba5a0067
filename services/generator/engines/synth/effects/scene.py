"""From a prompt to a scene: which sounds, each in which manner, in which order, and where."""

import re
from dataclasses import dataclass
from itertools import pairwise

from services.generator.engines.synth.words import longest_first, read

from .catalogue import BY_PHRASE, FAMILIES
from .family import Family
from .manner import Manner, manner
from .places import Place, place

MOST_LAYERS = 6
"""More sounds than this at once are mud; the first ones named win."""

_THEN = re.compile(
    r"\b(?:then|followed by|after (?:that|which)|afterwards?|before|next|finally|dann|danach|luego|después"
    r"|entonces|puis|ensuite|turns? into|becom(?:es|ing)|leading to|ends? with|ending (?:with|in))\b|->|→|=>"
)
_AFTER = re.compile(r"\b(?:after|following)\b(?! (?:that|which))")
_SEPARATOR = re.compile(
    r"\b(?:and|with|plus|while|over|then|before|after|followed by|und|mit|y|con|et|avec|as|by)\b"
    r"|[,;.:+&/|]|->|→|=>"
)
_ON_A_SURFACE = re.compile(
    r"\b(?:on|onto|against|in|through|over|across|upon|hitting|auf|gegen|sobre|sur|en|contra|contre)\b"
    r"(?: \w+){0,2}? (?:car(?: roof)?|roof|windows?|windshield|glass|water|puddles?|lake|pond|tin|metal"
    r"|umbrella|tent|wood|street|door|steel|leaves|ice)\b"
)


@dataclass(frozen=True)
class Layer:
    """One sound of a scene; step counts what comes after what, from 0."""

    family: Family
    manner: Manner
    step: int = 0


@dataclass(frozen=True)
class Scene:
    """All that a prompt asks for. Without layers, nothing in it was known."""

    layers: tuple[Layer, ...]
    place: Place
    text: str

    @property
    def steps(self) -> int:
        """How many steps follow each other."""
        return 1 + max((layer.step for layer in self.layers), default=0)


@dataclass
class _Mention:
    names: tuple[str, ...]
    start: int
    end: int
    step: int = 0
    text: str = ""


def scene(prompt: str) -> Scene:
    """Return the scene a prompt describes."""
    asked = read(prompt)
    mentions = _without_surfaces(_mentions(asked.wanted), asked.wanted)
    _divide(mentions, asked.wanted)
    layers: dict[tuple[str, int], Layer] = {}
    for mention in mentions:
        for name in mention.names:
            family = FAMILIES[name]
            if asked.refuses(family.words):
                continue
            known = layers.get((name, mention.step))
            text = f"{known.manner.text} {mention.text}" if known else mention.text
            layers[name, mention.step] = Layer(family, manner(text), mention.step)
    return Scene(_numbered(list(layers.values())[:MOST_LAYERS]), place(asked), asked.wanted)


def _mentions(wanted: str) -> list[_Mention]:
    found = longest_first(wanted, {phrase: phrase for phrase in BY_PHRASE})
    return [_Mention(BY_PHRASE[phrase], start, start + len(phrase)) for start, phrase in found]


def _without_surfaces(mentions: list[_Mention], wanted: str) -> list[_Mention]:
    """Return the mentions without those that only say on what another one sounds."""
    if not any(FAMILIES[name].surfaces for mention in mentions for name in mention.names):
        return mentions
    spans = [match.span() for match in _ON_A_SURFACE.finditer(wanted)]
    kept = [
        mention
        for mention in mentions
        if any(FAMILIES[name].surfaces for name in mention.names)
        or not any(start < mention.start < end for start, end in spans)
    ]
    return kept or mentions


def _divide(mentions: list[_Mention], wanted: str) -> None:
    """Give each mention the words that belong to it and its place in the order."""
    cut = 0
    for mention, following in pairwise(mentions):
        gap = wanted[mention.end : following.start]
        marks = list(_SEPARATOR.finditer(gap))
        split = mention.end + (marks[-1].start() if marks else 0)
        mention.text = wanted[cut:split]
        cut = split
        following.step = mention.step + _turn(gap)
    for mention in mentions[-1:]:
        mention.text = wanted[cut:]


def _turn(gap: str) -> int:
    """Return how many steps later what stands behind these words happens."""
    if _THEN.search(gap):
        return 1
    return -1 if _AFTER.search(gap) else 0


def _numbered(layers: list[Layer]) -> tuple[Layer, ...]:
    """Return the layers with their steps counted from 0, none left out."""
    steps = sorted({layer.step for layer in layers})
    return tuple(Layer(layer.family, layer.manner, steps.index(layer.step)) for layer in layers)
