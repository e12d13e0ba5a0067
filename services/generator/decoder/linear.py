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

Precision = Literal["fp32", "fp16", "bf16", "int8"]
PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "int8")
"""Those of a processor, in `MAKERS`; those of a GPU are in `DTYPES`."""

Maker = Callable[[torch.Tensor, torch.Tensor | None], "Linear"]


class Linear(Protocol):
    """y = x W^T + b: float32 (rows, in) in; (rows, out) out, in float32 on a processor."""

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The product. A row's result does not depend on the other rows."""

    @property
    def nbytes(self) -> int:
        """Bytes of weights that one call reads."""


class Dense:
    """Weights as torch multiplies them, on any device; what comes out has their type.

    In float32 on a processor that is audiocraft's own arithmetic.

    Attributes:
        weight: (out, in).
        bias: (out,), or None.
    """

    def __init__(
        self, dtype: torch.dtype, device: torch.device, weight: torch.Tensor, bias: torch.Tensor | None
    ) -> None:
        self.weight = weight.to(device, dtype).contiguous()
        self.bias = None if bias is None else bias.to(device, dtype)
        self.nbytes: int = self.weight.nbytes

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x.to(self.weight.dtype), self.weight, self.bias)


CPU = torch.device("cpu")

DTYPES: dict[Precision, torch.dtype] = {
    "fp32": torch.float32,
    "fp16": torch.float16,
    "bf16": torch.bfloat16,
}
"""What `Dense` weights are stored in."""

MAKERS: dict[Precision, Callable[[torch.Tensor, torch.Tensor | None], Any]] = {
    "fp32": partial(Dense, torch.float32, CPU),
    "bf16": partial(Tiled, "bf16"),
    "int8": partial(Tiled, "int8"),
}


def dense(precision: Precision, device: torch.device) -> Maker:
    """Makes matrices of a precision of `DTYPES` on a device."""
    return partial(Dense, DTYPES[precision], device)
