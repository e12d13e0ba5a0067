"""One step of the transformer as one compiled function that several threads run side by side.

Each thread makes its share of every matrix product and of the heads of attention, and waits for the others
where it needs theirs. A step reads each weight once, for all rows, and writes nothing that does not stay in
the processor's caches: what it takes is the time to read the weights and the keys and values.
"""

import numpy as np

from services.generator.decoder.compiled.attention import attend_to_past, attend_to_text
from services.generator.decoder.compiled.compilation import compiled
from services.generator.decoder.compiled.layout import (
    BLOCKS,
    FEED_FORWARD,
    PAST,
    TEXT,
    Board,
    Cache,
    Desk,
    Floats,
    Network,
    Rows,
    Team,
)
from services.generator.decoder.compiled.products import ADD, GELU, STORE, multiply_share
from services.generator.decoder.compiled.vectors import add_atomically, read_atomically, yield_processor

_EPSILON = np.float32(1e-5)  # of every layer norm of audiocraft
_ONE = np.float32(1)
_SPINS = 2000  # looks at the others before a waiting thread offers its processor


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
            multiply_share(network.first[block], layer, normed, count, way, wide, desk, team)
            met = _meet(team, met)
            if block == PAST:
                attend_to_past(network, memory, layer, board, desk, rows, team)
                met = _meet(team, met)
            elif block == TEXT:
                attend_to_text(network, context, layer, board, desk, rows, team)
                met = _meet(team, met)
            between = board.hidden if block == FEED_FORWARD else board.attended
            multiply_share(network.second[block], layer, between, count, ADD, board.x, desk, team)
            met = _meet(team, met)
    normed = _normed(board, network.norm_out, total, team.member)
    multiply_share(network.heads, 0, normed, total, STORE, board.logits, desk, team)


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
