"""What a station plays in an hour, the same for everybody: a pure function of its tracks and a seed."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass

from services.catalog.radio.selection import Candidate, spread

HOUR_S = 3600.0
_LEAST_S = 0.5  # a shorter track would only be a gap


@dataclass(frozen=True)
class Slot:
    """A track in a programme.

    Attributes:
        starts_s: when it begins, in seconds since 1970.
    """

    number: int
    starts_s: float
    duration_s: float

    @property
    def ends_s(self) -> float:
        """When it is over."""
        return self.starts_s + self.duration_s


@dataclass(frozen=True)
class OnAir:
    """What a station plays at a moment.

    Attributes:
        now: what is heard, or what begins after the pause that is; None where there is nothing.
        history: what was before, the latest first.
    """

    now: Slot | None
    up_next: tuple[Slot, ...]
    history: tuple[Slot, ...]


def hour_of(time_s: float) -> int:
    """The hour that a moment is in, counted from 1970."""
    return int(time_s // HOUR_S)


def seed_of(station: str, hour: int) -> int:
    """A number of 64 bits for each hour of a station."""
    digest = hashlib.blake2b(f"{station} {hour}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def programme(tracks: Sequence[Candidate], hour: int, seed: int, next_seed: int) -> list[Slot]:
    """The tracks of an hour, round after round in other orders.

    In a round each comes once, and what ended the round before comes late. No track is cut off at the
    hour: what does not fit is left out, and the time that is left over becomes pauses of equal length. Of
    three tracks or more the last one is not that which begins the next hour, whose seed is `next_seed`.
    """
    playable = [one for one in tracks if _LEAST_S <= one.duration_s <= HOUR_S]
    rng = random.Random(seed)
    chosen: list[Candidate] = []
    left_s = HOUR_S
    while playable and (fitting := _round(playable, chosen, left_s, rng)):
        chosen += fitting
        left_s -= sum(one.duration_s for one in fitting)
    following = _round(playable, (), HOUR_S, random.Random(next_seed))[:1]
    _end_with_another(chosen, [one.number for one in following])
    return _timed(chosen, hour * HOUR_S, left_s / len(chosen) if chosen else 0.0)


def on_air(slots: Sequence[Slot], time_s: float, shown: int) -> OnAir:
    """What is heard at a moment of some programmes in a row, with up to `shown` tracks before and after."""
    over = sum(1 for slot in slots if slot.ends_s <= time_s)
    now = slots[over] if over < len(slots) else None
    return OnAir(
        now, tuple(slots[over + 1 : over + 1 + shown]), tuple(reversed(slots[max(0, over - shown) : over]))
    )


def _round(
    playable: Sequence[Candidate], before: Sequence[Candidate], left_s: float, rng: random.Random
) -> list[Candidate]:
    """Each track once, as far as they fit into the time that is left."""
    recent = {one.number for one in before[-(len(playable) // 2) :]} if len(playable) > 1 else set()
    order = rng.sample(list(playable), len(playable))
    order.sort(key=lambda one: one.number in recent)  # stable
    fitting: list[Candidate] = []
    last = before[-1] if before else None
    for one in spread(order, last):
        is_again = one is last and not fitting and len(playable) > 1
        if one.duration_s <= left_s and not is_again:
            fitting.append(one)
            left_s -= one.duration_s
    return fitting


def _end_with_another(chosen: list[Candidate], following: Sequence[int]) -> None:
    """If the last track comes next again, exchange it for one before it where nothing is twice in a row."""
    numbers = [one.number for one in chosen]
    last = len(numbers) - 1
    if last < 2 or numbers[last] not in following:
        return
    for place in range(last - 1, 0, -1):
        changed = [*numbers, *following]
        changed[place], changed[last] = changed[last], changed[place]
        beside = (place - 1, place, last - 1, last)
        if all(changed[one] != changed[one + 1] for one in beside):
            chosen[place], chosen[last] = chosen[last], chosen[place]
            return


def _timed(chosen: Sequence[Candidate], start_s: float, pause_s: float) -> list[Slot]:
    slots = []
    for one in chosen:
        slots.append(Slot(one.number, start_s, one.duration_s))
        start_s += one.duration_s + pause_s
    return slots
