"""Signals with a known answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from services.analyzer.measures import Measures, measure
from services.analyzer.quality import CHECKS, GOOD_ENOUGH, is_good, judge
from shared.messages.job import Model
from tests.sounds import audio, sine, white_noise


def test_a_sine_has_the_level_of_a_sine_and_no_fault() -> None:
    measures = measure(audio(sine(level=0.5)))
    assert measures.rms == pytest.approx(0.5 / np.sqrt(2), abs=1e-3)
    assert measures.clipped_share == measures.invalid_share == 0
    assert measures.high_band_share < 1e-4
    assert measures.flatness < 1e-3


def test_white_noise_is_as_flat_as_theory_says() -> None:
    measures = measure(audio(white_noise()))
    assert measures.flatness == pytest.approx(np.exp(-np.euler_gamma), abs=0.01)
    assert measures.high_band_share == pytest.approx((22050 - 14000) / 22050, abs=0.01)


def test_a_sine_driven_ten_times_too_far_is_mostly_clipped() -> None:
    share = measure(audio(np.clip(sine(level=10), -1, 1))).clipped_share
    assert share == pytest.approx(1 - 2 / np.pi * np.arcsin(0.098), abs=1e-3)


def test_clipping_counts_over_all_channels() -> None:
    stereo = np.stack([np.ones(44100), np.zeros(44100)], axis=1)
    assert measure(audio(stereo)).clipped_share == 0.5


def test_a_rate_that_holds_nothing_above_14_khz_has_no_high_band() -> None:
    assert measure(audio(white_noise(rate_hz=16000), 16000)).high_band_share == 0


def test_silence_between_sounds_does_not_change_the_flatness() -> None:
    noise = white_noise()
    with_gaps = np.concatenate([noise, np.zeros(3 * len(noise))])
    assert measure(audio(with_gaps)).flatness == pytest.approx(measure(audio(noise)).flatness, abs=0.02)


@pytest.mark.parametrize("samples", [[0.0], [0.5], np.zeros(10), np.zeros(44100)])
def test_the_shortest_and_the_quietest_sounds_are_measured(samples: object) -> None:
    measures = measure(audio(np.asarray(samples)))
    assert np.isfinite(list(measures.by_name().values())).all()


def test_samples_that_are_no_numbers_are_counted_and_break_nothing() -> None:
    samples = sine()
    samples[:100] = np.nan
    samples[100:200] = np.inf
    measures = measure(audio(samples))
    assert measures.invalid_share == pytest.approx(200 / len(samples))
    assert np.isfinite(list(measures.by_name().values())).all()


def test_a_shifted_sine_is_as_far_beside_the_middle_as_it_was_shifted() -> None:
    measures = measure(audio(np.stack([sine(), sine() - 0.2], axis=1)))
    assert measures.dc_offset == pytest.approx(0.2, abs=1e-3)
    assert measure(audio(sine())).dc_offset < 1e-3


def test_a_channel_is_dead_only_beside_one_that_sounds() -> None:
    nothing = np.zeros_like(sine())
    assert measure(audio(np.stack([sine(), nothing], axis=1))).dead_channel == 1
    assert measure(audio(np.stack([sine(), nothing + 0.3], axis=1))).dead_channel == 1
    assert measure(audio(np.stack([nothing, nothing], axis=1))).dead_channel == 0
    assert measure(audio(np.stack([sine(), 0.01 * sine()], axis=1))).dead_channel == 0


def test_a_constant_is_no_silence_and_breaks_nothing() -> None:
    assert measure(audio(np.full(44100, 0.3))).rms == pytest.approx(0.3, abs=1e-4)


@pytest.mark.parametrize(
    ("samples", "model", "names"),
    [
        (sine(), "music", []),
        (sine(), "audio", []),
        (np.zeros(44100), "music", ["silence"]),
        (np.zeros(44100), "audio", ["silence"]),
        (np.clip(sine(level=10), -1, 1), "music", ["clipping"]),
        (np.clip(sine(level=10), -1, 1), "audio", ["clipping"]),
        (white_noise(), "music", ["high_frequency_noise", "noise"]),
        (white_noise(), "audio", []),
        (sine(hertz=16000), "audio", ["high_frequency_noise"]),
        (0.1 * sine() + 0.2, "music", ["dc_offset"]),
        (0.1 * sine() + 0.2, "audio", ["dc_offset"]),
        (np.stack([sine(), np.zeros(88200)], axis=1), "music", ["dead_channel"]),
        (np.stack([sine(), np.zeros(88200)], axis=1), "audio", ["dead_channel"]),
        (np.where(np.arange(88200) == 5, np.nan, sine()), "music", ["invalid_samples"]),
    ],
)
def test_each_fault_is_named_where_it_is_one_and_fails_the_take(
    samples: NDArray[np.float64], model: Model, names: list[str]
) -> None:
    report = judge(measure(audio(samples)), model)
    assert [issue.name for issue in report.issues] == names
    assert is_good(report) is not bool(names)


def test_a_perfect_take_has_a_hundred() -> None:
    assert judge(measure(audio(sine())), "music").score == 100


def test_mild_clipping_costs_points_but_no_second_attempt() -> None:
    measures = Measures(clipped_share=0.07, rms=0.3, high_band_share=0, flatness=0, invalid_share=0)
    report = judge(measures, "music")
    assert GOOD_ENOUGH <= report.score < 100
    assert is_good(report)
    assert "7.0%" in report.issues[0].sentence


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_more_clipping_never_scores_better(shares: list[float]) -> None:
    little, much = (
        judge(
            Measures(clipped_share=share, rms=0.3, high_band_share=0, flatness=0, invalid_share=0), "music"
        ).score
        for share in sorted(shares)
    )
    assert little >= much


def test_every_check_has_a_penalty_that_starts_at_its_threshold() -> None:
    for check in CHECKS:
        assert 0 < check.least <= 100
        assert check.worst != check.threshold
