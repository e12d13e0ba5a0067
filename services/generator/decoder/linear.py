"""Matrix products with few rows, where reading the weights is all the time there is.

A step multiplies each weight with two rows a job (with and without the condition), so its speed is
the memory's: half the bytes, twice the speed. Three kinds of weights, by what the processor has.
"""

import warnings
from collections.abc import Callable
from typing import Any, Literal, Protocol

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name

Precision = Literal["fp32", "bf16", "int8"]
PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "int8")

_INT8_MAX = 127
_LEAST = 1e-12


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


class Half:
    """bfloat16 weights in oneDNN's own layout; the product is summed in float32."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        self._packed = torch.ops.mkldnn._reorder_linear_weight(weight.bfloat16().contiguous(), None)
        self._bias = None if bias is None else bias.bfloat16()
        self.nbytes = weight.numel() * 2

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        product: torch.Tensor = torch.ops.mkldnn._linear_pointwise(
            x.bfloat16(), self._packed, self._bias, "none", [], ""
        )
        return product.float()


class Quantized:
    """int8 weights, a scale an output channel; rows become 8 bits with a scale each as they come.

    A row is brought to -1..1 by its own largest value first, so that one fixed scale serves all rows
    and no row's result depends on another's.
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        rows = weight.float()
        scales = rows.abs().amax(dim=1).clamp(min=_LEAST).double() / _INT8_MAX
        with warnings.catch_warnings():
            # torch announces another interface for quantizing whole models; the tensors stay.
            warnings.simplefilter("ignore")
            quantized = torch.quantize_per_channel(
                rows, scales, torch.zeros(len(rows), dtype=torch.long), 0, torch.qint8
            )
            self._packed = torch.ops.quantized.linear_prepack(quantized, None)
        self._bias = None if bias is None else bias.float()
        self.nbytes = weight.numel()

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        largest = x.abs().amax(dim=1, keepdim=True).clamp_(min=_LEAST)
        product: torch.Tensor = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
            x / largest, 1.0 / _INT8_MAX, _INT8_MAX + 1, self._packed
        )
        product = product * largest
        return product if self._bias is None else product + self._bias


MAKERS: dict[Precision, Callable[[torch.Tensor, torch.Tensor | None], Any]] = {
    "fp32": Exact,
    "bf16": Half,
    "int8": Quantized,
}


def best_precision() -> Precision:
    """What this processor decodes fastest with: int8 where fbgemm runs, else float32."""
    return "int8" if "fbgemm" in torch.backends.quantized.supported_engines else "fp32"
