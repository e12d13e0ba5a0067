"""The one short-time Fourier transform that every descriptor shares, reduced block by block."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
import soxr
from numpy.typing import NDArray

FRAME_RATE_HZ = 80
"""Frames a second: 12.5 ms, a fifth of what separates two sixteenths at 240 bpm."""
BANDS = 40
"""Mel bands of the spectral envelope, as many as are usual for timbre."""
MEL_RANGE_HZ = (40.0, 8000.0)
LOWEST_HZ, HIGHEST_HZ = 50.0, 2200.0
"""Where pitches are looked for: below is no separate tone, above are mostly overtones."""

LOWEST_RATE_HZ = 16_000
"""Rates are lowered to this or little more, which holds all of the bands, at half the work and less."""

_WINDOW_S = 0.1  # long enough to tell a whole tone apart from 90 Hz on, short enough for an onset
_BLOCK_FRAMES = 32  # half a megabyte of spectra, which a processor's cache holds
_PEAKS_EVERY = 2  # frames: 25 ms, and no note is shorter
_PEAK_ROWS = 1024
_PEAK_OVER_LOUDEST = 0.02  # a partial 34 dB below the loudest of its frame says nothing about the key
_FLOOR = 1e-5  # -100 dBFS

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Peaks:
    """Partials found in the spectra; three arrays of one length.

    Attributes:
        frame: number of the frame, int.
        hz: frequency, by a parabola through the logarithms of three bins.
        magnitude: of the partial, a sine of full scale being about 1.
    """

    frame: NDArray[np.intp]
    hz: Floats
    magnitude: Floats


@dataclass(frozen=True)
class Spectra:
    """What is kept of the spectra.

    Attributes:
        mel: natural logarithm of the magnitude by mel band, floored at -100 dBFS; (frames, 40).
        peaks: partials from 50 to 2200 Hz, of every second frame.
    """

    mel: Floats
    peaks: Peaks


def spectra(mono: Floats, sample_rate_hz: int) -> Spectra:
    """Transform a signal of shape (n,), n at least 1; frames are centred, 80 a second."""
    mono, sample_rate_hz = _lowered(mono, sample_rate_hz)
    n_fft = n_fft_of(sample_rate_hz)
    hop_length = sample_rate_hz / FRAME_RATE_HZ
    count = 1 + int(len(mono) / hop_length)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(mono, n_fft // 2), n_fft)
    starts = np.minimum(np.round(np.arange(count) * hop_length).astype(np.intp), len(windows) - 1)
    window, bands = _window(n_fft), _mel_filters(n_fft, sample_rate_hz)
    low, high = _pitched(n_fft, sample_rate_hz)
    mel = np.empty((count, BANDS), np.float32)
    pitched = np.empty((-(-count // _PEAKS_EVERY), high - low), np.float32)
    # Room that is used again: fresh memory for every block would cost as much as the transforms.
    room = np.empty((_BLOCK_FRAMES, n_fft), np.float32)
    magnitudes = np.empty((_BLOCK_FRAMES, n_fft // 2 + 1), np.float32)
    for first in range(0, count, _BLOCK_FRAMES):
        chosen = starts[first : first + _BLOCK_FRAMES]
        frames, magnitude = room[: len(chosen)], magnitudes[: len(chosen)]
        np.multiply(windows[chosen], window, out=frames)
        np.abs(scipy.fft.rfft(frames, axis=1), out=magnitude)
        np.matmul(magnitude, bands, out=mel[first : first + _BLOCK_FRAMES])
        every = magnitude[::_PEAKS_EVERY, low:high]
        pitched[first // _PEAKS_EVERY : first // _PEAKS_EVERY + len(every)] = every
    return Spectra(np.log(np.maximum(mel, np.float32(_FLOOR))), _peaks(pitched, low, sample_rate_hz / n_fft))


def _lowered(mono: Floats, sample_rate_hz: int) -> tuple[Floats, int]:
    """The signal at the lowest whole fraction of its rate that is not under 16 kHz, and that rate."""
    for parts in range(sample_rate_hz // LOWEST_RATE_HZ, 1, -1):
        if sample_rate_hz % parts == 0:
            lower_hz = sample_rate_hz // parts
            return soxr.resample(mono, sample_rate_hz, lower_hz), lower_hz
    return mono, sample_rate_hz


def n_fft_of(sample_rate_hz: int) -> int:
    """The power of two nearest to 100 ms."""
    return int(2 ** round(np.log2(_WINDOW_S * sample_rate_hz)))


def _pitched(n_fft: int, sample_rate_hz: int) -> tuple[int, int]:
    """The first bin in which a partial may begin, and the one after the last."""
    bin_hz = sample_rate_hz / n_fft
    return max(2, int(LOWEST_HZ / bin_hz)) - 1, min(int(HIGHEST_HZ / bin_hz) + 2, n_fft // 2 + 1)


def _peaks(magnitude: Floats, low: int, bin_hz: float) -> Peaks:
    """Partials in magnitudes of every second frame, of the bins from `low` on."""
    found = []
    for first in range(0, len(magnitude), _PEAK_ROWS):
        rows, hz, height = _peaks_of_some(magnitude[first : first + _PEAK_ROWS], low, bin_hz)
        found.append(((rows + first) * _PEAKS_EVERY, hz, height))
    return Peaks(*(np.concatenate(one) for one in zip(*found, strict=True)))


def _peaks_of_some(part: Floats, low: int, bin_hz: float) -> tuple[NDArray[np.intp], Floats, Floats]:
    middle = part[:, 1:-1]
    loud = middle > np.maximum(part.max(axis=1, keepdims=True) * np.float32(_PEAK_OVER_LOUDEST), _FLOOR)
    rows, columns = np.nonzero((middle > part[:, :-2]) & (middle >= part[:, 2:]) & loud)
    left, here, right = (np.log(part[rows, columns + shift] + np.float32(1e-12)) for shift in (0, 1, 2))
    shift = np.float32(0.5) * (left - right) / np.minimum(left - 2 * here + right, np.float32(-1e-6))
    hz = (columns.astype(np.float32) + np.float32(low + 1) + shift) * np.float32(bin_hz)
    return rows, hz, np.exp(here)


@lru_cache(maxsize=8)
def _window(n_fft: int) -> Floats:
    """A Hann window that gives a sine of full scale a peak of 1."""
    hann = np.hanning(n_fft + 1)[:-1]
    window: Floats = (hann * 2 / hann.sum()).astype(np.float32)
    return window


@lru_cache(maxsize=8)
def _mel_filters(n_fft: int, sample_rate_hz: int) -> Floats:
    """Weights of shape (bins, 40): triangles of area 1 on the mel scale.

    The mel scale is O'Shaughnessy's, 2595 log10(1 + f / 700), here from 40 Hz to 8 kHz: bands that every
    engine's rate has, so that sounds of different engines can be compared.
    """
    frequency = np.fft.rfftfreq(n_fft, 1 / sample_rate_hz)
    low, high = (2595 * np.log10(1 + hz / 700) for hz in MEL_RANGE_HZ)
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    rising = (frequency[:, None] - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - frequency[:, None]) / np.diff(edges)[1:]
    triangles = np.maximum(0, np.minimum(rising, falling))
    triangles /= np.maximum(triangles.sum(axis=0), 1e-9)
    weights: Floats = triangles.astype(np.float32)
    return weights
