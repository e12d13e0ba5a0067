"""Counts over the whole library, kept as they change."""

import sqlite3


def count(connection: sqlite3.Connection, name: str, change: int) -> None:
    """Change a counter; one that comes to nothing leaves no row."""
    if change == 0:
        return
    connection.execute(_CHANGE, (name, change))
    connection.execute("DELETE FROM counters WHERE name = ? AND value = 0", (name,))


def counted(connection: sqlite3.Connection, name: str) -> int:
    """The value of a counter."""
    row = connection.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else 0


_CHANGE = """
    INSERT INTO counters VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = value + ?2
"""
