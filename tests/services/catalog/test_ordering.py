"""The foremost of a list are those that sorting all of it would put first."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from services.catalog import common_words, ordering
from services.catalog.columns import View
from services.catalog.track_query import Sort

VALUES = st.sampled_from([0.0, -0.0, 0.25, -0.5, 1e-30, -1e30, float("inf"), float("-inf")]) | st.floats(
    -5, 5, width=32
)
LISTS = st.integers(1, 300).flatmap(
    lambda length: st.tuples(
        arrays.arrays(np.float32, length, elements=VALUES), arrays.arrays(np.bool_, length)
    )
)


def view_of(popularity: NDArray[np.float32]) -> View:
    model = np.ones(len(popularity), dtype=np.uint8)
    return View({"model": model, "popularity": popularity}, {}, {}, common_words.NOTHING)


@settings(max_examples=300, deadline=None)
@given(
    list_=LISTS,
    sort=st.sampled_from(["popular", "recent"]),
    count=st.integers(1, 60),
    sampled=st.sampled_from([8, 40, 8192]),
    after=st.none() | st.integers(0, 299) | st.integers(-(2**62), 2**63 - 1).map(str),
)
def test_the_foremost_are_the_largest_of_all(
    list_: tuple[NDArray[np.float32], NDArray[np.bool_]],
    sort: Sort,
    count: int,
    sampled: int,
    after: int | str | None,
) -> None:
    column, mask = list_
    view = View(
        {"model": np.ones(len(mask), dtype=np.uint8), "popularity": column}, {}, {}, common_words.NOTHING
    )
    every = np.sort(ordering.keys_of(view, sort, np.flatnonzero(mask)))[::-1]
    below = int(after) if isinstance(after, str) else None
    if isinstance(after, int) and len(every):
        below = int(every[after % len(every)])
    expected = every if below is None else every[every < below]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordering, "_SAMPLED", sampled)
        patch.setattr(ordering, "_LEAST_OF_SAMPLE", 2)
        patch.setattr(ordering, "_LEAST_WINDOW", 10)
        found = ordering.foremost(view, sort, mask, count, below)
    assert np.sort(found)[::-1][:count].tolist() == expected[:count].tolist()
    assert set(found.tolist()) <= set(expected.tolist())


def test_of_a_long_list_few_are_looked_at() -> None:
    length = 200_000
    column = np.random.default_rng(1).random(length, dtype=np.float32)
    mask = np.arange(length) % 3 > 0
    view = view_of(column)
    for sort in ("popular", "recent"):
        assert 20 <= len(ordering.foremost(view, sort, mask, 20)) < length / 50
