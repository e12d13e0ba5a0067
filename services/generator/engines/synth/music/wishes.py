"""Tempo and key as written in a prompt."""

import re

from .theory import MODES

SLOWEST_BPM, FASTEST_BPM = 40.0, 220.0
"""Tempos outside are moved to the edge: beyond them a beat is no longer felt as one."""

_BPM = re.compile(r"(\d{2,3}(?:\.\d+)?)\s*(?:bpm|b\.p\.m|beats per minute|schläge)", re.IGNORECASE)
_TEMPO = re.compile(
    r"\b(?:tempo|bpm|at)\s*(?:of|is|=|:|@)?\s*(\d{2,3}(?:\.\d+)?)\b(?!\s*(?:s\b|sec|min|%|hz|db))",
    re.IGNORECASE,
)

TEMPO_WORDS: dict[str, float] = {
    "larghissimo": 40, "grave": 45, "largo": 50, "lento": 54, "larghetto": 63, "adagio": 70, "adagietto": 74,
    "andante": 84, "andantino": 92, "moderato": 110, "allegretto": 116, "allegro": 132, "vivace": 160,
    "presto": 180, "prestissimo": 200,
}  # fmt: skip
"""Italian tempo marks in beats a minute, the middles of their usual ranges."""

TEMPO_FACTORS: dict[str, float] = {
    "very slow": 0.68, "slow": 0.8, "slower": 0.88, "slowly": 0.8, "downtempo": 0.85,
    "mid tempo": 1.0, "langsam": 0.8,
    "fast": 1.22, "faster": 1.15, "very fast": 1.4, "quick": 1.18, "up tempo": 1.15,
    "uptempo": 1.15, "rapid": 1.25,
    "schnell": 1.22, "speed": 1.2, "lento y triste": 0.75, "rapido": 1.22,
}  # fmt: skip

_NOTE = r"(?P<note>[a-h])\s*(?P<sign>#|♯|♭|b(?![a-z])|[\s-]?sharp|[\s-]?flat|is(?![a-z])|es(?![a-z]))?"
_MODE = (
    r"(?P<mode>major pentatonic|minor pentatonic|pentatonic major|pentatonic minor|pentatonic|harmonic minor|"
    r"melodic minor|natural minor|major|minor|maj|min|dur|moll|dorian|phrygian|lydian|mixolydian|"
    r"locrian|aeolian|ionian|blues|whole tone)"
)
_NAMED = re.compile(rf"(?<![\w#])(?<!\d\s){_NOTE}[\s\-]*{_MODE}(?!\w)", re.IGNORECASE)
_BARE = re.compile(
    r"\b(?:[Ii]n|[Kk]ey(?: of)?:?)\s+(?:the key of\s+)?"
    r"(?P<note>[A-G])(?P<sign>#|♯|♭|b|[\s-]?sharp|[\s-]?flat)?(?P<m>m)?(?![\w#'’])(?!\s+[a-z])"
)
_SHORT = re.compile(r"(?<![\w#'’])(?<!I )(?P<note>[A-G])(?P<sign>#|♯|♭|b)?m(?!\w|['’])")
_MODE_ALONE = re.compile(rf"(?<!\w){_MODE}(?!\w)", re.IGNORECASE)

_NATURALS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11, "h": 11}
_MODE_NAMES = {
    "maj": "major", "dur": "major", "ionian": "major", "pentatonic major": "major pentatonic",
    "min": "minor", "moll": "minor", "aeolian": "minor", "natural minor": "minor",
    "pentatonic minor": "minor pentatonic", "pentatonic": "minor pentatonic",
}  # fmt: skip


def tempo(text: str) -> float | None:
    """Return the tempo written as a number or an Italian mark, in beats a minute within 40..220, or None."""
    match = _BPM.search(text) or _TEMPO.search(text)
    if match:
        return min(max(float(match[1]), SLOWEST_BPM), FASTEST_BPM)
    return next(
        (bpm for word, bpm in TEMPO_WORDS.items() if re.search(rf"\b{word}\b", text, re.IGNORECASE)), None
    )


def tonality(text: str) -> tuple[int | None, str | None]:
    """Return the tonic's pitch class and the mode's name as far as they are written, each None if not.

    "a minor key" asks for minor only: a lower-case a before a mode and "key" or "mode" is the article.
    """
    for match in _NAMED.finditer(text):
        if (
            match["note"] == "a"
            and not match["sign"]
            and re.match(r"\s+(?:key|mode|scale|feel|mood)", text[match.end() :])
        ):
            continue
        if match["mode"].lower() == "blues" and match["note"] == "a":
            continue
        return _tonic(match), _mode(match["mode"])
    bare = _BARE.search(text) or _SHORT.search(text)
    alone = _MODE_ALONE.search(text)
    mode = _mode(alone["mode"]) if alone and alone["mode"].lower() != "blues" else None
    if bare:
        return _tonic(bare), mode or ("minor" if bare.re is _SHORT or bare["m"] else None)
    return None, mode


def _tonic(match: re.Match[str]) -> int:
    sign = (match["sign"] or "").strip(" -").lower()
    shift = {"#": 1, "♯": 1, "sharp": 1, "is": 1, "b": -1, "♭": -1, "flat": -1, "es": -1}.get(sign, 0)
    return (_NATURALS[match["note"].lower()] + shift) % 12


def _mode(name: str) -> str:
    plain = " ".join(name.lower().split())
    known = _MODE_NAMES.get(plain, plain)
    return known if known in MODES else "major"
