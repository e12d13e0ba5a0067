"""Finding the phrases of categories in a prompt: one walk over its words through a tree of all phrases."""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from services.catalog.taxonomy.category import Category

WORD, MANNER, WEAK, UNWANTED = 3, 2, 1, -4
"""What a phrase adds to the score of its category; MANNER in the place of WORD in the group `mood`."""

_LEAST_SCORE = 2
_LEAST_PART = 1 / 3  # of the best category's score

_TOKEN = re.compile(r"[^\W_]+|[.,;:!?()]")
_SAME = {"n": "and"}  # rock 'n' roll
_DROPPED = "s"  # of child's
_NEGATIONS = frozenset(("no", "without", "not", "minus", "except", "never"))
_NEGATED_WORDS = 3
_ENDS_OF_NEGATION = frozenset((".", ",", ";", ":", "!", "?", "(", ")", "but", "with", "just", "only", "and"))

_Payload = tuple[tuple[str, int], ...]
"""Categories with what the phrase adds to their score."""

_Node = dict[str, Any]
"""Next words to nodes; under the empty word the payload of the phrase that ends here."""


class Matcher:
    """The phrases of some categories, compiled."""

    def __init__(self, categories: Iterable[Category]) -> None:
        self._root: _Node = {}
        for words, payload in _payloads(categories).items():
            node = self._root
            for word in words:
                node = node.setdefault(word, {})
            node[""] = payload

    def find(self, prompt: str) -> tuple[str, ...]:
        """Ids of the categories whose phrases the prompt has, the best first, of equals the first named.

        A longer phrase hides those inside of it, each counts once, and what a "no" or "without" takes
        back does not count.
        """
        scores: dict[str, int] = {}
        for payload in self._phrases(tokens(prompt)):
            for category_id, points in payload:
                scores[category_id] = scores.get(category_id, 0) + points
        if not scores:
            return ()
        least = max(_LEAST_SCORE, max(scores.values()) * _LEAST_PART)
        ranked = sorted(scores.items(), key=_points, reverse=True)
        return tuple(category_id for category_id, points in ranked if points >= least)

    def _phrases(self, words: list[str]) -> Iterable[_Payload]:
        found: dict[int, _Payload] = {}  # by identity: other phrases may say the same
        first_words = self._root
        count, place, negated_until = len(words), 0, 0
        while place < count:
            word = words[place]
            place += 1
            node = first_words.get(word)
            if node is None:
                negated_until = _negated_until(word, place, negated_until)
                continue
            payload, end, after = node.get(""), place, place
            while end < count and (node := node.get(words[end])) is not None:
                end += 1
                if "" in node:
                    payload, after = node[""], end
            if payload is not None and place > negated_until:
                found[id(payload)] = payload
            place = after
        return found.values()


def compounds(categories: Iterable[Category]) -> dict[str, str]:
    """Words of two parts with a hyphen in the categories' phrases: joined, and as two words."""
    phrases = (phrase for category in categories for phrase in (*category.words, *category.weak))
    parts = [tokens(part) for phrase in phrases for part in phrase.split() if "-" in part]
    return {"".join(two): " ".join(two) for two in parts if len(two) == 2}


def _negated_until(word: str, after: int, until: int) -> int:
    """Up to where a negation reaches, once this word was read."""
    if word in _NEGATIONS:
        return after + _NEGATED_WORDS
    return 0 if word in _ENDS_OF_NEGATION else until


def tokens(text: str) -> list[str]:
    """Words in lower case without accents, and punctuation, which no phrase reaches across."""
    text = text.lower()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    if "&" in text:
        text = text.replace("&", " and ")
    return [_SAME.get(word, word) for word in _TOKEN.findall(text) if word != _DROPPED]


def _points(scored: tuple[str, int]) -> int:
    return scored[1]


def _payloads(categories: Iterable[Category]) -> dict[tuple[str, ...], _Payload]:
    """Every spelling of every phrase, with all categories that it counts for."""
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for category in categories:
        named = MANNER if category.group == "mood" else WORD
        for points, phrases in (
            (WEAK, category.weak),
            (named, category.words),
            (UNWANTED, category.unwanted),
        ):
            for phrase in phrases:
                for spelling in _spellings(phrase):
                    found.setdefault(spelling, {})[category.id] = points
    return {
        spelling: tuple({**_inside(spelling, found), **points}.items()) for spelling, points in found.items()
    }


def _inside(words: tuple[str, ...], found: dict[tuple[str, ...], dict[str, int]]) -> dict[str, int]:
    """What is said by the phrases inside of one that only speaks against a category, about the others."""
    if any(points > 0 for points in found[words].values()):
        return {}
    counted: dict[str, int] = {}
    for first in range(len(words)):
        for after in range(first + 1, len(words) + 1):
            for category_id, points in found.get(words[first:after], {}).items():
                counted[category_id] = max(points, counted.get(category_id, UNWANTED))
    return counted


def _spellings(phrase: str) -> Iterator[tuple[str, ...]]:
    """A phrase as words: its hyphens joined or apart, the last word in the plural too."""
    parts = [_hyphenations(part) for part in phrase.split()]
    for chosen in itertools.product(*parts):
        words = tuple(itertools.chain.from_iterable(chosen))
        yield words
        yield (*words[:-1], _plural(words[-1]))


def _hyphenations(part: str) -> list[list[str]]:
    apart = tokens(part)
    return [apart, ["".join(apart)]] if "-" in part else [apart]


def _plural(word: str) -> str:
    if word.endswith("s") or not word.isalpha():
        return word
    if word.endswith(("x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"
