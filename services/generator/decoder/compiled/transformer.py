"""The transformer with weights in tiles: a step is one compiled call, the rest is as in the exact one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import numpy as np
import torch

from services.generator.decoder.compiled import crew
from services.generator.decoder.compiled.attention import remember_all
from services.generator.decoder.compiled.layout import (
    FEED_FORWARD,
    ROWS,
    Board,
    Cache,
    Floats,
    Matrix,
    Network,
    Rows,
)
from services.generator.decoder.compiled.step import step
from services.generator.decoder.compiled.tiles import Tiled, desk, padded, stacked
from services.generator.decoder.compiled.vectors import LANES
from services.generator.decoder.transformer import Slot, Transformer
from services.generator.decoder.weights import Layer, Norm, Weights

LONGEST_TEXT = 512
"""Tokens of a text that a slot has room for."""


class CompiledTransformer(Transformer):
    """As `Transformer`, for bfloat16 and 8-bit weights; keys and values are kept as bfloat16."""

    def __init__(self, weights: Weights, slots: int, longest: int) -> None:
        super().__init__(weights, slots, longest)
        self._crew = crew.ours()
        self._network = _network(weights)
        self._board = _board(self._network, slots, longest, self._crew.members)
        self._desk = desk(
            self._crew.members, len(self._board.x), self._network.first[FEED_FORWARD].scales.shape[1]
        )

        self._compile()

    def _compile(self) -> None:
        """Have the functions compiled, or fetched, before the first job waits for them."""
        nobody = np.zeros(0, dtype=np.int64)
        unchanging = (self._network, self._memory, self._context, self._board, self._desk)
        self._crew.run(lambda team: step(*unchanging, Rows(0, nobody, nobody, nobody), team))
        self.weights.heads(torch.zeros(0, self.weights.dim))
        nothing = torch.zeros(0, self.weights.num_heads, 0, self._head_size)
        _put(self._memory, nobody, nothing, nothing)

    @contextmanager
    def stepping(self) -> Iterator[None]:
        """The crew has all processors; torch's threads, which spin for a while after each work, none."""
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)

    def _reserve(self, slots: int) -> None:
        heads, layers = self.weights.num_heads, len(self.weights.layers)
        self._memory = _cache(layers, slots, 2, heads, self._head_size, self.longest)
        hears = self.weights.layers[0].cross is not None
        self._context = _cache(layers, slots, 1, heads, self._head_size, LONGEST_TEXT if hears else 0)

    def _remember(self, number: int, slot: Slot, keys: torch.Tensor, values: torch.Tensor) -> None:
        sides = 2 * (number * self._memory.slots + slot.number) + np.arange(len(keys))
        _put(self._memory, sides, keys, values)

    def listen(self, slot: Slot, context: torch.Tensor | None) -> None:
        """As in the exact one.

        Raises:
            ValueError: the text has more than LONGEST_TEXT tokens.
        """
        if context is not None and len(context) > LONGEST_TEXT:
            raise ValueError(f"a text of {len(context)} tokens; a slot has room for {LONGEST_TEXT}")
        super().listen(slot, context)
        for number, (keys, values) in enumerate(slot.context):
            _put(self._context, np.array([number * self._context.slots + slot.number]), keys, values)

    def step(self, slots: Sequence[Slot], tokens: torch.Tensor) -> torch.Tensor:
        x = self._embedded(slots, tokens)
        count, total = len(slots), len(x)
        both = [*slots, *slots[: total - count]]
        rows = Rows(
            conditional=count,
            slots=np.array([slot.number for slot in both], dtype=np.int64),
            lengths=np.array([slot.length for slot in both], dtype=np.int64),
            heard=np.array([slot.text_length for slot in slots], dtype=np.int64),
        )
        board = self._board
        board.x[:total, : self.weights.dim] = x.numpy()
        unchanging = (self._network, self._memory, self._context, board, self._desk)
        self._crew.run(lambda team: step(*unchanging, rows, team))
        for slot in slots:
            slot.length += 1
        codebooks, card = len(self.weights.delays), self.weights.card
        logits = torch.from_numpy(board.logits[:total, : codebooks * card].copy())
        return logits.view(total, codebooks, card)


def _network(weights: Weights) -> Network:
    """The weights as the kernels take them; without a text others stand in for what is not used then."""
    layers = weights.layers

    def matrix(of: Callable[[Layer], Any]) -> Matrix:
        return stacked([of(layer) for layer in layers])

    norms = [
        [_both(one.norm_self), _both(one.cross.norm if one.cross else one.norm_self), _both(one.norm_ff)]
        for one in layers
    ]
    return Network(
        first=(
            matrix(lambda layer: layer.qkv),
            matrix(lambda layer: layer.cross.query if layer.cross else layer.qkv),
            matrix(lambda layer: layer.up),
        ),
        second=(
            matrix(lambda layer: layer.out),
            matrix(lambda layer: layer.cross.out if layer.cross else layer.out),
            matrix(lambda layer: layer.down),
        ),
        norms=np.array(norms, dtype=np.float32),
        heads=stacked([cast("Tiled", weights.heads)]),
        norm_out=_both(weights.norm_out),
        layers=len(layers),
        num_heads=weights.num_heads,
        head_size=weights.dim // weights.num_heads,
        has_text=layers[0].cross is not None,
    )


def _both(norm: Norm) -> Floats:
    both: Floats = torch.stack([norm.weight, norm.bias]).numpy()
    return both


def _board(network: Network, slots: int, longest: int, members: int) -> Board:
    rows = -(-2 * slots // ROWS) * ROWS
    dim = network.num_heads * network.head_size

    def floats(*shape: int) -> Floats:
        return np.zeros(shape, dtype=np.float32)

    return Board(
        x=floats(rows, padded(dim)),
        qkv=floats(rows, padded(3 * dim)),
        attended=floats(rows, padded(dim)),
        hidden=floats(rows, network.first[FEED_FORWARD].scales.shape[1]),
        logits=floats(rows, network.heads.scales.shape[1]),
        normed=floats(members, rows, padded(dim)),
        scores=floats(members, padded(max(longest, LONGEST_TEXT))),
    )


def _cache(layers: int, slots: int, rows: int, heads: int, head_size: int, tokens: int) -> Cache:
    """Room for so many tokens; the system gives memory to what is used only."""
    places, tokens = layers * slots * rows * heads, padded(tokens)
    keys = np.zeros((places, tokens // LANES, head_size, LANES), dtype=np.uint16)
    values = np.zeros((places, padded(head_size) // LANES, tokens, LANES), dtype=np.uint16)
    return Cache(keys, values, keys.ctypes.data, values.ctypes.data, tokens, slots, rows)


def _put(cache: Cache, sides: Any, keys: torch.Tensor, values: torch.Tensor) -> None:
    """Keep the start of rows: (rows, heads, tokens, head size) each, `sides` saying which rows they are."""
    heads = keys.shape[1]
    places = (np.asarray(sides, dtype=np.int64)[:, None] * heads + np.arange(heads)).reshape(-1)
    flat = [
        part.reshape(len(places), *part.shape[2:]).float().contiguous().numpy() for part in (keys, values)
    ]
    remember_all(cache, places, *flat)
