"""Loudness and true peak are those of the standard, at every rate and gain."""

import numpy as np
import pyloudnorm
import pytest
import soxr
from numpy.typing import NDArray

from shared import loudness
from shared.audio import Audio
from tests.sounds import audio, sine, white_noise


def swelling(rate_hz: int, seconds: float = 5) -> Audio:
    noise = np.random.default_rng(3).standard_normal((round(seconds * rate_hz), 2))
    return audio(noise * np.linspace(0.001, 0.2, len(noise))[:, None], rate_hz)


def test_a_full_scale_sine_at_997_hz_in_one_channel_has_the_loudness_of_the_standard() -> None:
    # ITU-R BS.1770-4, annex 1: a 0 dBFS sine of 997 Hz in one channel reads -3.01 LUFS.
    measured = loudness.measure(audio(sine(997, 5, 1.0))).integrated_lufs()
    assert measured == pytest.approx(-3.01, abs=0.02)


@pytest.mark.parametrize("rate_hz", [16000, 22050, 32000, 44100, 48000, 96000])
def test_loudness_is_that_of_another_implementation_with_the_same_filters(rate_hz: int) -> None:
    sound = swelling(rate_hz)
    expected = pyloudnorm.Meter(rate_hz, filter_class="DeMan").integrated_loudness(sound.samples)
    assert loudness.measure(sound).integrated_lufs() == pytest.approx(expected, abs=0.01)


def test_the_filters_at_48_khz_are_those_in_the_tables_of_the_standard() -> None:
    shelf, high_pass = loudness._k_weighting(48000)
    assert shelf[:3] == pytest.approx([1.53512485958697, -2.69169618940638, 1.19839281085285], abs=1e-6)
    assert shelf[4:] == pytest.approx([-1.69065929318241, 0.73248077421585], abs=1e-6)
    assert high_pass[4:] == pytest.approx([-1.99004745483398, 0.99007225036621], abs=1e-6)


def test_rates_without_the_upper_band_have_a_loudness_too() -> None:
    for rate_hz in (1000, 2000, 3363, 3365, 4000):
        found = loudness.measure(audio(sine(200, 2, 0.5, rate_hz), rate_hz)).integrated_lufs()
        assert found == pytest.approx(-9, abs=1.5), rate_hz


@pytest.mark.parametrize("gain_db", [-20.0, -3.0, 6.0])
def test_loudness_with_a_gain_is_the_loudness_of_the_sound_with_that_gain(gain_db: float) -> None:
    sound = swelling(44100)
    louder = Audio(sound.samples * np.float32(10 ** (gain_db / 20)), 44100)
    expected = loudness.measure(louder).integrated_lufs()
    assert loudness.measure(sound).integrated_lufs(gain_db) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("samples", [np.zeros(44100), sine(seconds=0.3), np.array([0.5])])
def test_what_is_silent_or_too_short_has_no_loudness(samples: NDArray[np.float64]) -> None:
    assert loudness.measure(audio(samples)).integrated_lufs() is None


def test_a_sine_whose_tops_lie_between_its_samples_has_its_true_peak() -> None:
    tops_between = np.sin(np.pi / 2 * np.arange(44100) + np.pi / 4)[:, None].astype(np.float32)
    assert np.abs(tops_between).max() == pytest.approx(np.sqrt(0.5))
    inside = tops_between * np.hanning(44100)[:, None].astype(np.float32)
    assert loudness.decibels(loudness.true_peak(inside)) == pytest.approx(0, abs=0.15)


@pytest.mark.parametrize("frames", [1, 11, 51, 52, 53, 104, 105, 44100])
def test_the_true_peak_is_near_that_of_a_much_longer_filter(frames: int) -> None:
    samples = (sine(3000, frames / 44100) + white_noise(frames / 44100, 0.05)).astype(np.float32)[:, None]
    surrounded = np.pad(samples, ((400, 400), (0, 0)))
    expected = max(np.abs(soxr.resample(surrounded, 44100, 4 * 44100, "VHQ")).max(), np.abs(samples).max())
    assert loudness.decibels(loudness.true_peak(samples)) == pytest.approx(
        loudness.decibels(expected), abs=0.3
    )


def test_every_place_is_looked_at_for_the_true_peak() -> None:
    for place in range(2, 120):
        samples = np.zeros((125, 1), np.float32)
        samples[place : place + 2] = 0.5
        assert loudness.true_peak(samples) == pytest.approx(0.62, abs=0.03), place
