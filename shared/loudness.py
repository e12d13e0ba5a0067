"""How loud a sound is: integrated loudness after ITU-R BS.1770-4, and true peak.

Filtering takes nearly all of the time and does not depend on gain, so both are measured once and scaled.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from shared.audio import Audio

_HOP_S = 0.1
_HOPS_A_BLOCK = 4
SHORTEST_S = _HOP_S * _HOPS_A_BLOCK
"""One gating block: anything shorter has no integrated loudness."""

_OFFSET_LUFS = -0.691
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_CHANNEL_WEIGHTS = (1.0, 1.0, 1.0, 1.41, 1.41)  # left, right, centre, surrounds

# The analogue filters of which BS.1770's tables at 48 kHz are the bilinear transform (B. De Man,
# "Evaluation of implementations of the EBU R128 loudness measurement", 2018): any other rate follows.
_SHELF_HZ, _SHELF_DB, _SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
_SHELF_SLOPE = 0.4996667741545416
_HIGH_PASS_HZ, _HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773

_PASS_HOPS = 50

# BS.1770 annex 2: four times as many samples, by a filter of 12 taps for each of them.
_OVERSAMPLING = 4
_TAPS = 12
_KAISER_BETA = 5.0
_PEAK_BLOCK = 52
_PEAK_PASS = 2048 * _PEAK_BLOCK


@dataclass(frozen=True)
class Loudness:
    """Energies of a sound's 400 ms blocks, each 100 ms after the last.

    Attributes:
        energies: float64, shape (blocks,), K-weighted mean squares, channels summed; none below 0.4 s.
    """

    energies: NDArray[np.float64]

    def integrated_lufs(self, gain_db: float = 0.0) -> float | None:
        """Gated loudness of the sound with a gain, in LUFS; None for silence or less than 0.4 s."""
        energies = self.energies * 10 ** (gain_db / 10)
        loud = energies[energies > _energy(_ABSOLUTE_GATE_LUFS)]
        if not len(loud):
            return None
        counted = loud[loud > loud.mean() * 10 ** (_RELATIVE_GATE_LU / 10)]
        return _OFFSET_LUFS + 10 * math.log10(counted.mean())


def measure(audio: Audio) -> Loudness:
    """Filter a sound, five seconds at a time; of more than five channels the first five count."""
    samples = audio.samples[:, : len(_CHANNEL_WEIGHTS)]
    hop = round(_HOP_S * audio.sample_rate_hz)
    sections = _k_weighting(audio.sample_rate_hz)
    state = np.zeros((len(sections), samples.shape[1], 2), np.float32)
    weights = np.array(_CHANNEL_WEIGHTS[: samples.shape[1]])
    hops = []
    for start in range(0, len(samples) - hop + 1, hop * _PASS_HOPS):
        part = np.ascontiguousarray(samples[start : start + hop * _PASS_HOPS].T)
        filtered, state = scipy.signal.sosfilt(sections, part, zi=state)
        whole = filtered[:, : filtered.shape[1] // hop * hop].reshape(samples.shape[1], -1, hop)
        hops.append(weights @ np.einsum("chs,chs->ch", whole, whole, optimize=True).astype(np.float64))
    energies = np.concatenate(hops) / hop if hops else np.zeros(0)
    if len(energies) < _HOPS_A_BLOCK:
        return Loudness(np.zeros(0))
    return Loudness(np.convolve(energies, np.full(_HOPS_A_BLOCK, 1 / _HOPS_A_BLOCK), "valid"))


def true_peak(samples: NDArray[np.float32]) -> float:
    """Highest level between and at samples of shape (frames, channels): 1.0 is full scale, 0 is silence.

    Blocks of 52 samples with their surroundings, times all shifted filters at once. Those too quiet to
    hold the highest point, whatever lies between their samples, are left out.
    """
    highest = max(float(samples.max()), -float(samples.min()))
    for start in range(0, len(samples), _PEAK_PASS):
        for channel in range(samples.shape[1]):
            piece = _surrounded(samples[:, channel], start)
            near = _blocks(piece)[_levels(piece) * _most_gain() > highest]
            if len(near):
                between = near @ _interpolation()
                highest = max(highest, float(between.max()), -float(between.min()))
    return highest


def decibels(level: float) -> float:
    """A level, 1.0 being full scale, in dB; minus infinity for none."""
    return 20 * math.log10(level) if level > 0 else -math.inf


def _energy(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_LUFS) / 10))


@lru_cache(maxsize=8)
def _k_weighting(sample_rate_hz: int) -> NDArray[np.float32]:
    """Second-order sections for `sosfilt`: the shelf of the head, then the high-pass."""
    return np.array([_shelf(sample_rate_hz), _high_pass(sample_rate_hz)], np.float32)


def _shelf(sample_rate_hz: int) -> list[float]:
    """Raises what is above 1.7 kHz by 4 dB; at a rate that holds nothing there it does nothing."""
    if sample_rate_hz <= 2 * _SHELF_HZ:
        return [1, 0, 0, 1, 0, 0]
    k = math.tan(math.pi * _SHELF_HZ / sample_rate_hz)
    high = 10 ** (_SHELF_DB / 20)
    band = high**_SHELF_SLOPE
    scale = 1 + k / _SHELF_Q + k * k
    return [
        (high + band * k / _SHELF_Q + k * k) / scale,
        2 * (k * k - high) / scale,
        (high - band * k / _SHELF_Q + k * k) / scale,
        *(1, 2 * (k * k - 1) / scale, (1 - k / _SHELF_Q + k * k) / scale),
    ]


def _high_pass(sample_rate_hz: int) -> list[float]:
    k = math.tan(math.pi * _HIGH_PASS_HZ / sample_rate_hz)
    scale = 1 + k / _HIGH_PASS_Q + k * k
    return [1, -2, 1, 1, 2 * (k * k - 1) / scale, (1 - k / _HIGH_PASS_Q + k * k) / scale]


def _surrounded(samples: NDArray[np.float32], start: int) -> NDArray[np.float32]:
    """The samples of a pass with as many around it as the filters reach; zeros beyond the ends."""
    before = _TAPS // 2 - 1
    piece = np.zeros(_PEAK_PASS + _TAPS - 1, np.float32)
    given = samples[max(0, start - before) : start + _PEAK_PASS + _TAPS // 2]
    first = max(0, before - start)
    piece[first : first + len(given)] = given
    return piece


def _blocks(piece: NDArray[np.float32]) -> NDArray[np.float32]:
    views = np.lib.stride_tricks.sliding_window_view(piece, _PEAK_BLOCK + _TAPS - 1)
    blocks: NDArray[np.float32] = views[::_PEAK_BLOCK]
    return blocks


def _levels(piece: NDArray[np.float32]) -> NDArray[np.float32]:
    """No block with its surroundings is louder than this: the highest of it and the block after it."""
    room = np.zeros(_PEAK_PASS + _PEAK_BLOCK, np.float32)
    np.abs(piece, out=room[: len(piece)])
    levels = room.reshape(-1, _PEAK_BLOCK).max(axis=1)
    both: NDArray[np.float32] = np.maximum(levels[:-1], levels[1:])
    return both


@lru_cache
def _interpolation() -> NDArray[np.float32]:
    """A windowed sinc at a quarter, half and three quarters of the way; shape (63, 3 * 52)."""
    matrix = np.zeros((_PEAK_BLOCK + _TAPS - 1, (_OVERSAMPLING - 1) * _PEAK_BLOCK), np.float32)
    for phase in range(1, _OVERSAMPLING):
        taps = _between(phase / _OVERSAMPLING)
        for place in range(_PEAK_BLOCK):
            matrix[place : place + _TAPS, (phase - 1) * _PEAK_BLOCK + place] = taps
    return matrix


def _between(share: float) -> NDArray[np.float64]:
    distance = np.arange(_TAPS) - (_TAPS // 2 - 1) - share
    window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(0, 1 - (distance / (_TAPS / 2)) ** 2)))
    taps = np.sinc(distance) * window
    return np.asarray(taps / taps.sum())


@lru_cache
def _most_gain() -> float:
    """No point between samples is further out than this times the highest of its twelve neighbours."""
    return float(np.abs(_interpolation()).sum(axis=0).max())
