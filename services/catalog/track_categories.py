"""Which categories a track is in: written by the projection, read as stored counts."""

import sqlite3
from typing import Literal

from services.catalog import taxonomy
from shared.messages.job import Model

Source = Literal["machine", "crowd"]


def categorize(connection: sqlite3.Connection, number: int, prompt: str, model: Model) -> None:
    """Put a track into the categories that its prompt asks for."""
    connection.executemany(
        "INSERT INTO track_categories (number, category, place, source) VALUES (?, ?, ?, 'machine')",
        [(number, found, place) for place, found in enumerate(taxonomy.guess(prompt, model))],
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
