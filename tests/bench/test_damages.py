"""Each damage does what it says, the same every time, and nothing else."""

import numpy as np
import pytest

from bench.damages import DAMAGES, Damage
from shared.audio import Audio
from tests.sounds import audio, sine, white_noise

BY_NAME = {damage.name: damage for damage in DAMAGES}
TONE = audio(sine(seconds=4.0, level=0.3))
HISS_FREE = 14_000


def spoilt(name: str, sound: Audio = TONE, seed: str = "a tone") -> Audio:
    found = BY_NAME[name].applied(sound, seed)
    assert found is not None
    return found


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_a_damage_is_the_same_for_the_same_seed_and_leaves_the_sound_itself_alone(damage: Damage) -> None:
    before = TONE.samples.copy()
    first, again, other = (damage.applied(TONE, seed) for seed in ("a", "a", "b"))
    assert first is not None
    assert again is not None
    assert other is not None
    assert np.array_equal(TONE.samples, before)
    assert np.array_equal(first.samples, again.samples)
    assert first.samples.dtype == np.float32
    assert first.samples.shape[0] == len(before)
    assert not np.array_equal(first.samples[:, 0], before[:, 0]) or first.samples.shape[1] == 2


def test_there_are_eight_kinds_each_with_a_sentence() -> None:
    assert len({damage.issues for damage in DAMAGES}) == 8
    assert all(damage.level.endswith(".") for damage in DAMAGES)


@pytest.mark.parametrize(("gain_db", "share"), [(12, 1 - 2 / np.pi * np.arcsin(10 ** (-12 / 20)))])
def test_clipping_cuts_off_what_is_beyond_full_scale(gain_db: int, share: float) -> None:
    samples = spoilt(f"clipping, {gain_db} dB").samples
    assert np.abs(samples).max() == 1
    assert np.mean(np.abs(samples) == 1) == pytest.approx(share, abs=0.01)
    lowered = spoilt("clipping, 18 dB, lowered").samples
    assert np.array_equal(lowered, spoilt("clipping, 18 dB").samples / 2)


def test_gaps_are_silent_and_between_sound() -> None:
    samples = spoilt("gaps").samples[:, 0]
    silent = np.concatenate([[False], samples == 0, [False]]).astype(int)
    starts, ends = np.flatnonzero(np.diff(silent) == 1), np.flatnonzero(np.diff(silent) == -1)
    long = (ends - starts) > 100  # a sine passes through zero as well
    assert len(starts[long]) == 2
    assert ((ends - starts)[long] >= 0.02 * 44100 - 1).all()
    assert ((ends - starts)[long] <= 0.1 * 44100 + 1).all()
    assert starts[long][0] > 0
    assert ends[long][-1] < len(samples)


def test_a_sound_too_short_for_a_gap_between_sound_gets_none() -> None:
    burst = np.concatenate([sine(seconds=0.06), np.zeros(20_000)])
    assert BY_NAME["gaps"].applied(audio(burst), "x") is None


def test_noise_is_as_strong_as_the_sound() -> None:
    added = spoilt("noise").samples - TONE.samples
    assert rms(added) == pytest.approx(rms(TONE.samples), rel=0.02)


def test_an_offset_moves_the_middle() -> None:
    assert abs(spoilt("offset").samples.mean()) == pytest.approx(0.2, abs=1e-3)


def test_clicks_are_few_short_and_as_high_as_the_highest_sample() -> None:
    samples = spoilt("clicks").samples
    changed = np.flatnonzero(samples[:, 0] != TONE.samples[:, 0])
    assert 0 < len(changed) <= 12 * 4
    assert np.allclose(np.abs(samples[changed]), np.abs(TONE.samples).max())


def test_a_mono_sound_with_a_dead_channel_is_stereo_and_sounds_on_one_side() -> None:
    samples = spoilt("dead channel").samples
    assert samples.shape[1] == 2
    assert sorted(rms(channel) > 0 for channel in samples.T) == [False, True]


def test_hiss_lies_above_14_khz_and_is_left_out_where_there_is_no_room() -> None:
    added = spoilt("hiss").samples[:, 0] - TONE.samples[:, 0]
    spectrum = np.abs(np.fft.rfft(added))
    below = np.fft.rfftfreq(len(added), 1 / TONE.sample_rate_hz) < HISS_FREE
    assert rms(added) == pytest.approx(rms(TONE.samples), rel=0.01)
    assert np.square(spectrum[below]).sum() < 1e-6 * np.square(spectrum).sum()
    assert BY_NAME["hiss"].applied(audio(white_noise(rate_hz=22050), 22050), "x") is None


def test_near_silence_peaks_a_thousandth_below_full_scale() -> None:
    assert np.abs(spoilt("near silence").samples).max() == pytest.approx(0.001)
