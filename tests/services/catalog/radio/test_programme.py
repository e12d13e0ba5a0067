"""What a station plays in an hour."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.catalog.radio.programme import HOUR_S, Slot, hour_of, on_air, programme, seed_of
from services.catalog.radio.selection import Candidate

HOUR = 480_000


def tracks(*durations: float) -> list[Candidate]:
    return [
        Candidate(number, f"prompt {number}", "ada", duration) for number, duration in enumerate(durations, 1)
    ]


@given(st.lists(st.floats(0.5, 200), min_size=1, max_size=60), st.integers(0, 2**64 - 1))
@settings(max_examples=40, deadline=None)
def test_an_hour_is_filled_without_overlap_and_nothing_is_cut_off(durations: list[float], seed: int) -> None:
    slots = programme(tracks(*durations), HOUR, seed, 77)
    assert slots[0].starts_s == HOUR * HOUR_S
    assert all(slot.ends_s <= following.starts_s + 1e-3 for slot, following in pairwise(slots))
    assert slots[-1].ends_s <= (HOUR + 1) * HOUR_S + 1e-3
    unused_s = HOUR_S - sum(slot.duration_s for slot in slots)
    shortest = sorted(durations)[:2]  # what ended an hour just now is not played again to fill it
    assert unused_s <= shortest[-1] + 1e-3
    if len(durations) > 2:
        assert all(slot.number != following.number for slot, following in pairwise(slots))


def test_every_track_comes_once_a_round_and_none_twice_in_a_row() -> None:
    slots = programme(tracks(*[10.0] * 9), HOUR, 5, 77)
    assert len(slots) == 360
    for start in range(0, 360, 9):
        assert {slot.number for slot in slots[start : start + 9]} == set(range(1, 10))
    for place in range(len(slots) - 4):
        assert len({slot.number for slot in slots[place : place + 4]}) == 4


@given(st.integers(3, 12), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
@settings(max_examples=100, deadline=None)
def test_over_the_hour_too_no_track_comes_twice_in_a_row(count: int, seed: int, next_seed: int) -> None:
    pool = tracks(*[10.0 + number for number in range(count)])
    slots = programme(pool, HOUR, seed, next_seed) + programme(pool, HOUR + 1, next_seed, 77)
    assert all(slot.number != following.number for slot, following in pairwise(slots))
    assert Counter(slot.number for slot in slots).keys() == {one.number for one in pool}


def test_the_same_seed_is_the_same_programme_and_another_another() -> None:
    pool = tracks(5, 6, 7, 8, 9)
    assert programme(pool, HOUR, 1, 77) == programme(pool, HOUR, 1, 77)
    assert [slot.number for slot in programme(pool, HOUR, 1, 77)] != [
        slot.number for slot in programme(pool, HOUR, 2, 77)
    ]


@pytest.mark.parametrize("durations", [(), (0.0,), (0.2, 0.4), (3601.0,), (float("inf"), float("nan"))])
def test_what_cannot_be_played_in_an_hour_makes_no_programme(durations: tuple[float, ...]) -> None:
    assert programme(tracks(*durations), HOUR, 1, 77) == []


def test_one_track_is_played_over_and_over() -> None:
    slots = programme(tracks(1000.0), HOUR, 1, 77)
    assert [slot.number for slot in slots] == [1, 1, 1]
    assert slots[1].starts_s - slots[0].ends_s == pytest.approx(200)  # what is left over, in three pauses


def test_the_moment_is_found_between_what_was_and_what_follows() -> None:
    slots = [Slot(number, number * 10.0, 8.0) for number in range(1, 7)]
    found = on_air(slots, 32.5, 2)
    assert found.now == slots[2]
    assert found.up_next == (slots[3], slots[4])
    assert found.history == (slots[1], slots[0])
    in_a_pause = on_air(slots, 39.0, 2)
    assert (in_a_pause.now, in_a_pause.history[0]) == (slots[3], slots[2])
    assert on_air(slots, 100.0, 2) == on_air(slots, 68.0, 2)
    assert on_air(slots, 68.0, 1).now is None
    assert on_air([], 5.0, 2).now is None


def test_stations_and_hours_have_seeds_of_their_own() -> None:
    seeds = {seed_of(station, hour) for station in ("jazz", "rain") for hour in range(50)}
    assert len(seeds) == 100
    assert all(0 <= seed < 2**64 for seed in seeds)
    assert (hour_of(3599.9), hour_of(3600.0)) == (0, 1)
