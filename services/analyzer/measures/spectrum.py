"""Noise and hiss: what the spectra of a sound are like, and what of them is always there."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from services.analyzer.measures.pieces import Floats

N_FFT = 2048
HIGH_BAND_HZ = 14_000.0
_HIGH_SHARE = 0.8  # of the band, where the rate holds less than 2 kHz above 14 kHz

_BLOCK_FRAMES = 64  # spectra at a time
_QUIET_RMS = 1e-4  # a frame below this has no spectrum worth describing
_LEAST_POWER = np.float32(1e-10)
_FLAT = 0.35
_BANDS = 32
_FLOOR_PERCENTILE = 20
_BELOW = 0.7  # the band from there to the high band is what that is compared with
_LEAST_DB = -120.0

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Spectrum:
    """What is kept of each frame; the arrays have one row a frame that is not silent.

    Attributes:
        top_hz: the highest frequency that the sample rate holds.
        high_share: share of the energy above 14 kHz, 0 .. 1.
        flatness: geometric over arithmetic mean of the power spectrum, shape (frames,).
        bands: power in 32 bands of equal width, shape (frames, 32).
        high: power in the high band and in the one below, each by bin; shape (frames, 2).
        high_flatness: flatness of the high band alone, shape (frames,).
    """

    top_hz: float
    high_share: float
    flatness: Floats
    bands: Doubles
    high: Doubles
    high_flatness: Floats

    @property
    def typical_flatness(self) -> float:
        """Median of the flatness, 0 (a tone) .. 1; white noise has 0.56, silence 0."""
        return float(np.median(self.flatness)) if len(self.flatness) else 0.0

    @property
    def flat_share(self) -> float:
        """Share of frames with a flatness above 0.35, 0 .. 1."""
        return float((self.flatness > _FLAT).mean()) if len(self.flatness) else 0.0

    def floor_share(self, bands: float) -> float:
        """Share of the energy that a white noise of steady level has which at least fills so many bands.

        The floor of a band is what it has in four frames of five; noise with the floor of the lowest of
        the bands counted is in all of them. Drums and tones have no floor, or none in most bands; wind,
        surf and rain have one, which falls towards the top of the band. White noise as loud as the rest
        of the sound has 0.3 to 0.5.

        Args:
            bands: the share of the bands, 0 .. 1.
        """
        total = float(self.bands.sum(axis=1).mean()) if len(self.bands) else 0.0
        if total <= 0:
            return 0.0
        lowest = np.sort(_floors(self.bands))[round((1 - bands) * _BANDS)]
        return min(1.0, float(lowest) * _BANDS / total)

    @property
    def hiss_db(self) -> float:
        """The floor of the high band, against the mean of the whole spectrum; at least -120 dB."""
        total = float(self.bands.sum(axis=1).mean()) if len(self.bands) else 0.0
        if total <= 0:
            return _LEAST_DB
        bins = N_FFT // 2 - _first_bin(high_from_hz(self.top_hz), self.top_hz)
        return _decibels(float(_floors(self.high)[0]) * bins / total)

    @property
    def hiss_flatness(self) -> float:
        """Median flatness of the high band: hiss has 0.5, a whistle less than 0.1; 0 for silence."""
        return float(np.median(self.high_flatness)) if len(self.high_flatness) else 0.0

    @property
    def hiss_rise_db(self) -> float:
        """How far the floor of the high band lies above that of the band below, by bin; -120 .. 120 dB.

        Spectra of sounds fall towards their end; one that rises there has something added.
        """
        if not len(self.high):
            return _LEAST_DB
        high, below = _floors(self.high)
        return _decibels(float(high) / float(below)) if below > 0 else _LEAST_DB


def high_from_hz(top_hz: float) -> float:
    """Where the high band begins: at 14 kHz, or four fifths up where there are less than 2 kHz above that."""
    return HIGH_BAND_HZ if top_hz >= HIGH_BAND_HZ + 2000 else _HIGH_SHARE * top_hz


def spectrum(mono: Floats, rate_hz: int) -> Spectrum:
    """Transform a signal of shape (n,), n at least 1, in frames of 2048 without overlap."""
    top_hz = rate_hz / 2
    parts = [
        _reduced(mono[start : start + _BLOCK_FRAMES * N_FFT], top_hz)
        for start in range(0, len(mono), _BLOCK_FRAMES * N_FFT)
    ]
    energies, flatness, bands, high, high_flatness = zip(*parts, strict=True)
    energy, above = np.sum(energies, axis=0)
    return Spectrum(
        top_hz=top_hz,
        high_share=float(above / energy) if energy > 0 else 0.0,
        flatness=np.concatenate(flatness),
        bands=np.concatenate(bands),
        high=np.concatenate(high),
        high_flatness=np.concatenate(high_flatness),
    )


def _reduced(part: Floats, top_hz: float) -> tuple[tuple[float, float], Floats, Doubles, Doubles, Floats]:
    """Energy in all and above 14 kHz; of the frames heard flatness, bands, high bands and their flatness."""
    frames = np.pad(part, (0, -len(part) % N_FFT)).reshape(-1, N_FFT)
    bins = scipy.fft.rfft(frames * _window(), axis=1)
    power = np.square(bins.real) + np.square(bins.imag)
    above = power[:, _first_bin(HIGH_BAND_HZ, top_hz) :]
    energies = float(power.sum(dtype=np.float64)), float(above.sum(dtype=np.float64))
    heard = power[np.einsum("ts,ts->t", frames, frames) > _QUIET_RMS**2 * N_FFT]
    floored = np.maximum(heard, _LEAST_POWER)
    logarithms = np.log(floored)
    high, below = (_first_bin(share * high_from_hz(top_hz), top_hz) for share in (1, _BELOW))
    by_bin = [heard[:, high:].mean(axis=1), heard[:, below:high].mean(axis=1)]
    return (
        energies,
        _flatness(floored, logarithms),
        heard[:, 1:].reshape(-1, _BANDS, N_FFT // 2 // _BANDS).sum(axis=2).astype(np.float64),
        np.stack(by_bin, axis=1).astype(np.float64),
        _flatness(floored[:, high:], logarithms[:, high:]),
    )


def _flatness(power: Floats, logarithms: Floats) -> Floats:
    """Geometric over arithmetic mean of each row."""
    ratio: Floats = np.exp(logarithms.mean(axis=1)) / power.mean(axis=1)
    return ratio


def _first_bin(hertz: float, top_hz: float) -> int:
    """The first bin at or above a frequency."""
    return int(np.ceil(hertz / top_hz * (N_FFT // 2)))


def _floors(power: Doubles) -> Doubles:
    """What each column of power by frame has most of the time."""
    floors: Doubles = np.percentile(power, _FLOOR_PERCENTILE, axis=0)
    return floors


def _decibels(ratio: float) -> float:
    return float(np.clip(10 * np.log10(max(ratio, 1e-12)), _LEAST_DB, -_LEAST_DB))


@lru_cache
def _window() -> Floats:
    window: Floats = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    return window
