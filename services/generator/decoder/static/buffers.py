"""What a step of fixed shapes works on: tensors that stay where they are, each with a first axis of slots."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import torch

BUCKETS = (1, 2, 4, 8, 16, 32, 64)
"""Numbers of slots that a step is made for."""

TOKENS = (256, 512, 1024)
"""Lengths of the past that a step is made for, beside the longest that a slot holds."""

TEXTS = (64, 512)
"""Lengths of texts that a step is made for; a prompt has 500 characters at most."""

NOISE_STEPS = 64
"""Steps whose noise is drawn at a time."""


class Shape(NamedTuple):
    """What a step is made for: so many slots, so many tokens of the past, so many tokens of text."""

    slots: int
    tokens: int
    text: int


@dataclass(frozen=True)
class Shapes:
    """Every shape that steps are made for, ascending.

    Attributes:
        text: (0,) for models without cross-attention.
    """

    slots: tuple[int, ...]
    tokens: tuple[int, ...]
    text: tuple[int, ...]

    def fitting(self, slots: int, tokens: int, text: int) -> Shape:
        """The smallest shape that holds so much.

        Raises:
            ValueError: none does.
        """
        return Shape(_least(self.slots, slots), _least(self.tokens, tokens), _least(self.text, text))

    def all(self) -> list[Shape]:
        """All of them, the largest first."""
        made = [
            Shape(slots, tokens, text) for slots in self.slots for tokens in self.tokens for text in self.text
        ]
        return sorted(made, reverse=True)


def shapes(slots: int, longest: int, hears_text: bool) -> Shapes:
    """The shapes for so many slots of so many tokens."""
    return Shapes(
        slots=(*(bucket for bucket in BUCKETS if bucket < slots), slots),
        tokens=(*(tokens for tokens in TOKENS if tokens < longest), longest),
        text=TEXTS if hears_text else (0,),
    )


@dataclass(frozen=True)
class State:
    """Where each slot is and how its tokens are chosen.

    Attributes:
        sequence: int64 (slots, K, columns), the sequence of the window as `delays.lay_out` makes it.
        at: int64, the column to choose next.
        length: int64, tokens in the caches.
        drawn: int64, columns chosen since the clip began.
        text: int64, tokens of the text; 0 for none.
        active: bool, whether the slot goes on with a step.
        guided, greedy: bool.
        temperature, top_p, cfg_coef: float32, as in `Sampling`.
        top_k: int64, as in `Sampling`, but never 0: all tokens are `card`.
        noise: float32 (slots, NOISE_STEPS, K, card), of step `drawn` in place `drawn` % NOISE_STEPS.
    """

    sequence: torch.Tensor
    at: torch.Tensor
    length: torch.Tensor
    drawn: torch.Tensor
    text: torch.Tensor
    active: torch.Tensor
    guided: torch.Tensor
    greedy: torch.Tensor
    temperature: torch.Tensor
    top_k: torch.Tensor
    top_p: torch.Tensor
    cfg_coef: torch.Tensor
    noise: torch.Tensor

    @classmethod
    def of(cls, slots: int, columns: int, codebooks: int, card: int, device: torch.device) -> "State":
        """Slots that nobody is in."""

        def each(dtype: torch.dtype, start: float = 0) -> torch.Tensor:
            return torch.full((slots,), start, dtype=dtype, device=device)

        return cls(
            sequence=torch.zeros(slots, codebooks, columns, dtype=torch.long, device=device),
            at=each(torch.long, 1),
            length=each(torch.long),
            drawn=each(torch.long),
            text=each(torch.long),
            active=each(torch.bool),
            guided=each(torch.bool),
            greedy=each(torch.bool),
            temperature=each(torch.float32, 1),
            top_k=each(torch.long, 1),
            top_p=each(torch.float32),
            cfg_coef=each(torch.float32, 1),
            noise=torch.ones(slots, NOISE_STEPS, codebooks, card, device=device),
        )

    def part(self, first: int, end: int) -> "State":
        """The same tensors, of some slots only."""
        return State(*(getattr(self, field.name)[first:end] for field in fields(self)))

    def leave(self, number: int) -> None:
        """Nobody is in a slot any more: what a step does to it reaches nothing outside."""
        self.active[number] = False
        self.at[number] = 1
        self.length[number] = 0
        self.text[number] = 0


def _least(sizes: Sequence[int], wanted: int) -> int:
    fitting = [size for size in sizes if size >= wanted]
    if not fitting:
        raise ValueError(f"{wanted} is more than {sizes[-1]}, all that there is room for")
    return fitting[0]
