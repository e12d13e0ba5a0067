"""Clicks: single samples, or a few, that the sound around them gives no reason for."""

import numpy as np
from numpy.typing import NDArray

from services.analyzer.pieces import Floats, pieces

_ORDER = 16
_FRAME_S = 0.02
_WHITE = 1e-5  # of the power, added so that a pure tone leaves a system that can be solved
_BLOCK_S = 0.002
_PIECE_BLOCKS = 800
_AROUND_BLOCKS = 35  # 70 ms on either side
_BESIDE = (2, 5)  # blocks, on either side; a click on a border is in the next one too
_ALLOWED_BESIDE = 2  # of the blocks beside may hold another click
_STANDS_OUT = 4.0
_FEW = 4  # so many others as sharp within 140 ms, and they are how the sound is made
_RARE = 2.5
_LEAST = 0.02
_LEAST_OF_PEAK = 0.1  # what is lower is not heard beside the rest
_SHORT_S, _STILL_SHARP = 0.0005, 0.3
_REACH_S = 0.00014  # from a click's sharpest sample to where nothing of it is left, before
_LEAST_REACH = 6
_RETURN = 0.4
_SUDDEN = 0.5  # of a click's height is there from one sample to the next
_NEAR_S, _FAR_S = 0.0005, 0.005
_STRUCK = 1.5

Places = NDArray[np.intp]


def click_count(mono: Floats, rate_hz: int) -> int:
    """Clicks of a sound of shape (n,).

    Every sample is predicted from the 16 before it, as is usual in restoring records (Godsill and Rayner,
    Digital Audio Restoration, 1998, chapter 5). Where the error stands out four times from the 10 ms on
    either side, and 2.5 times from all but a few places within 70 ms, lasts less than half a
    millisecond, and the wave goes on after it from where it was before, and no sharper, there is a click. A
    bell that is struck sounds on, the edge of a saw comes again with every period, a step does not return:
    they are none.
    """
    block = max(8, round(_BLOCK_S * rate_hz))
    around = _AROUND_BLOCKS * block
    least = max(_LEAST, _LEAST_OF_PEAK * float(np.abs(mono).max()))
    count = 0
    for first, (wave,) in pieces(mono[:, None], _PIECE_BLOCKS * block, around, around):
        errors = np.abs(_errors(wave, round(_FRAME_S * rate_hz)))
        begin = around if first > 0 else 0
        places = _outstanding(errors, block)
        count += sum(
            begin <= place < begin + _PIECE_BLOCKS * block
            and _is_short(errors, place, rate_hz)
            and _is_beside_its_wave(wave, place, rate_hz, float(errors[place]), least)
            and not _is_struck(wave, place, rate_hz)
            for place in places.tolist()
        )
    return count


def _errors(wave: Floats, frame: int) -> Floats:
    """What a linear prediction of each sample from those before it misses; shape (n,) as the wave."""
    size = max(4 * _ORDER, frame)
    count = -(-len(wave) // size)
    padded = np.pad(wave, (_ORDER, count * size - len(wave)))
    frames = padded[_ORDER:].reshape(count, size)
    weights = _predictors(frames * np.hanning(size).astype(np.float32))
    errors = frames.copy()
    for lag in range(1, _ORDER + 1):
        errors -= weights[:, lag - 1, None] * padded[_ORDER - lag : len(padded) - lag].reshape(count, size)
    return errors.ravel()[: len(wave)]


def _predictors(frames: Floats) -> Floats:
    """The weights that predict each frame best in the mean square; shape (frames, order)."""
    lags = [
        np.einsum("fs,fs->f", frames[:, : frames.shape[1] - lag], frames[:, lag:])
        for lag in range(_ORDER + 1)
    ]
    likeness = np.stack(lags, axis=1).astype(np.float64)
    likeness[:, 0] = likeness[:, 0] * (1 + _WHITE) + 1e-9
    apart = np.abs(np.subtract.outer(np.arange(_ORDER), np.arange(_ORDER)))
    weights: Floats = np.linalg.solve(likeness[:, apart], likeness[:, 1:, None])[:, :, 0].astype(np.float32)
    return weights


def _outstanding(errors: Floats, block: int) -> Places:
    """The largest error of each block that stands out from those beside it and those around it."""
    blocks = errors[: len(errors) // block * block].reshape(-1, block)
    if not len(blocks):
        return np.empty(0, dtype=np.intp)
    largest = blocks.max(axis=1)
    nearest, farthest = _BESIDE
    near = np.lib.stride_tricks.sliding_window_view(np.pad(largest, farthest), 2 * farthest + 1)
    beside = np.delete(near, range(farthest - nearest + 1, farthest + nearest), axis=1)
    usual = np.partition(beside, -_ALLOWED_BESIDE - 1, axis=1)[:, -_ALLOWED_BESIDE - 1]
    found = np.flatnonzero(largest > _STANDS_OUT * usual)
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(largest, _AROUND_BLOCKS), 2 * _AROUND_BLOCKS + 1
    )[found]
    rank = -_FEW - 1
    found = found[largest[found] > _RARE * np.partition(around, rank, axis=1)[:, rank]]
    places: Places = found * block + blocks[found].argmax(axis=1)
    return places


def _is_short(errors: Floats, place: int, rate_hz: int) -> bool:
    """Whether the errors about a place are large for less than half a millisecond."""
    reach = round(_BLOCK_S * rate_hz)
    near = errors[max(0, place - reach) : place + reach]
    sharp = np.flatnonzero(near > _STILL_SHARP * errors[place])
    return bool(sharp[-1] - sharp[0] < _SHORT_S * rate_hz)


def _is_beside_its_wave(wave: Floats, place: int, rate_hz: int, error: float, least: float) -> bool:
    """Whether the wave, a few samples on, is back to where it was a few samples before, and did not swing."""
    reach = max(_LEAST_REACH, round(_REACH_S * rate_hz))
    before = float(wave[max(0, place - reach)])
    after = float(wave[min(len(wave) - 1, place + reach + reach // 2)])
    height = float(np.abs(wave[max(0, place - 2) : place + reach] - np.float32((before + after) / 2)).max())
    return height > least and abs(after - before) < _RETURN * height and error > _SUDDEN * height


def _is_struck(wave: Floats, place: int, rate_hz: int) -> bool:
    """Whether the wave is sharper in the milliseconds after a place than in those before it."""
    near, far = round(_NEAR_S * rate_hz), round(_FAR_S * rate_hz)
    before = np.diff(wave[max(0, place - far) : max(0, place - near)])
    after = np.diff(wave[place + near : place + far])
    if not len(before) or not len(after):
        return False
    return float(np.mean(np.square(after))) > _STRUCK**2 * float(np.mean(np.square(before)))
