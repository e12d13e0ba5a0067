"""Which tracks a search finds, and how well each fits; all of it bounded, however common the words are.

FTS5's own ranking counts every track that has a word before it says which fits best. Prompts have 3 to
25 words and hardly one twice, so that of tracks with all words it only tells the short texts from the
long ones. Here words in a row come first, a single word in the prompt itself; then short prompts.
"""

import math
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.catalog.columns import Mask, Numbers, View, are_in
from services.catalog.search import Match, parse
from services.catalog.word_index import WordIndex

LOOKED_THROUGH = 5000
"""Tracks with a word that are looked at, the newest ones; reading them takes 0.3 µs each."""

_LEAST_LOOKED_THROUGH = 1000
"""The same for many words: between two tracks with all of them lie the more that have one."""

_FEW = 5
"""So many tracks with every word are enough; with fewer, those with some of the words follow."""

_OF_EACH_WORD = 1000

_BEST = 2.0
_SHORT = 1.0
_SHORT_CHARACTERS = 40.0  # half the points for brevity at this length

_INDEXED_PREFIX = 6  # see the schema; looking for a longer beginning reads all that the index has of it


Filter = Callable[[Numbers], Mask]
"""Which of some numbers are tracks that are let through; it looks at those alone."""


@dataclass(frozen=True)
class Search:
    """A search with the tracks that have all of its words.

    Attributes:
        numbers: the newest first, at most 5,000.
        is_exact: whether these are all there are.
    """

    index: WordIndex
    match: Match
    numbers: Numbers
    is_exact: bool


@dataclass(frozen=True)
class Found:
    """Tracks that a search found, in no order, and how well each fits; higher is better."""

    numbers: Numbers
    fits: NDArray[np.float32]


def look_up(connection: sqlite3.Connection, view: View, text: str) -> Search | None:
    """Search for a text; None when nothing in it can be searched for.

    The last word counts as the beginning of one, unless more tracks than are looked at have it as it is.
    """
    match, finished = parse(text), parse(text, finished=True)
    if match is None or finished is None:
        return None
    index = WordIndex(connection, view)
    limit = max(min(LOOKED_THROUGH, _LEAST_LOOKED_THROUGH), LOOKED_THROUGH // match.terms)
    numbers = index.newest(finished.every, limit + 1)
    if finished == match or len(numbers) > limit or _is_whole(index, finished):
        match = finished
    else:
        numbers = index.newest(match.every, limit + 1)
    return Search(index, match, numbers[:limit], len(numbers) <= limit)


def with_every_word(view: View, search: Search, let_through: Filter, *, ranked: bool) -> Found:
    """Tracks with every word; unranked ones all fit alike."""
    numbers = search.numbers
    if not ranked:
        numbers = _filtered(view, numbers, let_through)
        return Found(numbers, np.zeros(len(numbers), dtype=np.float32))
    best = search.index.newest(search.match.best, len(numbers))
    if not search.is_exact:  # the best may be too old to be among the newest tracks that have the words
        numbers = np.concatenate([numbers, best[~view.among(numbers)[best]]])
    numbers = _filtered(view, numbers, let_through)
    fits = _brevity(view, numbers)
    fits[view.among(best)[numbers]] += _BEST
    return Found(numbers, fits)


def with_some_words(view: View, search: Search, let_through: Filter, besides: Numbers) -> Found:
    """Tracks with some of the words but not among `besides`; rare words count more, as in BM25.

    Empty where there is but one word, or enough besides.
    """
    words = search.match.words
    if len(words) < 2 or len(besides) >= _FEW:
        return Found(besides[:0], np.zeros(0, dtype=np.float32))
    having = [search.index.newest(search.match.some(word), _OF_EACH_WORD) for word in words]
    tracks = len(view.arrays["model"])
    having = [numbers[numbers < tracks] for numbers in having]
    numbers = _union(*having)
    numbers = _filtered(view, numbers[~are_in(numbers, np.sort(besides))], let_through)
    weights = np.zeros(len(numbers), dtype=np.float32)
    for found in having:
        if len(found):
            weights[view.among(found)[numbers]] += _rarity(found, tracks)
    return Found(numbers, weights + _brevity(view, numbers))


def _is_whole(index: WordIndex, match: Match) -> bool:
    """Whether the last word is long, and one as it stands."""
    if match.last is None:
        return False
    expression = match.last.part.expression
    return len(expression) - len('""') > _INDEXED_PREFIX and len(index.by_index(expression, 1)) > 0


def _rarity(having: Numbers, tracks: int) -> float:
    """Inverse document frequency (Robertson, Spärck Jones); estimated where only the newest were read."""
    spanned = tracks - int(having[-1]) if len(having) == _OF_EACH_WORD else tracks
    share = min(1.0, len(having) / max(1, spanned))
    return 1.0 + math.log(1.0 / max(share, 1e-9))


def _brevity(view: View, numbers: Numbers) -> NDArray[np.float32]:
    characters = view.arrays["characters"][numbers].astype(np.float32)
    points: NDArray[np.float32] = np.float32(_SHORT) / (1 + characters / np.float32(_SHORT_CHARACTERS))
    return points


def _filtered(view: View, numbers: Numbers, let_through: Filter) -> Numbers:
    numbers = numbers[numbers < len(view.arrays["model"])]
    return numbers[let_through(numbers)]


def _union(*lists: Numbers) -> Numbers:
    """All of the numbers, each once; a few thousand are sorted sooner than hashed."""
    numbers = np.sort(np.concatenate(lists))
    once: Numbers = numbers[np.diff(numbers, prepend=0) != 0]
    return once
