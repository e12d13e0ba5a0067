"""Room and limiter of a finished mix, which both go round a loop. Signals are planar: (2, n)."""

from functools import lru_cache

import numpy as np
from scipy import fft

from .dsp import Signal, frames, generator, impulse_response, limit
from .sound import Progress

CEILING = 0.89
"""The highest sample of a finished sound, -1 dBFS."""

_BLOCK = 1 << 17


@lru_cache(maxsize=8)
def _answer(seconds_s: float) -> Signal:
    """Return a room's answer to a click, (2, reach): the same in every process."""
    return impulse_response(seconds_s, generator(0, "room", f"{seconds_s:.2f}")).T


def roomed(sound: Signal, seconds_s: float, loop: bool, progress: Progress) -> Signal:
    """Return the room's answer to a sound, block by block; of a loop the tail goes round to the start."""
    answer = _answer(round(min(seconds_s, 6.0), 2))
    n, reach = sound.shape[1], answer.shape[1]
    block_frames = min(_BLOCK, max(n, 1))
    size = fft.next_fast_len(block_frames + reach, real=True)
    spectrum = fft.rfft(answer, size)
    out = np.zeros((2, n + reach), np.float32)
    for start in range(0, n, block_frames):
        block = fft.irfft(fft.rfft(sound[:, start : start + block_frames], size) * spectrum, size)
        end = min(start + size, n + reach)
        out[:, start:end] += block[:, : end - start]
        progress(start / n)
    wet = out[:, :n].copy()
    for start in range(n, n + reach if loop else 0, n):
        tail = out[:, start : start + n]
        wet[:, : tail.shape[1]] += tail
    return wet


def around_ends(x: Signal, loop: bool) -> Signal:
    """Return x limited; a loop is limited with its own end before it and its own start after it."""
    if not loop:
        return limit(x.T, CEILING).T
    lead = min(frames(0.3), x.shape[1])
    ends = np.concatenate([x[:, x.shape[1] - lead :], x, x[:, :lead]], axis=1)
    return limit(ends.T, CEILING)[lead : lead + x.shape[1]].T
