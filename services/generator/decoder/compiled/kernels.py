"""One step of the transformer as one compiled function that several threads run side by side.

Each thread makes its share of every matrix product and of the heads of attention, and waits for the others
where it needs theirs. A step reads each weight once, for all rows, and writes nothing that does not stay in
the processor's caches: what it takes is the time to read the weights and the keys and values.

Every sum is made in an order that depends on its own row alone, so neither the number of threads nor
the rows beside it change a bit of it. Widths are padded to whole groups of tiles, and rows to ROWS.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.generator.decoder.compiled.compilation import compiled
from services.generator.decoder.compiled.vectors import (
    BYTES,
    HAS_BYTE_DOT,
    LANES,
    add_atomically,
    bits,
    dot,
    dot_bytes,
    from_bits,
    read_atomically,
    yield_processor,
)

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

TILES = 4
GROUP = TILES * LANES
"""Outputs that one call of `dot` makes, and what widths are padded to."""
ROWS = 8
"""Rows that one call of `dot` takes at most, and what their number is padded to in buffers."""

ROWS_NEAR = 64
"""Rows that `multiply` takes on at a time: so many stay near while all weights pass by."""

MIDDLE = 32768
"""Added to inputs as 16-bit numbers, so that none is negative."""

PAST, TEXT, FEED_FORWARD = 0, 1, 2
BLOCKS = 3
"""Blocks of a layer, in their order."""

STORE, ADD, GELU = 0, 1, 2
"""What becomes of a product: stored, added to what is there, or stored after GELU."""

Float = Any
"""A float32; to the type checker anything, because Python's own float is wider."""

_dot_int8_1, _dot_int8_2, _dot_int8_4 = (dot("int8", TILES, rows) for rows in (1, 2, 4))
_dot_bf16_1, _dot_bf16_2, _dot_bf16_4 = (dot("bf16", TILES, rows) for rows in (1, 2, 4))
_dot_int8_8, _dot_bf16_8 = dot("int8", TILES // 2, ROWS), dot("bf16", TILES // 2, ROWS)
_dot_bytes_1, _dot_bytes_2 = dot_bytes(TILES, 1), dot_bytes(TILES, 2)
_dot_bytes_4, _dot_bytes_8 = dot_bytes(TILES // 2, 4), dot_bytes(TILES // 4, ROWS)

_EPSILON = np.float32(1e-5)  # of every layer norm of audiocraft
_MOST = np.float32(32767)  # of inputs as 16-bit numbers, before MIDDLE is added
_SPINS = 2000  # looks at the others before a waiting thread offers its processor
_ONE, _HALF = np.float32(1), np.float32(0.5)
_MIDDLE = np.float32(MIDDLE + 0.5)  # and a half, because what follows cuts off
_EXP_LEAST, _EXP_MOST = np.float32(-87), np.float32(88)
_LOG2_E, _LN2_UPPER, _LN2_LOWER = np.float32(1.44269504), np.float32(0.693359375), np.float32(-2.12194440e-4)
_EXP_1, _EXP_2, _EXP_3 = np.float32(1.6666665459e-1), np.float32(4.1665795894e-2), np.float32(8.3334519073e-3)
_EXP_4, _EXP_5 = np.float32(1.3981999507e-3), np.float32(1.9875691500e-4)
_SQRT_HALF, _ERF_P = np.float32(0.70710678), np.float32(0.3275911)
_ERF_1, _ERF_2, _ERF_3 = np.float32(0.254829592), np.float32(-0.284496736), np.float32(1.421413741)
_ERF_4, _ERF_5 = np.float32(-1.453152027), np.float32(1.061405429)


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


@compiled
def step(
    network: Network, memory: Cache, context: Cache, board: Board, desk: Desk, rows: Rows, team: Team
) -> None:
    """One token of every row: from embeddings in `board.x` to `board.logits`."""
    met, total = team.met, len(rows.slots)
    for layer in range(network.layers):
        for block in range(BLOCKS):
            if block == TEXT and not network.has_text:
                continue
            count = rows.conditional if block == TEXT else total
            wide = board.hidden if block == FEED_FORWARD else board.qkv
            normed = _normed(board, network.norms[layer, block], count, team.member)
            way = GELU if block == FEED_FORWARD else STORE
            _multiply(network.first[block], layer, normed, count, way, wide, desk, team)
            met = _meet(team, met)
            if block == PAST:
                _attend_to_past(network, memory, layer, board, desk, rows, team)
                met = _meet(team, met)
            elif block == TEXT:
                _attend_to_text(network, context, layer, board, desk, rows, team)
                met = _meet(team, met)
            between = board.hidden if block == FEED_FORWARD else board.attended
            _multiply(network.second[block], layer, between, count, ADD, board.x, desk, team)
            met = _meet(team, met)
    normed = _normed(board, network.norm_out, total, team.member)
    _multiply(network.heads, 0, normed, total, STORE, board.logits, desk, team)


@compiled
def multiply(matrix: Matrix, x: Floats, out: Floats, desk: Desk, team: Team) -> None:
    """out = x W^T + b of any number of rows: (rows, inputs) to (rows, padded outputs)."""
    for first in range(0, len(x), ROWS_NEAR):
        near = x[first : first + ROWS_NEAR]
        _multiply(matrix, 0, near, len(near), STORE, out[first : first + ROWS_NEAR], desk, team)


@compiled
def remember(cache: Cache, place: int, at: int, key: Floats, value: Floats) -> None:
    """Put the key and the value of a head, (head size,) each, where the token `at` of a place belongs."""
    block, lane = divmod(at, LANES)
    for d in range(len(key)):
        cache.keys[place, block, d, lane] = _half(key[d])
        cache.values[place, d // LANES, at, d % LANES] = _half(value[d])


@compiled
def remember_all(cache: Cache, places: Integers, keys: Floats, values: Floats) -> None:
    """Put many: (places, tokens, head size) each, from token 0 on."""
    for index in range(len(places)):
        for at in range(keys.shape[1]):
            remember(cache, places[index], at, keys[index, at], values[index, at])


@compiled
def _meet(team: Team, met: int) -> int:
    """Wait until every thread has come here; says how many meetings there were."""
    add_atomically(team.gate, 0, 1)
    awaited = (met + 1) * team.members
    looks = 0
    while read_atomically(team.gate, 0) < awaited:
        looks += 1
        if looks > _SPINS:
            yield_processor()
    return met + 1


@compiled
def _normed(board: Board, norm: Floats, rows: int, member: int) -> Floats:
    """The layer norm of the residual stream. Each thread makes it for itself, which is soon done."""
    width = norm.shape[1]
    normed: Floats = board.normed[member]
    for row in range(rows):
        x, y = board.x[row, :width], normed[row]
        mean = np.float32(0)
        for i in range(width):
            mean += x[i]
        mean /= np.float32(width)
        variance = np.float32(0)
        for i in range(width):
            variance += (x[i] - mean) * (x[i] - mean)
        scale = _ONE / np.sqrt(variance / np.float32(width) + _EPSILON)
        for i in range(width):
            y[i] = (x[i] - mean) * scale * norm[0, i] + norm[1, i]
    return normed


@compiled
def _multiply(
    matrix: Matrix, layer: int, x: Floats, rows: int, way: int, out: Floats, desk: Desk, team: Team
) -> None:
    """This thread's share of a product, group of outputs by group."""
    in_bytes = matrix.offsets.shape[1] > 0
    if HAS_BYTE_DOT and in_bytes:
        _as_bytes(x, rows, matrix.inputs, desk, team.member)
    sums = desk.sums[team.member]
    tile_step = matrix.inputs * LANES * matrix.item_bytes
    groups = matrix.scales.shape[1] // GROUP
    for group in range(groups * team.member // team.members, groups * (team.member + 1) // team.members):
        address = matrix.tiles[layer] + group * TILES * tile_step
        scales = matrix.scales[layer, group * GROUP : (group + 1) * GROUP]
        bias = matrix.bias[layer, group * GROUP : (group + 1) * GROUP]
        for row in range(0, rows, ROWS):
            here = min(rows - row, ROWS)
            if HAS_BYTE_DOT and in_bytes:
                offsets = matrix.offsets[layer, group * GROUP : (group + 1) * GROUP]
                _byte_products(address, tile_step, matrix.inputs, row, here, offsets, desk, team.member)
            else:
                _products(address, tile_step, matrix, x, row, here, sums)
            for r in range(here):
                _put(sums[r], scales, bias, way, out[row + r, group * GROUP : (group + 1) * GROUP])


@compiled
def _products(
    address: int, tile_step: int, matrix: Matrix, x: Floats, row: int, rows: int, sums: Floats
) -> None:
    """The sums of up to ROWS rows with a group."""
    flat, out, width, count = x.reshape(-1), sums.reshape(-1), x.shape[1], matrix.inputs
    at = row * width
    if matrix.item_bytes == 1:
        if rows == 1:
            _dot_int8_1(address, tile_step, count, flat, at, width, out, 0, GROUP)
        elif rows == 2:
            _dot_int8_2(address, tile_step, count, flat, at, width, out, 0, GROUP)
        elif rows <= 4:
            _dot_int8_4(address, tile_step, count, flat, at, width, out, 0, GROUP)
        else:
            _dot_int8_8(address, tile_step, count, flat, at, width, out, 0, GROUP)
            _dot_int8_8(address + 2 * tile_step, tile_step, count, flat, at, width, out, 2 * LANES, GROUP)
    elif rows == 1:
        _dot_bf16_1(address, tile_step, count, flat, at, width, out, 0, GROUP)
    elif rows == 2:
        _dot_bf16_2(address, tile_step, count, flat, at, width, out, 0, GROUP)
    elif rows <= 4:
        _dot_bf16_4(address, tile_step, count, flat, at, width, out, 0, GROUP)
    else:
        _dot_bf16_8(address, tile_step, count, flat, at, width, out, 0, GROUP)
        _dot_bf16_8(address + 2 * tile_step, tile_step, count, flat, at, width, out, 2 * LANES, GROUP)


@compiled
def _as_bytes(x: Floats, rows: int, inputs: int, desk: Desk, member: int) -> None:
    """Inputs as 16-bit numbers of a step of their row's own, in an upper and a lower byte."""
    for row in range(rows):
        largest = np.float32(0)
        for i in range(inputs):
            largest = max(largest, abs(x[row, i]))
        upper, lower = desk.upper[member, row], desk.lower[member, row]
        each = _MOST / largest if largest > 0 else np.float32(0)
        for i in range(inputs):
            number = np.int32(x[row, i] * each + _MIDDLE)
            upper[i] = np.uint8(number >> np.int32(8))
            lower[i] = np.uint8(number & np.int32(255))
        desk.steps[member, row] = largest / _MOST


@compiled
def _byte_products(
    address: int, tile_step: int, inputs: int, row: int, rows: int, offsets: Integers, desk: Desk, member: int
) -> None:
    """As `_products`, for inputs as bytes. Whole numbers: no order of adding changes them."""
    upper, lower = desk.upper[member].reshape(-1), desk.lower[member].reshape(-1)
    counts, width, count = desk.counts[member], desk.upper.shape[2], inputs // BYTES
    out, at = counts.reshape(-1), row * width
    if rows == 1:
        _dot_bytes_1(address, tile_step, count, upper, lower, at, width, out, 0, GROUP)
    elif rows == 2:
        _dot_bytes_2(address, tile_step, count, upper, lower, at, width, out, 0, GROUP)
    elif rows <= 4:
        for tile in range(0, TILES, TILES // 2):
            start, first = address + tile * tile_step, tile * LANES
            _dot_bytes_4(start, tile_step, count, upper, lower, at, width, out, first, GROUP)
    else:
        for tile in range(0, TILES, TILES // 4):
            start, first = address + tile * tile_step, tile * LANES
            _dot_bytes_8(start, tile_step, count, upper, lower, at, width, out, first, GROUP)
    for r in range(rows):
        worth = desk.steps[member, row + r]
        for i in range(GROUP):
            whole = (np.int64(counts[2 * r, i]) << 8) + np.int64(counts[2 * r + 1, i]) - offsets[i]
            desk.sums[member, r, i] = np.float32(whole) * worth


@compiled
def _put(sums: Floats, scales: Floats, bias: Floats, way: int, out: Floats) -> None:
    if way == ADD:
        for i in range(GROUP):
            out[i] += sums[i] * scales[i] + bias[i]
    elif way == STORE:
        for i in range(GROUP):
            out[i] = sums[i] * scales[i] + bias[i]
    else:
        for i in range(GROUP):
            out[i] = _gelu(sums[i] * scales[i] + bias[i])


@compiled
def _attend_to_past(
    network: Network, memory: Cache, layer: int, board: Board, desk: Desk, rows: Rows, team: Team
) -> None:
    """Each row's heads look at the tokens of their own slot, this one included."""
    size, heads, total = network.head_size, network.num_heads, len(rows.slots)
    found = desk.sums[team.member].reshape(-1)
    dim = heads * size
    tasks = total * heads
    for task in range(tasks * team.member // team.members, tasks * (team.member + 1) // team.members):
        row, head = divmod(task, heads)
        side = 0 if row < rows.conditional else 1
        place = ((layer * memory.slots + rows.slots[row]) * memory.rows + side) * heads + head
        q, k, v = head * size, dim + head * size, 2 * dim + head * size
        qkv, length = board.qkv[row], rows.lengths[row]
        remember(memory, place, length, qkv[k : k + size], qkv[v : v + size])
        _attend(memory, place, length + 1, qkv[q : q + size], board.scores[team.member], found)
        board.attended[row, q : q + size] = found[:size]


@compiled
def _attend_to_text(
    network: Network, context: Cache, layer: int, board: Board, desk: Desk, rows: Rows, team: Team
) -> None:
    """The heads of the conditional rows look at the text; a row without one hears nothing."""
    size, heads = network.head_size, network.num_heads
    found = desk.sums[team.member].reshape(-1)
    tasks = rows.conditional * heads
    for task in range(tasks * team.member // team.members, tasks * (team.member + 1) // team.members):
        row, head = divmod(task, heads)
        q, heard = head * size, rows.heard[row]
        if heard:
            place = (layer * context.slots + rows.slots[row]) * heads + head
            _attend(context, place, heard, board.qkv[row, q : q + size], board.scores[team.member], found)
            board.attended[row, q : q + size] = found[:size]
        else:
            board.attended[row, q : q + size] = 0


@compiled
def _attend(cache: Cache, place: int, length: int, query: Floats, scores: Floats, out: Floats) -> None:
    """What a query finds among the first `length` tokens of a place; `out` is padded to whole groups."""
    size = len(query)
    tile_step = size * LANES * 2
    keys = cache.keys_at + place * (cache.tokens // LANES) * tile_step
    for at in range(0, length, GROUP):
        _dot_bf16_1(keys + at // LANES * tile_step, tile_step, size, query, 0, 0, scores, at, 0)
    total = _exponentials(scores[:length], _ONE / np.sqrt(np.float32(size)))
    tiles = cache.values.shape[1]
    tile_step = cache.tokens * LANES * 2
    values = cache.values_at + place * tiles * tile_step
    for tile in range(0, tiles, TILES):
        _dot_bf16_1(values + tile * tile_step, tile_step, length, scores, 0, 0, out, tile * LANES, 0)
    for i in range(size):
        out[i] /= total


@compiled
def _exponentials(scores: Floats, scale: Float) -> Float:
    """e to the scaled scores, the largest of them 1; returns their sum."""
    largest = scores[0]
    for i in range(len(scores)):
        largest = max(largest, scores[i])
    total = np.float32(0)
    for i in range(len(scores)):
        scores[i] = _exp((scores[i] - largest) * scale)
    for i in range(len(scores)):
        total += scores[i]
    return total


@compiled
def _half(number: Float) -> Any:
    """A float32 as the bits of the nearest bfloat16, ties to even."""
    whole = bits(number)
    return ((whole + 0x7FFF + ((whole >> 16) & 1)) >> 16) & 0xFFFF


@compiled
def _exp(x: Float) -> Float:
    """e to the x, to 2 units in the last place: a power of two and a polynomial (Cephes, `expf`)."""
    x = min(max(x, _EXP_LEAST), _EXP_MOST)
    power = np.floor(x * _LOG2_E + _HALF)
    r = x - power * _LN2_UPPER - power * _LN2_LOWER
    p = _EXP_5
    p = p * r + _EXP_4
    p = p * r + _EXP_3
    p = p * r + _EXP_2
    p = p * r + _EXP_1
    p = p * r + _HALF
    return (p * r * r + r + _ONE) * from_bits((np.int32(power) + np.int32(127)) << np.int32(23))


@compiled
def _gelu(x: Float) -> Float:
    """x times the share of a normal distribution below it; erf to 1.5e-7 (Abramowitz and Stegun, 7.1.26)."""
    z = abs(x) * _SQRT_HALF
    t = _ONE / (_ONE + _ERF_P * z)
    p = _ERF_5
    p = p * t + _ERF_4
    p = p * t + _ERF_3
    p = p * t + _ERF_2
    p = p * t + _ERF_1
    beyond = _HALF * p * t * _exp(-z * z)
    return x * beyond if x < 0 else x - x * beyond
