"""Categories that people suggest for a track: what enough of them say counts."""

import sqlite3

from services.catalog.crowd.moment import Moment
from shared.messages.deeds import CategorySuggested

THRESHOLD = 3
"""How many different people have to say the same."""


def project(connection: sqlite3.Connection, number: int, event: CategorySuggested, at: Moment) -> None:
    """Take a suggestion down, or take it back."""
    if event.withdrawn:
        connection.execute(
            "DELETE FROM category_suggestions WHERE track = ? AND category = ? AND user_id = ?",
            (number, event.category, event.user_id),
        )
    else:
        connection.execute(
            "INSERT OR IGNORE INTO category_suggestions VALUES (?, ?, ?, ?)",
            (number, event.category, event.user_id, at.offset),
        )


def forget(connection: sqlite3.Connection, number: int) -> None:
    """Nothing is said of a track that is gone."""
    connection.execute("DELETE FROM category_suggestions WHERE track = ?", (number,))
