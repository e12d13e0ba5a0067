"""Choosing tokens: guidance, temperature, top-k, top-p, and a job's own noise.

`torch.multinomial` of one sample is argmax(p / E) with E drawn from Exponential(1) by the same
generator. Drawing E from a generator of the job's own gives the tokens that audiocraft gives alone
with that seed, whatever else is in the batch, and leaves nothing for the host to wait for.
"""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Sampling:
    """How tokens are chosen; the defaults are audiocraft's.

    Attributes:
        greedy: take the likeliest token; the rest, guidance apart, is not used then.
        temperature: above 0; higher is wilder.
        top_k: choose among so many likeliest tokens; 0 for all of them.
        top_p: choose among the likeliest that hold this share of probability; 0 for top_k instead.
        cfg_coef: classifier-free guidance: 1 follows the condition as it is, more exaggerates it.
    """

    greedy: bool = False
    temperature: float = 1.0
    top_k: int = 250
    top_p: float = 0.0
    cfg_coef: float = 3.0


class Noise:
    """The exponential noise of one job: shape (K, card) a step, the same for the same seed."""

    def __init__(self, seed: int, codebooks: int, card: int, device: torch.device) -> None:
        self._generator = torch.Generator(device).manual_seed(seed)
        self._step = torch.empty(codebooks, card, device=device)

    def draw(self) -> torch.Tensor:
        """Noise for the next step. Drawn a step at a time: one large draw would give other numbers."""
        return self._step.exponential_(1, generator=self._generator)


def guided(conditional: torch.Tensor, unconditional: torch.Tensor, cfg_coef: float) -> torch.Tensor:
    """Logits moved away from the unconditional ones (classifier-free guidance, arXiv:2207.12598)."""
    return unconditional + (conditional - unconditional) * cfg_coef


def choose(logits: torch.Tensor, sampling: Sampling, noise: Noise) -> torch.Tensor:
    """One token a codebook: logits (K, card) in, int64 (K,) out."""
    if sampling.greedy:
        return logits.argmax(dim=-1)
    probabilities = torch.softmax(logits / sampling.temperature, dim=-1)
    if sampling.top_p > 0:
        return _among_share(probabilities, sampling.top_p, noise)
    if 0 < sampling.top_k < probabilities.shape[-1]:
        probabilities = _among_likeliest(probabilities, sampling.top_k)
    return _draw(probabilities, noise)


def _among_likeliest(probabilities: torch.Tensor, count: int) -> torch.Tensor:
    """Probabilities without those below the `count`-th likeliest; ties with it stay."""
    least = torch.topk(probabilities, count, dim=-1).values[..., -1:]
    kept = probabilities * (probabilities >= least)
    return kept / kept.sum(dim=-1, keepdim=True)


def _among_share(probabilities: torch.Tensor, share: float, noise: Noise) -> torch.Tensor:
    ordered, tokens = torch.sort(probabilities, dim=-1, descending=True)
    before = torch.cumsum(ordered, dim=-1) - ordered
    kept = ordered * (before <= share)
    place = _draw(kept / kept.sum(dim=-1, keepdim=True), noise)
    return tokens.gather(-1, place[:, None])[:, 0]


def _draw(probabilities: torch.Tensor, noise: Noise) -> torch.Tensor:
    return (probabilities / noise.draw()).argmax(dim=-1)
