"""The mel spectrogram of a sound as numbers."""

from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike, NDArray

from shared.audio import Audio, mix

N_FFT = 2048
HOP_LENGTH = 512
N_MELS = 128
RANGE_DB = 80.0

_BLOCK_FRAMES = 256
_GROUP_MELS = 32  # neighbouring bands share few bins: a quarter of the products of all bands at once

# Slaney's mel scale (Auditory Toolbox, 1998): linear up to 1000 Hz, logarithmic above.
_HZ_A_MEL = 200 / 3
_LINEAR_TO_HZ = 1000.0
_LINEAR_TO_MEL = _LINEAR_TO_HZ / _HZ_A_MEL
_LOG_STEP = np.log(6.4) / 27


def mel_decibels(audio: Audio) -> NDArray[np.float32]:
    """Power of the mono mix on the mel scale, in decibels below its loudest point.

    Centred frames of a periodic Hann window with zeros beyond the ends, Slaney mel filters from 0 Hz
    to half the sample rate; the same as librosa's melspectrogram and power_to_db(ref=max, top_db=80).

    Returns:
        float32, shape (128, 1 + frames // 512), -80 .. 0; all -80 for silence.
    """
    count = 1 + len(audio.samples) // HOP_LENGTH
    power = np.empty((count, N_MELS), np.float32)
    for start in range(0, count, _BLOCK_FRAMES):
        spectrum = _power(_frames(audio.samples, start, min(_BLOCK_FRAMES, count - start)))
        for mels, bins, weights in _filters(audio.sample_rate_hz):
            power[start : start + len(spectrum), mels] = spectrum[:, bins] @ weights
    loudest = float(power.max())
    if loudest <= 0:
        return np.full(power.T.shape, -RANGE_DB, dtype=np.float32)
    np.maximum(power, np.float32(loudest * 10 ** (-RANGE_DB / 10)), out=power)
    decibels: NDArray[np.float32] = np.maximum(10 * np.log10(power.T / np.float32(loudest)), -RANGE_DB)
    return decibels


def hz_to_mel(hertz: ArrayLike) -> NDArray[np.float64]:
    """Frequencies in Hz on Slaney's mel scale, 0 for 0 Hz and 15 for 1000 Hz."""
    frequencies = np.asarray(hertz, dtype=np.float64)
    above = _LINEAR_TO_MEL + np.log(np.maximum(frequencies, _LINEAR_TO_HZ) / _LINEAR_TO_HZ) / _LOG_STEP
    mels: NDArray[np.float64] = np.where(frequencies < _LINEAR_TO_HZ, frequencies / _HZ_A_MEL, above)
    return mels


def mel_to_hz(mels: ArrayLike) -> NDArray[np.float64]:
    """The way back from `hz_to_mel`."""
    given = np.asarray(mels, dtype=np.float64)
    above = _LINEAR_TO_HZ * np.exp(_LOG_STEP * (np.maximum(given, _LINEAR_TO_MEL) - _LINEAR_TO_MEL))
    hertz: NDArray[np.float64] = np.where(given < _LINEAR_TO_MEL, given * _HZ_A_MEL, above)
    return hertz


@lru_cache(maxsize=8)
def mel_weights(sample_rate_hz: int) -> NDArray[np.float32]:
    """Triangles of equal area from power spectrum to mel bands; float32, shape (1025, 128)."""
    edges = mel_to_hz(np.linspace(0, hz_to_mel(sample_rate_hz / 2), N_MELS + 2))
    bins = np.fft.rfftfreq(N_FFT, 1 / sample_rate_hz)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    height = 2 / (edges[2:] - edges[:-2])
    return (np.maximum(0, np.minimum(rising, falling)) * height).astype(np.float32)


@lru_cache(maxsize=8)
def _filters(sample_rate_hz: int) -> tuple[tuple[slice, slice, NDArray[np.float32]], ...]:
    """The weights in groups of bands, each with the bins that it needs."""
    weights = mel_weights(sample_rate_hz)
    groups = []
    for first in range(0, N_MELS, _GROUP_MELS):
        mels = slice(first, first + _GROUP_MELS)
        used = np.flatnonzero(weights[:, mels].any(axis=1))
        bins = slice(int(used[0]), int(used[-1]) + 1)
        groups.append((mels, bins, np.ascontiguousarray(weights[bins, mels])))
    return tuple(groups)


def _frames(samples: NDArray[np.float32], start: int, count: int) -> NDArray[np.float32]:
    """Frames from the one numbered `start` on, of the mono mix with zeros beyond its ends."""
    first = start * HOP_LENGTH - N_FFT // 2
    piece = np.zeros((count - 1) * HOP_LENGTH + N_FFT, np.float32)
    given = mix(samples[max(0, first) : first + len(piece)])
    beyond = max(0, -first)
    piece[beyond : beyond + len(given)] = given
    return np.lib.stride_tricks.sliding_window_view(piece, N_FFT)[::HOP_LENGTH]


def _power(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    spectrum = scipy.fft.rfft(frames * _window(), axis=1, overwrite_x=True)
    power: NDArray[np.float32] = np.square(spectrum.real) + np.square(spectrum.imag)
    return power


@lru_cache
def _window() -> NDArray[np.float32]:
    return np.hanning(N_FFT + 1)[:-1].astype(np.float32)
