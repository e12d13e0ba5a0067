"""What a prompt that names no genre suggests one by: places, pictures, instruments, moods."""

from .wishes import TEMPO_WORDS

SCENES: dict[str, tuple[str, ...]] = {
    "piano": tuple(TEMPO_WORDS),
    "orchestral": (
        "battle",
        "war",
        "hero",
        "dragon",
        "kingdom",
        "empire",
        "adventure",
        "quest",
        "boss fight",
        "victory",
    ),
    "ambient": (
        "forest",
        "ocean",
        "nature",
        "stars",
        "sky",
        "clouds",
        "underwater",
        "cave",
        "desert",
        "relax",
        "focus",
    ),
    "synthwave": (
        "neon",
        "cyberpunk",
        "night drive",
        "city at night",
        "miami",
        "future",
        "robot",
        "sci fi",
        "hacker",
    ),
    "chiptune": ("video game", "pixel", "platformer", "game music", "game over"),
    "jazz": ("bar", "restaurant", "speakeasy", "new orleans", "paris", "detective", "midnight"),
    "house": ("gym", "workout", "fitness", "nightclub", "dancefloor", "fashion", "dj"),
    "reggae": ("beach", "jamaica", "hawaii", "palm trees", "holiday"),
    "pop": ("birthday", "kids", "children", "advert", "vlog", "cooking", "morning", "road trip"),
    "lullaby": ("cat", "kitten", "teddy", "snow", "winter", "sleepy"),
    "lo-fi": ("rain", "rainy", "homework", "coffee", "cozy", "tokyo", "anime"),
    "folk": ("mountain", "village", "river", "farm", "autumn", "road"),
    "rock": ("motorcycle", "highway", "rebel", "stadium"),
}

BY_VOICE: dict[str, str] = {
    "piano": "piano", "felt piano": "piano", "harpsichord": "piano", "church organ": "piano",
    "electric piano": "lo-fi", "dx piano": "ballad", "clavinet": "funk", "organ": "blues",
    "accordion": "waltz", "celesta": "lullaby", "music box": "lullaby", "glockenspiel": "lullaby",
    "bell": "ambient", "marimba": "pop", "xylophone": "pop", "vibraphone": "jazz", "kalimba": "ambient",
    "steel drum": "reggae", "distorted guitar": "rock", "blues guitar": "rock", "clean guitar": "pop",
    "funk guitar": "funk", "nylon guitar": "bossa nova", "acoustic guitar": "folk", "banjo": "country",
    "ukulele": "pop", "harp": "orchestral", "sitar": "ambient", "koto": "ambient",
    "pizzicato": "orchestral", "strings": "orchestral", "violin": "orchestral", "cello": "orchestral",
    "horn": "orchestral", "brass": "orchestral", "trumpet": "jazz", "saxophone": "jazz",
    "pan flute": "ambient", "flute": "orchestral", "whistle": "folk", "clarinet": "jazz",
    "oboe": "orchestral", "choir": "orchestral", "theremin": "ambient", "harmonica": "blues",
    "bagpipes": "celtic", "supersaw": "trance", "saw lead": "synthwave", "square lead": "synthwave",
    "warm pad": "ambient", "synth strings": "synthwave", "synth brass": "synthwave",
    "synth pluck": "house", "slap bass": "funk", "acoustic bass": "jazz", "acid bass": "techno",
    "sub bass": "lo-fi", "reese bass": "drum and bass", "wobble bass": "dubstep", "synth bass": "house",
    "808 bass": "trap",
}  # fmt: skip
"""The genre an instrument suggests."""

BY_KIT = {
    "808": "trap",
    "909": "techno",
    "brushes": "jazz",
    "orchestral": "orchestral",
    "latin": "latin",
    "break": "drum and bass",
}

BY_MOOD: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("epic", "heroic", "triumphant", "majestic", "suspense", "dramatic", "tense", "thriller", "chase"),
        ("orchestral",),
    ),
    (("energetic", "driving", "pumping", "powerful", "workout", "intense"), ("house", "rock", "trance")),
    (("aggressive", "angry", "heavy", "brutal", "furious"), ("metal", "rock", "dubstep")),
    (
        ("sad", "melancholic", "melancholy", "lonely", "nostalgic", "wistful", "heartbroken"),
        ("piano", "ballad"),
    ),
    (("romantic", "tender", "love", "emotional", "sentimental"), ("ballad", "piano")),
    (("calm", "peaceful", "relaxing", "gentle", "soothing", "quiet", "soft", "serene"), ("piano", "ambient")),
    (("chill", "mellow", "laid back", "cozy"), ("lo-fi",)),
    (
        ("dreamy", "ethereal", "floating", "mysterious", "eerie", "haunting", "spooky", "dark", "scary"),
        ("ambient", "orchestral"),
    ),
    (
        ("happy", "cheerful", "joyful", "playful", "fun", "sunny", "positive", "festive"),
        ("pop", "folk", "funk"),
    ),
)

RHYTHMS = ("funk", "rock", "hip-hop", "house", "drum and bass", "lo-fi", "latin")
"""Drawn from where a prompt asks for drums and suggests nothing else."""

ANYTHING = ("pop", "lo-fi", "house", "folk", "synthwave", "piano", "funk", "orchestral", "ballad", "chiptune")
"""Drawn from where a prompt suggests nothing at all."""
