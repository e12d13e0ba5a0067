"""Clicks: single samples, or a few, far beside what is around them."""

import numpy as np
from numpy.typing import NDArray

from services.analyzer.pieces import Floats, pieces

_BLOCK_S = 0.002
_AROUND_BLOCKS = 50  # 100 ms on either side
_BESIDE = (2, 5)  # blocks, on either side; a click on a border is in the next one too
_PIECE_BLOCKS = 800
_STANDS_OUT = 6.0
_FEW = 4  # more of them within 200 ms are how the sound is made
_RARE = 3.0
_LEAST = 0.02
_WIDTH = 6  # samples from its middle to where nothing of it is left
_RETURN = 0.5
_BESIDE_FRAMES, _ALONE = 100, 5.0

Places = NDArray[np.intp]


def click_count(samples: Floats, rate_hz: int) -> int:
    """Clicks of all channels.

    Second differences make a click of 1 into 2 and a tone of 1 kHz into a fiftieth. Where one of them
    stands out six times from the 10 ms on either side, hardly any within 100 ms does so as well, and the
    wave goes on after it from where it was before, there is a click. The onset of a drum sounds on, the
    edge of a saw comes again with every period, a step does not return: they are none.
    """
    block = max(8, round(_BLOCK_S * rate_hz))
    size, around = _PIECE_BLOCKS * block, _AROUND_BLOCKS * block
    count = 0
    for first, piece in pieces(samples, size, around, around):
        inner = _AROUND_BLOCKS if first > 0 else 0
        for wave in piece:
            count += _count(wave, block, inner)
    return count


def _count(wave: Floats, block: int, first_block: int) -> int:
    """Clicks of a wave of shape (n,) in the blocks of a piece, whose surroundings begin before them."""
    bend = np.diff(wave, 2)
    np.abs(bend, out=bend)
    blocks = bend[: len(bend) // block * block].reshape(-1, block)
    sharpest = blocks.max(axis=1, initial=0)
    return sum(
        _is_click(wave, place * block + int(blocks[place].argmax()) + 1)
        for place in _outstanding(sharpest).tolist()
        if first_block <= place < first_block + _PIECE_BLOCKS
    )


def _outstanding(sharpest: Floats) -> Places:
    """Blocks whose sharpest bend stands out from those beside, and has few of its kind around."""
    nearest, farthest = _BESIDE
    padded = np.pad(sharpest, farthest)
    beside = np.lib.stride_tricks.sliding_window_view(padded, farthest - nearest + 1).max(axis=1)
    before, after = (beside[place:][: len(sharpest)] for place in (0, nearest + farthest))
    stands_out = sharpest > _STANDS_OUT * np.maximum(before, after)
    candidates = np.flatnonzero(stands_out & (sharpest > _LEAST))
    near = np.abs(candidates[:, None] - candidates) <= _AROUND_BLOCKS
    alike = sharpest[candidates] > sharpest[candidates][:, None] / _RARE
    found: Places = candidates[(near & alike).sum(axis=1) <= _FEW]
    return found


def _is_click(wave: Floats, place: int) -> bool:
    """Whether the wave, a few samples on, is back to where it was, and bends little beside that."""
    before, after = wave[max(0, place - _WIDTH)], wave[min(len(wave) - 1, place + _WIDTH)]
    height = abs(float(wave[place]) - float(before + after) / 2)
    if height < _LEAST or abs(float(after - before)) > _RETURN * height:
        return False
    bend = np.abs(np.diff(wave[max(0, place - _BESIDE_FRAMES) : place + _BESIDE_FRAMES + 1], 2))
    middle = min(place, _BESIDE_FRAMES) - 1
    beside = max(bend[: max(0, middle - _WIDTH)].max(initial=0), bend[middle + _WIDTH + 1 :].max(initial=0))
    return float(bend[max(0, middle - 1) : middle + 2].max(initial=0)) > _ALONE * float(beside)
