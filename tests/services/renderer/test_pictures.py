"""The picture agrees with librosa, has its axes, and is drawn for every sound that there can be."""

import io
import json

import librosa
import numpy as np
import pytest
from PIL import Image

from services.renderer import pictures, spectrogram, waveform
from services.renderer.canvas import Theme
from services.renderer.pictures import PLOT, Look
from tests.sounds import audio, sine, white_noise


@pytest.mark.parametrize("rate_hz", [16000, 32000, 44100])
def test_the_numbers_are_those_of_librosa(rate_hz: int) -> None:
    samples = (sine(1000, rate_hz=rate_hz) + white_noise(level=0.01, rate_hz=rate_hz)).astype(np.float32)
    expected = librosa.power_to_db(
        librosa.feature.melspectrogram(y=samples, sr=rate_hz, n_fft=2048, hop_length=512, n_mels=128),
        ref=np.max,
    )
    found = spectrogram.mel_decibels(audio(samples, rate_hz))
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 0.05


def test_a_sine_is_loudest_in_the_band_of_its_frequency() -> None:
    decibels = spectrogram.mel_decibels(audio(sine(3000)))
    band = int(decibels[:, 50].argmax())
    centres = librosa.mel_frequencies(128 + 2, fmin=0, fmax=22050)[1:-1]
    assert abs(centres[band] - 3000) < 150


def picture_of(samples: object, rate_hz: int = 44100, look: Look = pictures.USUAL) -> Image.Image:
    sound = audio(np.asarray(samples), rate_hz)
    png = pictures.labelled(spectrogram.mel_decibels(sound), rate_hz, sound.duration_s, look)
    return Image.open(io.BytesIO(png)).convert("RGB")


@pytest.mark.parametrize(
    ("samples", "rate_hz"),
    [
        (sine(), 44100),
        (np.zeros(44100), 44100),
        (np.array([0.5]), 44100),
        (sine(seconds=1, rate_hz=16000), 16000),
        (white_noise(seconds=120, rate_hz=32000), 32000),
    ],
    ids=["two seconds", "silence", "one sample", "16 kHz", "two minutes"],
)
@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_sound_has_a_picture_with_labelled_axes(
    samples: np.ndarray[tuple[int], np.dtype[np.float64]], rate_hz: int, theme: Theme, scale: int
) -> None:
    picture = np.asarray(picture_of(samples, rate_hz, Look(theme, scale))).astype(int)
    left, top, right, bottom = (scale * edge for edge in PLOT)
    assert picture.shape == (320 * scale, 1000 * scale, 3)
    paper = picture[0, 0]
    assert (paper.sum() > 600) == (theme == "light")
    for name, part in {
        "frequencies": picture[top:bottom, : left - 6 * scale],
        "times": picture[bottom + 6 * scale :, left:right],
        "decibels": picture[top:bottom, right + 30 * scale :],
    }.items():
        assert (np.abs(part - paper).sum(axis=2) > 200).sum() > 10, name


def test_a_high_tone_is_drawn_above_a_low_one() -> None:
    left, top, right, bottom = PLOT

    def brightest_row(hertz: float) -> int:
        plot = np.asarray(picture_of(sine(hertz))).astype(int)[top:bottom, left:right]
        return int(plot.sum(axis=(1, 2)).argmax())

    assert brightest_row(8000) < brightest_row(2000) < brightest_row(500)


def test_a_strip_is_the_data_alone_in_the_same_colours() -> None:
    sound = audio(sine(3000))
    decibels = spectrogram.mel_decibels(sound)
    bare = np.asarray(Image.open(io.BytesIO(pictures.strip(decibels))).convert("RGB")).astype(int)
    assert bare.shape == (96, 480, 3)
    left, top, right, bottom = PLOT
    whole = np.asarray(picture_of(sine(3000))).astype(int)[top:bottom, left:right]
    assert bare.sum(axis=(1, 2)).argmax() / 96 == pytest.approx(
        whole.sum(axis=(1, 2)).argmax() / len(whole), abs=0.02
    )


def test_a_short_click_in_a_long_sound_is_seen() -> None:
    samples = np.zeros(300 * 16000)
    samples[150 * 16000] = 1.0
    left, top, right, bottom = PLOT
    plot = np.asarray(picture_of(samples, 16000)).astype(int)[top:bottom, left:right]
    assert plot.sum(axis=2).max() > 500
    assert abs(int(plot.sum(axis=(0, 2)).argmax()) - (right - left) // 2) <= 2


@pytest.mark.parametrize("rate_hz", [8000, 16000, 32000, 44100, 48000])
def test_mel_filters_are_those_of_librosa(rate_hz: int) -> None:
    expected = librosa.filters.mel(sr=rate_hz, n_fft=2048, n_mels=128)
    assert np.abs(spectrogram.mel_weights(rate_hz).T - expected).max() < 1e-7


def test_peaks_are_audiowaveforms_format_and_hold_the_extremes() -> None:
    samples = np.zeros(44100)
    samples[100], samples[30000] = 0.5, -1.0
    data = json.loads(waveform.peaks_json(audio(samples)))
    assert (data["version"], data["channels"], data["bits"], data["sample_rate"]) == (2, 1, 8, 44100)
    assert len(data["data"]) == 2 * data["length"]
    assert data["length"] == -(-44100 // data["samples_per_pixel"])
    low, high = data["data"][::2], data["data"][1::2]
    assert high[100 // data["samples_per_pixel"]] == 64
    assert low[30000 // data["samples_per_pixel"]] == -127
    assert max(high) == 64


def test_heights_follow_the_level_and_reach_the_top() -> None:
    rising = np.linspace(0, 1, 88200)
    heights = waveform.heights(audio(rising))
    assert len(heights) == 100
    assert heights[-1] == 255
    assert list(heights) == sorted(heights)


@pytest.mark.parametrize("samples", [np.zeros(44100), np.array([0.5])])
def test_silence_and_a_single_sample_have_heights(
    samples: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> None:
    heights = waveform.heights(audio(samples))
    assert len(heights) == 100
    assert all(0 <= height <= 255 for height in heights)


@pytest.mark.parametrize("frames", [1, 2, 99, 100, 101, 44101])
def test_every_sample_counts_for_some_height_and_some_peak(frames: int) -> None:
    for place in {0, frames // 2, frames - 1}:
        samples = np.zeros(frames)
        samples[place] = -1.0
        heights = waveform.heights(audio(samples))
        assert len(heights) == 100
        assert max(heights) == 255
        data = json.loads(waveform.peaks_json(audio(samples)))
        assert min(data["data"]) == -127
        assert len(data["data"]) == 2 * data["length"]
        assert data["length"] == -(-frames // data["samples_per_pixel"])


def test_peaks_of_a_sound_beyond_full_scale_stay_in_eight_bits() -> None:
    data = json.loads(waveform.peaks_json(audio(np.array([2.0, -2.0] * 100))))["data"]
    assert (min(data), max(data)) == (-128, 127)
