"""Signals with a known answer."""

import numpy as np
import pytest

from services.analyzer.measures import measure
from services.analyzer.pieces import PIECE_FRAMES
from tests.services.analyzer.material import tune
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


def test_a_cut_sine_is_cut_as_much_of_its_loud_time_as_it_was_driven_too_far() -> None:
    driven = np.clip(sine(seconds=4, level=1.5), -1, 1) * 0.6
    measures = measure(audio(driven))
    cut, loud = np.arccos(1 / 1.5), np.arccos(0.5 / 1.5)
    assert measures.cut_share == pytest.approx(cut / loud, abs=0.03)
    assert measures.clipped_share == 0


def test_loudness_and_true_peak_are_told_where_there_are_any() -> None:
    numbers = measure(audio(sine(997, 5, 1.0))).by_name()
    assert numbers["loudness_lufs"] == pytest.approx(-3.01, abs=0.02)
    assert numbers["true_peak_db"] == pytest.approx(0, abs=0.05)
    assert {"loudness_lufs", "true_peak_db"}.isdisjoint(measure(audio(np.zeros(44100))).by_name())


def test_the_loudest_moment_is_that_of_a_short_sound_in_a_long_silence() -> None:
    samples = np.zeros(10 * 44100)
    samples[44100 : 44100 + 2205] = sine(seconds=0.05)
    assert measure(audio(samples)).loudest_rms == pytest.approx(0.354, abs=0.01)
    assert measure(audio(sine(seconds=0.01))).loudest_rms == pytest.approx(0.354, abs=0.03)


def test_a_low_tone_has_no_offset_however_short_it_is() -> None:
    for hertz in (20, 30, 55):
        assert measure(audio(sine(hertz, 0.25, 0.9))).dc_offset == 0
        assert measure(audio(sine(hertz, 4, 0.9) + 0.1)).dc_offset == pytest.approx(0.1, abs=0.05)


def test_correlation_and_balance_are_those_of_the_channels() -> None:
    left, noise = white_noise(), white_noise()[::-1]
    assert measure(audio(np.stack([left, -0.5 * left], axis=1))).correlation == pytest.approx(-1)
    assert measure(audio(np.stack([left, noise], axis=1))).correlation == pytest.approx(0, abs=0.02)
    assert measure(audio(left)).correlation == 1
    assert measure(audio(np.stack([left, 0.1 * noise], axis=1))).balance_db == pytest.approx(20, abs=0.1)
    assert measure(audio(np.stack([left, 0 * left], axis=1))).balance_db == 120


def test_the_drift_of_the_level_is_that_of_its_quarters() -> None:
    louder = sine(seconds=8) * np.repeat([0.01, 0.01, 0.1, 0.1], 88200)
    assert measure(audio(louder)).level_drift_db == pytest.approx(20, abs=0.1)
    assert measure(audio(sine(seconds=8))).level_drift_db == pytest.approx(0, abs=0.01)


def test_what_is_counted_does_not_depend_on_where_pieces_are_joined() -> None:
    clean = tune(8.0)
    for place in (PIECE_FRAMES - 1, PIECE_FRAMES, PIECE_FRAMES + 1, 800 * 88, 800 * 88 + 1, 801 * 88 - 1):
        damaged = clean.copy()
        damaged[place] += 0.5
        assert measure(audio(damaged)).click_count == 1, place
    for start in (PIECE_FRAMES - 6000, PIECE_FRAMES - 1, PIECE_FRAMES, 2 * PIECE_FRAMES - 4410):
        damaged = clean.copy()
        damaged[start : start + 4410] = 0
        damaged[start - 1] = damaged[start + 4410] = 0.3
        measures = measure(audio(damaged))
        assert measures.gap_count == 1, start
        assert measures.gaps_s == pytest.approx(0.1, abs=0.001)


@pytest.mark.parametrize("rate_hz", [1000, 8000, 16_000, 22_050, 96_000, 192_000])
@pytest.mark.parametrize("frames", [1, 2, 3, 100, 70_000])
@pytest.mark.parametrize("channels", [1, 2, 8])
def test_every_rate_length_and_number_of_channels_is_measured(
    rate_hz: int, frames: int, channels: int
) -> None:
    samples = np.random.default_rng(1).uniform(-1, 1, (frames, channels))
    assert np.isfinite(list(measure(audio(samples, rate_hz)).by_name().values())).all()
