"""From a prompt to a scene: which sounds, each in which manner, in which order, and where."""

import re
from dataclasses import dataclass
from itertools import pairwise

from services.generator.engines.synth.words import longest_first, read

from .catalogue import BY_PHRASE, FAMILIES, PARTS, VAGUE
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
    phrase: str
    start: int
    step: int = 0
    text: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The families it asks for."""
        return BY_PHRASE[self.phrase]

    @property
    def end(self) -> int:
        """Where its phrase ends; the ending of a plural is not counted."""
        return self.start + len(self.phrase)


def scene(prompt: str) -> Scene:
    """Return the scene a prompt describes."""
    asked = read(prompt)
    mentions = _without_surfaces(_mentions(asked.wanted), asked.wanted)
    _divide(mentions, asked.wanted)
    layers: dict[tuple[str, int], Layer] = {}
    for mention in mentions:
        for name in mention.names:
            if asked.refuses(FAMILIES[name].words):
                continue
            known = layers.get((name, mention.step))
            text = f"{known.manner.text} {mention.text}" if known else mention.text
            layers[name, mention.step] = Layer(FAMILIES[name], manner(text), mention.step)
    return Scene(_numbered(_whole(list(layers.values()))), place(asked), asked.wanted)


def _mentions(wanted: str) -> list[_Mention]:
    """Return what is named, in the order of the text; vague words only where they stand for themselves."""
    found = longest_first(wanted, {phrase: phrase for phrase in BY_PHRASE})
    mentions = [_Mention(phrase, start) for start, phrase in found]
    apart = [bool(_SEPARATOR.search(wanted[one.end : two.start])) for one, two in pairwise(mentions)]
    clear = [
        mention
        for mention, before, after in zip(mentions, [True, *apart], [*apart, True], strict=False)
        if mention.phrase not in VAGUE or (before and after)
    ]
    return clear or mentions


def _whole(layers: list[Layer]) -> list[Layer]:
    """Return the layers without those that are parts of others, the first few of them."""
    names = {layer.family.name for layer in layers}
    parts = {part for name in names for part in PARTS.get(name, ())}
    return [layer for layer in layers if layer.family.name not in parts][:MOST_LAYERS]


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
    listed = bool(_THEN.search(wanted))
    for mention, following in pairwise(mentions):
        gap = wanted[mention.end : following.start]
        marks = list(_SEPARATOR.finditer(gap))
        split = mention.end + (marks[-1].start() if marks else 0)
        mention.text = wanted[cut:split]
        cut = split
        following.step = mention.step + (1 if listed and _listed(mention, following, gap) else _turn(gap))
    for mention in mentions[-1:]:
        mention.text = wanted[cut:]


def _listed(one: _Mention, two: _Mention, gap: str) -> bool:
    """Whether two happenings are told one after the other by a comma alone."""
    happenings = all(FAMILIES[name].rhythm is not None for name in (*one.names, *two.names))
    return happenings and "," in gap and not _AFTER.search(gap)


def _turn(gap: str) -> int:
    """Return how many steps later what stands behind these words happens."""
    if _THEN.search(gap):
        return 1
    return -1 if _AFTER.search(gap) else 0


def _numbered(layers: list[Layer]) -> tuple[Layer, ...]:
    """Return the layers with their steps counted from 0, none left out."""
    steps = sorted({layer.step for layer in layers})
    return tuple(Layer(layer.family, layer.manner, steps.index(layer.step)) for layer in layers)
