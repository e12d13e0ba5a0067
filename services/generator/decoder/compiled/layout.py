"""What the compiled functions take: arrays and numbers by name, and how they are padded."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.generator.decoder.compiled.vectors import LANES

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

Float = Any
"""A float32; to the type checker anything, because Python's own float is wider."""

TILES = 4
GROUP = TILES * LANES
"""Outputs that one call of `dot` makes, and what widths are padded to."""
ROWS = 8
"""Rows that one call of `dot` takes at most, and what their number is padded to in buffers."""

PAST, TEXT, FEED_FORWARD = 0, 1, 2
BLOCKS = 3
"""Blocks of a layer, in their order."""


class Matrix(NamedTuple):
    """A matrix of each layer.

    Attributes:
        tiles: addresses, int64 (layers,): tiles of (inputs, LANES), one for each LANES outputs.
        scales, bias: float32 (layers, padded outputs); the scale of padding is 0.
        inputs: columns of the matrix, those included that fill up BYTES.
        item_bytes: of a weight: 1 for int8, 2 for bfloat16.
        offsets: int64 (layers, padded outputs), where 8-bit weights meet inputs of 16 bits: what the
            inputs' offset of MIDDLE adds to each sum. Empty where they meet floats.
    """

    tiles: Integers
    scales: Floats
    bias: Floats
    inputs: int
    item_bytes: int
    offsets: Integers


class Network(NamedTuple):
    """All weights of a step. A layer has three blocks: attention to the past, attention to the text, and the
    feed-forward part. Each is a norm, a matrix, something between, and a matrix whose product is added.

    Attributes:
        first, second: matrices of each block: of query, key and value, of the query alone, and upwards;
            of both attentions' outputs, and downwards.
        norms: float32 (layers, blocks, 2, dim), weight and bias.
        heads, norm_out: those behind the last layer; of one layer.
        has_text: whether there is attention to a text.
    """

    first: tuple[Matrix, Matrix, Matrix]
    second: tuple[Matrix, Matrix, Matrix]
    norms: Floats
    heads: Matrix
    norm_out: Floats
    layers: int
    num_heads: int
    head_size: int
    has_text: bool


class Cache(NamedTuple):
    """Keys and values as tiles of bfloat16: lanes of a key's tile are tokens, of a value's they are channels.

    Attributes:
        keys: uint16 (places, tokens / LANES, head size, LANES), a place being a head of a row of a layer.
        values: uint16 (places, padded head size / LANES, tokens, LANES).
        keys_at, values_at: their addresses.
        tokens: how many one place holds, whole groups.
        rows: rows of a slot: 2, or 1 where only the conditional one attends.
    """

    keys: NDArray[np.uint16]
    values: NDArray[np.uint16]
    keys_at: int
    values_at: int
    tokens: int
    slots: int
    rows: int


class Board(NamedTuple):
    """What a step works on: float32, flat; rows are padded to ROWS, and widths to GROUP.

    Attributes:
        x: the residual stream, in and out.
        qkv, attended, hidden, logits: shared by all threads.
        normed, scores: one for each thread.
    """

    x: Floats
    qkv: Floats
    attended: Floats
    hidden: Floats
    logits: Floats
    normed: Floats
    scores: Floats


class Desk(NamedTuple):
    """What a thread needs of its own for a product; each array has a first axis of threads.

    Attributes:
        sums: float32 (threads, ROWS, GROUP).
        counts: int32 (threads, 2 * ROWS, GROUP), sums with the upper and the lower bytes.
        upper, lower: uint8 (threads, rows, widest input), the inputs as 16 bits.
        steps: float32 (threads, rows), what one of those 16-bit units is worth.
    """

    sums: Floats
    counts: NDArray[np.int32]
    upper: Bytes
    lower: Bytes
    steps: Floats


class Team(NamedTuple):
    """Which thread this is, and where all of them meet.

    Attributes:
        gate: int64 (1,): how many times a thread has come to a meeting, in all steps so far.
        met: meetings before this step.
    """

    member: int
    members: int
    gate: Integers
    met: int


class Rows(NamedTuple):
    """The rows of a step: the `conditional` ones, then the unconditional ones of the first slots.

    Attributes:
        slots, lengths: int64, a row each: its slot, and how many tokens that has already.
        heard: int64, a conditional row each: tokens of its text.
    """

    conditional: int
    slots: Integers
    lengths: Integers
    heard: Integers
