"""The transformer, one token at a time, over key and value caches that never move.

Slots are the places of a batch. A slot has two rows, the conditional and the unconditional one, or
the conditional one alone where guidance changes nothing. In a step the rows stand in one matrix:
conditional rows of all slots first (the guided slots before the others), then the unconditional ones.
The unconditional context is zero and attention has no bias on it, so those rows skip cross-attention.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name

from services.generator.decoder.weights import Layer, Norm, Weights

_EPSILON = 1e-5  # of every layer norm of audiocraft


@dataclass
class Slot:
    """A place in the batch.

    Attributes:
        number: its place in the caches.
        rows: 2 with guidance, 1 without.
        length: tokens in its cache.
        context: keys and values of its text for each layer, shape (1, heads, text length, head size) each.
    """

    number: int
    rows: int = 2
    length: int = 0
    context: list[tuple[torch.Tensor, torch.Tensor]] = field(default_factory=list)

    @property
    def text_length(self) -> int:
        """Tokens of its text."""
        return self.context[0][0].shape[2] if self.context else 0


class Stack(ABC):
    """Weights, caches and the way of many tokens through them: the start of a sequence, for one slot."""

    def __init__(self, weights: Weights, slots: int, longest: int) -> None:
        """Reserve caches for `slots` slots of up to `longest` tokens each, the prefix included."""
        self.weights = weights
        self.longest = longest
        self._head_size = weights.dim // weights.num_heads
        self._positions = positions(weights, longest).to(weights.device)
        self._reserve(slots)

    @abstractmethod
    def _reserve(self, slots: int) -> None:
        """Make the caches."""

    @abstractmethod
    def _remember(self, number: int, slot: Slot, keys: torch.Tensor, values: torch.Tensor) -> None:
        """Keep what layer `number` made of the start: (rows, heads, length, head size) each."""

    def embed(self, tokens: torch.Tensor) -> torch.Tensor:
        """Sum of the codebooks' embeddings: int64 (K, ...) in, float32 (..., dim) out."""
        tables = self.weights.embeddings
        total = F.embedding(tokens[0], tables[0])
        for k in range(1, len(tables)):
            total = total + F.embedding(tokens[k], tables[k])
        return total

    def listen(self, slot: Slot, context: torch.Tensor | None) -> None:
        """Make a slot's cross-attention keys and values from its text, float32 (length, dim)."""
        slot.context = []
        for layer in self.weights.layers:
            if layer.cross is not None and context is not None:
                keys, values = layer.cross.key_value(context).split(self.weights.dim, dim=-1)
                slot.context.append((self._heads(keys[None]), self._heads(values[None])))

    def prefill(self, slot: Slot, x: torch.Tensor) -> torch.Tensor:
        """Take in the start of a sequence: embeddings (rows, length, dim) without positions.

        Returns:
            logits of the token after it, float32 (rows, K, card).

        Raises:
            ValueError: the cache is shorter than that.
        """
        rows, length, dim = x.shape
        if length > self.longest:
            raise ValueError(f"{length} tokens do not fit into a cache of {self.longest}")
        slot.rows, slot.length = rows, length
        x = (x + self._positions[:length]).reshape(rows * length, dim)
        for number, layer in enumerate(self.weights.layers):
            qkv = layer.qkv(normed(x, layer.norm_self)).view(rows, length, 3 * dim)
            q, k, v = (self._heads(part) for part in qkv.split(dim, dim=-1))
            self._remember(number, slot, k, v)
            attended = F.scaled_dot_product_attention(q, k, v, is_causal=length > 1)
            x = x + layer.out(attended.transpose(1, 2).reshape(rows * length, dim))
            if layer.cross is not None and slot.context:
                x[:length] += self._crossed(layer, x[:length], slot, number)
            x = x + fed_forward(layer, x)
        return self._logits(x.view(rows, length, dim)[:, -1])

    def _crossed(self, layer: Layer, x: torch.Tensor, slot: Slot, number: int) -> torch.Tensor:
        """Cross-attention of many tokens of one slot, (length, dim) in and out."""
        assert layer.cross is not None
        q = self._heads(layer.cross.query(normed(x, layer.cross.norm))[None])
        heard = F.scaled_dot_product_attention(q, *slot.context[number])
        return layer.cross.out(heard.transpose(1, 2).reshape(len(x), self.weights.dim))

    def _logits(self, x: torch.Tensor) -> torch.Tensor:
        heads = self.weights.heads(normed(x, self.weights.norm_out))
        return heads.view(len(x), len(self.weights.delays), self.weights.card).float()

    def _heads(self, x: torch.Tensor) -> torch.Tensor:
        """(rows, length, dim) to (rows, heads, length, head size)."""
        return x.view(*x.shape[:2], self.weights.num_heads, self._head_size).transpose(1, 2)


class Transformer(Stack):
    """The exact way of one token more for every slot: each attends to its own past, as long as that is."""

    def _reserve(self, slots: int) -> None:
        shape = (slots, 2, self.weights.num_heads, self.longest, self._head_size)
        self._keys = [torch.zeros(shape) for _ in self.weights.layers]
        self._values = [torch.zeros(shape) for _ in self.weights.layers]

    def _remember(self, number: int, slot: Slot, keys: torch.Tensor, values: torch.Tensor) -> None:
        rows, length = keys.shape[0], keys.shape[2]
        self._keys[number][slot.number, :rows, :, :length] = keys
        self._values[number][slot.number, :rows, :, :length] = values

    def step(self, slots: Sequence[Slot], tokens: torch.Tensor) -> torch.Tensor:
        """One token more for every slot; guided slots come first.

        Args:
            tokens: int64 (K, slots).

        Returns:
            logits, float32 (rows, K, card): a row for each slot, then one for each guided slot.

        Raises:
            ValueError: a slot's cache is full.
        """
        x = self._embedded(slots, tokens)
        for number, layer in enumerate(self.weights.layers):
            x = x + layer.out(self._attended(layer.qkv(normed(x, layer.norm_self)), slots, number))
            if layer.cross is not None:
                x[: len(slots)] += self._crossed_each(layer, x[: len(slots)], slots, number)
            x = x + fed_forward(layer, x)
        for slot in slots:
            slot.length += 1
        return self._logits(x)

    def _embedded(self, slots: Sequence[Slot], tokens: torch.Tensor) -> torch.Tensor:
        """What a step begins with, (rows, dim)."""
        places = [slot.length for slot in slots]
        if max(places) >= self.longest:
            raise ValueError(f"a slot has {self.longest} tokens, all that its cache holds")
        x = self.embed(tokens) + self._positions[places]
        return torch.cat([x, x[: sum(slot.rows == 2 for slot in slots)]])

    @contextmanager
    def stepping(self) -> Iterator[None]:
        """Around a step and the choice of its tokens: what torch's threads do meanwhile."""
        yield

    def _attended(self, qkv: torch.Tensor, slots: Sequence[Slot], number: int) -> torch.Tensor:
        """Self-attention of every row over its own slot's past; each slot on its own."""
        rows, count = len(qkv), len(slots)
        q, k, v = qkv.view(rows, 3, self.weights.num_heads, 1, self._head_size).unbind(1)
        attended = torch.empty_like(q)
        for place, slot in enumerate(slots):
            own = slice(place, None, count) if slot.rows == 2 else slice(place, place + 1)
            end = slot.length + 1
            keys = self._keys[number][slot.number, : slot.rows, :, :end]
            values = self._values[number][slot.number, : slot.rows, :, :end]
            keys[:, :, slot.length :] = k[own]
            values[:, :, slot.length :] = v[own]
            attended[own] = F.scaled_dot_product_attention(q[own], keys, values)
        return attended.view(rows, self.weights.dim)

    def _crossed_each(
        self, layer: Layer, x: torch.Tensor, slots: Sequence[Slot], number: int
    ) -> torch.Tensor:
        assert layer.cross is not None
        q = self._heads(layer.cross.query(normed(x, layer.cross.norm))[:, None])
        heard = torch.zeros_like(q)
        for place, slot in enumerate(slots):
            if slot.context:
                heard[place : place + 1] = F.scaled_dot_product_attention(
                    q[place : place + 1], *slot.context[number]
                )
        return layer.cross.out(heard.reshape(len(slots), self.weights.dim))


def positions(weights: Weights, length: int) -> torch.Tensor:
    """Sinusoidal positions (length, dim), cosines first, the last period `max_period` times the first.

    As in audiocraft's `create_sin_embedding`: the exponent runs over half the dimensions less one.
    """
    half = weights.dim // 2
    place = torch.arange(length, dtype=torch.float32)[:, None]
    exponent = torch.arange(half, dtype=torch.float32) / (half - 1)
    phase = place / torch.full([], weights.max_period) ** exponent
    return weights.positional_scale * torch.cat([phase.cos(), phase.sin()], dim=-1)


def normed(x: torch.Tensor, norm: Norm) -> torch.Tensor:
    """Layer norm, float32."""
    return F.layer_norm(x, x.shape[-1:], norm.weight, norm.bias, _EPSILON)


def fed_forward(layer: Layer, x: torch.Tensor) -> torch.Tensor:
    """What the feed-forward block of a layer adds to x."""
    return layer.down(F.gelu(layer.up(normed(x, layer.norm_ff))))
