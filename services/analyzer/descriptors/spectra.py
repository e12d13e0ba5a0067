"""The one short-time Fourier transform that every descriptor shares, reduced block by block."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

FRAME_RATE_HZ = 80
"""Frames a second: 12.5 ms, a fifth of what separates two sixteenths at 240 bpm."""
BANDS = 40
"""Mel bands of the spectral envelope, as many as are usual for timbre."""
MEL_RANGE_HZ = (40.0, 8000.0)
LOWEST_HZ, HIGHEST_HZ = 50.0, 2200.0
"""Where pitches are looked for: below is no separate tone, above are mostly overtones."""

_WINDOW_S = 0.1  # long enough to tell a whole tone apart from 90 Hz on, short enough for an onset
_BLOCK_FRAMES = 128
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
        centroid_hz: magnitude-weighted mean frequency of each frame; (frames,).
        magnitude: sum over each frame's bins; (frames,).
        peaks: partials from 50 to 2200 Hz.
    """

    mel: Floats
    centroid_hz: Floats
    magnitude: Floats
    peaks: Peaks


def spectra(mono: Floats, sample_rate_hz: int) -> Spectra:
    """Transform a signal of shape (n,), n at least 1; frames are centred, 80 a second."""
    n_fft = n_fft_of(sample_rate_hz)
    hop_length = sample_rate_hz / FRAME_RATE_HZ
    count = 1 + int(len(mono) / hop_length)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(mono, n_fft // 2), n_fft)
    starts = np.minimum(np.round(np.arange(count) * hop_length).astype(np.intp), len(windows) - 1)
    window, bands = _window(n_fft), _mel_filters(n_fft, sample_rate_hz)
    parts = []
    for first in range(0, count, _BLOCK_FRAMES):
        spectrum = scipy.fft.rfft(windows[starts[first : first + _BLOCK_FRAMES]] * window, axis=1)
        magnitude = np.abs(spectrum)
        parts.append((magnitude @ bands, _peaks(magnitude, first, sample_rate_hz / n_fft)))
    reduced = np.concatenate([part for part, _ in parts])
    total = reduced[:, BANDS + 1]
    return Spectra(
        mel=np.log(np.maximum(reduced[:, :BANDS], np.float32(_FLOOR))),
        centroid_hz=reduced[:, BANDS] / np.maximum(total, np.float32(1e-9)),
        magnitude=total,
        peaks=Peaks(*(np.concatenate(one) for one in zip(*(found for _, found in parts), strict=True))),
    )


def n_fft_of(sample_rate_hz: int) -> int:
    """The power of two nearest to 100 ms."""
    return int(2 ** round(np.log2(_WINDOW_S * sample_rate_hz)))


def _peaks(magnitude: Floats, first: int, bin_hz: float) -> tuple[NDArray[np.intp], Floats, Floats]:
    low, high = max(2, int(LOWEST_HZ / bin_hz)), int(HIGHEST_HZ / bin_hz)
    part = magnitude[:, low - 1 : high + 2]
    middle = part[:, 1:-1]
    loud = middle > np.maximum(part.max(axis=1, keepdims=True) * _PEAK_OVER_LOUDEST, _FLOOR)
    rows, columns = np.nonzero((middle > part[:, :-2]) & (middle >= part[:, 2:]) & loud)
    left, here, right = (np.log(part[rows, columns + shift] + np.float32(1e-12)) for shift in (0, 1, 2))
    shift = 0.5 * (left - right) / np.minimum(left - 2 * here + right, np.float32(-1e-6))
    hz = ((columns + low + shift) * bin_hz).astype(np.float32)
    return rows + first, hz, np.exp(here)


@lru_cache(maxsize=8)
def _window(n_fft: int) -> Floats:
    """A Hann window that gives a sine of full scale a peak of 1."""
    hann = np.hanning(n_fft + 1)[:-1]
    window: Floats = (hann * 2 / hann.sum()).astype(np.float32)
    return window


@lru_cache(maxsize=8)
def _mel_filters(n_fft: int, sample_rate_hz: int) -> Floats:
    """Weights of shape (bins, 42): 40 triangles of area 1 on the mel scale, the frequency in Hz, and 1.

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
    return np.column_stack([triangles, frequency, np.ones_like(frequency)]).astype(np.float32)
