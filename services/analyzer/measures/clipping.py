"""Clipping: waves whose tops were cut off, at full scale or, where the level was lowered after it, below."""

import numpy as np
from numpy.typing import NDArray

from services.analyzer.measures.levels import Levels
from services.analyzer.pieces import PIECE_FRAMES, Floats, pieces

NEAR_FULL_SCALE = 0.98

_SAME_LEVEL = 2e-4  # of the highest sample: a few steps of 16 bits
_SHORTEST_RUN = 2
_LEAST_RUNS = 3
_ROUND_TOPS = 6.0  # times the width of a level: a parabola is at most four below it next to two in it
_STEPS = 3.0  # of the bits: coarse steps make flat tops of round ones
_STEEPEST = 2.0
_AROUND = 2
_LOUD, _SOUNDING = 0.5, 0.05  # of the extremes
_STAIR = 0.5

Places = NDArray[np.intp]
_NONE: Places = np.zeros(0, np.intp)


def near_full_scale_share(samples: Floats, levels: Levels) -> float:
    """Share of samples with |x| > 0.98, over all channels."""
    if levels.peak <= NEAR_FULL_SCALE:
        return 0.0
    count = sum(int((np.abs(piece) > NEAR_FULL_SCALE).sum()) for _, piece in pieces(samples, PIECE_FRAMES))
    return count / samples.size


def cut_share(samples: Floats, levels: Levels) -> float:
    """How much of the loud samples, those beyond half of a channel's extremes, is in tops that were cut off.

    Such is a run of at least two samples at the highest (or lowest) level of the whole channel that the
    wave enters or leaves with a corner: the step next to the run is as steep as the wave before it. One
    or two of them are chance. The round top of a low tone has no corner. The edge of a square wave is no
    corner either: beside it the wave is flat, or goes on in steps. What was cut so far that it is nothing
    but a square wave cannot be told from one.
    """
    tops, bottoms = levels.tops.max(axis=1), levels.bottoms.min(axis=1)
    runs = cut = loud = 0
    for _, piece in pieces(samples, PIECE_FRAMES, _AROUND, _AROUND):
        for wave, top, bottom in zip(piece, tops.tolist(), bottoms.tolist(), strict=True):
            lengths = np.concatenate([_cut(wave, top), _cut(-wave, -bottom)])
            runs, cut = runs + len(lengths), cut + int(lengths.sum())
            loud += int(np.count_nonzero((wave > _LOUD * top) | (wave < _LOUD * bottom)))
    return min(1.0, cut / loud) if runs >= _LEAST_RUNS else 0.0


def _cut(wave: Floats, top: float) -> Places:
    """Lengths of the runs of a wave of shape (n,) that were cut off at this level."""
    if top <= 0:
        return _NONE
    same = top * _SAME_LEVEL
    high = np.flatnonzero(wave >= np.float32(top - same))
    if len(high) < _SHORTEST_RUN:
        return _NONE
    breaks = np.flatnonzero(np.diff(high) > 1)
    first, last = high[np.append(0, breaks + 1)], high[np.append(breaks, -1)]
    inside = (last - first + 1 >= _SHORTEST_RUN) & (first >= _AROUND) & (last < len(wave) - _AROUND)
    first, last = first[inside], last[inside]
    if not len(first) or _is_stair(wave, top - same):
        return _NONE
    step = max(_ROUND_TOPS * same, _STEPS * _quantum(wave))
    lengths: Places = (last - first + 1)[_corner(wave, first, -1, step) | _corner(wave, last, +1, step)]
    return lengths


def _is_stair(wave: Floats, top: float) -> bool:
    """Whether a wave mostly stands still below its top too, as several square waves together do."""
    below = (wave[1:] > _SOUNDING * top) & (wave[1:] < top)
    flat = np.count_nonzero(below & (wave[1:] == wave[:-1]))
    return bool(flat > _STAIR * np.count_nonzero(below))


def _corner(wave: Floats, edge: Places, away: int, step: float) -> NDArray[np.bool_]:
    """Whether the wave, so seen from the edges of runs, leaves steeply but no steeper than it goes on."""
    drop = wave[edge] - wave[edge + away]
    beyond = np.abs(wave[edge + away] - wave[edge + 2 * away])
    corner: NDArray[np.bool_] = (drop > step) & (drop <= _STEEPEST * beyond)
    return corner


def _quantum(wave: Floats) -> float:
    """The smallest step between neighbours, which for whole numbers of bits is one of theirs; 0 for none."""
    steps = np.abs(np.diff(wave))
    steps = steps[steps > 0]
    return float(steps.min()) if len(steps) else 0.0
