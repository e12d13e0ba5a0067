"""Choosing the next column of every slot at once, each slot in its own way; see `decoder/sampling.py`.

Nothing here waits for the host, and no size depends on a value, so that it can be part of a CUDA graph.
"""

import torch

from services.generator.decoder.delays import UNKNOWN
from services.generator.decoder.sampling import Sampling
from services.generator.decoder.static.buffers import NOISE_STEPS, State


class NoiseTape:
    """The exponential noise of one clip, laid into its slot so many steps ahead.

    On a processor each step is drawn on its own, which gives the numbers that `sampling.Noise` gives. On a
    GPU that would be a launch for each step of each slot, and its numbers are others anyway.
    """

    def __init__(self, seed: int, place: torch.Tensor) -> None:
        """Take the seed, and the slot's place in `State.noise`: float32 (NOISE_STEPS, K, card)."""
        self._generator = torch.Generator(place.device).manual_seed(seed)
        self._draws = place.unbind(0) if place.device.type == "cpu" else (place,)

    def draw(self) -> None:
        """Noise of the next NOISE_STEPS steps, in place of the last."""
        for draw in self._draws:
            draw.exponential_(1, generator=self._generator)


def tell(state: State, number: int, how: Sampling, guided: bool, card: int) -> None:
    """Have a slot choose as `how` says."""
    state.guided[number] = guided
    state.greedy[number] = how.greedy
    state.temperature[number] = how.temperature
    state.top_k[number] = how.top_k if 0 < how.top_k < card else card
    state.top_p[number] = how.top_p
    state.cfg_coef[number] = how.cfg_coef


def advance(state: State, logits: torch.Tensor) -> None:
    """Write the column `at` of each slot where it is unknown yet, and count it in active slots.

    Args:
        logits: float32 (slots, 2, K, card), conditional and unconditional.
    """
    tokens = choose(state, _guided(state, logits))
    place = state.at[:, None, None].expand(-1, tokens.shape[1], 1)
    known = state.sequence.gather(2, place)
    state.sequence.scatter_(2, place, torch.where(known == UNKNOWN, tokens[..., None], known))
    state.at.add_(state.active)
    state.drawn.add_(state.active)


def choose(state: State, logits: torch.Tensor) -> torch.Tensor:
    """One token a slot and codebook: logits (slots, K, card) in, int64 (slots, K) out."""
    noise = _noise(state)
    probabilities = torch.softmax(logits / state.temperature[:, None, None], dim=-1)
    ordered, tokens = probabilities.sort(dim=-1, descending=True)
    drawn = torch.where(
        (state.top_p > 0)[:, None],
        _among_share(state, ordered, tokens, noise),
        _among_likeliest(state, probabilities, ordered, noise),
    )
    return torch.where(state.greedy[:, None], logits.argmax(dim=-1), drawn)


def _guided(state: State, logits: torch.Tensor) -> torch.Tensor:
    conditional, unconditional = logits.unbind(1)
    mixed = unconditional + (conditional - unconditional) * state.cfg_coef[:, None, None]
    return torch.where(state.guided[:, None, None], mixed, conditional)


def _noise(state: State) -> torch.Tensor:
    """That of this step, (slots, K, card)."""
    slots, _steps, codebooks, card = state.noise.shape
    place = state.drawn.remainder(NOISE_STEPS)[:, None, None, None].expand(slots, 1, codebooks, card)
    return state.noise.gather(1, place)[:, 0]


def _among_likeliest(
    state: State, probabilities: torch.Tensor, ordered: torch.Tensor, noise: torch.Tensor
) -> torch.Tensor:
    card = probabilities.shape[-1]
    last = (state.top_k - 1)[:, None, None].expand(-1, probabilities.shape[1], 1)
    kept = probabilities * (probabilities >= ordered.gather(-1, last))
    total = kept.sum(dim=-1, keepdim=True)
    # Where all are kept nothing is divided, as in the exact way.
    total = total.masked_fill((state.top_k == card)[:, None, None], 1)
    return (kept / total / noise).argmax(dim=-1)


def _among_share(
    state: State, ordered: torch.Tensor, tokens: torch.Tensor, noise: torch.Tensor
) -> torch.Tensor:
    before = torch.cumsum(ordered, dim=-1) - ordered
    kept = ordered * (before <= state.top_p[:, None, None])
    place = (kept / kept.sum(dim=-1, keepdim=True) / noise).argmax(dim=-1, keepdim=True)
    return tokens.gather(-1, place)[..., 0]
