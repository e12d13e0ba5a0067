"""Gaps and dropouts: where a sound stops at once and goes on at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from services.analyzer.measures.levels import Levels
from services.analyzer.pieces import PIECE_FRAMES, Floats, pieces

SHORTEST_S, GAP_S = 0.002, 0.05
_SILENT = 1e-4  # -80 dBFS
_EDGE_S, _BESIDE_S = 0.004, 0.02
_HARD = 0.15
_LOUD, _LOUD_OF_PEAK = 0.01, 0.05  # where nothing much sounds, nothing is interrupted
_MOST_A_SECOND = 4.0
_AT_AN_EXTREME = 0.98


@dataclass(frozen=True)
class Stops:
    """How often a sound stops.

    Attributes:
        gaps: of 50 ms and more.
        dropouts: of 2 to 50 ms.
        gaps_s: all gaps together.
    """

    gaps: int = 0
    dropouts: int = 0
    gaps_s: float = 0.0


def stops(samples: Floats, levels: Levels) -> Stops:
    """Stretches of silence or of one held sample, in all channels at once, that begin with a hard edge.

    An edge is hard where the 4 ms next to it are loud, and not much quieter than the 20 ms next to it:
    a note that ends before a rest dies away. Stretches under 50 ms must also end with one. Where a sound
    stops more than four times a second, as a square wave does in every period, that is how it is meant.
    """
    rate_hz = levels.rate_hz
    found = [
        end - start
        for start, end in _still(samples, max(2, round(SHORTEST_S * rate_hz)))
        if start > 0 and end < len(samples) and _is_stop(samples, start, end, levels)
    ]
    if len(found) > max(2.0, _MOST_A_SECOND * len(samples) / rate_hz):
        return Stops()
    gaps = [length for length in found if length >= GAP_S * rate_hz]
    return Stops(len(gaps), len(found) - len(gaps), sum(gaps) / rate_hz)


def _still(samples: Floats, shortest: int) -> Iterator[tuple[int, int]]:
    """First frame, and the one after the last, of each stretch in which no channel moves or sounds."""
    begun, ended = 0, 0
    for first, piece in pieces(samples, PIECE_FRAMES, before=1):
        still = np.logical_and.reduce(np.abs(piece) <= np.float32(_SILENT), axis=0)
        still[1:] |= np.logical_and.reduce(piece[:, 1:] == piece[:, :-1], axis=0)
        edges = np.flatnonzero(np.diff(still, prepend=False, append=False)).reshape(-1, 2)
        at_piece_ends = (edges[:, 0] <= 1) | (edges[:, 1] == len(still))
        long = edges[:, 1] - edges[:, 0] >= shortest
        for start, end in (edges[long | at_piece_ends] + first).tolist():
            if start > ended:
                if ended - begun >= shortest:
                    yield begun, ended
                begun = start
            ended = end
    if ended - begun >= shortest:
        yield begun, ended


def _is_stop(samples: Floats, start: int, end: int, levels: Levels) -> bool:
    """Whether the sound breaks off before a still stretch and goes on after it."""
    level = samples[start]
    held = float(np.abs(level).max())
    if held >= _AT_AN_EXTREME * levels.peak:
        return False  # the flat top of a wave
    width = round(_BESIDE_S * levels.rate_hz)
    before = np.abs(samples[max(0, start - width) : start][::-1] - level).max(axis=1)
    after = np.abs(samples[end : end + width] - level).max(axis=1)
    loud = max(_LOUD, _LOUD_OF_PEAK * levels.peak)
    near = max(1, round(_EDGE_S * levels.rate_hz))
    if held > _SILENT:  # a held sample is where the sound was, and only its end is hard
        return float(before.max()) > loud and _is_hard(after, near, loud)
    is_gap = end - start >= GAP_S * levels.rate_hz
    return _is_hard(before, near, loud) and (is_gap or _is_hard(after, near, loud))


def _is_hard(beside: Floats, near: int, loud: float) -> bool:
    """Whether a sound, by its distance from the edge on, is loud at once."""
    highest = float(beside.max())
    return highest > loud and float(beside[:near].max()) > _HARD * highest
