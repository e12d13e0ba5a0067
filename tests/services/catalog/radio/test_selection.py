"""Lots, chances and neighbours: which tracks are played, and in which order."""

import random
from collections import Counter
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from services.catalog.radio.selection import Candidate, by_chance, by_liking, drawn, spread


def candidate(number: int, prompt: str = "", owner: str = "", popularity: float = 0.0) -> Candidate:
    return Candidate(number, prompt or f"prompt {number}", owner or f"owner {number}", 5.0, popularity)


def test_lots_are_drawn_by_the_seed_alone_and_of_all_alike() -> None:
    numbers = np.arange(1, 101)
    assert drawn(numbers, 7, 10).tolist() == drawn(numbers[::-1], 7, 10).tolist()
    assert drawn(numbers, 7, 10).tolist() != drawn(numbers, 8, 10).tolist()
    assert drawn(numbers, 7, 10).tolist() == drawn(numbers, 7, 100).tolist()[:10]
    often = Counter(number for seed in range(2000) for number in drawn(numbers, seed, 10).tolist())
    assert len(often) == 100
    assert 120 < min(often.values()) <= max(often.values()) < 290  # of 200 on average


def test_a_number_that_goes_leaves_the_lots_of_the_others() -> None:
    numbers = np.arange(1, 101)
    before = drawn(numbers, 3, 20).tolist()
    after = drawn(numbers[numbers != before[4]], 3, 19).tolist()
    assert after == before[:4] + before[5:]


def test_few_or_no_numbers_are_all_drawn() -> None:
    assert sorted(drawn(np.array([5, 2]), 1, 10).tolist()) == [2, 5]
    assert drawn(np.empty(0, dtype=np.int64), 1, 10).tolist() == []
    assert drawn(np.array([5, 2]), 2**64 - 1, 0).tolist() == []


def of_every(step: int, length: int) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = np.arange(length) % step == 0
    return mask


@pytest.mark.parametrize(
    "mask",
    [
        pytest.param(of_every(2, 40_000), id="many among many places"),
        pytest.param(of_every(1000, 40_000), id="few among many places"),
        pytest.param(of_every(2, 60), id="a small library"),
    ],
)
def test_places_of_a_mask_are_taken_by_chance_each_once_and_all_alike(mask: NDArray[np.bool_]) -> None:
    often: Counter[int] = Counter()
    for seed in range(2000):
        chosen = by_chance(mask, 10, random.Random(seed))
        assert len(set(chosen)) == len(chosen) == 10
        assert chosen == by_chance(mask, 10, random.Random(seed))
        often.update(place * 10 // len(mask) for place in chosen)
        assert mask[chosen].all()
    assert len(often) == 10
    assert 1700 < min(often.values()) <= max(often.values()) < 2300  # of 2000 on average


def test_of_few_or_no_places_all_are_taken() -> None:
    assert sorted(by_chance(of_every(500, 1000), 10, random.Random(1))) == [0, 500]
    assert by_chance(np.zeros(100_000, dtype=np.bool_), 10, random.Random(1)) == []
    assert by_chance(np.ones(100_000, dtype=np.bool_), 0, random.Random(1)) == []


def test_what_is_liked_comes_more_often_and_what_is_not_still_comes() -> None:
    among = [candidate(1, popularity=0.9), candidate(2), candidate(3, popularity=-0.9)]
    first = Counter(by_liking(among, 1, random.Random(seed))[0].number for seed in range(3000))
    assert first[1] > 2 * first[2] > 4 * first[3] > 0


def test_a_choice_by_liking_repeats_nothing_and_follows_the_seed() -> None:
    among = [candidate(number) for number in range(20)]
    chosen = by_liking(among, 50, random.Random(1))
    assert sorted(one.number for one in chosen) == list(range(20))
    assert chosen == by_liking(among, 50, random.Random(1))
    assert by_liking([], 5, random.Random(1)) == []


def test_neighbours_have_other_prompts_and_owners_where_that_can_be() -> None:
    among = [candidate(n, f"prompt {n // 3}", f"owner {n % 2}") for n in range(12)]
    order = spread(among)
    assert sorted(one.number for one in order) == list(range(12))
    assert all(one.prompt != other.prompt for one, other in pairwise(order))
    assert sum(one.owner == other.owner for one, other in pairwise(order)) <= 2


def test_where_all_are_alike_they_stay_in_their_order() -> None:
    alike = [candidate(n, "same", "same") for n in range(5)]
    assert spread(alike) == alike
    others = [candidate(n) for n in range(5)]
    assert spread(others) == others


def test_the_last_one_that_was_played_counts_as_a_neighbour() -> None:
    last = candidate(9, "rain", "ada")
    order = spread([candidate(1, "rain", "bob"), candidate(2, "wind", "bob")], last)
    assert [one.number for one in order] == [2, 1]


CANDIDATES = st.lists(st.tuples(st.sampled_from("rsw"), st.sampled_from("ab")), max_size=30).map(
    lambda pairs: [candidate(n, prompt, owner) for n, (prompt, owner) in enumerate(pairs)]
)


@given(among=CANDIDATES, last=st.none() | st.just(candidate(99, "r", "a")))
def test_each_place_gets_the_first_that_clashes_least(among: list[Candidate], last: Candidate | None) -> None:
    waiting, expected, before = list(among), [], last
    while waiting:
        common, count = Counter(one.prompt for one in waiting).most_common(1)[0]
        pressing = 2 * count > len(waiting) and (before is None or before.prompt != common)
        allowed = [one for one in waiting if not pressing or one.prompt == common]
        before = min(allowed, key=partial(clash, before))
        waiting.remove(before)
        expected.append(before)
    assert spread(among, last) == expected


def clash(before: Candidate | None, one: Candidate) -> int:
    return 0 if before is None else 2 * (one.prompt == before.prompt) + (one.owner == before.owner)
