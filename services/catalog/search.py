"""What a person types into the search box, as a query of FTS5; and the words the index holds beside the text.

Words may be written together, with a hyphen or apart: `lofi`, `lo-fi`, `lo fi`; `80bpm`, `80 bpm`.
The index gets the other spellings in a column of their own, the query asks for each of them.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
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


_EVERY = "everytrack"
"""A word that the index holds of every track, so that a search may consist of exclusions alone."""

_LINKS = ("n", "and")
"""What stands between the words of drum'n'bass, drum n bass, drum and bass."""

# Words that nearly every sentence has: beside others they are not asked for.
_GLUE = frozenset("a an and at by for from in into is it n of on or over the to with".split())  # noqa: SIM905


@dataclass(frozen=True)
class Match:
    """Expressions of FTS5.

    Attributes:
        all_words: of every word and phrase.
        words: of each word by itself.
        phrases: of all phrases together; None where there are none.
        unwanted: of anything that must not be there; None where there is nothing.
        best: of the words right behind each other in the prompt, or of a single one in it.
        terms: how many there are.
        last: the last term, where that is a word.
    """

    all_words: str
    words: tuple[str, ...]
    phrases: str | None
    unwanted: str | None
    best: str
    terms: int
    last: str | None

    @property
    def every(self) -> str:
        """Tracks with every word."""
        return self._but_for_unwanted(self.all_words)

    def some(self, word: str) -> str:
        """Tracks with one of the words, and with every phrase."""
        return self._but_for_unwanted(f"({word}) AND ({self.phrases})" if self.phrases else word)

    def _but_for_unwanted(self, expression: str) -> str:
        return f"({expression}) NOT ({self.unwanted})" if self.unwanted else expression


@dataclass(frozen=True)
class _Term:
    text: str
    negative: bool
    phrase: bool
    open_end: bool


def parse(text: str, *, finished: bool = False) -> Match | None:
    """Read a search text; None when nothing in it can be searched for.

    `"some words"` is a phrase, `-word` excludes; the last word may be unfinished, unless the text is
    `finished`. Anything else is text: no input is an error.
    """
    terms = _terms(text)
    if finished and terms:
        terms[-1] = replace(terms[-1], open_end=False)
    if not terms:
        return None
    wanted = [term for term in terms if not term.negative]
    words = [term for term in wanted if not term.phrase]
    phrases = [_expression(term) for term in wanted if term.phrase]
    all_words = " AND ".join(map(_expression, wanted)) or _quoted(_EVERY, open_end=False)
    return Match(
        all_words=all_words,
        words=tuple(map(_expression, words)),
        phrases=" AND ".join(phrases) or None,
        unwanted=" OR ".join(_expression(term) for term in terms if term.negative) or None,
        best=f"{{prompt}} : {_in_a_row(words) if len(words) > 1 else f'({all_words})'}",
        terms=len(terms),
        last=_expression(terms[-1]) if terms[-1] in words else None,
    )


def index_words(*texts: str) -> str:
    """The other spellings of the texts' words, for the index: joined, split, and symbols by their code.

    And a word that every track has.
    """
    found: dict[str, None] = {_EVERY: None}
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
    small = [word.casefold() for word in words]
    for (left, left_small), (right, right_small) in pairwise(zip(words, small, strict=True)):
        if left_small in _GLUE or right_small in _GLUE:
            continue
        if max(len(left), len(right)) <= _SHORT or left.isdecimal() != right.isdecimal():
            yield left + right
    for left, link, right in zip(words, small[1:], words[2:], strict=False):
        if link in _LINKS:
            yield f"{left}n{right}"


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
    return _without_glue(terms[:MOST_TERMS])


def _without_glue(terms: list[_Term]) -> list[_Term]:
    telling = [term for term in terms if not _is_glue(term)]
    return telling if any(not term.negative for term in telling) else terms


def _is_glue(term: _Term) -> bool:
    """Whether it says nothing; a word that may be unfinished can still become one that does."""
    return not (term.negative or term.phrase or term.open_end) and term.text.casefold() in _GLUE


def _in_a_row(words: list[_Term]) -> str:
    return _quoted(" ".join(word.text for word in words), words[-1].open_end)


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
    if text.isascii():
        return text
    return "".join(f" u{ord(c):04x}sym " if unicodedata.category(c) == "So" else c for c in text)
