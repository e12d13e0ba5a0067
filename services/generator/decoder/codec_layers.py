"""The layers of EnCodec's decoder above its LSTM, and how far each reaches."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name


@dataclass(frozen=True)
class Conv:
    """A convolution of stride 1 that keeps the length; weight norm is folded into the weight."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    dilation: int
    left: int
    right: int
    pad_mode: str

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv1d(
            padded(x, self.left, self.right, self.pad_mode), self.weight, self.bias, 1, 0, self.dilation
        )

    def reach(self, left: int, right: int) -> tuple[int, int]:
        """How many more input frames than the output's are needed on each side."""
        return left + self.left, right + self.right


@dataclass(frozen=True)
class Upsample:
    """A transposed convolution: `stride` samples for each, trimmed to exactly that."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    stride: int
    trim_left: int
    trim_right: int

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        y = F.conv_transpose1d(x, self.weight, self.bias, self.stride)
        return y[..., self.trim_left : y.shape[-1] - self.trim_right]

    def reach(self, left: int, right: int) -> tuple[int, int]:
        """An upper bound: every input touches as many outputs as the kernel is long."""
        kernel = self.weight.shape[-1]
        return -(-(left + kernel) // self.stride), -(-(right + kernel) // self.stride)


@dataclass(frozen=True)
class Elu:
    """The activation between the convolutions."""

    alpha: float

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return F.elu(x, self.alpha)

    def reach(self, left: int, right: int) -> tuple[int, int]:
        """None beyond the output's."""
        return left, right


@dataclass(frozen=True)
class Residual:
    """A block of layers beside a way around them."""

    block: tuple["Conv | Elu", ...]
    around: Conv | None

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        y = x
        for layer in self.block:
            y = layer(y)
        return (x if self.around is None else self.around(x)) + y

    def reach(self, left: int, right: int) -> tuple[int, int]:
        """That of the block; the way around has kernels of one."""
        for layer in reversed(self.block):
            left, right = layer.reach(left, right)
        return left, right


Layer = Conv | Upsample | Elu | Residual


def padded(x: torch.Tensor, left: int, right: int, mode: str) -> torch.Tensor:
    """Padding as EnCodec's: a signal too short to be reflected gets zeros behind it first."""
    if mode != "reflect":
        return F.pad(x, (left, right), mode)
    short = max(left, right) - x.shape[-1] + 1
    if short <= 0:
        return F.pad(x, (left, right), "reflect")
    padded = F.pad(F.pad(x, (0, short)), (left, right), "reflect")
    return padded[..., : padded.shape[-1] - short]


def reach(layers: Sequence[Layer]) -> tuple[int, int]:
    """How many more frames than the samples asked for all of them need on each side."""
    left = right = 0
    for layer in reversed(layers):
        left, right = layer.reach(left, right)
    return left, right


def on(device: torch.device, part: Any) -> Any:
    """A part, and what it is made of, on a device; a module is copied if it is to leave the processor."""
    if isinstance(part, torch.nn.Module):
        return part if device.type == "cpu" else copy.deepcopy(part).to(device)
    if isinstance(part, torch.Tensor):
        return part.to(device)
    if isinstance(part, tuple):
        return tuple(on(device, one) for one in part)
    if is_dataclass(part) and not isinstance(part, type):
        return type(part)(*(on(device, getattr(part, field.name)) for field in fields(part)))
    return part
