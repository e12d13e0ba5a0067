"""Categories that people suggest for a track: what enough of them say counts, until they take it back."""

import sqlite3
from dataclasses import dataclass

from services.catalog import taxonomy
from services.catalog.crowd.moment import Moment
from services.catalog.track_categories import add_category, remove_category
from shared.messages.deeds import CategorySuggested

THRESHOLD = 3
"""How many different people have to say the same."""


@dataclass(frozen=True)
class Suggestions:
    """What is suggested for a track.

    Attributes:
        people: how many suggest each category, the most first.
        own: the categories that the asking person suggests.
        current: the categories that the track is in, whoever put it there.
    """

    people: dict[str, int]
    own: list[str]
    current: list[str]


def project(connection: sqlite3.Connection, number: int, event: CategorySuggested, at: Moment) -> None:
    """Take a suggestion down, or take it back; one for a category of another model has no effect."""
    (model,) = connection.execute("SELECT model FROM tracks WHERE number = ?", (number,)).fetchone()
    if event.category not in taxonomy.CATEGORIES[model]:
        return
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
    _settle(connection, number, event.category)


def forget(connection: sqlite3.Connection, number: int) -> None:
    """Nothing is said of a track that is gone."""
    connection.execute("DELETE FROM category_suggestions WHERE track = ?", (number,))


def _settle(connection: sqlite3.Connection, number: int, category: str) -> None:
    """Have the track in the category if enough people say so; what the machine guessed stays."""
    (people,) = connection.execute(
        "SELECT count(*) FROM category_suggestions WHERE track = ? AND category = ?", (number, category)
    ).fetchone()
    if people >= THRESHOLD:
        add_category(connection, number, category, "crowd")
        return
    settled = connection.execute(
        "SELECT 1 FROM track_categories WHERE number = ? AND category = ? AND source = 'crowd'",
        (number, category),
    ).fetchone()
    if settled:
        remove_category(connection, number, category)


def suggestions(connection: sqlite3.Connection, track_id: str, user_id: str) -> Suggestions:
    """What is suggested for a track; nothing for one that is not there."""
    row = connection.execute("SELECT number FROM tracks WHERE id = ?", (track_id,)).fetchone()
    number = row[0] if row else None
    people = connection.execute(_PEOPLE, (number,)).fetchall()
    own = connection.execute(
        "SELECT category FROM category_suggestions WHERE track = ? AND user_id = ? ORDER BY category",
        (number, user_id),
    )
    current = connection.execute(
        "SELECT category FROM track_categories WHERE number = ? ORDER BY source DESC, place", (number,)
    )
    return Suggestions(
        people=dict(people),
        own=[category for (category,) in own],
        current=[category for (category,) in current],
    )


_PEOPLE = """
    SELECT category, count(*) FROM category_suggestions WHERE track = ?
    GROUP BY category ORDER BY 2 DESC, 1
"""
