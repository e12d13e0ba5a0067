"""How many of the tracks of a list are of each kind, for the controls that narrow it down further."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.catalog.columns import Columns, Mask, View
from services.catalog.described import spellings
from services.catalog.track_lists import matching
from services.catalog.track_query import TrackFilter
from shared.messages.job import MODELS, Model

DURATION_EDGES_S = (5, 10, 20, 30, 60, 120)
BPM_EDGES = (60, 80, 100, 120, 140, 160)
MOST_KEYS = 48  # as many as there are in twelve tones of major, minor, and two modes; engines may name others

_ANYTHING = TrackFilter()


@dataclass(frozen=True)
class Bucket:
    """Tracks from `least` on and below `below`; None where there is no such bound."""

    least: float | None
    below: float | None
    count: int


@dataclass(frozen=True)
class Facets:
    """Counts over a whole list.

    What is counted by a quality leaves out what the filter says of that quality itself: so many tracks
    there are when another choice is made. Categories are narrowed down by each other.

    Attributes:
        is_exact: False of a search with more than 5,000 tracks: then the newest 5,000 were counted.
        categories: by id, the largest first; engines by name. Those without a track are left out.
        bpm: of the tracks that have a tempo.
        keys: of the tracks that have one, as `D minor`, the 48 largest first; sharps stand for flats.
    """

    total: int
    is_exact: bool
    models: dict[Model, int]
    categories: dict[str, int]
    engines: dict[str, int]
    durations_s: list[Bucket]
    bpm: list[Bucket]
    keys: dict[str, int]
    loops: int


def facets_of(connection: sqlite3.Connection, columns: Columns, wanted: TrackFilter) -> Facets:
    """Count the tracks that the filter lets through, as far as a search looks at them."""
    view = columns.view(connection)
    mask, is_exact = matching(connection, view, wanted)
    part = _Part.of(view, mask)

    def without(name: str) -> _Part:
        anything = getattr(_ANYTHING, name)
        if getattr(wanted, name) == anything:
            return part
        return _Part.of(view, matching(connection, view, replace(wanted, **{name: anything}))[0])

    tempo = without("bpm")
    return Facets(
        total=_count(part.mask),
        is_exact=is_exact,
        models=_models(without("model")),
        categories=_categories(part),
        engines=_engines(without("engine")),
        durations_s=_durations(without("duration_s")),
        bpm=_buckets(tempo.column("bpm"), tempo.mask & ~np.isnan(tempo.column("bpm")), BPM_EDGES),
        keys=_keys(without("key")),
        loops=_loops(without("loop")),
    )


@dataclass(frozen=True)
class _Part:
    """Tracks that are counted.

    Attributes:
        whole: which they are, each number its place.
        first: number of the oldest one: a search looks at the newest tracks only.
        mask: of those from the first on, as the columns are.
    """

    view: View
    whole: Mask
    first: int
    mask: Mask

    @classmethod
    def of(cls, view: View, mask: Mask) -> "_Part":
        first = int(np.argmax(mask))
        return cls(view, mask, first, mask[first:])

    def column(self, name: str) -> NDArray[Any]:
        return self.view.arrays[name][self.first :]


def _models(part: _Part) -> dict[Model, int]:
    models = part.column("model")
    return {model: _count(part.mask & (models == code)) for code, model in enumerate(MODELS, 1)}


def _categories(part: _Part) -> dict[str, int]:
    is_all = _count(part.mask) == _count(part.column("model") != 0)
    counts = {name: _count_members(part, name, is_all) for name in part.view.members}
    return _largest(counts, len(counts))


def _engines(part: _Part) -> dict[str, int]:
    engines = part.column("engine")
    counts = {name: _count(part.mask & (engines == code)) for name, code in part.view.codes["engine"].items()}
    return {name: count for name, count in counts.items() if count}


def _durations(part: _Part) -> list[Bucket]:
    return _buckets(part.column("duration_s"), part.mask, DURATION_EDGES_S)


def _keys(part: _Part) -> dict[str, int]:
    codes = dict(part.view.codes["key"])  # another reader may add to them
    # Others count as 0: twice as fast as to pick those that count.
    by_code = np.bincount((part.column("key") + 1) * part.mask, minlength=len(codes) + 1)[1:]
    counts: dict[str, int] = {}
    for folded, code in codes.items():
        if folded and by_code[code]:
            name = spellings(folded)[0]
            name = name[:1].upper() + name[1:]
            counts[name] = counts.get(name, 0) + int(by_code[code])
    return _largest(counts, MOST_KEYS)


def _loops(part: _Part) -> int:
    return _count(part.mask & part.column("is_loop"))


def _largest(counts: dict[str, int], most: int) -> dict[str, int]:
    names = sorted((name for name in counts if counts[name]), key=lambda name: (-counts[name], name))
    return {name: counts[name] for name in names[:most]}


def _count_members(part: _Part, category: str, is_all: bool) -> int:
    members = part.view.of_category(category)
    members = members[np.searchsorted(members, part.first) :]
    return len(members) if is_all else _count(part.whole[members])


def _buckets(column: NDArray[np.float32], mask: Mask, edges: Sequence[float]) -> list[Bucket]:
    below = [0, *(_count(mask & (column < np.float32(edge))) for edge in edges), _count(mask)]
    limits = [None, *edges, None]
    return [
        Bucket(least, most, upper - lower)
        for least, most, lower, upper in zip(limits, limits[1:], below, below[1:], strict=False)
    ]


def _count(mask: Mask) -> int:
    return int(np.count_nonzero(mask))
