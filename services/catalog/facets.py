"""How many of the tracks of a list are of each kind, for the controls that narrow it down further."""

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.catalog.bitmaps import Bits, Counted, packed
from services.catalog.columns import Columns, Mask, View
from services.catalog.described import spellings
from services.catalog.track_lists import matching
from services.catalog.track_query import TrackFilter
from shared.messages.job import MODELS, Model

DURATION_EDGES_S = (5, 10, 20, 30, 60, 120)
BPM_EDGES = (60, 80, 100, 120, 140, 160)
MOST_KEYS = 48  # as many as there are in twelve tones of major, minor, and two modes; engines may name others

_ANYTHING = TrackFilter()
_BITS_OF_A_NUMBER = 64


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
    part = _Part(view, mask)

    def without(name: str) -> _Part:
        anything = getattr(_ANYTHING, name)
        if getattr(wanted, name) == anything:
            return part
        return _Part(view, matching(connection, view, replace(wanted, **{name: anything}))[0])

    return Facets(
        total=part.total,
        is_exact=is_exact,
        models=_models(without("model")),
        categories=_categories(part),
        engines=_engines(without("engine")),
        durations_s=_buckets(without("duration_s"), "duration_s", DURATION_EDGES_S),
        bpm=_buckets(without("bpm"), "bpm", BPM_EDGES),
        keys=_keys(without("key")),
        loops=without("loop").count(view.having("is_loop", True)),
    )


class _Part:
    """Tracks that are counted."""

    def __init__(self, view: View, mask: Mask) -> None:
        self.view = view
        self._mask = mask
        self._bits = Counted(packed(mask))
        self.total = int(np.count_nonzero(mask))

    def count(self, quality: Bits) -> int:
        """How many of them have the quality."""
        return self._bits.shared_with(quality)

    def count_in(self, category: str) -> int:
        """How many of them are in the category."""
        members = self.view.of_category(category)
        if len(members) * _BITS_OF_A_NUMBER < len(self._mask):
            return int(np.count_nonzero(self._mask.take(members)))  # less to read than its bitmap
        return self.count(self.view.in_category(category))


def _models(part: _Part) -> dict[Model, int]:
    return {model: part.count(part.view.having("model", code)) for code, model in enumerate(MODELS, 1)}


def _categories(part: _Part) -> dict[str, int]:
    view = part.view
    if part.total == np.count_nonzero(view.tracks()):
        counts = {name: len(view.of_category(name)) for name in view.members}
    else:
        counts = {name: part.count_in(name) for name in view.members}
    return _largest(counts, len(counts))


def _engines(part: _Part) -> dict[str, int]:
    engines = dict(part.view.codes["engine"])  # another reader may add to them
    counts = {name: part.count(part.view.having("engine", code)) for name, code in engines.items()}
    return {name: count for name, count in counts.items() if count}


def _keys(part: _Part) -> dict[str, int]:
    counts: dict[str, int] = {}
    for folded, code in dict(part.view.codes["key"]).items():
        count = part.count(part.view.having("key", code))
        if folded and count:
            name = spellings(folded)[0]
            name = name[:1].upper() + name[1:]
            counts[name] = counts.get(name, 0) + count
    return _largest(counts, MOST_KEYS)


def _largest(counts: dict[str, int], most: int) -> dict[str, int]:
    names = sorted((name for name in counts if counts[name]), key=lambda name: (-counts[name], name))
    return {name: counts[name] for name in names[:most]}


def _buckets(part: _Part, column: str, edges: Sequence[float]) -> list[Bucket]:
    below = [0, *(part.count(part.view.below(column, edge)) for edge in (*edges, math.inf))]
    limits = [None, *edges, None]
    return [
        Bucket(least, most, upper - lower)
        for least, most, lower, upper in zip(limits, limits[1:], below, below[1:], strict=False)
    ]
