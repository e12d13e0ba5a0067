"""The transformer with a step in which nothing depends on the host: fixed shapes, places read from tensors.

A step has a row for each side of each slot, whether anybody is in it or not. The matrix products take all
rows of all slots each time, so that what a row gives does not depend on how many others are at work: a
matrix product of another size is another kernel, which rounds differently. Only attention and the choice
of tokens, in which each row is on its own, are confined to the slots of the step's shape.
"""

import math

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name
from torch.nn.attention import SDPBackend, sdpa_kernel

from services.generator.decoder.static import sampling
from services.generator.decoder.static.buffers import TEXTS, Shape, State, shapes
from services.generator.decoder.transformer import Slot, Stack, fed_forward, normed
from services.generator.decoder.weights import Layer, Weights

_ALIGNED = 64  # tokens of a cache: kernels want masks whose rows begin at multiples of 16 bytes

# In float32 the kernel that computes as it is written; else one that reads keys and values only once.
_EXACT = (SDPBackend.MATH,)
_FUSED = (SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH)


class StaticTransformer(Stack):
    """As `Transformer`, with weights from `weights.dense_of`, on any device.

    Attributes:
        shapes: those that `step` can be called with.
        state: of each slot; whoever admits clips writes it.
    """

    def __init__(self, weights: Weights, slots: int, longest: int, columns: int) -> None:
        """Reserve room for `slots` slots of `longest` tokens, and sequences of `columns` columns."""
        self.hears_text = weights.layers[0].cross is not None
        super().__init__(weights, slots, -(-longest // _ALIGNED) * _ALIGNED)
        self._slots = slots
        self.shapes = shapes(slots, self.longest, self.hears_text)
        self.state = State.of(slots, columns, len(weights.delays), weights.card, weights.device)
        self._places = torch.arange(max(self.longest, *TEXTS), device=weights.device)
        self._kernels = list(_EXACT if weights.dtype == torch.float32 else _FUSED)

    def listen(self, slot: Slot, context: torch.Tensor | None) -> None:
        """As in `Stack`, but where the steps read it.

        Raises:
            ValueError: the text is longer than there is room for.
        """
        length = 0 if context is None else len(context)
        if length > TEXTS[-1]:
            raise ValueError(f"a text of {length} tokens does not fit into {TEXTS[-1]}")
        slot.context = []
        for layer, texts in zip(self.weights.layers, self._texts, strict=False):
            place = texts[:, slot.number, :, : max(length, 1)]
            if context is None:  # a step attends to one token then, whose value is 0
                place.zero_()
            elif layer.cross is not None:
                both = layer.cross.key_value(context).view(length, 2, *place.shape[1::2])
                place.copy_(both.permute(1, 2, 0, 3))
                slot.context.append((place[:1], place[1:]))
        self.state.text[slot.number] = length

    def step(self, shape: Shape) -> None:
        """Take in the last column of each of the first slots and choose the next; `State` says the rest."""
        state = self.state
        x = self._embedded(state)
        past = _twice(self._mask(state.length[: shape.slots] + 1, shape.tokens))
        text = self._mask(state.text[: shape.slots].clamp(min=1), shape.text)
        with sdpa_kernel(self._kernels):
            for number, layer in enumerate(self.weights.layers):
                x = x + layer.out(self._attended(layer, x, number, shape, past))
                if layer.cross is not None:
                    self._add_heard(layer, x, number, shape, text)
                x = x + fed_forward(layer, x)
        logits = self._logits(x)[: 2 * shape.slots]
        sampling.advance(state.part(0, shape.slots), logits.view(shape.slots, 2, *logits.shape[1:]))
        state.length.add_(state.active)

    def _reserve(self, slots: int) -> None:
        heads, size = self.weights.num_heads, self._head_size
        self._memory = [self._zeros(2, slots, 2, heads, self.longest, size) for _layer in self.weights.layers]
        self._texts = [
            self._zeros(2, slots, heads, TEXTS[-1], size) for layer in self.weights.layers if layer.cross
        ]

    def _zeros(self, *shape: int) -> torch.Tensor:
        """Zeros, because what a mask hides is multiplied with 0 and must be finite."""
        return torch.zeros(shape, dtype=self.weights.dtype, device=self.weights.device)

    def _remember(self, number: int, slot: Slot, keys: torch.Tensor, values: torch.Tensor) -> None:
        rows, _heads, length, _size = keys.shape
        self._memory[number][0, slot.number, :rows, :, :length] = keys
        self._memory[number][1, slot.number, :rows, :, :length] = values

    def _embedded(self, state: State) -> torch.Tensor:
        """What a step begins with: (2 * slots, dim), the two rows of a slot side by side."""
        last = (state.at - 1)[:, None, None].expand(-1, state.sequence.shape[1], 1)
        tokens = state.sequence.gather(2, last)[..., 0].t()
        x = self.embed(tokens) + self._positions.index_select(0, state.length)
        return _twice(x)

    def _mask(self, lengths: torch.Tensor, most: int) -> torch.Tensor:
        """What is added to scores: (slots, 1, 1, most), minus infinity from each length on."""
        hidden = self._places[:most] >= lengths[:, None]
        return self._zeros(*hidden.shape).masked_fill_(hidden, -math.inf)[:, None, None]

    def _attended(
        self, layer: Layer, x: torch.Tensor, number: int, shape: Shape, mask: torch.Tensor
    ) -> torch.Tensor:
        """Self-attention of every row over its own slot's past: (2 * slots, dim) in and out."""
        heads, size, slots = self.weights.num_heads, self._head_size, shape.slots
        qkv = layer.qkv(normed(x, layer.norm_self)).view(self._slots, 2, 3, heads, size)[:slots]
        memory = self._memory[number][:, :slots]
        new = qkv[:, :, 1:].permute(2, 0, 1, 3, 4)[..., None, :]  # (2, slots, 2, heads, 1, size)
        at = self.state.length[:slots].view(1, -1, 1, 1, 1, 1).expand(new.shape)
        memory.scatter_(4, at, new)
        keys, values = memory.view(2, 2 * slots, heads, self.longest, size)[..., : shape.tokens, :]
        q = qkv[:, :, 0].view(2 * slots, heads, 1, size)
        return self._all_rows(F.scaled_dot_product_attention(q, keys, values, attn_mask=mask), 2)

    def _add_heard(
        self, layer: Layer, x: torch.Tensor, number: int, shape: Shape, mask: torch.Tensor
    ) -> None:
        """Add cross-attention to the conditional rows of x."""
        assert layer.cross is not None
        heads, size, slots = self.weights.num_heads, self._head_size, shape.slots
        first = x.view(self._slots, 2, -1)[:, 0]
        q = layer.cross.query(normed(first, layer.cross.norm))[:slots].view(slots, heads, 1, size)
        keys, values = self._texts[number][:, :slots, :, : shape.text]
        heard = F.scaled_dot_product_attention(q, keys, values, attn_mask=mask)
        first.add_(layer.cross.out(self._all_rows(heard, 1)))

    def _all_rows(self, attended: torch.Tensor, rows: int) -> torch.Tensor:
        """(rows * slots of the shape, heads, 1, size) to (rows * all slots, dim), the rest zero."""
        flat = attended.reshape(len(attended), self.weights.dim)
        missing = rows * self._slots - len(flat)
        return F.pad(flat, (0, 0, 0, missing)) if missing else flat


def _twice(rows: torch.Tensor) -> torch.Tensor:
    """Each row for both sides of a slot: (slots, ...) to (2 * slots, ...)."""
    return rows[:, None].expand(-1, 2, *rows.shape[1:]).reshape(2 * len(rows), *rows.shape[1:])
