"""What a take sounds like: signals whose tempo, key and ends are known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from services.analyzer.descriptors import describe
from shared.audio import Audio
from shared.messages.job import Descriptors, Report
from tests.sounds import RATE_HZ, audio, sine, white_noise

SECONDS = 10.0


def clicks(bpm: float, rate_hz: int = RATE_HZ, seconds: float = SECONDS) -> NDArray[np.float64]:
    """A short burst of noise on every beat."""
    sound = np.zeros(round(seconds * rate_hz))
    burst = np.random.default_rng(3).standard_normal(rate_hz // 50) * np.geomspace(0.5, 0.005, rate_hz // 50)
    for beat in np.arange(0.1, seconds - 0.1, 60 / bpm):
        start = round(beat * rate_hz)
        sound[start : start + len(burst)] += burst
    return sound


def chord(*semitones: int, seconds: float = 1.0) -> NDArray[np.float64]:
    """Tones so many semitones above C3, each with three overtones."""
    return sum(
        (
            sine(130.81 * 2 ** (note / 12) * partial, seconds, 0.1 / partial)
            for note in semitones
            for partial in (1, 2, 3)
        ),
        np.zeros(round(seconds * RATE_HZ)),
    )


def cadence(tonic: int, minor: bool) -> NDArray[np.float64]:
    """I IV V I, twice, each chord over its root in the bass."""
    third = 3 if minor else 4
    one, four = (tonic, third), (tonic + 5, third)
    steps = (one, four, (tonic + 7, 4), one) * 2
    return np.concatenate([chord(root - 12, root, root + t, root + 7) for root, t in steps])


def described(samples: NDArray[np.float64], rate_hz: int = RATE_HZ) -> Descriptors:
    return describe(audio(samples, rate_hz), "music")


@pytest.mark.parametrize("bpm", [62.0, 70.0, 95.0, 118.5, 140.0, 171.0])
@pytest.mark.parametrize("rate_hz", [16_000, 32_000, 44_100])
def test_the_tempo_of_beats_is_found_but_for_octaves(bpm: float, rate_hz: int) -> None:
    found = described(clicks(bpm, rate_hz), rate_hz)
    assert found.bpm is not None
    octaves = np.log2(found.bpm / bpm)
    assert abs(octaves - round(octaves)) < np.log2(1.02)
    assert found.bpm_confidence > 0.5


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_the_key_of_a_cadence_is_found(tonic: int, mode: str) -> None:
    names = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
    found = described(cadence(tonic, mode == "minor"))
    assert found.key == f"{names[tonic]} {mode}"
    assert found.key_confidence > 0.1


def test_a_sound_tuned_off_has_its_nearest_key() -> None:
    sharp = cadence(2, minor=True)
    positions = np.arange(0, len(sharp) - 1, 2 ** (0.3 / 12))  # 30 cents up
    assert described(np.interp(positions, np.arange(len(sharp)), sharp)).key == "D minor"


def test_brightness_is_the_middle_of_the_spectrum() -> None:
    assert described(sine(1000.0)).brightness_hz == pytest.approx(1000, rel=0.05)
    assert described(white_noise()).brightness_hz == pytest.approx(RATE_HZ / 4, rel=0.05)


def test_the_dynamic_range_is_that_of_the_level() -> None:
    assert described(sine(seconds=8.0)).dynamic_range_db == pytest.approx(0, abs=0.1)
    steps = np.concatenate([sine(seconds=4.0), sine(seconds=4.0) / 4])
    assert described(steps).dynamic_range_db == pytest.approx(12.04, abs=0.3)


def test_onsets_are_counted() -> None:
    assert described(clicks(120)).onset_rate_hz == pytest.approx(2.0, abs=0.15)
    assert described(sine(seconds=8.0)).onset_rate_hz < 0.3


def test_silence_at_the_ends_is_exact() -> None:
    found = described(np.concatenate([np.zeros(4410), 0.1 + sine(), np.zeros(22050)]))
    assert (found.leading_silence_s, found.trailing_silence_s) == (0.1, 0.5)


def test_a_loop_has_a_better_seam_than_a_fade() -> None:
    loop = white_noise(4.0) + sine(220.0, 4.0)
    assert described(loop).seam > 0.9
    assert described(loop * np.linspace(1, 0, len(loop))).seam < 0.5
    assert described(clicks(120)).seam > 0.9
    assert described(np.concatenate([sine(220.0, 5.0), sine(2000.0, 5.0)])).seam < 0.5
    assert described(white_noise(4.0)).seam > 0.9
    assert described(sine(seconds=0.5)).seam == 0


def test_an_effect_is_told_a_tempo_and_a_key_only_when_they_are_sure() -> None:
    rain = describe(audio(white_noise(8.0)), "audio")
    assert (rain.bpm, rain.key, rain.bpm_confidence, rain.key_confidence) == (None, None, 0.0, 0.0)
    clock = describe(audio(clicks(120)), "audio")
    assert clock.bpm is not None
    assert clock.bpm_confidence > 0.5


def distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(np.subtract(described(one).features, described(other).features)))


def test_features_are_sixty_four_and_near_for_what_sounds_alike() -> None:
    major = cadence(0, minor=False)
    assert len(described(major).features) == 64
    assert distance(major, major * 0.5) < 0.1
    assert distance(major, cadence(0, minor=True)) < distance(major, cadence(6, minor=False))
    assert distance(major, cadence(6, minor=False)) < distance(major, clicks(120))
    assert distance(clicks(120), clicks(122)) < distance(clicks(120), white_noise(10.0))


@pytest.mark.parametrize(
    "samples",
    [np.zeros(44100), np.zeros(1), np.ones(1), np.full(5000, np.nan), np.full((9, 8), np.inf), np.ones(300)],
    ids=["silence", "one zero", "one sample", "no numbers", "infinities", "constant"],
)
@pytest.mark.parametrize("rate_hz", [1000, 8000, 44100, 192_000])
def test_every_sound_is_described_with_finite_numbers(samples: NDArray[np.float64], rate_hz: int) -> None:
    found = described(samples, rate_hz)
    assert Descriptors.model_validate_json(found.model_dump_json()) == found
    assert len(found.features) == 64
    assert np.isfinite(found.features).all()


def test_channels_do_not_change_what_is_found() -> None:
    one = cadence(4, minor=False)
    two = describe(Audio(np.column_stack([one, one]).astype(np.float32), RATE_HZ), "music")
    assert two == described(one)


def test_a_report_of_before_loads_without_descriptors() -> None:
    assert Report.model_validate_json('{"score": 90}').descriptors is None
