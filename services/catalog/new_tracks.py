"""Files tracks that are published, a batch at a time."""

import sqlite3
from collections import Counter
from functools import cache

from services.catalog.crowd.counters import count
from services.catalog.crowd.deletion import next_number
from services.catalog.plans import NewTrack
from services.catalog.track_categories import count_guessed
from shared.messages.job import Model


class NewTracks:
    """Adds tracks, and counts them when all are added or one is deleted."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._next: int | None = None
        self._by_model: Counter[Model] = Counter()
        self._by_category: Counter[tuple[Model, str]] = Counter()

    def add(self, track: NewTrack) -> None:
        """List a track in its categories."""
        number = next_number(self._connection) if self._next is None else self._next
        self._next = number + 1
        self._connection.execute(_insert(tuple(track.columns)), (number, *track.columns.values()))
        self._connection.executemany(
            "INSERT INTO track_categories (number, category, place, source) VALUES (?, ?, ?, 'machine')",
            [(number, category, place) for place, category in enumerate(track.categories)],
        )
        if track.vector is not None:
            self._connection.execute("INSERT INTO track_features VALUES (?, ?)", (number, track.vector))
        self._by_model[track.model] += 1
        self._by_category.update((track.model, category) for category in track.categories)

    def count(self) -> None:
        """Bring the counters up to date with what was added."""
        count(self._connection, "total", self._by_model.total())
        for model, added in self._by_model.items():
            count(self._connection, model, added)
        count_guessed(self._connection, self._by_category)
        self._by_model.clear()
        self._by_category.clear()


@cache
def _insert(columns: tuple[str, ...]) -> str:
    return f"INSERT INTO tracks (number, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})"
