"""Matrix products: each thread makes its share of the outputs, for all rows.

Every sum is made in an order that depends on its own row alone, so neither the number of threads nor the
rows beside it change a bit of it.
"""

import numpy as np

from services.generator.decoder.compiled.compilation import compiled
from services.generator.decoder.compiled.functions import gelu
from services.generator.decoder.compiled.layout import (
    GROUP,
    ROWS,
    TILES,
    Desk,
    Floats,
    Integers,
    Matrix,
    Team,
)
from services.generator.decoder.compiled.vectors import BYTES, HAS_BYTE_DOT, LANES, dot, dot_bytes

ROWS_NEAR = 64
"""Rows that `multiply` takes on at a time: so many stay near while all weights pass by."""

MIDDLE = 32768
"""Added to inputs as 16-bit numbers, so that none is negative."""

STORE, ADD, GELU = 0, 1, 2
"""What becomes of a product: stored, added to what is there, or stored after GELU."""

_dot_int8_1, _dot_int8_2, _dot_int8_4 = (dot("int8", TILES, rows) for rows in (1, 2, 4))
_dot_bf16_1, _dot_bf16_2, _dot_bf16_4 = (dot("bf16", TILES, rows) for rows in (1, 2, 4))
_dot_int8_8, _dot_bf16_8 = dot("int8", TILES // 2, ROWS), dot("bf16", TILES // 2, ROWS)
_dot_bytes_1, _dot_bytes_2 = dot_bytes(TILES, 1), dot_bytes(TILES, 2)
_dot_bytes_4, _dot_bytes_8 = dot_bytes(TILES // 2, 4), dot_bytes(TILES // 4, ROWS)

_MOST = np.float32(32767)  # of inputs as 16-bit numbers, before MIDDLE is added
_MIDDLE = np.float32(MIDDLE + 0.5)  # and a half, because what follows cuts off


@compiled
def multiply(matrix: Matrix, x: Floats, out: Floats, desk: Desk, team: Team) -> None:
    """out = x W^T + b of any number of rows: (rows, inputs) to (rows, padded outputs)."""
    for first in range(0, len(x), ROWS_NEAR):
        near = x[first : first + ROWS_NEAR]
        multiply_share(matrix, 0, near, len(near), STORE, out[first : first + ROWS_NEAR], desk, team)


@compiled
def multiply_share(
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
            out[i] = gelu(sums[i] * scales[i] + bias[i])
