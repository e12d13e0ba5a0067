"""A static transformer in fp16 or bf16 whose step is made of a few kernels of our own."""

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name

from services.generator.decoder.fused import kernels
from services.generator.decoder.linear import Dense, Linear
from services.generator.decoder.static.buffers import TEXTS, Shape, Shapes
from services.generator.decoder.static.transformer import StaticTransformer
from services.generator.decoder.weights import Layer, Weights

_PROGRAMS = 256  # about two for each multiprocessor of a large GPU: fewer do not read as fast as it can
_MOST_SPLITS = 8


class FusedTransformer(StaticTransformer):
    """As `StaticTransformer`. A step reads as much of a slot's memory as there is in it, so masks and
    shapes of several lengths are not needed.

    For a single slot the products are our own as well, with norms, GELU and sums in them; for the rows of
    more slots those of cuBLAS are faster.
    """

    def __init__(self, weights: Weights, slots: int, longest: int, columns: int) -> None:
        super().__init__(weights, slots, longest, columns)
        self.shapes = Shapes(self.shapes.slots, (self.longest,), TEXTS[-1:] if self.hears_text else (0,))
        rows, dim, self._few = 2 * slots, weights.dim, slots == 1 and _has_no_bias(weights)
        self._x = torch.zeros(rows, dim, device=weights.device)
        self._normed, self._normed_first = self._zeros(rows, dim), self._zeros(slots, dim)
        self._from_past, self._from_text = self._zeros(rows, dim), self._zeros(slots, dim)
        if self._few:
            inner = _matrix(weights.layers[0].up).shape[0]
            self._qkv, self._query, self._inner = (
                self._zeros(rows, 3 * dim),
                self._zeros(slots, dim),
                self._zeros(rows, inner),
            )
            self._heads_out = torch.zeros(rows, _matrix(weights.heads).shape[0], device=weights.device)
        self._parts = self._room_for_parts(rows * weights.num_heads)

    def step(self, shape: Shape) -> None:
        """As in `StaticTransformer`."""
        kernels.embed(self.state, self.weights.embeddings, self._positions, self._x)
        logits = self._through_few(shape) if self._few else self._through_many(shape)
        books = len(self.weights.delays)
        kernels.choose(self.state, logits.view(2 * self._slots, books, self.weights.card), shape.slots)

    def _through_few(self, shape: Shape) -> torch.Tensor:
        """Eight kernels a layer, nine where programs share the past."""
        x, rows, slots = self._x, 2 * self._slots, self._slots
        for number, layer in enumerate(self.weights.layers):
            kernels.product(x, _matrix(layer.qkv), self._qkv, rows=rows, norm=layer.norm_self)
            self._attend(number, self._qkv, shape)
            kernels.product(self._from_past, _matrix(layer.out), x, rows=rows, add=True)
            if layer.cross is not None:
                kernels.product(x, _matrix(layer.cross.query), self._query, rows=slots, norm=layer.cross.norm)
                self._hear(number, self._query, shape)
                kernels.product(self._from_text, _matrix(layer.cross.out), x, rows=slots, add=True)
            kernels.product(x, _matrix(layer.up), self._inner, rows=rows, norm=layer.norm_ff, gelu=True)
            kernels.product(self._inner, _matrix(layer.down), x, rows=rows, add=True)
        kernels.product(
            x, _matrix(self.weights.heads), self._heads_out, rows=rows, norm=self.weights.norm_out
        )
        return self._heads_out

    def _through_many(self, shape: Shape) -> torch.Tensor:
        """Products are torch's; what a product gave is added where the next norm is made."""
        x, layers = self._x, self.weights.layers
        norms = [*(layer.norm_self for layer in layers[1:]), self.weights.norm_out]
        kernels.normed(x, layers[0].norm_self, self._normed)
        for number, (layer, following) in enumerate(zip(layers, norms, strict=True)):
            self._attend(number, layer.qkv(self._normed), shape)
            new = layer.out(self._from_past)
            if layer.cross is not None:
                kernels.normed(x, layer.cross.norm, self._normed_first, new)
                self._hear(number, layer.cross.query(self._normed_first), shape)
                new = layer.cross.out(self._from_text)
            kernels.normed(x, layer.norm_ff, self._normed, new)
            new = layer.down(F.gelu(layer.up(self._normed)))
            kernels.normed(x, following, self._normed, new)
        return self.weights.heads(self._normed)

    def _attend(self, number: int, qkv: torch.Tensor, shape: Shape) -> None:
        kernels.attend(
            qkv,
            self._memory[number],
            self.state.length,
            self._from_past,
            pairs=2 * shape.slots * self.weights.num_heads,
            parts=self._parts,
            past=True,
        )

    def _hear(self, number: int, query: torch.Tensor, shape: Shape) -> None:
        kernels.attend(
            query,
            self._texts[number],
            self.state.text,
            self._from_text,
            pairs=shape.slots * self.weights.num_heads,
            parts=None,
            past=False,
        )

    def _room_for_parts(self, pairs: int) -> torch.Tensor | None:
        """Where the programs that share a pair of row and head leave what they found; None without need.

        How many they are depends on nothing that changes, as sums in another order are others.
        """
        splits = 1
        while splits < _MOST_SPLITS and pairs * splits < _PROGRAMS:
            splits *= 2
        if splits == 1:
            return None
        return torch.zeros(pairs, splits, self._head_size + 2, device=self.weights.device)


def _matrix(linear: object) -> torch.Tensor:
    assert isinstance(linear, Dense)
    return linear.weight


def _has_no_bias(weights: Weights) -> bool:
    every = [weights.heads, *(linear for layer in weights.layers for linear in _linears(layer))]
    return all(linear.bias is None for linear in every if isinstance(linear, Dense))


def _linears(layer: Layer) -> list[Linear]:
    across = [layer.cross.query, layer.cross.out] if layer.cross else []
    return [layer.qkv, layer.out, layer.up, layer.down, *across]
