import numpy as np
import pytest

from services.generator.engines.synth.dsp import generator
from services.generator.engines.synth.effects.family import Rhythm
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.effects.placing import slots, starts

STEPS = Rhythm(0.5)
BARKS = Rhythm(0.4, 0.2, 3, 1.5)


def placed(rhythm: Rhythm, manner: Manner, slot_s: float, loop: bool = False) -> list[float]:
    return starts(rhythm, manner, slot_s, loop, generator(1))


def test_what_goes_on_comes_again_and_again() -> None:
    assert placed(STEPS, Manner(), 2.1) == [0.0, 0.5, 1.0, 1.5]


def test_speed_changes_how_often() -> None:
    assert len(placed(STEPS, Manner(speed=2.0), 4.0)) == 16
    assert len(placed(STEPS, Manner(speed=0.5), 4.0)) == 4


def test_a_count_is_kept_and_fits() -> None:
    assert placed(STEPS, Manner(count=3), 10.0) == [0.0, 0.5, 1.0]
    close = placed(STEPS, Manner(count=10), 1.0)
    assert len(close) == 10
    assert close[-1] < 1.0


def test_groups_have_pauses_between() -> None:
    found = placed(BARKS, Manner(), 8.0)
    gaps = np.diff(found)
    assert found[0] == 0.0
    assert len(found) % 3 == 0
    assert (gaps < 0.6).sum() == len(found) // 3 * 2
    assert (gaps > 1.0).sum() == len(found) // 3 - 1


@pytest.mark.parametrize("loop_s", [0.9, 2.0, 3.3])
def test_in_a_loop_what_goes_on_meets_itself_at_the_seam(loop_s: float) -> None:
    found = placed(STEPS, Manner(), loop_s, loop=True)
    gaps = np.diff([*found, loop_s])
    assert np.allclose(gaps, gaps[0])
    assert 0.3 < gaps[0] < 0.7


def test_one_event_is_placed_in_the_shortest_time() -> None:
    assert placed(BARKS, Manner(), 0.1)[0] == 0.0
    assert placed(Rhythm(1.0, 0.0, 1, 9.0), Manner(), 0.1) == [0.0]


def test_steps_share_the_time_end_to_end() -> None:
    door, walk = slots([1.5, None], 8.0)
    assert (door.start_s, door.length_s) == (0.0, 1.5)
    assert (walk.start_s, walk.end_s) == (1.5, 8.0)


def test_single_events_come_soon_after_each_other() -> None:
    _, second = slots([1.0, 1.0], 20.0)
    assert second.start_s == pytest.approx(1.6)
    assert second.end_s <= 20.0


def test_long_steps_are_held_to_their_share() -> None:
    first, second = slots([9.0, None], 6.0)
    assert first.length_s == pytest.approx(3.0)
    assert second.length_s == pytest.approx(3.0)
