"""How words may be written: together, with a hyphen, apart or in short; and symbols.

`lofi`, `lo-fi`, `lo fi`; `80bpm`, `80 bpm`; `drum'n'bass`, `drum & bass`, `dnb`. The index gets the other
spellings of a text in a column of their own; a query asks for each spelling of its words.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from services.catalog import taxonomy

WORD = re.compile(r"[^\W_]+")
"""A word as the index splits texts into them."""

EVERY = "everytrack"
"""A word that the index holds of every track, so that a search may consist of exclusions alone."""

# Words that nearly every sentence has: beside others they are not asked for.
GLUE = frozenset("a an and at by for from in into is it n of on or over the to with".split())  # noqa: SIM905

_RUN = re.compile(r"\d+|[^\W\d_]+")
_SYMBOL_NAME = re.compile(r"\bu[0-9a-f]{4,6}sym\b")
_SHORT = 4  # neighbours up to this length are indexed joined as well: lo fi, hip hop, drum kit

_LINKS = ("n", "and")
"""What stands between the words of drum'n'bass, drum n bass, drum and bass; `&` counts as the first."""

_ALSO = {
    "dnb": "drumnbass drum bass",
    "drumnbass": "dnb drum bass",
    "rnb": "rhythmnblues rhythm blues",
    "rhythmnblues": "rnb rhythm blues",
}
"""What is written in short, written out, and the other way round."""

_APART = taxonomy.COMPOUNDS | _ALSO


def index_words(*texts: str) -> str:
    """The other spellings of the texts' words, for the index: joined, split, and symbols by their code.

    And a word that every track has.
    """
    found: dict[str, None] = {EVERY: None}
    for text in map(name_symbols, texts):
        found |= dict.fromkeys(_SYMBOL_NAME.findall(text))
        found |= dict.fromkeys(_other_spellings(_SYMBOL_NAME.sub(" ", text)))
    return " ".join(found)


def spellings(chunk: str) -> list[str]:
    """What to ask for where this was typed without a space; it has a word. Itself comes first."""
    parts = WORD.findall(chunk)
    if len(parts) > 1:
        return [chunk, "".join(WORD.findall(_link_named(chunk)))]
    runs = _RUN.findall(parts[0])
    return [chunk, " ".join(runs)] if len(runs) > 1 and not _SYMBOL_NAME.fullmatch(chunk) else [chunk]


def name_symbols(text: str) -> str:
    """Put a word in the place of every pictograph: the index drops them otherwise."""
    if text.isascii():
        return text
    return "".join(f" u{ord(c):04x}sym " if unicodedata.category(c) == "So" else c for c in text)


def _other_spellings(text: str) -> Iterator[str]:
    words: list[str] = []
    for chunk in _link_named(text).split():
        parts = [chunk] if chunk.isalnum() else WORD.findall(chunk)  # most are words as they stand
        words += parts
        if len(parts) > 1:
            yield from _with_others("".join(parts).casefold())
    for word in words:
        if not word.isalpha() and len(runs := _RUN.findall(word)) > 1:
            yield " ".join(runs)
    small = [word.casefold() for word in words]
    yield from [_APART[word] for word in small if word in _APART]
    yield from _joined(small)


def _joined(words: Sequence[str]) -> Iterator[str]:
    for left, right in pairwise(words):
        if left in GLUE or right in GLUE:
            continue
        joined = left + right
        are_short = len(left) <= _SHORT and len(right) <= _SHORT
        if are_short or joined in taxonomy.COMPOUNDS or left.isdecimal() != right.isdecimal():
            yield joined
    for left, link, right in zip(words, words[1:], words[2:], strict=False):
        if link in _LINKS:
            yield from _with_others(f"{left}n{right}")


def _with_others(word: str) -> Iterator[str]:
    yield word
    if word in _ALSO:
        yield _ALSO[word]


def _link_named(text: str) -> str:
    return text.replace("&", " n ") if "&" in text else text
