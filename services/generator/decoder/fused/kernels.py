"""Kernels of a step on a GPU, in Triton (P. Tillet et al., MAPL 2019): what torch does in several, in one.

A step of one job moves little data through some five hundred small operations, so what it costs is the
number of them. Here a layer is eight or twelve. Sums are made in float32, rows never meet, and no size
depends on a value: each row's result is its own, and the launches can be recorded.

Every function of this module launches one kernel. Shapes are those of `static.transformer`: `rows` are
two for each slot, the conditional one first.
"""

from typing import Any

import torch
import triton
import triton.language as tl

_EPSILON = 1e-5
_WARPS = 4

# Measured on an H100: outputs and inputs of a product that a program takes at a time, keys of attention.
_TILE = (4, 1024)
_PRODUCT_WARPS = 2
_KEYS = 128
_ATTENTION_WARPS = 2


@triton.jit
def _embed_kernel(
    sequence, at, lengths, tables, positions, x, columns, words, BOOKS: tl.constexpr, DIM: tl.constexpr,
    WIDTH: tl.constexpr,
):  # fmt: skip
    slot = tl.program_id(0)
    place = tl.load(at + slot) - 1
    d = tl.arange(0, WIDTH)
    inside = d < DIM
    total = tl.zeros([WIDTH], tl.float32)
    for book in tl.static_range(BOOKS):
        token = tl.maximum(tl.load(sequence + (slot * BOOKS + book) * columns + place), 0)
        total += tl.load(tables + (book * words + token) * DIM + d, mask=inside, other=0.0)
    total += tl.load(positions + tl.load(lengths + slot) * DIM + d, mask=inside, other=0.0)
    tl.store(x + 2 * slot * DIM + d, total, mask=inside)
    tl.store(x + (2 * slot + 1) * DIM + d, total, mask=inside)


@triton.jit
def _norm_kernel(
    x, added, weight, bias, out, epsilon, DIM: tl.constexpr, WIDTH: tl.constexpr, ADDED: tl.constexpr,
    FIRST_ONLY: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0)
    d = tl.arange(0, WIDTH)
    inside = d < DIM
    value = tl.load(x + row * DIM + d, mask=inside, other=0.0)
    if ADDED == 2:  # one row for every second of x
        extra = tl.load(added + (row // 2) * DIM + d, mask=inside & (row % 2 == 0), other=0.0)
        value += extra.to(tl.float32)
        tl.store(x + row * DIM + d, value, mask=inside)
    if ADDED == 1:
        value += tl.load(added + row * DIM + d, mask=inside, other=0.0).to(tl.float32)
        tl.store(x + row * DIM + d, value, mask=inside)
    centred = tl.where(inside, value - tl.sum(value) / DIM, 0.0)
    scale = 1.0 / tl.sqrt(tl.sum(centred * centred) / DIM + epsilon)
    normed = centred * scale * tl.load(weight + d, mask=inside, other=0.0)
    normed += tl.load(bias + d, mask=inside, other=0.0)
    if FIRST_ONLY:
        tl.store(out + (row // 2) * DIM + d, normed.to(out.dtype.element_ty), mask=inside & (row % 2 == 0))
    else:
        tl.store(out + row * DIM + d, normed.to(out.dtype.element_ty), mask=inside)


@triton.jit
def _product_kernel(
    x, norm_weight, norm_bias, weight, out, epsilon, outputs, STEP: tl.constexpr, INPUTS: tl.constexpr,
    WIDTH: tl.constexpr, ROWS: tl.constexpr, BLOCK: tl.constexpr, CHUNK: tl.constexpr, NORM: tl.constexpr,
    GELU: tl.constexpr, ADD: tl.constexpr,
):  # fmt: skip
    n = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    row = tl.arange(0, ROWS)
    rows = x + row[:, None] * (STEP * INPUTS)
    matrix = weight + n[:, None] * INPUTS
    k = tl.arange(0, CHUNK)
    # Before anything else: the weights come from far away.
    part = tl.load(matrix + k[None, :], mask=(n[:, None] < outputs) & (k[None, :] < INPUTS), other=0.0)
    if NORM:
        d = tl.arange(0, WIDTH)
        whole = tl.load(rows + d[None, :], mask=(row[:, None] >= 0) & (d[None, :] < INPUTS), other=0.0)
        mean = tl.sum(whole, axis=1) / INPUTS
        centred = tl.where(d[None, :] < INPUTS, whole - mean[:, None], 0.0)
        scale = 1.0 / tl.sqrt(tl.sum(centred * centred, axis=1) / INPUTS + epsilon)
    total = tl.zeros([ROWS, BLOCK], tl.float32)
    for start in tl.static_range(0, INPUTS, CHUNK):
        k = start + tl.arange(0, CHUNK)
        near = k < INPUTS
        if start > 0:
            part = tl.load(matrix + k[None, :], mask=(n[:, None] < outputs) & near[None, :], other=0.0)
        given = tl.load(rows + k[None, :], mask=(row[:, None] >= 0) & near[None, :], other=0.0).to(tl.float32)
        if NORM:
            given = (given - mean[:, None]) * scale[:, None]
            given = given * tl.load(norm_weight + k, mask=near, other=0.0)[None, :]
            given = given + tl.load(norm_bias + k, mask=near, other=0.0)[None, :]
        total += tl.sum(given[:, None, :] * part.to(tl.float32)[None, :, :], axis=2)
    if GELU:
        total = 0.5 * total * (1.0 + tl.erf(total * 0.7071067811865476))
    places = out + row[:, None] * (ADD * outputs if ADD > 0 else outputs) + n[None, :]
    fits = (n[None, :] < outputs) & (row[:, None] >= 0)
    if ADD > 0:
        total += tl.load(places, mask=fits, other=0.0)
    tl.store(places, total.to(out.dtype.element_ty), mask=fits)


@triton.jit
def _attend_kernel(
    qkv, memory, lengths, out, parts, values_at, longest, scale, HEADS: tl.constexpr, SIZE: tl.constexpr,
    BLOCK: tl.constexpr, SPLITS: tl.constexpr, PAST: tl.constexpr,
):  # fmt: skip
    pair = tl.program_id(0)
    split = tl.program_id(1)
    row = pair // HEADS
    head = pair % HEADS
    d = tl.arange(0, SIZE)
    keys = memory + pair.to(tl.int64) * longest * SIZE
    values = keys + values_at
    if PAST:
        length = tl.load(lengths + row // 2).to(tl.int32)
        given = qkv + row * (3 * HEADS * SIZE) + head * SIZE + d
        q = tl.load(given).to(tl.float32) * scale
        # The new token's own key and value, which the first split keeps, and takes into account.
        new_key = tl.load(given + HEADS * SIZE)
        new_value = tl.load(given + 2 * HEADS * SIZE)
        tl.store(keys + length * SIZE + d, new_key, mask=(d >= 0) & (split == 0))
        tl.store(values + length * SIZE + d, new_value, mask=(d >= 0) & (split == 0))
        best = tl.where(split == 0, tl.sum(q * new_key.to(tl.float32)), -1.0e30)
        share = tl.where(split == 0, 1.0, 0.0)
        total = new_value.to(tl.float32) * share
    else:
        length = tl.load(lengths + row).to(tl.int32)
        q = tl.load(qkv + row * (HEADS * SIZE) + head * SIZE + d).to(tl.float32) * scale
        best = tl.sum(q) * 0.0 - 1.0e30
        share = tl.sum(q) * 0.0
        total = q * 0.0
    chunk = tl.cdiv(tl.cdiv(length, SPLITS), BLOCK) * BLOCK
    begin = split * chunk
    end = tl.minimum(begin + chunk, length)
    for start in range(begin, end, BLOCK):
        t = start + tl.arange(0, BLOCK)
        there = t < end
        places = t[:, None] * SIZE + d[None, :]
        key = tl.load(keys + places, mask=there[:, None], other=0.0).to(tl.float32)
        value = tl.load(values + places, mask=there[:, None], other=0.0).to(tl.float32)
        scores = tl.where(there, tl.sum(key * q[None, :], axis=1), -1.0e30)
        higher = tl.maximum(best, tl.max(scores))
        kept = tl.exp(best - higher)
        weights = tl.where(there, tl.exp(scores - higher), 0.0)
        share = share * kept + tl.sum(weights)
        total = total * kept + tl.sum(weights[:, None] * value, axis=0)
        best = higher
    if SPLITS == 1:
        found = tl.where(share > 0.0, total / tl.maximum(share, 1.0e-30), 0.0)
        tl.store(out + pair * SIZE + d, found.to(out.dtype.element_ty))
    else:
        part = parts + (pair * SPLITS + split) * (SIZE + 2)
        tl.store(part + d, total)
        tl.store(part + SIZE, best)
        tl.store(part + SIZE + 1, share)


@triton.jit
def _join_kernel(parts, out, SIZE: tl.constexpr, SPLITS: tl.constexpr):
    pair = tl.program_id(0)
    d = tl.arange(0, SIZE)
    split = tl.arange(0, SPLITS)
    part = parts + (pair * SPLITS + split) * (SIZE + 2)
    best = tl.load(part + SIZE)
    weights = tl.exp(best - tl.max(best))
    share = tl.sum(weights * tl.load(part + SIZE + 1))
    total = tl.sum(weights[:, None] * tl.load(part[:, None] + d[None, :]), axis=0)
    tl.store(out + pair * SIZE + d, (total / tl.maximum(share, 1.0e-30)).to(out.dtype.element_ty))


@triton.jit
def _choose_kernel(
    logits, sequence, at, drawn, guided, greedy, temperature, top_k, top_p, cfg_coef, noise, columns,
    BOOKS: tl.constexpr, CARD: tl.constexpr, WIDTH: tl.constexpr, STEPS: tl.constexpr,
):  # fmt: skip
    slot = tl.program_id(0)
    book = tl.program_id(1)
    n = tl.arange(0, WIDTH)
    inside = n < CARD
    first = logits + (2 * slot * BOOKS + book) * CARD + n
    conditional = tl.load(first, mask=inside, other=float("-inf")).to(tl.float32)
    plain = tl.load(first + BOOKS * CARD, mask=inside, other=0.0).to(tl.float32)
    mixed = tl.where(inside, plain + (conditional - plain) * tl.load(cfg_coef + slot), float("-inf"))
    scores = tl.where(tl.load(guided + slot) != 0, mixed, conditional)
    likeliest = tl.argmax(scores, axis=0)
    scores = scores / tl.load(temperature + slot)
    likely = tl.where(inside, tl.exp(scores - tl.max(scores)), 0.0)
    likely = likely / tl.sum(likely)
    # Floats that are not negative are ordered as their bits are: the least bits to keep are found bit by bit.
    bits = likely.to(tl.int32, bitcast=True)
    bits = tl.where(inside, bits, -1)
    count = tl.load(top_k + slot)
    mass = tl.load(top_p + slot)
    least = 0
    for place in tl.static_range(30, -1, -1):
        tried = least | (1 << place)
        above = bits >= tried
        enough = tl.sum(above.to(tl.int32)) >= count
        heavy = tl.sum(tl.where(above, likely, 0.0)) > mass
        least = tl.where(tl.where(mass > 0.0, heavy, enough), tried, least)
    kept = tl.where(bits >= least, likely, 0.0)
    share = tl.where((mass <= 0.0) & (count >= CARD), 1.0, tl.sum(kept))
    step = tl.load(drawn + slot) % STEPS
    draw = tl.load(noise + ((slot * STEPS + step) * BOOKS + book) * CARD + n, mask=inside, other=1.0)
    token = tl.argmax(tl.where(inside, kept / share / draw, -1.0), axis=0)
    token = tl.where(tl.load(greedy + slot) != 0, likeliest, token)
    place = sequence + (slot * BOOKS + book) * columns + tl.load(at + slot)
    known = tl.load(place)
    tl.store(place, tl.where(known < 0, token.to(tl.int64), known))


@triton.jit
def _advance_kernel(at, drawn, lengths, active, slots, WIDTH: tl.constexpr):
    slot = tl.arange(0, WIDTH)
    inside = slot < slots
    more = tl.load(active + slot, mask=inside, other=0).to(tl.int64)
    tl.store(at + slot, tl.load(at + slot, mask=inside, other=0) + more, mask=inside)
    tl.store(drawn + slot, tl.load(drawn + slot, mask=inside, other=0) + more, mask=inside)
    tl.store(lengths + slot, tl.load(lengths + slot, mask=inside, other=0) + more, mask=inside)


def try_out(device: torch.device) -> None:
    """Compile and run the smallest kernel; whatever keeps Triton from that is raised."""
    none = torch.zeros(1, dtype=torch.long, device=device)
    _advance_kernel[(1,)](none, none.clone(), none.clone(), none == 0, 1, WIDTH=1, num_warps=1)
    if int(none) != 1:
        raise RuntimeError("A kernel that was compiled does not do what it should.")


def embed(state: Any, tables: torch.Tensor, positions: torch.Tensor, x: torch.Tensor) -> None:
    """Both rows of each slot of x, float32 (rows, dim): its last column's embeddings and its position."""
    books, words, dim = tables.shape
    _embed_kernel[(len(x) // 2,)](
        state.sequence, state.at, state.length, tables, positions, x, state.sequence.shape[-1], words,
        BOOKS=books, DIM=dim, WIDTH=_power(dim), num_warps=_WARPS,
    )  # fmt: skip


def normed(x: torch.Tensor, norm: Any, out: torch.Tensor, added: torch.Tensor | None = None) -> None:
    """Layer norm of x, float32 (rows, dim), after `added` was added to it in place.

    Args:
        out: (rows, dim), or half as many rows for the norm of the first row of each slot.
        added: (rows, dim), or half as many rows to be added to the first row of each slot.
    """
    rows, dim = x.shape
    mode = 0 if added is None else 1 if len(added) == rows else 2
    _norm_kernel[(rows,)](
        x, x if added is None else added, norm.weight, norm.bias, out, _EPSILON, DIM=dim, WIDTH=_power(dim),
        ADDED=mode, FIRST_ONLY=len(out) != rows, num_warps=_WARPS,
    )  # fmt: skip


def product(
    x: torch.Tensor,
    weight: torch.Tensor,
    out: torch.Tensor,
    *,
    rows: int,
    norm: Any = None,
    gelu: bool = False,
    add: bool = False,
) -> None:
    """x W^T for few rows, weight (outputs, inputs): of x's layer norm, through GELU, or added to `out`.

    Of more rows than `rows`, x and (where it is added to) `out` take part with every second.
    """
    outputs, inputs = weight.shape
    block, chunk = _TILE
    _product_kernel[(triton.cdiv(outputs, block),)](
        x, x if norm is None else norm.weight, x if norm is None else norm.bias, weight, out, _EPSILON,
        outputs, STEP=len(x) // rows, INPUTS=inputs, WIDTH=_power(inputs), ROWS=rows, BLOCK=block,
        CHUNK=min(chunk, _power(inputs)), NORM=norm is not None, GELU=gelu,
        ADD=len(out) // rows if add else 0, num_warps=_PRODUCT_WARPS,
    )  # fmt: skip


def attend(
    q: torch.Tensor,
    memory: torch.Tensor,
    lengths: torch.Tensor,
    out: torch.Tensor,
    *,
    pairs: int,
    parts: torch.Tensor | None,
    past: bool,
) -> None:
    """One query's attention for each of the first `pairs` of row and head.

    Args:
        q: (rows, 3 * dim) with the new token's key and value behind each query, which are kept at
            `lengths` in the memory first (`past`); else (rows, dim).
        memory: (2, ..., heads, longest, size), keys and values.
        lengths: int64, tokens in the memory: of each slot (`past`), or of each row.
        out: (rows, dim).
        parts: float32 (pairs, splits, size + 2), if a pair is to be shared by several programs.
    """
    *_, heads, longest, size = memory.shape
    splits = 1 if parts is None else parts.shape[1]
    _attend_kernel[(pairs, splits)](
        q, memory, lengths, out, out if parts is None else parts, memory.stride(0), longest, size**-0.5,
        HEADS=heads, SIZE=size, BLOCK=_KEYS, SPLITS=splits, PAST=past,
        num_warps=_ATTENTION_WARPS,
    )  # fmt: skip
    if parts is not None:
        _join_kernel[(pairs,)](parts, out, SIZE=size, SPLITS=splits, num_warps=1)


def choose(state: Any, logits: torch.Tensor, slots: int) -> None:
    """The column `at` of the first slots from logits (rows, K, card), where it is unknown; then they go on.

    As `static.sampling.advance`, but for `top_p` the noise belongs to tokens, not to their ranks.
    """
    _, steps, books, card = state.noise.shape
    _choose_kernel[(slots, books)](
        logits, state.sequence, state.at, state.drawn, state.guided, state.greedy, state.temperature,
        state.top_k, state.top_p, state.cfg_coef, state.noise, state.sequence.shape[-1], BOOKS=books,
        CARD=card, WIDTH=_power(card), STEPS=steps, num_warps=_WARPS,
    )  # fmt: skip
    _advance_kernel[(1,)](
        state.at, state.drawn, state.length, state.active, slots, WIDTH=_power(slots), num_warps=1
    )


def _power(size: int) -> int:
    return int(triton.next_power_of_2(size))
