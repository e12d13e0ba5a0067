"""Levels are set by one gain for a whole sound: to a loudness or a peak, in limits, and never by clamping."""

import numpy as np
import pytest

from services.renderer import levelling
from shared import loudness
from shared.messages.job import Model
from tests.sounds import audio, sine, white_noise


def test_music_is_brought_to_14_lufs() -> None:
    for level in (0.1, 0.3):
        levelled = levelling.level(audio(sine(level=level)), "music")
        again = loudness.measure(levelled.audio).integrated_lufs()
        assert levelled.loudness_lufs == -14.0
        assert again == pytest.approx(-14, abs=0.05)


def test_an_effect_is_brought_to_a_true_peak_of_1_db_below_full_scale() -> None:
    for level in (0.3, 0.9, 4.0):
        levelled = levelling.level(audio(sine(level=level)), "audio")
        peak_db = loudness.decibels(loudness.true_peak(levelled.audio.samples))
        assert levelled.true_peak_db == pytest.approx(peak_db, abs=0.002)
        assert -1.01 < peak_db <= -1.0


def test_music_with_high_peaks_stays_quieter_rather_than_going_over() -> None:
    samples = white_noise(5, 0.01)
    samples[20000] = 0.8
    levelled = levelling.level(audio(samples), "music")
    assert loudness.decibels(loudness.true_peak(levelled.audio.samples)) == pytest.approx(-1, abs=0.01)
    assert levelled.loudness_lufs is not None
    assert levelled.loudness_lufs < -20


@pytest.mark.parametrize("model", ["music", "audio"])
def test_nothing_is_raised_by_more_than_12_db(model: Model) -> None:
    levelled = levelling.level(audio(sine(level=0.001)), model)
    assert levelled.gain_db == 12.0
    assert np.abs(levelled.audio.samples).max() == pytest.approx(0.001 * 10 ** (12 / 20), rel=1e-3)


@pytest.mark.parametrize("model", ["music", "audio"])
@pytest.mark.parametrize("level", [0.01, 0.5, 10.0])
def test_the_shape_of_the_sound_is_kept(model: Model, level: float) -> None:
    sound = audio(white_noise(3, level))
    levelled = levelling.level(sound, model)
    factor = np.float32(10 ** (levelled.gain_db / 20))
    assert np.array_equal(levelled.audio.samples, sound.samples * factor)


@pytest.mark.parametrize("model", ["music", "audio"])
def test_silence_stays_silence(model: Model) -> None:
    levelled = levelling.level(audio(np.zeros(44100)), model)
    assert (levelled.gain_db, levelled.loudness_lufs) == (0.0, None)
    assert not levelled.audio.samples.any()


@pytest.mark.parametrize("model", ["music", "audio"])
def test_music_too_short_for_a_loudness_is_levelled_by_its_peak(model: Model) -> None:
    levelled = levelling.level(audio(sine(seconds=0.2, level=0.5)), model)
    assert levelled.loudness_lufs is None
    assert levelled.true_peak_db == pytest.approx(-1, abs=0.01)
