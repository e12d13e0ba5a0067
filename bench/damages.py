"""Eight ways in which a sound goes wrong, each as loud as a listener hears it at once.

Every damage is a pure function of a sound and a seeded generator of chance.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from shared.audio import Audio

Chance = np.random.Generator
Change = Callable[[Audio, Chance], NDArray[np.float32] | None]

GAP_S = (0.02, 0.1)
GAPS_A_SECOND = 0.5
GAP_WITHIN_DB = 20.0
CLICK_S = 0.0001
CLICKS_A_SECOND = 3.0
OFFSET = 0.2
HISS_HZ = 14_000
HISS_LEAST_RATE_HZ = 32_000
FAINT_PEAK = 0.001


@dataclass(frozen=True)
class Damage:
    """One way to spoil a sound.

    Attributes:
        issues: the names under which the analyzer may find it.
        level: what is done and how much, for a person.
        change: gives the spoilt samples, or None where the damage means nothing for the sound.
    """

    name: str
    issues: tuple[str, ...]
    level: str
    change: Change

    def applied(self, audio: Audio, seed: str) -> Audio | None:
        """The spoilt sound, always the same for the same seed; None where the damage means nothing."""
        chance = np.random.default_rng([zlib.crc32(seed.encode()), zlib.crc32(self.name.encode())])
        samples = self.change(audio, chance)
        return None if samples is None else Audio(samples.astype(np.float32), audio.sample_rate_hz)


def clipped(audio: Audio, _: Chance, gain_db: float, rail: float = 1.0) -> NDArray[np.float32]:
    """Driven so far beyond full scale and cut off there; then lowered until full scale lies at `rail`."""
    gain = np.float32(10 ** (gain_db / 20) / _peak(audio))
    cut_off: NDArray[np.float32] = np.float32(rail) * np.clip(audio.samples * gain, -1, 1)
    return cut_off


def gapped(audio: Audio, chance: Chance) -> NDArray[np.float32] | None:
    """Silent for a twentieth of a second or so, once every two seconds, where it sounds before and after."""
    count = max(1, round(audio.duration_s * GAPS_A_SECOND))
    samples = audio.samples.copy()
    step = round(GAP_S[0] * audio.sample_rate_hz)
    levels = _levels(audio, step)
    heard = levels > levels.max() * 10 ** (-GAP_WITHIN_DB / 20)
    made = 0
    for length in chance.integers(1, round(GAP_S[1] / GAP_S[0]) + 1, count):
        places = _places(heard, int(length))
        if len(places):
            first = int(chance.choice(places))
            samples[first * step : (first + length) * step] = 0
            heard[first - 1 : first + length + 1] = False
            made += 1
    return samples if made else None


def noisy(audio: Audio, chance: Chance) -> NDArray[np.float32]:
    """With white noise as strong as itself."""
    return audio.samples + _rms(audio.samples) * _noise(audio, chance)


def shifted(audio: Audio, chance: Chance) -> NDArray[np.float32]:
    """Moved up or down."""
    return audio.samples + np.float32(chance.choice((-OFFSET, OFFSET)))


def clicking(audio: Audio, chance: Chance) -> NDArray[np.float32]:
    """With pulses of 0.1 ms as high as its highest sample, three a second."""
    count = max(2, round(audio.duration_s * CLICKS_A_SECOND))
    length = max(1, round(CLICK_S * audio.sample_rate_hz))
    samples = audio.samples.copy()
    for start in chance.integers(0, max(1, len(samples) - length), count):
        samples[start : start + length] = _peak(audio) * chance.choice((-1, 1))
    return samples


def one_sided(audio: Audio, chance: Chance) -> NDArray[np.float32]:
    """In stereo, with nothing on one side."""
    samples = np.repeat(audio.samples, 2, axis=1) if audio.samples.shape[1] == 1 else audio.samples.copy()
    samples[:, chance.integers(samples.shape[1])] = 0
    return samples


def hissing(audio: Audio, chance: Chance) -> NDArray[np.float32] | None:
    """With noise above 14 kHz as strong as itself, where its rate has room for that."""
    if audio.sample_rate_hz < HISS_LEAST_RATE_HZ:
        return None
    spectrum = scipy.fft.rfft(_noise(audio, chance), axis=0)
    spectrum[: int(np.ceil(HISS_HZ * len(audio.samples) / audio.sample_rate_hz))] = 0
    hiss = scipy.fft.irfft(spectrum, len(audio.samples), axis=0)
    return audio.samples + _rms(audio.samples) / _rms(hiss) * hiss


def faint(audio: Audio, _: Chance) -> NDArray[np.float32]:
    """So quiet that its highest sample is a thousandth of full scale."""
    return audio.samples * np.float32(FAINT_PEAK / _peak(audio))


DAMAGES = (
    *(
        Damage(
            f"clipping, {gain_db} dB",
            ("clipping",),
            f"Driven until its highest sample lies {gain_db} dB above full scale, and cut off at full scale.",
            partial(clipped, gain_db=gain_db),
        )
        for gain_db in (12, 18, 24)
    ),
    Damage(
        "clipping, 18 dB, lowered",
        ("clipping",),
        "Cut off after 18 dB, then lowered by 6 dB, so that nothing is near full scale.",
        partial(clipped, gain_db=18, rail=0.5),
    ),
    Damage(
        "gaps",
        ("gaps", "dropouts"),
        f"Nothing for {1000 * GAP_S[0]:g} to {1000 * GAP_S[1]:g} ms, with hard edges, once every "
        f"{1 / GAPS_A_SECOND:g} s and at least once; where the sound, and that beside it, is at most "
        f"{GAP_WITHIN_DB:g} dB below its loudest {1000 * GAP_S[0]:g} ms.",
        gapped,
    ),
    Damage(
        "noise", ("noise",), "White noise with the RMS of the clip: a signal-to-noise ratio of 0 dB.", noisy
    ),
    Damage("offset", ("dc_offset",), f"Moved up or down by {OFFSET:g} of full scale.", shifted),
    Damage(
        "clicks",
        ("clicks",),
        f"Pulses of {1000 * CLICK_S:g} ms as high as the highest sample, {CLICKS_A_SECOND:g} a second and at "
        "least two, anywhere.",
        clicking,
    ),
    Damage(
        "dead channel",
        ("dead_channel",),
        "One of two channels is zero; a mono clip becomes stereo first.",
        one_sided,
    ),
    Damage(
        "hiss",
        ("high_frequency_noise",),
        f"Noise above {HISS_HZ / 1000:g} kHz with the RMS of the clip; clips of "
        f"{HISS_LEAST_RATE_HZ / 1000:g} kHz and more.",
        hissing,
    ),
    Damage("near silence", ("silence",), "Lowered until its highest sample lies at -60 dBFS.", faint),
)


def _places(heard: NDArray[np.bool_], length: int) -> NDArray[np.intp]:
    """Where so many stretches that are heard lie between two others that are."""
    around = length + 2
    if len(heard) < around:
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(np.lib.stride_tricks.sliding_window_view(heard, around).all(axis=1)) + 1


def _peak(audio: Audio) -> float:
    return float(np.abs(audio.samples).max())


def _rms(samples: NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


def _noise(audio: Audio, chance: Chance) -> NDArray[np.float32]:
    return chance.standard_normal(audio.samples.shape, dtype=np.float32)


def _levels(audio: Audio, length: int) -> NDArray[np.float64]:
    """RMS of each whole stretch of so many frames; shape (stretches,)."""
    stretches = len(audio.samples) // length
    blocks = audio.samples[: stretches * length].reshape(stretches, -1)
    levels: NDArray[np.float64] = np.sqrt(np.mean(np.square(blocks, dtype=np.float64), axis=1))
    return levels
