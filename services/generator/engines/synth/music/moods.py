"""Mood words and what they do to the music."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mood:
    """How a mood moves the plan.

    tempo is a factor; minor is a wish for a dark (1) or bright (-1) mode; the others add: energy and busy
    to 0..1 scales, bright to the tone (-1..1), register in octaves, wet to the reverb. mode asks for one
    mode outright.
    """

    tempo: float = 1.0
    minor: float = 0.0
    energy: float = 0.0
    busy: float = 0.0
    bright: float = 0.0
    register: int = 0
    wet: float = 0.0
    mode: str = ""


_CALM = Mood(tempo=0.88, energy=-0.25, busy=-0.12, bright=-0.2, wet=0.06)
_SAD = Mood(tempo=0.82, minor=1, energy=-0.2, busy=-0.1, bright=-0.2, wet=0.05)
_HAPPY = Mood(tempo=1.06, minor=-1, energy=0.1, busy=0.08, bright=0.15)
_DARK = Mood(tempo=0.95, minor=1, energy=0.0, bright=-0.4, register=-1, wet=0.05)
_EPIC = Mood(energy=0.3, minor=0.3, bright=0.1, wet=0.08)
_DREAMY = Mood(tempo=0.9, energy=-0.15, busy=-0.1, bright=-0.1, wet=0.18)
_TENSE = Mood(tempo=1.05, minor=1, energy=0.15, busy=0.05, bright=-0.05, mode="phrygian")
_ENERGETIC = Mood(tempo=1.1, energy=0.35, busy=0.12, bright=0.15, wet=-0.04)
_ROMANTIC = Mood(tempo=0.9, minor=-0.4, energy=-0.1, wet=0.06)
_MYSTERIOUS = Mood(tempo=0.9, minor=1, energy=-0.1, busy=-0.08, bright=-0.2, wet=0.12, mode="dorian")

MOODS: tuple[tuple[tuple[str, ...], Mood], ...] = (
    (
        (
            "calm",
            "calming",
            "peaceful",
            "relaxing",
            "relaxed",
            "serene",
            "gentle",
            "soothing",
            "quiet",
            "soft",
            "chill",
        ),
        _CALM,
    ),
    (
        ("mellow", "tranquil", "laid back", "easy", "lazy", "minimal", "slow", "ruhig", "tranquilo", "calme"),
        _CALM,
    ),
    (
        (
            "sad",
            "melancholic",
            "melancholy",
            "melancholia",
            "sorrowful",
            "gloomy",
            "lonely",
            "heartbroken",
            "tragic",
        ),
        _SAD,
    ),
    (
        ("mournful", "wistful", "longing", "grief", "traurig", "triste", "nostalgic", "bittersweet"),
        _SAD,
    ),
    (
        (
            "happy",
            "upbeat",
            "joyful",
            "cheerful",
            "joyous",
            "uplifting",
            "bright",
            "sunny",
            "playful",
            "fun",
            "optimistic",
        ),
        _HAPPY,
    ),
    (
        (
            "hopeful",
            "positive",
            "festive",
            "celebration",
            "cute",
            "funny",
            "fröhlich",
            "feliz",
            "alegre",
            "joyeux",
        ),
        _HAPPY,
    ),
    (
        (
            "dark",
            "darker",
            "ominous",
            "sinister",
            "evil",
            "haunting",
            "scary",
            "spooky",
            "horror",
            "gothic",
            "creepy",
        ),
        _DARK,
    ),
    (
        (
            "epic",
            "heroic",
            "triumphant",
            "majestic",
            "grand",
            "powerful",
            "glorious",
            "massive",
            "battle",
            "victory",
        ),
        _EPIC,
    ),
    (
        (
            "dreamy",
            "ethereal",
            "floating",
            "hazy",
            "spacey",
            "airy",
            "magical",
            "otherworldly",
            "dream",
            "shimmering",
        ),
        _DREAMY,
    ),
    (
        (
            "tense",
            "suspense",
            "suspenseful",
            "anxious",
            "dramatic",
            "urgent",
            "chase",
            "danger",
            "nervous",
            "thriller",
        ),
        _TENSE,
    ),
    (
        (
            "energetic",
            "energy",
            "exciting",
            "driving",
            "intense",
            "wild",
            "powerful",
            "aggressive",
            "angry",
            "furious",
        ),
        _ENERGETIC,
    ),
    (
        (
            "workout",
            "hard",
            "heavy",
            "fast",
            "pumping",
            "lively",
            "brutal",
            "frantic",
            "sport",
            "running",
            "racing",
        ),
        _ENERGETIC,
    ),
    (
        (
            "romantic",
            "love",
            "tender",
            "warm",
            "intimate",
            "sweet",
            "beautiful",
            "sensual",
            "emotional",
            "moving",
        ),
        _ROMANTIC,
    ),
    (
        (
            "mysterious",
            "mystical",
            "enigmatic",
            "strange",
            "curious",
            "ancient",
            "oriental",
            "eerie",
            "hypnotic",
        ),
        _MYSTERIOUS,
    ),
)
