"""What single families and manners sound like, measured."""

import numpy as np
import pytest
from numpy.typing import NDArray

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ

from .effects import family, heard
from .listening import (
    bands,
    blows,
    centroid_hz,
    envelope,
    level_db,
    loudest_hz,
    modulation_hz,
    share_above,
)


def cut(x: NDArray[np.float32], start_s: float, end_s: float) -> NDArray[np.float32]:
    return x[round(start_s * SAMPLE_RATE_HZ) : round(end_s * SAMPLE_RATE_HZ)]


def pitches(x: NDArray[np.float32], every_s: float, low: float, high: float) -> list[float]:
    steps = np.arange(0, len(x) / SAMPLE_RATE_HZ - every_s, every_s)
    return [loudest_hz(cut(x, t, t + every_s), low, high) for t in steps]


def test_thunder_is_low_and_dies_away() -> None:
    x = heard("thunder", 6.0)
    assert share_above(x, 200) < 0.4
    assert level_db(cut(x, 0, 1.5)) > level_db(cut(x, 4.5, 6)) + 12


def test_a_siren_sweeps_up_and_down() -> None:
    found = pitches(heard("siren", 4.0), 0.2, 1050, 3000)
    assert max(found) / min(found) > 1.8
    assert 0.2 < np.argmax(found) / len(found) < 0.8


def test_an_alarm_changes_between_two_tones() -> None:
    found = pitches(heard("fire alarm", 4.0), 0.125, 500, 1200)
    assert 1.15 < max(found) / min(found) < 1.4
    assert np.sum(np.abs(np.diff(found)) > 50) > 10


def test_a_heart_beats_twice_seventy_times_a_minute() -> None:
    gaps = np.diff(blows(heard("heartbeat", 8.0), 0.15))
    lub_dub, pause = gaps[gaps < 0.4], gaps[gaps >= 0.4]
    assert len(lub_dub) >= 8
    assert np.median(lub_dub) == pytest.approx(0.3, abs=0.04)
    assert 60 / (np.median(lub_dub) + np.median(pause)) == pytest.approx(70, abs=4)
    assert share_above(heard("heartbeat", 8.0), 400) < 0.05


def test_footsteps_are_regular() -> None:
    gaps = np.diff(blows(heard("footsteps", 8.0), 0.25))
    assert np.median(gaps) == pytest.approx(0.54, abs=0.04)
    assert gaps.std() < 0.12 * gaps.mean()


def test_running_is_faster_than_walking_slowly() -> None:
    fast, slow = (len(blows(heard(p, 6.0), 0.2)) for p in ("fast footsteps", "slow footsteps"))
    assert fast > 1.8 * slow


@pytest.mark.parametrize(
    ("prompt", "count"),
    [("three knocks", 3), ("two gunshots", 2), ("a single gunshot", 1), ("four barks", 4), ("5 clicks", 5)],
)
def test_as_many_as_were_counted_are_heard(prompt: str, count: int) -> None:
    assert len(blows(heard(prompt, 6.0), 0.18, 0.3)) == count


def test_the_ground_changes_a_step() -> None:
    wood, gravel, snow = (heard(f"footsteps on {ground}", 4.0) for ground in ("wood", "gravel", "snow"))
    assert centroid_hz(gravel) > 3 * centroid_hz(wood)
    assert share_above(snow, 3000) < share_above(gravel, 3000)
    assert level_db(wood) > -32


def test_a_laser_falls_and_a_jump_rises() -> None:
    laser = pitches(heard("a single laser", 1.0), 0.06, 80, 6000)[:5]
    assert laser[0] > 3 * laser[4]
    jump = pitches(heard("a single jump", 1.0), 0.06, 80, 1200)[:5]
    assert jump[3] > 1.5 * jump[1]


def test_a_coin_has_two_tones_a_fourth_apart() -> None:
    x = heard("a single coin", 1.0)
    low, high = loudest_hz(cut(x, 0.005, 0.07), 500, 2500), loudest_hz(cut(x, 0.1, 0.4), 500, 2500)
    assert high / low == pytest.approx(4 / 3, abs=0.02)


def test_a_doorbell_goes_down_and_a_power_up_goes_up() -> None:
    bell = heard("doorbell", 2.0)
    ding, dong = loudest_hz(cut(bell, 0, 0.5), 300, 900), loudest_hz(cut(bell, 0.7, 1.7), 300, 900)
    assert ding / dong == pytest.approx(1.26, abs=0.03)
    up = heard("power up", 1.0)
    assert centroid_hz(cut(up, 0.5, 0.9)) > 1.5 * centroid_hz(cut(up, 0, 0.15))


def test_a_bell_has_a_minor_third_and_dies_away_slowly() -> None:
    x = heard("church bell", 6.0)
    strike = loudest_hz(cut(x, 0.5, 2.5), 290, 370)
    third = loudest_hz(cut(x, 0.5, 2.5), 1.1 * strike, 1.3 * strike)
    assert third / strike == pytest.approx(1.183, abs=0.02)
    assert level_db(cut(x, 0, 0.5)) > level_db(cut(x, 2, 2.5)) + 4


def test_a_helicopter_chops_the_air() -> None:
    assert modulation_hz(heard("helicopter", 4.0), 5, 30) == pytest.approx(13, abs=0.5)
    assert modulation_hz(heard("fast helicopter", 4.0), 5, 40) > 17


def test_crickets_sing_high_and_a_whale_low() -> None:
    assert 3800 < loudest_hz(heard("crickets", 4.0)) < 5200
    assert loudest_hz(heard("whale", 4.0)) < 1000


def test_a_clock_ticks_twice_a_second() -> None:
    gaps = np.diff(blows(heard("clock ticking", 6.0), 0.2))
    assert gaps == pytest.approx(np.full(len(gaps), 0.5), abs=0.03)
    assert len(gaps) >= 9


def test_fire_crackles_with_a_few_loud_cracks() -> None:
    x = family("fire").mean(axis=1)
    crackle = np.diff(x, 2).astype(np.float64)
    assert np.mean(crackle**4) / np.mean(crackle**2) ** 2 > 12, "no louder than noise, which has 3"


def test_a_car_passes_from_one_side_to_the_other_and_its_pitch_falls() -> None:
    x = heard("car passing", 5.0)
    balance = [
        level_db(cut(x, a, b)[:, 0]) - level_db(cut(x, a, b)[:, 1]) for a, b in ((0.3, 1.3), (3.3, 4.3))
    ]
    assert balance[0] * balance[1] < 0
    level = envelope(x, 10)
    assert 0.3 < np.argmax(level) / len(level) < 0.65
    assert level[2] < 0.5 * level.max()


def test_a_riser_grows_and_an_explosion_falls() -> None:
    rising, falling = heard("riser", 4.0), heard("explosion", 4.0)
    assert level_db(cut(rising, 2.5, 3.5)) > level_db(cut(rising, 0.2, 1.2)) + 12
    assert level_db(cut(falling, 0, 0.5)) > level_db(cut(falling, 2.5, 3.5)) + 12


def test_typing_is_irregular_and_dense() -> None:
    gaps = np.diff(blows(heard("typing", 6.0), 0.04, 0.2))
    assert len(gaps) > 20
    assert gaps.std() > 0.25 * gaps.mean()


def test_waves_swell() -> None:
    level = envelope(heard("ocean waves", 12.0), 4)
    assert np.quantile(level, 0.95) > 2.2 * np.quantile(level, 0.1)


def test_gusts_come_and_go() -> None:
    level = envelope(heard("wind", 10.0), 4)
    assert np.quantile(level, 0.95) > 2.2 * np.quantile(level, 0.1)


@pytest.mark.parametrize("name", ["rain", "dog", "explosion", "footsteps", "glass", "siren", "applause"])
def test_what_is_far_away_is_duller_and_softer(name: str) -> None:
    near, far = heard(name, 4.0), heard(f"distant {name}", 4.0)
    assert share_above(far, 3000) < 0.5 * share_above(near, 3000)
    assert level_db(far) < level_db(near)


def test_heavy_rain_is_fuller_than_a_drizzle() -> None:
    heavy, light = heard("heavy rain", 4.0), heard("light rain", 4.0)
    assert level_db(heavy) > level_db(light) + 5


def test_a_tin_roof_rings() -> None:
    plain, roof = (bands(heard(p, 4.0)) for p in ("rain", "rain on a tin roof"))
    assert np.abs((plain - plain.max()) - (roof - roof.max())).mean() > 3


def test_deep_and_high_move_the_pitch() -> None:
    low, usual, high = (loudest_hz(heard(f"{how} beep", 2.0)) for how in ("deep", "plain", "high pitched"))
    assert low == pytest.approx(0.7 * usual, rel=0.02)
    assert high == pytest.approx(1.45 * usual, rel=0.02)


def test_a_small_dog_barks_higher_than_a_huge_one() -> None:
    assert centroid_hz(heard("small dog", 2.0)) > 1.3 * centroid_hz(heard("huge dog", 2.0))


def test_a_cave_answers() -> None:
    dry, cave = (heard(p, 4.0) for p in ("a single gunshot", "a single gunshot in a cave"))
    assert level_db(cut(cave, 1.8, 2.6)) > level_db(cut(dry, 1.8, 2.6)) + 12


def test_under_water_the_highs_are_gone() -> None:
    assert share_above(heard("explosion underwater", 2.0), 1200) < 0.01
    assert level_db(heard("explosion underwater", 2.0)) > -32


def test_rain_and_distant_thunder_are_both_there() -> None:
    rain, both = heard("rain", 8.0), heard("rain and distant thunder", 8.0)
    lows = [10 * np.log10(np.mean(np.square(np.abs(np.fft.rfft(x[:, 0])[: 150 * 8])))) for x in (rain, both)]
    assert lows[1] > lows[0] + 6
    assert share_above(both, 2000) > 0.05


def test_what_is_refused_is_not_heard() -> None:
    assert np.array_equal(heard("rain, no thunder", 2.0), heard("rain", 2.0))


def test_order_is_heard() -> None:
    shot_first, bell_first = heard("gunshot then a bell", 6.0), heard("a bell then a gunshot", 6.0)
    crack, tone = cut(shot_first, 0, 0.03), cut(bell_first, 0.2, 0.6)
    assert share_above(crack, 2500) > 10 * share_above(tone, 2500)
    ringing = cut(shot_first, 4, 5)
    assert level_db(ringing) > -45
    assert share_above(ringing, 2500) < 0.05
    last = max(blows(bell_first, 0.5, 0.15))
    assert last > 1
    assert share_above(cut(bell_first, last, last + 0.03), 2500) > 10 * share_above(tone, 2500)


def test_steps_wait_for_the_door() -> None:
    x = heard("door opens then footsteps", 8.0)
    assert max(blows(cut(x, 4, 8), 0.25)) > 3
    gaps = np.diff(blows(cut(x, 3, 8), 0.25))
    assert np.median(gaps) == pytest.approx(0.54, abs=0.05)


def test_soft_sounds_stay_softer_and_are_still_clear() -> None:
    soft, loud = heard("soft wind", 4.0), heard("strong wind", 4.0)
    assert level_db(soft) < level_db(loud) - 3
    assert level_db(soft) > -36
