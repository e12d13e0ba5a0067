"""Which of many tracks are played, and in which order. Pure: chance comes from a seed."""

import heapq
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

Mask = NDArray[np.bool_]

_LOOKED_AHEAD = 64
_LOOKED_THROUGH_FOR_A_TRY = 4000  # to look through so many places takes as long as to try one

_LIKED = 4.0
"""How much likelier a track that everybody likes is than one without votes; disliked ones are rarer."""


@dataclass(frozen=True)
class Candidate:
    """A track that may be played.

    Attributes:
        popularity: -1 to 1, see `crowd.scores.popularity`.
    """

    number: int
    prompt: str
    owner: str
    duration_s: float
    popularity: float = 0.0


def drawn(numbers: Numbers, seed: int, count: int) -> Numbers:
    """Up to `count` of the numbers, by lot; in the order of their lots.

    A number's lot depends on the number and the seed alone: when a track is deleted the others keep theirs.
    """
    lots = _lots(numbers, seed)
    kept = min(count, len(numbers))
    if kept < len(numbers):
        first = np.argpartition(lots, kept)[:kept]
        numbers, lots = numbers[first], lots[first]
    found: Numbers = numbers[np.lexsort((numbers, lots))]
    return found


def by_chance(mask: Mask, count: int, rng: random.Random) -> list[int]:
    """Up to `count` different places of a mask, every one as likely as any other.

    Of a large mask with many of them no more is looked at than what chance hits.
    """
    tries = count * len(mask) // max(1, int(np.count_nonzero(mask)))
    if tries * _LOOKED_THROUGH_FOR_A_TRY > len(mask):
        numbers = np.flatnonzero(mask)
        return [int(numbers[place]) for place in rng.sample(range(len(numbers)), min(len(numbers), count))]
    found: dict[int, None] = {}
    while len(found) < count:
        place = rng.randrange(len(mask))
        if mask[place]:
            found[place] = None
    return list(found)


def _lots(numbers: Numbers, seed: int) -> NDArray[np.uint64]:
    """SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) of each number, begun at the seed."""
    with np.errstate(over="ignore"):
        mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed & (2**64 - 1))
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        lots: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return lots


def by_liking(candidates: Iterable[Candidate], count: int, rng: random.Random) -> list[Candidate]:
    """Up to `count` of the candidates by chance, well liked ones sooner and likelier.

    Weighted sampling without replacement (Efraimidis, Spirakis, IPL 97, 2006).
    """
    keyed = ((rng.random() ** (1.0 / _LIKED**one.popularity), one.number, one) for one in candidates)
    return [one for _, _, one in heapq.nlargest(count, keyed)]


def spread(candidates: Sequence[Candidate], last: Candidate | None = None) -> list[Candidate]:
    """The candidates in their order, but no two with the same prompt or owner in a row where that can be.

    The same prompt in a row is worse than the same owner. `last` is what was played before them.
    """
    waiting, order = list(candidates), []
    left = Counter(one.prompt for one in waiting)
    most = max(left.values(), default=0)  # an upper bound, looked up only where it matters
    while waiting:
        if 2 * most > len(waiting):
            most = max(left.values())
        among = _pressing(waiting, left, last) if 2 * most > len(waiting) else range(len(waiting))
        last = waiting.pop(_place_of_next(waiting, among, last))
        left[last.prompt] -= 1
        order.append(last)
    return order


def _pressing(waiting: Sequence[Candidate], left: Counter[str], last: Candidate | None) -> Sequence[int]:
    """Places of the commonest prompt: later there would not be enough others to stand between."""
    common, _ = max(left.items(), key=itemgetter(1))
    if last is not None and last.prompt == common:
        return range(len(waiting))
    return [at for at, one in enumerate(waiting) if one.prompt == common]


def _place_of_next(waiting: Sequence[Candidate], among: Sequence[int], last: Candidate | None) -> int:
    """The first of the places where least is the same as in the last one."""
    best, least = among[0], _clash(waiting[among[0]], last)
    for at in among[1:_LOOKED_AHEAD]:
        if not least:
            break
        if (clash := _clash(waiting[at], last)) < least:
            best, least = at, clash
    return best


def _clash(one: Candidate, last: Candidate | None) -> int:
    if last is None:
        return 0
    return 2 * (one.prompt == last.prompt) + (one.owner == last.owner)
