"""Noise and hiss: what the spectra of a sound are like, and what of them is always there."""

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
import scipy.fft

from services.analyzer.pieces import Floats

N_FFT = 2048
HIGH_BAND_HZ = 14_000.0
_HIGH_SHARE = 0.8  # of the band, where the rate holds less than 2 kHz above 14 kHz

_BLOCK_FRAMES = 32  # spectra at a time, which a processor's cache holds
_QUIET_RMS = 1e-4  # a frame below this has no spectrum worth describing
_LEAST_POWER = np.float32(1e-10)
_FLAT = 0.35
_BANDS = 32
_FLOOR_PERCENTILE = 20
_BELOW = 0.7  # the band from there to the high band is what that is compared with
_LEAST_DB = -120.0


@dataclass(frozen=True)
class Spectrum:
    """What is known of the spectra of all frames, or of those that are not silent ("heard").

    Attributes:
        top_hz: the highest frequency that the sample rate holds.
        high_share: share of the energy above 14 kHz, 0 .. 1.
        centroid_hz: mean frequency of all frames, weighted by magnitude; 0 for silence.
        power: mean over the frames heard of the sum of the power spectrum; 0 for silence.
        floors: power that a band has in four of five frames heard, in 32 bands of equal width; (32,).
        high_floors: the same by bin, in the high band and in the one below; (2,).
        flatness: median over the frames heard of geometric over arithmetic mean of the power spectrum,
            0 (a tone) .. 1; white noise has 0.56, silence 0.
        flat_share: share of the frames heard with a flatness above 0.35, 0 .. 1.
        hiss_flatness: median flatness of the high band; hiss has 0.5, a whistle less than 0.1.
    """

    top_hz: float
    high_share: float = 0.0
    centroid_hz: float = 0.0
    power: float = 0.0
    floors: Floats = field(default_factory=lambda: np.zeros(_BANDS, np.float32))
    high_floors: Floats = field(default_factory=lambda: np.zeros(2, np.float32))
    flatness: float = 0.0
    flat_share: float = 0.0
    hiss_flatness: float = 0.0

    def floor_share(self, bands: float) -> float:
        """Share of the energy that a white noise of steady level has which at least fills so many bands.

        Noise with the floor of the lowest of the bands counted is in all of them. Drums and tones have no
        floor, or none in most bands; wind, surf and rain have one, which falls towards the top of the
        band. White noise as loud as the rest of the sound has 0.3 to 0.5.

        Args:
            bands: the share of the bands, 0 .. 1.
        """
        if self.power <= 0:
            return 0.0
        lowest = np.sort(self.floors)[round((1 - bands) * _BANDS)]
        return min(1.0, float(lowest) * _BANDS / self.power)

    @property
    def hiss_db(self) -> float:
        """The floor of the high band, against the mean of the whole spectrum; at least -120 dB."""
        if self.power <= 0:
            return _LEAST_DB
        bins = N_FFT // 2 - _first_bin(high_from_hz(self.top_hz), self.top_hz)
        return _decibels(float(self.high_floors[0]) * bins / self.power)

    @property
    def hiss_rise_db(self) -> float:
        """How far the floor of the high band lies above that of the band below, by bin; -120 .. 120 dB.

        Spectra of sounds fall towards their end; one that rises there has something added.
        """
        high, below = self.high_floors.tolist()
        return _decibels(high / below) if below > 0 else _LEAST_DB


def high_from_hz(top_hz: float) -> float:
    """Where the high band begins: at 14 kHz, or four fifths up where there are less than 2 kHz above that."""
    return HIGH_BAND_HZ if top_hz >= HIGH_BAND_HZ + 2000 else _HIGH_SHARE * top_hz


def spectrum(mono: Floats, rate_hz: int) -> Spectrum:
    """Transform a signal of shape (n,), n at least 1, in frames of 2048 without overlap."""
    parts = [
        _reduced(mono[start : start + _BLOCK_FRAMES * N_FFT], rate_hz)
        for start in range(0, len(mono), _BLOCK_FRAMES * N_FFT)
    ]
    sums, kept, flatness = (np.concatenate(one) for one in zip(*parts, strict=True))
    weighted, magnitude, energy, above = sums.sum(axis=0, dtype=np.float64).tolist()
    found = Spectrum(
        top_hz=rate_hz / 2,
        high_share=above / energy if energy > 0 else 0.0,
        centroid_hz=weighted / magnitude if magnitude > 0 else 0.0,
    )
    if not len(kept):
        return found
    floors = np.percentile(kept, _FLOOR_PERCENTILE, axis=0)
    usual, hiss = np.median(flatness, axis=0).tolist()
    return replace(
        found,
        power=float(kept[:, :_BANDS].sum(dtype=np.float64)) / len(kept),
        floors=floors[:_BANDS],
        high_floors=floors[_BANDS:],
        flatness=usual,
        flat_share=float((flatness[:, 0] > _FLAT).mean()),
        hiss_flatness=hiss,
    )


def _reduced(part: Floats, rate_hz: int) -> tuple[Floats, Floats, Floats]:
    """What is summed of each frame; and of those heard: bands and high bands, flatness of all and the high.

    The sums are those of magnitude times frequency, of magnitude, of power, and of power above 14 kHz.
    """
    frames = np.pad(part, (0, -len(part) % N_FFT)).reshape(-1, N_FFT)
    weights = _weights(rate_hz)
    magnitude = np.abs(scipy.fft.rfft(frames * _window(), axis=1))
    power = np.square(magnitude)
    sums = np.concatenate([magnitude @ weights.of_magnitude, power @ weights.energies], axis=1)
    heard = power[np.einsum("ts,ts->t", frames, frames) > _QUIET_RMS**2 * N_FFT]
    logarithms = np.log(np.maximum(heard, _LEAST_POWER))
    means = np.maximum(heard @ weights.means, _LEAST_POWER)
    return sums, heard @ weights.kept, np.exp(logarithms @ weights.means) / means


@dataclass(frozen=True)
class _Weights:
    """What bins count in sums of them; arrays of shape (bins, ...).

    Attributes:
        of_magnitude: the frequency, and 1; (bins, 2).
        energies: 1, and 1 above 14 kHz; (bins, 2).
        kept: one each for the 32 bands, and means of the high band and of the one below; (bins, 34).
        means: of all bins, and of the high band; (bins, 2).
    """

    of_magnitude: Floats
    energies: Floats
    kept: Floats
    means: Floats


@lru_cache(maxsize=8)
def _weights(rate_hz: int) -> _Weights:
    top_hz, bins = rate_hz / 2, N_FFT // 2 + 1
    hertz = np.linspace(0, top_hz, bins)
    high, below = (_first_bin(share * high_from_hz(top_hz), top_hz) for share in (1, _BELOW))
    band = np.repeat(np.eye(_BANDS), N_FFT // 2 // _BANDS, axis=0)
    means = np.zeros((bins, 3))
    for column, part in enumerate((slice(None), slice(high, None), slice(below, high))):
        means[part, column] = 1 / len(means[part])
    return _Weights(
        *(
            np.ascontiguousarray(one, dtype=np.float32)
            for one in (
                np.column_stack([hertz, np.ones(bins)]),
                np.column_stack([np.ones(bins), hertz >= HIGH_BAND_HZ]),
                np.column_stack([np.pad(band, ((1, 0), (0, 0))), means[:, 1:]]),
                means[:, :2],
            )
        )
    )


def _first_bin(hertz: float, top_hz: float) -> int:
    """The first bin at or above a frequency."""
    return int(np.ceil(hertz / top_hz * (N_FFT // 2)))


def _decibels(ratio: float) -> float:
    return float(np.clip(10 * np.log10(max(ratio, 1e-12)), _LEAST_DB, -_LEAST_DB))


@lru_cache
def _window() -> Floats:
    window: Floats = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    return window
