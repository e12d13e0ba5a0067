"""What a person types into the search box, as a query of FTS5; and the words the index holds beside the text.

Words may be written together, with a hyphen or apart: `lofi`, `lo-fi`, `lo fi`; `80bpm`, `80 bpm`.
The index gets the other spellings in a column of their own, the query asks for each of them.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

MOST_TERMS = 8
_MOST_CHARACTERS = 500
_LONGEST_CHUNK = 64
_SHORT = 4  # neighbours up to this length are indexed joined as well: lo fi, hip hop, drum kit
_SHORTEST_PREFIX = 2  # the index has prefixes of 2 and 3; a shorter one reads every word there is

_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"\d+|[^\W\d_]+")
_TERM = re.compile(r'(-?)(?:"([^"]*)("?)|([^\s"]+))')
_SYMBOL_NAME = re.compile(r"\bu[0-9a-f]{4,6}sym\b")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))


@dataclass(frozen=True)
class Match:
    """An FTS5 expression that must match and one that must not; None where there is none."""

    wanted: str | None
    unwanted: str | None


@dataclass(frozen=True)
class _Term:
    text: str
    negative: bool
    phrase: bool
    open_end: bool


def parse(text: str) -> Match | None:
    """Read a search text; None when nothing in it can be searched for.

    All words must occur. `"some words"` is a phrase, `-word` excludes, the last word may be
    unfinished. Anything else is text: no input is an error.
    """
    terms = _terms(text)
    wanted = " AND ".join(_expression(term) for term in terms if not term.negative)
    unwanted = " OR ".join(_expression(term) for term in terms if term.negative)
    return Match(wanted or None, unwanted or None) if terms else None


def index_words(*texts: str) -> str:
    """The other spellings of the texts' words, for the index: joined, split, and symbols by their code."""
    found: dict[str, None] = {}
    for text in map(_name_symbols, texts):
        found |= dict.fromkeys(_SYMBOL_NAME.findall(text))
        found |= dict.fromkeys(_other_spellings(_SYMBOL_NAME.sub(" ", text)))
    return " ".join(found)


def _other_spellings(text: str) -> Iterator[str]:
    for chunk in text.split():
        if len(parts := _WORD.findall(chunk)) > 1:
            yield "".join(parts)
    words = _WORD.findall(text)
    for word in words:
        if len(runs := _RUN.findall(word)) > 1:
            yield " ".join(runs)
    for left, right in pairwise(words):
        if max(len(left), len(right)) <= _SHORT or left.isdecimal() != right.isdecimal():
            yield left + right


def _terms(text: str) -> list[_Term]:
    encodable = text[:_MOST_CHARACTERS].encode(errors="ignore").decode()  # leaves out lone surrogates
    text = _name_symbols(encodable.translate(_QUOTES))
    found = list(_TERM.finditer(text))
    terms = []
    for match in found:
        sign, phrase, closing, chunk = match.groups()
        words = (phrase if chunk is None else chunk[:_LONGEST_CHUNK]).replace("\0", " ")
        open_end = match is found[-1] and not sign and not closing
        if _WORD.search(words):
            terms.append(_Term(words, bool(sign), chunk is None, open_end))
    return terms[:MOST_TERMS]


def _expression(term: _Term) -> str:
    if term.phrase:
        return f"{{prompt tag_words}} : {_quoted(term.text, term.open_end)}"
    spellings = [_quoted(spelling, term.open_end) for spelling in _spellings(term.text)]
    return spellings[0] if len(spellings) == 1 else f"({' OR '.join(spellings)})"


def _spellings(chunk: str) -> list[str]:
    parts = _WORD.findall(chunk)
    if len(parts) > 1:
        return [chunk, "".join(parts)]
    runs = _RUN.findall(parts[0])
    return [chunk, " ".join(runs)] if len(runs) > 1 and not _SYMBOL_NAME.fullmatch(chunk) else [chunk]


def _quoted(text: str, open_end: bool) -> str:
    """An FTS5 string: everything in it is text, split into words as the index was."""
    last = _WORD.findall(text)[-1]
    star = "*" if open_end and len(last) >= _SHORTEST_PREFIX else ""
    return '"' + text.replace('"', '""') + '"' + star


def _name_symbols(text: str) -> str:
    """Put a word in the place of every pictograph: the index drops them otherwise."""
    return "".join(f" u{ord(c):04x}sym " if unicodedata.category(c) == "So" else c for c in text)
