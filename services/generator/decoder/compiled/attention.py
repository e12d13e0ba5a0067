"""Attention over keys and values in tiles; each thread makes its share of the rows' heads."""

import numpy as np

from services.generator.decoder.compiled.compilation import compiled
from services.generator.decoder.compiled.functions import as_half, exponential
from services.generator.decoder.compiled.layout import (
    GROUP,
    TILES,
    Board,
    Cache,
    Desk,
    Float,
    Floats,
    Integers,
    Network,
    Rows,
    Team,
)
from services.generator.decoder.compiled.vectors import LANES, dot

_ONE = np.float32(1)
_dot = dot("bf16", TILES, 1)


@compiled
def remember(cache: Cache, place: int, at: int, key: Floats, value: Floats) -> None:
    """Put the key and the value of a head, (head size,) each, where the token `at` of a place belongs."""
    block, lane = divmod(at, LANES)
    for d in range(len(key)):
        cache.keys[place, block, d, lane] = as_half(key[d])
        cache.values[place, d // LANES, at, d % LANES] = as_half(value[d])


@compiled
def remember_all(cache: Cache, places: Integers, keys: Floats, values: Floats) -> None:
    """Put many: (places, tokens, head size) each, from token 0 on."""
    for index in range(len(places)):
        for at in range(keys.shape[1]):
            remember(cache, places[index], at, keys[index, at], values[index, at])


@compiled
def attend_to_past(
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
        attend(memory, place, length + 1, qkv[q : q + size], board.scores[team.member], found)
        board.attended[row, q : q + size] = found[:size]


@compiled
def attend_to_text(
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
            attend(context, place, heard, board.qkv[row, q : q + size], board.scores[team.member], found)
            board.attended[row, q : q + size] = found[:size]
        else:
            board.attended[row, q : q + size] = 0


@compiled
def attend(cache: Cache, place: int, length: int, query: Floats, scores: Floats, out: Floats) -> None:
    """What a query finds among the first `length` tokens of a place; `out` is padded to whole groups."""
    size = len(query)
    tile_step = size * LANES * 2
    keys = cache.keys_at + place * (cache.tokens // LANES) * tile_step
    for at in range(0, length, GROUP):
        _dot(keys + at // LANES * tile_step, tile_step, size, query, 0, 0, scores, at, 0)
    total = _exponentials(scores[:length], _ONE / np.sqrt(np.float32(size)))
    tiles = cache.values.shape[1]
    tile_step = cache.tokens * LANES * 2
    values = cache.values_at + place * tiles * tile_step
    for tile in range(0, tiles, TILES):
        _dot(values + tile * tile_step, tile_step, length, scores, 0, 0, out, tile * LANES, 0)
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
        scores[i] = exponential((scores[i] - largest) * scale)
    for i in range(len(scores)):
        total += scores[i]
    return total
