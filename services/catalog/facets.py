"""How many of the tracks of a list are of each kind, for the controls that narrow it down further."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.catalog.columns import Columns, Mask, View
from services.catalog.track_lists import matching
from services.catalog.track_query import TrackFilter
from shared.messages.job import MODELS, Model

DURATION_EDGES_S = (5, 10, 20, 30, 60, 120)
BPM_EDGES = (60, 80, 100, 120, 140, 160)


@dataclass(frozen=True)
class Bucket:
    """Tracks from `least` on and below `below`; None where there is no such bound."""

    least: float | None
    below: float | None
    count: int


@dataclass(frozen=True)
class Facets:
    """Counts over a whole list.

    Attributes:
        is_exact: False of a search with more than 5,000 tracks: then the newest 5,000 were counted.
        categories: by id, the largest first; engines by name. Those without a track are left out.
        bpm: of the tracks that have a tempo.
    """

    total: int
    is_exact: bool
    models: dict[Model, int]
    categories: dict[str, int]
    engines: dict[str, int]
    durations_s: list[Bucket]
    bpm: list[Bucket]
    loops: int


def facets_of(connection: sqlite3.Connection, columns: Columns, wanted: TrackFilter) -> Facets:
    """Count the tracks that the filter lets through, as far as a search looks at them."""
    view = columns.view(connection)
    mask, is_exact = matching(connection, view, wanted)
    first = int(np.argmax(mask))  # a search looks at the newest tracks only
    whole, mask = mask, mask[first:]
    arrays = {name: array[first:] for name, array in view.arrays.items()}
    total = _count(mask)
    models, engines = arrays["model"], arrays["engine"]
    is_all = total == _count(models != 0)
    by_category = {
        category: _count_members(view, category, whole, first, is_all) for category in view.members
    }
    by_engine = {name: _count(mask & (engines == code)) for name, code in view.codes["engine"].items()}
    return Facets(
        total=total,
        is_exact=is_exact,
        models={model: _count(mask & (models == code)) for code, model in enumerate(MODELS, 1)},
        categories={
            name: by_category[name]
            for name in sorted(by_category, key=lambda name: (-by_category[name], name))
            if by_category[name]
        },
        engines={name: count for name, count in by_engine.items() if count},
        durations_s=_buckets(arrays["duration_s"], mask, DURATION_EDGES_S),
        bpm=_buckets(arrays["bpm"], mask & ~np.isnan(arrays["bpm"]), BPM_EDGES),
        loops=_count(mask & arrays["is_loop"]),
    )


def _count_members(view: View, category: str, mask: Mask, first: int, is_all: bool) -> int:
    """How many tracks of a category, from the number `first` on, are in the mask."""
    members = view.of_category(category)
    members = members[np.searchsorted(members, first) :]
    return len(members) if is_all else _count(mask[members])


def _buckets(column: NDArray[np.float32], mask: Mask, edges: Sequence[float]) -> list[Bucket]:
    below = [0, *(_count(mask & (column < np.float32(edge))) for edge in edges), _count(mask)]
    limits = [None, *edges, None]
    return [
        Bucket(least, most, upper - lower)
        for least, most, lower, upper in zip(limits, limits[1:], below, below[1:], strict=False)
    ]


def _count(mask: Mask) -> int:
    return int(np.count_nonzero(mask))
