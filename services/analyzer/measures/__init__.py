"""Numbers about a take. Pure functions of its samples."""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from shared.audio import Audio

N_FFT = 2048
CLIPPED_ABOVE = 0.98
HIGH_BAND_HZ = 14_000.0

_BLOCK_FRAMES = 512  # spectra at a time, so that memory does not grow with the take
_QUIET_RMS = 1e-4  # a frame below this has no spectrum worth describing
_SOUNDING_RMS = 1e-3


@dataclass(frozen=True)
class Measures:
    """What was measured.

    Attributes:
        clipped_share: share of samples with |x| > 0.98, 0 .. 1, over all channels.
        rms: root mean square of all samples, full scale 1.0.
        high_band_share: share of spectral energy above 14 kHz, 0 .. 1; 0 where the sample rate
            holds nothing above it.
        flatness: median over the frames that are not silent of spectral flatness (geometric over
            arithmetic mean of the power spectrum), 0 (a tone) .. 1; white noise has 0.56, silence 0.
        invalid_share: share of samples that are NaN or infinite.
        dc_offset: largest distance of a channel's mean from zero, full scale 1.0.
        dead_channel: 1.0 if one channel sounds (-60 dBFS) and another does not (-80 dBFS).
    """

    clipped_share: float
    rms: float
    high_band_share: float
    flatness: float
    invalid_share: float
    dc_offset: float = 0.0
    dead_channel: float = 0.0

    def by_name(self) -> dict[str, float]:
        """The numbers by name, rounded to 6 digits."""
        return {name: round(value, 6) for name, value in vars(self).items()}


def measure(audio: Audio) -> Measures:
    """Measure a take in one pass over its spectra. Invalid samples count as silence elsewhere."""
    finite = np.isfinite(audio.samples)
    invalid_share = 1.0 - float(finite.mean())
    samples = audio.samples if invalid_share == 0 else np.where(finite, audio.samples, np.float32(0))
    high_band_share, flatness = _spectral(Audio(samples, audio.sample_rate_hz))
    means = samples.mean(axis=0, dtype=np.float64)
    powers = np.array([np.mean(np.square(channel), dtype=np.float64) for channel in samples.T])
    return Measures(
        clipped_share=float((np.abs(samples) > CLIPPED_ABOVE).mean()),
        rms=float(np.sqrt(powers.mean())),
        high_band_share=high_band_share,
        flatness=flatness,
        invalid_share=invalid_share,
        dc_offset=float(np.abs(means).max()),
        dead_channel=float(_has_dead_channel(np.sqrt(np.maximum(0.0, powers - means**2)))),
    )


def _has_dead_channel(levels: NDArray[np.float64]) -> bool:
    """Whether one of the channels, of these RMS levels without their mean, is silent beside one."""
    return bool(levels.min() < _QUIET_RMS and levels.max() > _SOUNDING_RMS)


def _spectral(audio: Audio) -> tuple[float, float]:
    """Share of energy above 14 kHz, and median flatness."""
    frames = _frames(audio.mono)
    window = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    first_high = int(np.ceil(HIGH_BAND_HZ * N_FFT / audio.sample_rate_hz))
    energy = high = 0.0
    flatness: list[NDArray[np.float32]] = []
    for start in range(0, len(frames), _BLOCK_FRAMES):
        block = frames[start : start + _BLOCK_FRAMES]
        spectrum = scipy.fft.rfft(block * window, axis=1)
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        energy += float(power.sum(dtype=np.float64))
        high += float(power[:, first_high:].sum(dtype=np.float64))
        heard = np.sqrt(np.mean(np.square(block), axis=1)) > _QUIET_RMS
        flatness.append(_flatness(power[heard]))
    found = np.concatenate(flatness)
    return (high / energy if energy > 0 else 0.0), (float(np.median(found)) if len(found) else 0.0)


def _frames(mono: NDArray[np.float32]) -> NDArray[np.float32]:
    """The signal cut into frames of N_FFT, the last one padded with zeros; shape (frames, N_FFT)."""
    padded = np.pad(mono, (0, -len(mono) % N_FFT))
    return padded.reshape(-1, N_FFT)


def _flatness(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Spectral flatness of each frame of a power spectrum; shape (frames,)."""
    floored = np.maximum(power, np.float32(1e-10))
    geometric = np.exp(np.log(floored).mean(axis=1))
    ratio: NDArray[np.float32] = geometric / floored.mean(axis=1)
    return ratio
