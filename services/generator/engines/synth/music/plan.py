"""From a prompt and a seed to a plan: what will be played, by whom, how fast and in which key."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.generator.engines.synth.dsp import generator
from services.generator.engines.synth.words import Prompt, longest_first, read

from . import progressions, scenes, wishes
from .ensemble import Ensemble, Part, assemble, instruments_named, kit_named
from .genre import Genre
from .genres.catalogue import GENRES
from .moods import MOODS, Mood
from .orchestra import CHAMBER_WORDS, DRUM_WORDS
from .textures import TEXTURE_WORDS
from .theory import FAMILIES, MODES, Key


@dataclass(frozen=True)
class MusicPlan:
    """Everything decided before a note is written.

    energy, busy run 0..1, bright -1..1; register moves melodies by octaves; name is what random generators
    for the parts are derived from, beside the seed.
    """

    name: str
    seed: int
    genre: Genre
    bpm: float
    bpm_given: bool
    key: Key
    colour: str
    progressions: tuple[str, ...]
    cadences: tuple[str, ...]
    ensemble: Ensemble
    energy: float
    busy: float
    bright: float
    register: int
    room_s: float
    wet: float
    textures: tuple[str, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The players, drums not among them."""
        return self.ensemble.parts

    def random(self, *names: str) -> np.random.Generator:
        """Return the generator for one decision or part, independent of all others."""
        return generator(self.seed, self.name, *names)


def plan(prompt: str, seed: int) -> MusicPlan:
    """Return the plan for a prompt; any text gives one."""
    text = read(prompt)
    draw = generator(seed, text.wanted, text.unwanted, "plan")
    head, modifier, chamber = _genres(text, draw)
    mood = _mood(text)
    genre = _blend(head, modifier)
    bpm, given = _tempo(prompt, text, genre, mood, draw)
    key = _key(prompt, genre, mood, draw)
    source = modifier if modifier is not None and _harmony_of(modifier, key) else genre
    family = FAMILIES[key.mode]
    return MusicPlan(
        name=f"{text.wanted}|{text.unwanted}",
        seed=seed,
        genre=genre,
        bpm=bpm,
        bpm_given=given,
        key=key,
        colour=source.colour,
        progressions=_harmony_of(source, key) or progressions.BY_FAMILY[family],
        cadences=_cadences(source, family),
        ensemble=assemble(text, genre, mood.energy, chamber, draw),
        energy=float(np.clip(0.55 + mood.energy, 0.1, 1.0)),
        busy=float(np.clip(genre.busy + mood.busy, 0.05, 1.0)),
        bright=float(np.clip(genre.bright + mood.bright, -1.0, 0.7)),
        register=mood.register,
        room_s=genre.room_s * (1.0 + mood.wet * 2.0),
        wet=float(np.clip(genre.wet + mood.wet, 0.03, 0.8)),
        textures=_textures(text, genre),
    )


def _genres(text: Prompt, draw: np.random.Generator) -> tuple[Genre, Genre | None, bool]:
    """Return the genre, the last named; one that colours it ("jazz house"), if there is one; and chamber.

    chamber says that the instruments named are meant to be the whole ensemble.
    """
    strong = {word: g.name for g in GENRES.values() for word in g.words if not word.startswith("~")}
    named = [name for _, name in longest_first(text.wanted, strong)]
    if named:
        other = next((name for name in reversed(named) if name != named[-1]), None)
        return GENRES[named[-1]], GENRES[other] if other else None, text.has(CHAMBER_WORDS)
    hints = {word[1:]: g.name for g in GENRES.values() for word in g.words if word.startswith("~")}
    hinted = longest_first(text.wanted, hints)
    if hinted:
        return GENRES[hinted[-1][1]], None, text.has(CHAMBER_WORDS)
    voices = [mention.voice for mention in instruments_named(text) if mention.voice in scenes.BY_VOICE]
    if voices:
        return GENRES[scenes.BY_VOICE[voices[0]]], None, True
    return GENRES[_suggested(text, draw)], None, False


def _suggested(text: Prompt, draw: np.random.Generator) -> str:
    kit = kit_named(text)
    if kit in scenes.BY_KIT:
        return scenes.BY_KIT[kit]
    for name, words in scenes.SCENES.items():
        if text.has(words):
            return name
    for words, names in scenes.BY_MOOD:
        if text.has(words):
            return str(draw.choice(names))
    if text.has(DRUM_WORDS):
        return str(draw.choice(scenes.RHYTHMS))
    return str(draw.choice(scenes.ANYTHING))


def _blend(head: Genre, modifier: Genre | None) -> Genre:
    """Return the head genre coloured by another: its lead, its room, its tone, its noise."""
    if modifier is None:
        return head
    layers = dict(head.layers)
    if "lead" in modifier.layers:
        layers["lead"] = modifier.layers["lead"]
    for role in ("pad", "arp", "chords"):
        if role in modifier.layers and role not in layers and modifier.meter == head.meter:
            layers[role] = modifier.layers[role]
    return replace(
        head,
        layers=layers,
        wet=(head.wet + max(head.wet, modifier.wet)) / 2,
        room_s=(head.room_s + max(head.room_s, modifier.room_s)) / 2,
        bright=(head.bright + modifier.bright) / 2,
        texture=head.texture or modifier.texture,
    )


def _mood(text: Prompt) -> Mood:
    """Return all moods of the text taken together."""
    total = Mood()
    for words, mood in MOODS:
        if text.has(words):
            total = Mood(
                tempo=total.tempo * mood.tempo,
                minor=total.minor + mood.minor,
                energy=total.energy + mood.energy,
                busy=total.busy + mood.busy,
                bright=total.bright + mood.bright,
                register=max(-1, min(1, total.register + mood.register)),
                wet=total.wet + mood.wet,
                mode=total.mode or mood.mode,
            )
    return replace(total, tempo=float(np.clip(total.tempo, 0.7, 1.3)))


def _tempo(
    prompt: str, text: Prompt, genre: Genre, mood: Mood, draw: np.random.Generator
) -> tuple[float, bool]:
    """Return the tempo and whether the prompt gives it as such."""
    low, high = genre.bpm
    usual = float(np.round(draw.uniform(low, high)))
    written = wishes.tempo(prompt)
    if written is not None:
        return written, True
    factors = [factor for word, factor in wishes.TEMPO_FACTORS.items() if text.has((word,))]
    factor = min(factors) if factors and min(factors) < 1 else max(factors, default=1.0)
    if not factors:
        factor = mood.tempo
    return float(np.clip(round(usual * factor), 50, 1.15 * high)), False


def _key(prompt: str, genre: Genre, mood: Mood, draw: np.random.Generator) -> Key:
    tonic = int(draw.integers(0, 12))
    mode = str(draw.choice(_modes_fitting(genre.modes, mood, draw)))
    written_tonic, written_mode = wishes.tonality(prompt)
    if written_mode is not None:
        mode = written_mode
    elif written_tonic is not None:
        mode = "major" if "major" in genre.modes and mood.minor <= 0 else mode
    return Key(tonic if written_tonic is None else written_tonic, mode)


def _modes_fitting(modes: Sequence[str], mood: Mood, draw: np.random.Generator) -> list[str]:
    """Return the genre's modes that the mood allows, or the mood's own."""
    if mood.minor == 0 or modes == ("blues",):
        return list(modes)
    dark = mood.minor > 0
    if dark and mood.mode and draw.random() < 0.5:
        return [mood.mode]
    fitting = [mode for mode in modes if (4 not in MODES[mode]) == dark]
    return fitting or ["minor" if dark else "major"]


def _harmony_of(genre: Genre, key: Key) -> tuple[str, ...]:
    """Return the genre's own progressions for a mode, those of a near mode if it has none, or nothing."""
    family = FAMILIES[key.mode]
    near = {"harmonic minor": "minor", "lydian": "", "mixolydian": "", "phrygian": "", "dorian": ""}.get(
        family, ""
    )
    return genre.progressions.get(family) or genre.progressions.get(near, ())


def _cadences(genre: Genre, family: str) -> tuple[str, ...]:
    if genre.progressions is progressions.JAZZ:
        return progressions.JAZZ_CADENCES.get(family, progressions.CADENCES[family])
    if genre.progressions is progressions.RIFFS and family == "minor":
        return ("bVII", "bVI bVII")
    return progressions.CADENCES[family]


def _textures(text: Prompt, genre: Genre) -> tuple[str, ...]:
    asked = [name for name, words in TEXTURE_WORDS.items() if text.has(words)]
    if (
        genre.texture
        and genre.texture not in asked
        and not text.refuses(TEXTURE_WORDS.get(genre.texture, ()))
    ):
        asked.append(genre.texture)
    return tuple(asked[:3])
