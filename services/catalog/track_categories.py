"""Which categories a track is in: written by the projection, read as stored counts."""

import sqlite3
from collections.abc import Mapping
from typing import Literal

from shared.messages.job import Model

Source = Literal["machine", "crowd"]


def count_guessed(connection: sqlite3.Connection, added: Mapping[tuple[Model, str], int]) -> None:
    """Count tracks that came into categories with their publication; triggers count the others."""
    connection.executemany(
        "INSERT INTO category_counts VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET tracks = tracks + ?3",
        [(*which, tracks) for which, tracks in added.items()],
    )


def add_category(
    connection: sqlite3.Connection, number: int, category: str, source: Source = "crowd"
) -> bool:
    """Put a track into a category; False where it is in already, whoever said so."""
    (place,) = connection.execute(
        "SELECT count(*) FROM track_categories WHERE number = ? AND source = ?", (number, source)
    ).fetchone()
    added = connection.execute(
        "INSERT INTO track_categories (number, category, place, source) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        (number, category, place, source),
    )
    return added.rowcount == 1


def remove_category(connection: sqlite3.Connection, number: int, category: str) -> bool:
    """Take a track out of a category; False where it was not in."""
    removed = connection.execute(
        "DELETE FROM track_categories WHERE number = ? AND category = ?", (number, category)
    )
    return removed.rowcount == 1


def counts(connection: sqlite3.Connection, model: Model | None = None) -> dict[str, int]:
    """How many tracks are in each category, the largest first; empty ones are left out."""
    rows = connection.execute(
        "SELECT category, sum(tracks) AS tracks FROM category_counts WHERE tracks > 0 "
        "AND (model = :model OR :model IS NULL) GROUP BY category ORDER BY 2 DESC, 1",
        {"model": model},
    )
    return {row[0]: row[1] for row in rows}


def count_of(connection: sqlite3.Connection, category: str, model: Model | None) -> int:
    """How many tracks of a model, or of any, are in a category."""
    (found,) = connection.execute(
        "SELECT coalesce(sum(tracks), 0) FROM category_counts "
        "WHERE category = :category AND (model = :model OR :model IS NULL)",
        {"category": category, "model": model},
    ).fetchone()
    return int(found)
