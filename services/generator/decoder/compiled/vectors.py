"""What Python has no words for, as LLVM says it: vectors of a fixed width, bits, and threads that meet.

A tile is a matrix of LANES columns, its rows one behind the other; `dot` multiplies tiles with vectors, and
LLVM puts that into the instructions of this processor. Tiles are named by their address, because there are
hundreds of them and one function takes them all. Addresses and steps between tiles are in bytes, places in
arrays and steps between rows in items.
"""

from collections.abc import Callable
from typing import Any, Literal

import numba
from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as _untyped_intrinsic

Kind = Literal["bf16", "int8"]


def _features() -> set[str]:
    """What the processor has that code is compiled for: this one, unless NUMBA_CPU_FEATURES names another."""
    config: Any = numba.config
    if named := config.CPU_FEATURES:
        return {feature[1:] for feature in named.split(",") if feature.startswith("+")}
    return {feature for feature, there in binding.get_host_cpu_features().items() if there}


_FEATURES = _features()

LANES = 16 if "avx512f" in _FEATURES else 8
"""Columns of a tile: floats of the widest register there, or of two narrower ones."""

HAS_BYTE_DOT = ("avx512vnni" if LANES == 16 else "avxvnni") in _FEATURES
"""Whether the processor multiplies and adds bytes by fours (VNNI), which `dot_bytes` is made of."""
BYTES = 4
"""Inputs that lie side by side for each lane in tiles for `dot_bytes`."""

_intrinsic: Callable[[Callable[..., Any]], Any] = _untyped_intrinsic
_declared: Callable[..., Any] = cgutils.get_or_insert_function
_INT, _LONG, _FLOAT = ir.IntType(32), ir.IntType(64), ir.FloatType()
_FLOATS, _INTS = ir.VectorType(_FLOAT, LANES), ir.VectorType(_INT, LANES)
_ITEM = {"bf16": ir.IntType(16), "int8": ir.IntType(8)}


def dot(kind: Kind, tiles: int, rows: int) -> Any:
    """Makes `dot(address, tile_step, count, x, x_at, x_step, out, out_at, out_step)`.

    For each of `tiles` tiles and each of `rows` vectors of `count` floats in the flat array `x`,
    out[out_at + row * out_step + tile * LANES + lane] becomes the sum of x[k] * tile[k, lane] in the order
    of k: no sum depends on how many are made beside it.
    """

    def write(call: "_Call") -> None:
        address, tile_step, count, _x, x_at, x_step, _out, out_at, out_step = call.values
        builder = call.builder
        starts = call.pointers(address, tile_step, tiles, _ITEM[kind])
        vectors = [call.item(3, call.at(x_at, row, x_step)) for row in range(rows)]

        def further(k: Any, sums: list[Any]) -> list[Any]:
            numbers = [
                _spread(builder, _FLOATS, builder.load(builder.gep(vector, [k]))) for vector in vectors
            ]
            here = builder.mul(k, _LONG(LANES))
            weights = [_as_floats(builder, kind, builder.gep(start, [here])) for start in starts]
            factors = [(weight, number) for weight in weights for number in numbers]
            return [_multiply_add(builder, *pair, total) for pair, total in zip(factors, sums, strict=True)]

        sums = _repeat(builder, count, [_FLOATS([0.0] * LANES)] * (tiles * rows), further)
        for place, total in enumerate(sums):
            tile, row = divmod(place, rows)
            call.store(total, 6, call.at(call.at(out_at, row, out_step), tile, _LONG(LANES)))

    @_intrinsic
    def made(_typing: Any, address: Any, tile_step: Any, count: Any, x: Any, x_at: Any, x_step: Any,
             out: Any, out_at: Any, out_step: Any) -> Any:  # fmt: skip
        long = types.int64
        return types.void(long, long, long, x, long, long, out, long, long), _writer(write)

    return made


def dot_bytes(tiles: int, rows: int) -> Any:
    """Makes `dot_bytes(address, tile_step, count, upper, lower, x_at, x_step, out, out_at, out_step)`.

    As `dot`, for weights of 8 bits and inputs of 16, their upper and lower bytes apart. Tiles have BYTES
    inputs side by side for each lane, `count` times. In `out`, of int32, each row is two: the sum with the
    upper bytes and the one with the lower bytes, `out_step` apart. Only where HAS_BYTE_DOT.
    """

    def write(call: "_Call") -> None:
        if not HAS_BYTE_DOT:
            return  # nothing calls it then, but it is compiled all the same
        address, tile_step, count, _upper, _lower, x_at, x_step, _out, out_at, out_step = call.values
        builder = call.builder
        starts = call.pointers(address, tile_step, tiles, _INTS)
        vectors = [call.item(part, call.at(x_at, row, x_step)) for row in range(rows) for part in (3, 4)]

        def further(k: Any, sums: list[Any]) -> list[Any]:
            here = builder.mul(k, _LONG(BYTES))
            fours = [builder.bitcast(builder.gep(one, [here]), _INT.as_pointer()) for one in vectors]
            numbers = [_spread(builder, _INTS, builder.load(four, align=1)) for four in fours]
            weights = [builder.load(builder.gep(start, [k]), align=1) for start in starts]
            factors = [(number, weight) for weight in weights for number in numbers]
            return [_add_products(builder, total, *pair) for pair, total in zip(factors, sums, strict=True)]

        sums = _repeat(builder, count, [_INTS([0] * LANES)] * (2 * tiles * rows), further)
        for place, total in enumerate(sums):
            tile, half_row = divmod(place, 2 * rows)
            call.store(total, 7, call.at(call.at(out_at, half_row, out_step), tile, _LONG(LANES)))

    @_intrinsic
    def made(_typing: Any, address: Any, tile_step: Any, count: Any, upper: Any, lower: Any, x_at: Any,
             x_step: Any, out: Any, out_at: Any, out_step: Any) -> Any:  # fmt: skip
        long = types.int64
        return types.void(long, long, long, upper, lower, long, long, out, long, long), _writer(write)

    return made


@_intrinsic
def bits(_typing: Any, number: Any) -> Any:
    """The bits of a float32, as an int32."""

    def write(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.bitcast(values[0], _INT)

    return types.int32(types.float32), write


@_intrinsic
def from_bits(_typing: Any, number: Any) -> Any:
    """The float32 that an int32 is the bits of."""

    def write(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.bitcast(values[0], _FLOAT)

    return types.float32(types.int32), write


@_intrinsic
def add_atomically(_typing: Any, array: Any, at: Any, number: Any) -> Any:
    """Add to an int64 that other threads add to as well; returns what it was."""

    def write(*call: Any) -> Any:
        told = _Call(*call)
        return told.builder.atomic_rmw("add", told.item(0, told.values[1]), told.values[2], "seq_cst")

    return types.int64(array, types.int64, types.int64), write


@_intrinsic
def read_atomically(_typing: Any, array: Any, at: Any) -> Any:
    """An int64 as other threads left it last, and everything that they wrote before."""

    def write(*call: Any) -> Any:
        told = _Call(*call)
        return told.builder.load_atomic(told.item(0, told.values[1]), "seq_cst", 8)

    return types.int64(array, types.int64), write


yield_processor: Any = types.ExternalFunction("sched_yield", types.int32())
"""POSIX's sched_yield: lets another thread run, if one waits for this processor."""


class _Call:
    """One use of an intrinsic: what numba hands to the function that writes its instructions."""

    def __init__(self, context: Any, builder: ir.IRBuilder, signature: Any, values: Any) -> None:
        self.context = context
        self.builder = builder
        self.values = values
        self._types = signature.args

    def item(self, argument: int, at: Any) -> Any:
        """Pointer to an item of the array that is the `argument`-th argument."""
        array = self.context.make_array(self._types[argument])
        data = array(self.context, self.builder, self.values[argument]).data
        return self.builder.gep(data, [at])

    def at(self, start: Any, index: int, step: Any) -> Any:
        """start + index * step."""
        return self.builder.add(start, self.builder.mul(step, _LONG(index)))

    def pointers(self, address: Any, step: Any, count: int, kind: ir.Type) -> list[Any]:
        """Pointers to what lies at an address and `step` bytes further each."""
        found = [self.at(address, index, step) for index in range(count)]
        return [self.builder.inttoptr(one, kind.as_pointer()) for one in found]

    def store(self, vector: Any, argument: int, at: Any) -> None:
        """Store a vector from an item of an array on."""
        pointer = self.builder.bitcast(self.item(argument, at), vector.type.as_pointer())
        self.builder.store(vector, pointer, align=4)


def _writer(write: Callable[[_Call], None]) -> Any:
    def generate(*call: Any) -> Any:
        told = _Call(*call)
        write(told)
        return told.context.get_dummy_value()

    return generate


def _repeat(builder: ir.IRBuilder, count: Any, values: list[Any], further: Any) -> list[Any]:
    """A loop: `further(k, values)` for k from 0 to `count`, the values kept in registers."""
    before = builder.block
    head, body, behind = (
        builder.function.append_basic_block(f"dot.{name}") for name in ("head", "body", "end")
    )
    builder.branch(head)
    builder.position_at_end(head)
    k = builder.phi(_LONG)
    k.add_incoming(_LONG(0), before)
    carried = [builder.phi(value.type) for value in values]
    for phi, value in zip(carried, values, strict=True):
        phi.add_incoming(value, before)
    builder.cbranch(builder.icmp_signed("<", k, count), body, behind)
    builder.position_at_end(body)
    for phi, value in zip(carried, further(k, carried), strict=True):
        phi.add_incoming(value, builder.block)
    k.add_incoming(builder.add(k, _LONG(1)), builder.block)
    builder.branch(head)
    builder.position_at_end(behind)
    return carried


def _as_floats(builder: ir.IRBuilder, kind: Kind, pointer: Any) -> Any:
    items = ir.VectorType(_ITEM[kind], LANES)
    loaded = builder.load(builder.bitcast(pointer, items.as_pointer()), align=1)
    if kind == "int8":
        return builder.sitofp(builder.sext(loaded, _INTS), _FLOATS)
    # A bfloat16 is the upper half of a float32.
    return builder.bitcast(builder.shl(builder.zext(loaded, _INTS), _INTS([16] * LANES)), _FLOATS)


def _spread(builder: ir.IRBuilder, kind: ir.VectorType, number: Any) -> Any:
    nothing = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(nothing, number, _INT(0))
    return builder.shuffle_vector(first, nothing, _INTS([0] * LANES))


def _multiply_add(builder: ir.IRBuilder, one: Any, other: Any, total: Any) -> Any:
    kind = ir.FunctionType(_FLOATS, [_FLOATS] * 3)
    fma = _declared(builder.module, kind, f"llvm.fma.v{LANES}f32")
    return builder.call(fma, [one, other, total])


def _add_products(builder: ir.IRBuilder, total: Any, unsigned: Any, signed: Any) -> Any:
    """VPDPBUSD: to each int32 the products of its four unsigned bytes with its four signed ones."""
    kind = ir.FunctionType(_INTS, [_INTS] * 3)
    name = f"llvm.x86.avx512.vpdpbusd.{32 * LANES}"
    function = _declared(builder.module, kind, name)
    return builder.call(function, [total, unsigned, signed])
