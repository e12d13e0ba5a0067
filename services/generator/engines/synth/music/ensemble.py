"""Who plays: the genre's players, changed by the instruments a prompt names, leaves out or wants alone."""

import re
from dataclasses import dataclass

import numpy as np

from services.generator.engines.synth.words import Prompt, longest_first

from .genre import Genre, Layer
from .instruments.registry import VOICES
from .orchestra import DRUM_WORDS, KIT_WORDS, MENTIONS, ROLE_WORDS, Mention
from .patterns import TRIPLE

_ALONE = re.compile(r"\b(?:solo|only|just|unaccompanied|a capella|a cappella|alone)\b")
_FALLBACK = {
    "bass": ("fifths", "waltz"),
    "chords": ("halves", "waltz held"),
    "pad": ("held", "waltz held"),
    "arp": ("updown slow", "waltz"),
}
"""The pattern of a role that the genre has none for, in four and in three."""

_SUBSTITUTES = {
    "chords": ("electric piano", "organ", "acoustic guitar"),
    "lead": ("square lead", "saxophone", "piano"),
    "pad": ("strings", "warm pad"),
    "bass": ("electric bass", "synth bass"),
}
"""Who steps in where a prompt refuses all of a genre's own voices for a role."""

_ACCOMPANYING = frozenset({"chords", "arp"})


@dataclass(frozen=True)
class Part:
    """A player: role, voice by name, pattern by name, level against the usual one."""

    role: str
    voice: str
    pattern: str
    level_db: float = 0.0


@dataclass(frozen=True)
class Ensemble:
    """The players, and the drum kit and groove, both empty without drums."""

    parts: tuple[Part, ...]
    kit: str = ""
    groove: str = ""
    drums_db: float = 0.0

    @property
    def instruments(self) -> tuple[str, ...]:
        """The names of all instruments, each once."""
        names = [part.voice for part in self.parts]
        if self.kit:
            names.append(f"{self.kit} drums")
        return tuple(dict.fromkeys(names))


def instruments_named(text: Prompt) -> list[Mention]:
    """Return the instruments a prompt asks for, in its order, each once."""
    by_word = {word: str(number) for number, mention in enumerate(MENTIONS) for word in mention.words}
    numbers = dict.fromkeys(int(number) for _, number in longest_first(text.wanted, by_word))
    return [MENTIONS[number] for number in numbers]


def kit_named(text: Prompt) -> str:
    """Return the kit a prompt asks for, or nothing."""
    return next((kit for words, kit in KIT_WORDS if text.has(words)), "")


def assemble(text: Prompt, genre: Genre, energy: float, chamber: bool, draw: np.random.Generator) -> Ensemble:
    """Return the players for a prompt; of a chamber ensemble those it names and what they need below."""
    named = [mention for mention in instruments_named(text) if mention.voice]
    drums_only = _drums_only(text, named)
    alone = (
        bool(named)
        and bool(_ALONE.search(text.wanted))
        and not text.has(("guitar solo", "sax solo", "drum solo"))
    )
    parts = {} if drums_only else _parts(genre, energy, draw)
    if alone:
        parts = _alone(named, genre, parts)
    elif named and not drums_only:
        parts = _with_named(parts, named, genre)
        parts = _chamber(parts, named, genre) if chamber else parts
    wanted = _without_refused(parts, text, genre)
    with_drums = drums_only or _drums_wanted(text, genre, energy, by_itself=not alone and not chamber)
    if not wanted and not with_drums:
        wanted = {"lead": Part("lead", "piano", "", 0.0), "chords": Part("chords", "piano", "halves", -3.0)}
    kit, groove = _drums(text, genre, draw) if with_drums else ("", "")
    layer = genre.layers.get("drums")
    return Ensemble(tuple(wanted.values()), kit, groove, layer.level_db if layer else -2.0)


def _drums_only(text: Prompt, named: list[Mention]) -> bool:
    asks = text.has(
        (
            "drum solo",
            "drum loop",
            "drums only",
            "only drums",
            "just drums",
            "drum beat",
            "drum break",
            "solo drums",
        )
    )
    return asks and not named


def _parts(genre: Genre, energy: float, draw: np.random.Generator) -> dict[str, Part]:
    parts = {}
    for role, layer in genre.layers.items():
        if role == "drums":
            continue
        voice = str(draw.choice(_fitting(layer.voices, energy) if role == "lead" else layer.voices))
        parts[role] = Part(role, voice, _pattern(layer, draw), layer.level_db)
    return parts


def _fitting(voices: tuple[str, ...], energy: float) -> tuple[str, ...]:
    """Return which of four or more leads suit the mood: templates name the stronger ones first."""
    if len(voices) < 4 or abs(energy) < 0.2:
        return voices
    half = len(voices) // 2
    return voices[:half] if energy > 0 else voices[half:]


def _pattern(layer: Layer, draw: np.random.Generator) -> str:
    return str(draw.choice(layer.patterns)) if layer.patterns else ""


def _part(role: str, voice: str, genre: Genre, current: Part | None) -> Part:
    """Return a named instrument's part: the genre's pattern where it has one."""
    if current is not None:
        return Part(role, voice, current.pattern, current.level_db + 1.0)
    layer = genre.layers.get(role)
    four, three = _FALLBACK.get(role, ("", ""))
    pattern = layer.patterns[0] if layer and layer.patterns else (three if genre.meter == 3 else four)
    return Part(role, voice, pattern, 1.0 if role == "lead" else 0.0)


def _with_named(parts: dict[str, Part], named: list[Mention], genre: Genre) -> dict[str, Part]:
    """Return the genre's parts with the named instruments in their most natural free roles."""
    taken: set[str] = set()
    result = dict(parts)
    for mention in named:
        free = [role for role in mention.roles if role not in taken]
        present = [role for role in free if role in parts and parts[role].voice == mention.voice]
        role = (present or free or ["counter"])[0]
        if role in taken:
            continue
        result[role] = _part(role, mention.voice, genre, parts.get(role))
        taken.add(role)
    return result


def _chamber(parts: dict[str, Part], named: list[Mention], genre: Genre) -> dict[str, Part]:
    """Return the named instruments' parts, the first leading, on the genre's bass and, if need be, chords."""
    voices = {mention.voice for mention in named}
    result = {role: part for role, part in parts.items() if part.voice in voices}
    if "lead" not in result and "lead" in named[0].roles:
        result["lead"] = _part("lead", named[0].voice, genre, None)
    if not {"chords", "arp", "pad"} & set(result):
        result |= {role: parts[role] for role in ("chords",) if role in parts}
    return result | {role: parts[role] for role in ("bass",) if role in parts}


def _alone(named: list[Mention], genre: Genre, parts: dict[str, Part]) -> dict[str, Part]:
    """Return parts for the named instruments and nobody else; one that can play chords accompanies itself."""
    result: dict[str, Part] = {}
    for mention in named:
        polyphonic = bool(_ACCOMPANYING & set(mention.roles))
        roles = ("lead", "chords", "bass") if polyphonic and len(named) == 1 else mention.roles
        free = [role for role in roles if role not in result]
        for role in free if polyphonic and len(named) == 1 else free[:1]:
            result[role] = _part(role, mention.voice, genre, parts.get(role))
    return {role: _self_accompanied(part) for role, part in result.items()}


def _self_accompanied(part: Part) -> Part:
    level = {"lead": 1.5, "chords": -3.0, "bass": -3.0}.get(part.role, 0.0)
    pattern = part.pattern
    if part.role == "chords" and VOICES[part.voice].sustained:
        pattern = "held"
    elif part.role == "chords" and pattern in ("", "halves", "held"):
        pattern = "broken"
    return Part(part.role, part.voice, pattern, level)


def _without_refused(parts: dict[str, Part], text: Prompt, genre: Genre) -> dict[str, Part]:
    """Return the parts not refused by role or instrument; another of the genre's voices steps in."""
    refused = {mention.voice for mention in MENTIONS if text.refuses(mention.words)}
    if text.refuses(("guitar", "guitars")):
        refused |= {name for name in VOICES if "guitar" in name}
    if text.refuses(("synth", "synths", "electronics")):
        refused |= {
            "saw lead",
            "square lead",
            "supersaw",
            "synth pluck",
            "warm pad",
            "synth strings",
            "synth brass",
        }
    result = {}
    for role, part in parts.items():
        if text.refuses(ROLE_WORDS.get(role, ())):
            continue
        if part.voice in refused:
            usual = genre.layers[role].voices if role in genre.layers else ()
            others = [v for v in (*usual, *_SUBSTITUTES.get(role, ())) if v not in refused]
            if not others:
                continue
            part = Part(role, others[0], part.pattern, part.level_db)
        result[role] = part
    return result


def _drums_wanted(text: Prompt, genre: Genre, energy: float, by_itself: bool) -> bool:
    """Return whether there are drums: as the prompt says, else as the genre and the mood have it."""
    if text.refuses(ROLE_WORDS["drums"]):
        return False
    if text.has(DRUM_WORDS) or kit_named(text):
        return True
    # A lullaby or an orchestra at rest has its percussion only when the mood asks for it.
    return (
        by_itself
        and "drums" in genre.layers
        and (energy > -0.15 or genre.form not in ("rise", "classical", "drift"))
    )


def _drums(text: Prompt, genre: Genre, draw: np.random.Generator) -> tuple[str, str]:
    layer = genre.layers.get("drums")
    grooves = layer.patterns if layer else (("waltz",) if genre.meter == 3 else ("ballad", "pulse"))
    if genre.meter == 3 and not set(grooves) & TRIPLE:
        grooves = ("waltz",)
    return kit_named(text) or str(draw.choice(genre.kits)), str(draw.choice(grooves))
