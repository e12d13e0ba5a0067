"""Matrix products with few rows, where reading the weights is all the time there is.

A step multiplies each weight with two rows a job (with and without the condition), so its speed is
the memory's: half the bytes, twice the speed.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, Protocol

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name

from services.generator.decoder.compiled.tiles import Tiled

Precision = Literal["fp32", "bf16", "int8"]
PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "int8")


class Linear(Protocol):
    """y = x W^T + b: float32 (rows, in) in, float32 (rows, out) out."""

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The product. A row's result does not depend on the other rows."""

    @property
    def nbytes(self) -> int:
        """Bytes of weights that one call reads."""


class Exact:
    """float32 weights: audiocraft's own arithmetic."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        self._weight = weight.float().contiguous()
        self._bias = None if bias is None else bias.float()
        self.nbytes = self._weight.nbytes

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self._weight, self._bias)


MAKERS: dict[Precision, Callable[[torch.Tensor, torch.Tensor | None], Any]] = {
    "fp32": Exact,
    "bf16": partial(Tiled, "bf16"),
    "int8": partial(Tiled, "int8"),
}
