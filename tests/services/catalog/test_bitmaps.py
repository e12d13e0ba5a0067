"""Sets of numbers as bits do what sets do."""

import random
from functools import partial

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from services.catalog.bitmaps import (
    Bitmaps,
    Bits,
    Counted,
    Latest,
    both,
    but,
    highest_in,
    packed_numbers,
    unpacked,
)

LONGEST = 700
PLACES = st.sets(st.integers(0, LONGEST - 1))


def bits(places: set[int], length: int = LONGEST) -> Bits:
    return packed_numbers(np.array(sorted(places), dtype=np.int32), length)


def places(of: Bits) -> set[int]:
    return set(np.flatnonzero(unpacked(of)).tolist())


@given(PLACES)
def test_a_bitmap_holds_the_numbers_that_it_was_made_of(wanted: set[int]) -> None:
    assert places(bits(wanted)) == wanted
    assert places(bits(wanted, 64 * LONGEST)) == wanted  # so few of so many are set one by one


@given(PLACES, PLACES, PLACES)
def test_bitmaps_are_joined_as_sets_are(one: set[int], other: set[int], third: set[int]) -> None:
    assert places(both(bits(one), bits(other), bits(third))) == one & other & third
    assert places(but(bits(one), bits(other), bits(third))) == one - other - third
    assert Counted(bits(one)).shared_with(bits(other)) == len(one & other)


@given(PLACES, st.sets(st.integers(0, 63)))
def test_the_longer_of_two_bitmaps_counts_as_far_as_the_shorter_goes(long: set[int], short: set[int]) -> None:
    few = bits(short, 64)
    assert places(both(bits(long), few)) == long & short
    assert places(but(few, bits(long))) == short - long
    assert Counted(bits(long)).shared_with(few) == Counted(few).shared_with(bits(long)) == len(long & short)


@given(PLACES, st.integers(0, LONGEST + 70), st.integers(0, LONGEST))
def test_the_highest_places_come_first_and_none_behind_the_length(
    wanted: set[int], length: int, count: int
) -> None:
    there = sorted((place for place in wanted if place < length), reverse=True)
    assert highest_in(bits(wanted), length, count).tolist() == there[:count]


def rest(mask: NDArray[np.bool_], begin: int) -> NDArray[np.bool_]:
    return mask[begin:]


@given(st.lists(st.tuples(st.integers(1, 200), st.booleans()), min_size=1, max_size=12), st.randoms())
def test_a_bitmap_grows_with_what_it_is_made_of_and_is_made_anew_of_another(
    steps: list[tuple[int, bool]], rng: random.Random
) -> None:
    bitmaps, source, mask = Bitmaps(), object(), np.zeros(0, dtype=np.bool_)
    for more, is_another in steps:
        mask = np.append(mask, [rng.random() < 0.5 for _ in range(more)])
        if is_another:
            mask, source = ~mask, object()
        found = bitmaps.get("name", source, len(mask), partial(rest, mask))
        assert places(found) == set(np.flatnonzero(mask).tolist())


def test_what_is_known_of_a_bitmap_is_not_looked_at_again() -> None:
    bitmaps, looked_at = Bitmaps(), []

    def make(length: int, begin: int) -> NDArray[np.bool_]:
        looked_at.append((begin, length))
        return np.ones(length - begin, dtype=np.bool_)

    for length in (100, 90, 130, 130, 200):
        bitmaps.get("name", bitmaps, length, partial(make, length))
    assert looked_at == [(0, 100), (64, 130), (128, 200)]


def test_what_was_asked_for_lately_is_kept() -> None:
    made: list[str] = []
    kept = Latest(2)

    def make(name: str) -> Bits:
        made.append(name)
        return bits({len(made)})

    for name in ("rain", "wind", "rain", "fire", "rain", "wind"):
        kept.get(name, partial(make, name))
    assert made == ["rain", "wind", "fire", "wind"]  # fire took the place of wind, not of rain
