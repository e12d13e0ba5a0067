"""Closing a take into a loop: the seam goes where it is heard least, under a fade."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.messages.job import Model

FADE_S: Final[dict[Model, float]] = {"music": 0.08, "audio": 0.5}
"""Length of the fade: short where there are beats, which would be heard twice; long over a texture."""

SEARCH_S = 2.0
"""Room to look for the seam in, in seconds: a bar of music at 120 beats a minute."""

TAIL_S = 0.1
"""Left off at the end of a take, where the delayed codebooks and the codec have nothing to look ahead to."""

_SILENCE = 1e-4  # of the mean energy; two stretches below it are alike


def needed_s(duration_s: float, model: Model) -> float:
    """How long a take must be for a loop of `duration_s` seconds."""
    return FADE_S[model] + SEARCH_S + duration_s + TAIL_S


def close(take: NDArray[np.float32], length: int, fade: int) -> NDArray[np.float32]:
    """The `length` frames of a take that run on into themselves best.

    The frames before a start are compared with those before its end, `length` later. What the loop
    leaves is faded into what led up to its start, and their sum is kept at their power, whatever they
    have in common.

    Args:
        take: float32 (frames, channels), more than `length + fade` frames.
        fade: frames of the fade, at most `length`.

    Returns:
        float32 (length, channels).

    Raises:
        ValueError: the take is too short.
    """
    if fade > length or len(take) <= length + fade:
        raise ValueError(f"{len(take)} frames cannot be closed into {length} with a fade of {fade}")
    similarity = _similarity(take, length, fade)
    start = int(similarity.argmax()) + fade
    loop = take[start : start + length].copy()
    leaving, leading = loop[length - fade :], take[start - fade : start]
    rise = np.linspace(0, 1, fade, dtype=np.float32)[:, None]
    shared = float(np.clip(similarity[start - fade], 0, 1))
    power = np.sqrt((1 - rise) ** 2 + rise**2 + 2 * shared * rise * (1 - rise))
    loop[length - fade :] = (leaving * (1 - rise) + leading * rise) / power
    return loop


def _similarity(take: NDArray[np.float32], length: int, fade: int) -> NDArray[np.float64]:
    """How alike the two sides of a seam are, from -1 to 1, for every place that it can have.

    Twice the correlation over the sum of the energies: stretches of other loudness are not alike.
    """
    early, late = take[:-length].astype(np.float64), take[length:].astype(np.float64)
    energy = _over(fade, (early**2 + late**2).sum(axis=1))
    common = _over(fade, 2 * (early * late).sum(axis=1))
    silence = _SILENCE * 2 * fade * float((take.astype(np.float64) ** 2).sum(axis=1).mean()) + 1e-12
    similarity: NDArray[np.float64] = (common + silence) / (energy + silence)
    return similarity


def _over(width: int, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of `width` neighbours, one for each place where they fit."""
    sums = np.concatenate([[0.0], np.cumsum(x)])
    over: NDArray[np.float64] = sums[width:] - sums[:-width]
    return over
