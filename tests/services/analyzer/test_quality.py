"""Every fault is found by its name, and what only looks like it passes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analyzer.measures import measure
from services.analyzer.quality import CHECKS, GOOD_ENOUGH, is_good, judge
from shared.messages.job import MODELS, Model, Report
from tests.services.analyzer.material import (
    Samples,
    chiptune,
    drum,
    hiss,
    hiss_of,
    level,
    pluck,
    rain,
    saw,
    snare,
    square,
    stereo,
    tune,
)
from tests.sounds import RATE_HZ, audio, sine, white_noise

CLEAN = measure(audio(tune()))


def report(samples: Samples, model: Model = "music", rate_hz: int = RATE_HZ) -> Report:
    return judge(measure(audio(samples, rate_hz)), model)


def issues(samples: Samples, model: Model = "music", rate_hz: int = RATE_HZ) -> dict[str, int]:
    """Names of the issues with their penalties."""
    return {issue.name: issue.penalty for issue in report(samples, model, rate_hz).issues}


def apart(part: Samples, pause_s: float, times: int) -> Samples:
    """The same sound so many times, with silence between."""
    return np.tile(np.pad(part, (0, round(pause_s * RATE_HZ))), times)


def with_clicks(samples: Samples, places: list[int], height: float = 0.5, width: int = 1) -> Samples:
    damaged = samples.copy()
    for place in places:
        damaged[place : place + width] += height
    return damaged


def interrupted(samples: Samples, starts_s: list[float], seconds: float) -> Samples:
    """Silence put into a sound, from where it is loud."""
    damaged = samples.copy()
    for start_s in starts_s:
        start = round(start_s * RATE_HZ)
        start += int(np.argmax(np.abs(samples[start : start + 2000]))) + 1
        damaged[start : start + round(seconds * RATE_HZ)] = 0
    return damaged


def held(samples: Samples, starts_s: list[float], seconds: float) -> Samples:
    """A sound in which one sample is repeated for a while."""
    damaged = samples.copy()
    for start_s in starts_s:
        start = round(start_s * RATE_HZ)
        damaged[start : start + round(seconds * RATE_HZ)] = samples[start]
    return damaged


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("rate_hz", [16_000, 32_000, 44_100, 48_000])
def test_a_tune_has_a_hundred_at_every_rate(model: Model, rate_hz: int) -> None:
    found = report(tune(rate_hz=rate_hz), model, rate_hz)
    assert (found.score, found.issues) == (100, ())


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("samples", "name"),
    [
        (np.zeros(RATE_HZ), "silence"),
        (0.001 * tune(), "silence"),
        (np.clip(sine(level=10), -1, 1), "clipping"),
        (0.5 * np.clip(tune() * 6, -1, 1), "clipping"),
        (sine(440, 4, 0.3) + 0.2, "dc_offset"),
        (tune() - 0.15, "dc_offset"),
        (stereo(tune(), 0 * tune()), "dead_channel"),
        (stereo(tune(), -tune()), "inverted_channel"),
        (interrupted(tune(), [0.5, 1.5, 2.5], 0.1), "gaps"),
        (interrupted(tune(), [1.5], 0.06), "gaps"),
        (interrupted(tune(), [0.5, 1.0, 1.5, 2.0], 0.01), "dropouts"),
        (held(sine(440, 4), [0.5, 1.0, 1.5, 2.0], 0.02), "dropouts"),
        (with_clicks(tune(), [30_000, 70_000, 110_000, 150_000]), "clicks"),
        (with_clicks(tune(), [30_000, 70_000, 110_000, 150_000], width=3), "clicks"),
        (tune() + level(tune()) * hiss() * 0.1, "high_frequency_noise"),
        (tune() + hiss_of(level(tune())), "noise"),
        (np.where(np.arange(4 * RATE_HZ) == 5, np.nan, tune()), "invalid_samples"),
    ],
)
def test_each_fault_is_named_and_fails_the_take(samples: Samples, name: str, model: Model) -> None:
    found = report(samples, model)
    assert [issue.name for issue in found.issues] == [name]
    assert not is_good(found)


@pytest.mark.parametrize(
    ("samples", "name"),
    [
        (white_noise(), "noise"),
        (white_noise(), "high_frequency_noise"),
        (0.01 * sine(), "silence"),
    ],
)
def test_some_things_are_faults_of_music_only(samples: Samples, name: str) -> None:
    assert name in issues(samples, "music")
    assert issues(samples, "audio") == {}


def test_nothing_but_the_top_of_the_band_is_a_fault_of_an_effect_too() -> None:
    assert "high_frequency_noise" in issues(sine(hertz=16000), "audio")


@pytest.mark.parametrize("gain", [2.0, 4.0, 10.0])
def test_clipping_is_found_when_the_level_was_lowered_after_it(gain: float) -> None:
    damaged = np.clip(tune() / np.abs(tune()).max() * gain, -1, 1)
    for lowered in (0.9, 0.5, 0.1):
        assert "clipping" in issues(damaged * lowered)
    assert "clipping" in issues(np.round(damaged * 0.5 * 32767) / 32768)


@pytest.mark.parametrize(
    "samples",
    [
        square(55),
        square(440),
        chiptune(),
        saw(110),
        sine(30, 4, 0.97),
        sine(41, 4, 0.7) + sine(82, 4, 0.2),
        np.round(sine(35, 4, 0.9) * 32767) / 32768,
        np.round(sine(110, 4, 0.9) * 127) / 128,
        np.tanh(3 * tune()) * 0.9,
    ],
    ids=["bass square", "square", "chiptune", "saw", "low sine", "bass", "16 bit", "8 bit", "saturation"],
)
def test_flat_tops_that_nothing_cut_are_no_clipping(samples: Samples) -> None:
    assert "clipping" not in issues(samples)


def test_a_short_event_in_a_long_quiet_is_no_silence() -> None:
    door = np.pad(0.3 * drum(200, 0.02), (RATE_HZ, 8 * RATE_HZ))
    assert measure(audio(door)).rms < 0.005
    assert "silence" not in issues(door, "audio")


@pytest.mark.parametrize("model", MODELS)
def test_silence_at_the_ends_costs_little(model: Model) -> None:
    found = report(np.pad(tune(), (2 * RATE_HZ, 5 * RATE_HZ)), model)
    assert [issue.name for issue in found.issues] == ["long_silence_at_start", "long_silence_at_end"]
    assert 80 <= found.score < 100
    assert issues(np.pad(tune(), (RATE_HZ // 2, RATE_HZ)), model) == {}


@pytest.mark.parametrize(
    "samples",
    [
        apart(pluck(220), 0.5, 4),
        apart(pluck(220, seconds=0.3) * np.linspace(1, 0, round(0.3 * RATE_HZ)), 0.2, 8),
        apart(snare(), 0.3, 6),
        chiptune(),
        square(60),
        square(15),
    ],
    ids=["rests", "staccato", "snares", "chiptune", "square", "slow square"],
)
def test_rests_and_square_waves_are_neither_gaps_nor_dropouts(samples: Samples) -> None:
    assert {"gaps", "dropouts"}.isdisjoint(issues(samples))


@pytest.mark.parametrize(
    "samples",
    [
        apart(drum(60, 0.15), 0.3, 5),
        apart(drum(900, 0.01), 0.3, 8),
        apart(snare(), 0.2, 8),
        saw(55),
        square(110),
        chiptune(),
        rain(),
        tune() + np.repeat([0.0, 0.1, 0.0, 0.1], RATE_HZ),
    ],
    ids=["kicks", "blocks", "snares", "saw", "square", "chiptune", "rain", "steps"],
)
def test_onsets_edges_and_drops_are_no_clicks(samples: Samples) -> None:
    assert "clicks" not in issues(samples)


def test_one_click_costs_points_but_no_second_attempt() -> None:
    found = report(with_clicks(tune(), [70_000]))
    assert [issue.name for issue in found.issues] == ["clicks"]
    assert is_good(found)


@pytest.mark.parametrize("rate_hz", [16_000, 32_000, 44_100])
def test_hiss_is_measured_against_what_the_rate_holds(rate_hz: int) -> None:
    clean = tune(rate_hz=rate_hz)
    top_hz = 14_000 if rate_hz >= 32_000 else 0.8 * rate_hz / 2
    damaged = clean + level(clean) * 0.1 * hiss(above_hz=top_hz, rate_hz=rate_hz)
    assert "high_frequency_noise" in issues(damaged, "music", rate_hz)


@pytest.mark.parametrize(
    "samples",
    [tune(), rain(), apart(snare(), 0.2, 8), saw(110), tune() + sine(15_500, 4, 0.02)],
    ids=["tune with hat", "rain", "snares", "saw", "tune with a whistle"],
)
def test_bright_effects_do_not_hiss(samples: Samples) -> None:
    assert "high_frequency_noise" not in issues(samples, "audio")


@pytest.mark.parametrize("model", MODELS)
def test_noise_that_comes_and_goes_or_fades_towards_the_top_is_none(model: Model) -> None:
    beat = tune() + np.resize(apart(snare(), 0.2, 8), 4 * RATE_HZ)
    assert "noise" not in issues(beat, model)
    assert "noise" not in issues(tune() + 0.3 * rain(), model)
    assert "noise" not in issues(chiptune(), model)


def test_rain_and_noise_itself_are_good_effects() -> None:
    assert issues(rain(), "audio") == {}
    assert issues(white_noise(6.0), "audio") == {}


def test_bass_is_no_offset() -> None:
    assert "dc_offset" not in issues(sine(25, 4, 0.9))
    assert "dc_offset" not in issues(sine(25, 0.3, 0.9), "audio")


def test_panned_and_wide_is_neither_dead_nor_inverted() -> None:
    panned = stereo(tune(), 0.15 * tune())
    wide = stereo(tune() + 0.8 * rain(), tune() - 0.8 * rain())
    assert issues(panned, "audio") == issues(wide, "audio") == {}
    mild = report(stereo(tune(), 0.03 * tune()))
    assert [issue.name for issue in mild.issues] == ["unbalanced_channels"]
    assert mild.score > 80


def test_a_level_that_drifts_far_costs_music_little_and_an_effect_nothing() -> None:
    drifting = tune(8.0) * np.geomspace(0.01, 1, 8 * RATE_HZ)
    found = report(drifting)
    assert [issue.name for issue in found.issues] == ["level_drift"]
    assert found.score > 80
    assert issues(drifting, "audio") == {}
    assert issues(tune(8.0) * np.geomspace(0.2, 1, 8 * RATE_HZ)) == {}


def test_of_two_issues_of_one_name_the_worse_counts() -> None:
    found = judge(replace(CLEAN, clipped_share=0.06, cut_share=0.19), "music")
    (issue,) = found.issues
    assert issue.penalty > 90
    assert "cut off" in issue.sentence
    assert found.score == 100 - issue.penalty


def test_mild_clipping_costs_points_but_no_second_attempt() -> None:
    found = judge(replace(CLEAN, clipped_share=0.07), "music")
    assert GOOD_ENOUGH <= found.score < 100
    assert is_good(found)
    assert "7.0%" in found.issues[0].sentence


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_more_clipping_never_scores_better(shares: list[float]) -> None:
    little, much = (judge(replace(CLEAN, clipped_share=share), "music").score for share in sorted(shares))
    assert little >= much


def test_every_check_has_a_penalty_that_starts_at_its_threshold() -> None:
    for check in CHECKS:
        assert 0 < check.least <= 100
        assert check.worst != check.threshold


def test_the_sentences_say_what_was_measured() -> None:
    (gaps,) = report(interrupted(tune(), [0.5, 1.5, 2.5], 0.1)).issues
    assert gaps.sentence == "The sound breaks off 3 times."
