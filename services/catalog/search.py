"""What a person types into the search box, as a query of FTS5."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.catalog.spellings import EVERY, GLUE, WORD, name_symbols, spellings

MOST_TERMS = 8
_MOST_CHARACTERS = 500
_LONGEST_CHUNK = 64
_SHORTEST_PREFIX = 2  # the index has prefixes of 2 and 3; a shorter one reads every word there is

_TERM = re.compile(r'(-?)(?:"([^"]*)("?)|([^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))

PROMPT, TEXTS, ANYWHERE = 1, 2, 3
"""In so many columns of the index, from the first on: the prompt; what the engine says; other spellings."""

Row = tuple[str, ...]
"""Words right behind each other."""


@dataclass(frozen=True)
class Part:
    """A part of a question.

    Attributes:
        expression: of FTS5.
        rows: the same as words in a row, one of which is wanted; none where the words are not known for
            certain.
        columns: in which texts: `PROMPT`, `TEXTS` or `ANYWHERE`.
        open_end: whether the last word of the only row may go on.
    """

    expression: str
    rows: tuple[Row, ...]
    columns: int = ANYWHERE
    open_end: bool = False


@dataclass(frozen=True)
class Asked:
    """Tracks with all that is wanted and nothing that is not.

    Attributes:
        expression: all of it, of FTS5.
    """

    wanted: tuple[Part, ...]
    unwanted: tuple[Part, ...]
    expression: str


@dataclass(frozen=True)
class Term:
    """A word or a phrase that somebody typed.

    Attributes:
        open_end: whether the last word may be unfinished.
    """

    text: str
    negative: bool
    phrase: bool
    open_end: bool

    @property
    def part(self) -> Part:
        """Where it is looked for: a phrase in prompt and tags, a word in other spellings as well."""
        if self.phrase:
            expression = f"{{prompt tag_words}} : {_quoted(self.text, self.open_end)}"
            return Part(expression, self._rows, TEXTS, self._goes_on)
        quoted = [_quoted(spelling, self.open_end) for spelling in spellings(self.text)]
        expression = quoted[0] if len(quoted) == 1 else f"({' OR '.join(quoted)})"
        return Part(expression, self._rows, ANYWHERE, self._goes_on)

    @property
    def _rows(self) -> tuple[Row, ...]:
        """Its spellings; none where the words are not known for certain."""
        rows = tuple(map(_row, [self.text] if self.phrase else spellings(self.text)))
        return rows if self.text.isascii() and not (self._goes_on and len(rows) > 1) else ()

    @property
    def _goes_on(self) -> bool:
        return _may_go_on(self.text, self.open_end)


@dataclass(frozen=True)
class Match:
    """What is looked for, and what must not be there.

    Attributes:
        last: what was typed last, where that is a word that is wanted.
    """

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]
    last: Term | None

    @property
    def terms(self) -> int:
        """How many there are."""
        return len(self.wanted) + len(self.unwanted)

    @property
    def words(self) -> tuple[Term, ...]:
        """What is wanted but for phrases."""
        return tuple(term for term in self.wanted if not term.phrase)

    @property
    def every(self) -> Asked:
        """Tracks with every word and phrase."""
        return self._asked(_parts(self.wanted))

    @property
    def best(self) -> Asked:
        """Tracks with the words right behind each other in the prompt, or a single one in it."""
        if len(self.words) > 1:
            return self._with_phrases(_in_a_row(self.words))
        return self._asked([_in_prompt(part) for part in _parts(self.wanted) or [_EVERY_TRACK]])

    def some(self, word: Term) -> Asked:
        """Tracks with one of the words, and with every phrase."""
        return self._with_phrases(word.part)

    def _with_phrases(self, part: Part) -> Asked:
        return self._asked([part, *_parts(term for term in self.wanted if term.phrase)])

    def _asked(self, parts: Sequence[Part]) -> Asked:
        wanted, unwanted = parts or [_EVERY_TRACK], _parts(self.unwanted)
        expression = " AND ".join(f"({part.expression})" for part in wanted)
        if unwanted:
            expression = f"({expression}) NOT ({' OR '.join(part.expression for part in unwanted)})"
        return Asked(tuple(wanted), tuple(unwanted), expression)


_EVERY_TRACK = Part(f'"{EVERY}"', ((EVERY,),))


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
    return Match(
        wanted=tuple(term for term in terms if not term.negative),
        unwanted=tuple(term for term in terms if term.negative),
        last=None if terms[-1].negative or terms[-1].phrase else terms[-1],
    )


def _terms(text: str) -> list[Term]:
    encodable = text[:_MOST_CHARACTERS].encode(errors="ignore").decode()  # leaves out lone surrogates
    text = name_symbols(encodable.translate(_QUOTES))
    found = list(_TERM.finditer(text))
    terms = []
    for match in found:
        sign, phrase, closing, chunk = match.groups()
        words = (phrase if chunk is None else chunk[:_LONGEST_CHUNK]).replace("\0", " ")
        open_end = match is found[-1] and not sign and not closing
        if WORD.search(words):
            terms.append(Term(words, bool(sign), chunk is None, open_end))
    return _without_glue(terms[:MOST_TERMS])


def _without_glue(terms: list[Term]) -> list[Term]:
    telling = [term for term in terms if not _is_glue(term)]
    return telling if any(not term.negative for term in telling) else terms


def _is_glue(term: Term) -> bool:
    """Whether it says nothing; a word that may be unfinished can still become one that does."""
    return not (term.negative or term.phrase or term.open_end) and term.text.casefold() in GLUE


def _parts(terms: Iterable[Term]) -> list[Part]:
    return [term.part for term in terms]


def _in_a_row(words: Sequence[Term]) -> Part:
    text = " ".join(word.text for word in words)
    open_end = words[-1].open_end
    rows = (_row(text),) if text.isascii() else ()
    return Part(f"{{prompt}} : {_quoted(text, open_end)}", rows, PROMPT, _may_go_on(text, open_end))


def _in_prompt(part: Part) -> Part:
    return replace(part, expression=f"{{prompt}} : ({part.expression})", columns=PROMPT)


def _row(text: str) -> Row:
    """Words of ASCII as the index splits and writes them."""
    return tuple(WORD.findall(text.lower()))


def _quoted(text: str, open_end: bool) -> str:
    """An FTS5 string: everything in it is text, split into words as the index was."""
    star = "*" if _may_go_on(text, open_end) else ""
    return '"' + text.replace('"', '""') + '"' + star


def _may_go_on(text: str, open_end: bool) -> bool:
    return open_end and len(WORD.findall(text)[-1]) >= _SHORTEST_PREFIX
