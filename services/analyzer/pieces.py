"""A sound, a few seconds at a time: what is worked out on the way stays small however long the sound is."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PIECE_FRAMES = 1 << 16
"""A quarter of a megabyte a channel, which stays in a processor's cache."""


def pieces(samples: Floats, size: int, before: int = 0, after: int = 0) -> Iterator[tuple[int, Floats]]:
    """Consecutive pieces of samples of shape (frames, channels).

    Args:
        size: frames a piece, without its surroundings; the last one may have fewer.
        before, after: so many frames around a piece belong to it too, as far as there are any.

    Yields:
        Where the piece begins, its surroundings included, and its samples, shape (channels, frames).
    """
    for start in range(0, len(samples), size):
        first = max(0, start - before)
        yield first, np.ascontiguousarray(samples[first : start + size + after].T)
