"""The order of a list of tracks, as one whole number for each; and its foremost, without sorting the rest."""

import math

import numpy as np
from numpy.typing import NDArray

from services.catalog.columns import SORTED_BY, Mask, Numbers, View
from services.catalog.track_query import Sort

Keys = NDArray[np.int64]

_LEAST_WINDOW = 16_384
_INFINITY = 0x7F800000  # as the bits of a float
_STRIDE = 2_654_435_761  # 2**32 by the golden ratio: evenly spread, and in step with no order of the tracks
_SAMPLED = 8192  # tracks whose values tell about where the foremost end
_LEAST_OF_SAMPLE = 16  # so many of them at least lie among the foremost


def keys_of(view: View, sort: Sort, numbers: Numbers) -> Keys:
    """A key for each track; the numbers themselves where no column is sorted by."""
    return sort_keys(view.arrays[SORTED_BY[sort]][numbers], numbers) if sort in SORTED_BY else numbers


def foremost(view: View, sort: Sort, mask: Mask, count: int, below: int | None = None) -> Keys:
    """Keys of the tracks in a mask: the `count` largest and perhaps others, in no order.

    Args:
        below: only keys below this one.
    """
    if sort not in SORTED_BY:
        return newest_of(mask if below is None else mask[: max(0, below)], count)
    column = view.arrays[SORTED_BY[sort]]
    if below is not None:
        mask = mask & (column <= _value_of(below))
    cut = _cut(column, mask, count)
    if cut is not None:
        keys = _below(keys_of(view, sort, np.flatnonzero(mask & (column > cut))), below)
        ties = _newest_keys(cut, mask & (column == cut), max(0, count - len(keys)), below)
        if len(keys) + len(ties) >= count:
            return np.concatenate([keys, ties])
    return _below(keys_of(view, sort, np.flatnonzero(mask)), below)


def _newest_keys(value: np.float32, mask: Mask, count: int, below: int | None) -> Keys:
    """Keys of the newest tracks in a mask, all of which have the same value."""
    first = int(sort_keys(np.array([value]), np.zeros(1, dtype=np.int64))[0])
    if below is not None:
        mask = mask[: max(0, below - first)]
    return first + newest_of(mask, count)


def largest(keys: Keys, start: int, count: int) -> Keys:
    """The keys from place `start` on, the largest first; only those are sorted."""
    high = len(keys) - start
    if high <= 0:
        return keys[:0]
    low = max(0, high - count)
    return np.sort(np.partition(keys, sorted({low, high - 1}))[low:high])[::-1]


def _cut(column: NDArray[np.float32], mask: Mask, count: int) -> np.float32 | None:
    """A value that about twice as many tracks as are wanted lie above; None where that would be most."""
    if len(mask) < 2 * _SAMPLED:
        return None
    places = np.arange(_SAMPLED) * _STRIDE % len(mask)
    sample = column[places[mask[places]]]
    above = max(_LEAST_OF_SAMPLE, math.ceil(2 * count * _SAMPLED / len(mask)))
    if 2 * above > len(sample):
        return None
    place = len(sample) - above
    cut: np.float32 = np.partition(sample, place)[place]
    return cut


def _below(keys: Keys, below: int | None) -> Keys:
    return keys if below is None else keys[keys < below]


def newest_of(mask: Mask, count: int) -> Numbers:
    """The highest `count` numbers in a mask, in descending order; reads no more of it than it must."""
    found: list[Numbers] = [mask[:0].astype(np.int64)]
    missing, end, window = count, len(mask), max(_LEAST_WINDOW, 2 * count)
    while missing > 0 and end > 0:
        begin = max(0, end - window)
        found.append(np.flatnonzero(mask[begin:end])[::-1][:missing] + begin)
        missing, end, window = missing - len(found[-1]), begin, 4 * window
    return np.concatenate(found)


def sort_keys(values: NDArray[np.float32], numbers: Numbers) -> Keys:
    """One whole number for each track, in the order of the values, of equals in that of their numbers.

    Values that agree in seven digits count as equal.

    They lie from 0 to 2**62; a track's number is in the lowest 30 bits.
    """
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.int32).astype(np.int64)
    # The bits of floats are in their order already, but for the negative ones, which are in reverse.
    ordered = np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)
    return ((ordered + 2**31) << 30) | numbers


def numbers_of(keys: Keys) -> Numbers:
    """The tracks' numbers in their sort keys."""
    return keys & (2**30 - 1)


def _value_of(key: int) -> np.float32:
    """The value in a sort key; an infinity for a key that no value has."""
    ordered = (key >> 30) - 2**31
    if abs(ordered) > _INFINITY:
        return np.float32(math.copysign(math.inf, ordered))
    bits = ordered if ordered >= 0 else -ordered - 2**31
    value: np.float32 = np.array([bits], dtype=np.int32).view(np.float32)[0]
    return value
