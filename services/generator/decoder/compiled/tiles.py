"""Matrices cut into tiles of LANES outputs, in bfloat16 or in 8 bits with a scale for each output."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from services.generator.decoder.compiled import crew
from services.generator.decoder.compiled.layout import GROUP, ROWS, Desk, Matrix
from services.generator.decoder.compiled.products import MIDDLE, ROWS_NEAR, multiply
from services.generator.decoder.compiled.vectors import BYTES, HAS_BYTE_DOT, LANES, Kind

_INT8_MAX = 127
_LEAST = 1e-12
_NONE = np.zeros(0, dtype=np.int64)


class Tiled:
    """y = x W^T + b with weights in tiles: float32 (rows, in) in, float32 (rows, out) out.

    Attributes:
        tiles: uint16 (bfloat16) or int8 (padded out / LANES, in / side by side, LANES, side by side); side
            by side are BYTES inputs where they are to be bytes, else one.
        scales, bias: float32 (padded out,); both 0 in the padding.
        nbytes: bytes of weights that one call reads.
    """

    def __init__(
        self, kind: Kind, weight: torch.Tensor, bias: torch.Tensor | None, byte_dot: bool = HAS_BYTE_DOT
    ) -> None:
        """Cut a matrix (out, in) into tiles; with `byte_dot` 8-bit weights are to meet inputs as bytes."""
        self.outputs, self._columns = weight.shape
        in_bytes = kind == "int8" and byte_dot
        side_by_side = BYTES if in_bytes else 1
        wide, self.inputs = padded(self.outputs), -(-self._columns // side_by_side) * side_by_side
        self.scales, self.bias = np.zeros((2, wide), dtype=np.float32)
        items, self.scales[: self.outputs] = _items(kind, weight.float())
        if bias is not None:
            self.bias[: self.outputs] = bias.float().numpy()
        tiles = np.zeros((wide, self.inputs), dtype=items.dtype)
        tiles[: self.outputs, : self._columns] = items
        self.offsets = MIDDLE * tiles.sum(axis=1, dtype=np.int64) if in_bytes else _NONE
        by_lane = tiles.reshape(-1, LANES, self.inputs // side_by_side, side_by_side)
        self.tiles = np.ascontiguousarray(by_lane.transpose(0, 2, 1, 3))
        self.nbytes = self.outputs * self._columns * self.tiles.itemsize

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        given = np.zeros((-(-len(x) // ROWS) * ROWS, self.inputs), dtype=np.float32)
        given[: len(x), : self._columns] = x.numpy()
        out = np.empty((len(given), len(self.scales)), dtype=np.float32)
        matrix, ours = stacked([self]), crew.ours()
        own = desk(ours.members, ROWS_NEAR, self.inputs)
        ours.run(lambda team: multiply(matrix, given, out, own, team))
        return torch.from_numpy(out[: len(x), : self.outputs])


def stacked(layers: list[Tiled]) -> Matrix:
    """The same matrix of all layers. The tiles stay where they are: keep the layers while it is used."""
    return Matrix(
        tiles=np.array([one.tiles.ctypes.data for one in layers], dtype=np.int64),
        scales=np.stack([one.scales for one in layers]),
        bias=np.stack([one.bias for one in layers]),
        inputs=layers[0].inputs,
        item_bytes=layers[0].tiles.itemsize,
        offsets=np.stack([one.offsets for one in layers]),
    )


def desk(members: int, rows: int, inputs: int) -> Desk:
    """Desks for products of up to so many rows and inputs."""
    return Desk(
        sums=np.zeros((members, ROWS, GROUP), dtype=np.float32),
        counts=np.zeros((members, 2 * ROWS, GROUP), dtype=np.int32),
        upper=np.zeros((members, rows, inputs), dtype=np.uint8),
        lower=np.zeros((members, rows, inputs), dtype=np.uint8),
        steps=np.zeros((members, rows), dtype=np.float32),
    )


def _items(kind: Kind, weight: torch.Tensor) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """Weights as they are stored, and what one unit of each output's weights is worth."""
    if kind == "bf16":
        return weight.bfloat16().view(torch.uint16).numpy(), np.ones(len(weight), dtype=np.float32)
    scales = weight.abs().amax(dim=1).clamp(min=_LEAST) / _INT8_MAX
    items = (weight / scales[:, None]).round().clamp(-_INT8_MAX, _INT8_MAX).to(torch.int8)
    return items.numpy(), scales.numpy()


def padded(width: int) -> int:
    """A width, up to whole groups of tiles."""
    return -(-width // GROUP) * GROUP
