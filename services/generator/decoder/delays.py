"""The delay pattern: codebook k of a frame stands `delays[k]` steps later in the sequence.

The sequence starts with one step of special tokens. Step s of codebook k holds frame s - 1 - delays[k],
or the special token where there is no such frame (MusicGen, arXiv:2306.05284, section 2.2).
"""

from collections.abc import Sequence

import torch

UNKNOWN = -1
"""Stands in a sequence where a token is yet to be chosen."""


def steps(frames: int, delays: Sequence[int]) -> int:
    """Length of the sequence of so many frames, its first special step included."""
    return frames + max(delays) + 1


def first_step(frame: int, delays: Sequence[int]) -> int:
    """The first step that holds a token of a frame."""
    return frame + min(delays) + 1


def lay_out(codes: torch.Tensor, frames: int, delays: Sequence[int], special: int) -> torch.Tensor:
    """The sequence (K, steps) of a clip of `frames` frames that begins with `codes`.

    Args:
        codes: int64, shape (K, n), n <= frames; n is 0 without a prompt.
        special: the token of steps that hold no frame.

    Returns:
        int64, where the codes are; UNKNOWN where a token is to be chosen.
    """
    shape = (len(delays), steps(frames, delays))
    sequence = torch.full(shape, special, dtype=torch.long, device=codes.device)
    for k, delay in enumerate(delays):
        sequence[k, 1 + delay : 1 + delay + frames] = UNKNOWN
        sequence[k, 1 + delay : 1 + delay + codes.shape[1]] = codes[k]
    return sequence


def gather(sequence: torch.Tensor, frames: int, delays: Sequence[int]) -> torch.Tensor:
    """The codes (K, frames) that a sequence (K, at least `frames` + the longest delay + 1) holds."""
    return torch.stack([sequence[k, 1 + delay : 1 + delay + frames] for k, delay in enumerate(delays)])
