"""Which facts about what people did have had their effect. Ids are kept for ever, 16 bytes each."""

import sqlite3

from shared.messages.ids import derived_id


def has_seen(connection: sqlite3.Connection, event_id: str) -> bool:
    """Whether a fact has had its effect."""
    row = connection.execute("SELECT 1 FROM deeds_seen WHERE id = ?", (_key(event_id),)).fetchone()
    return row is not None


def is_new(connection: sqlite3.Connection, event_id: str) -> bool:
    """Whether a fact has its effect now, and from now on has had it."""
    done = connection.execute("INSERT OR IGNORE INTO deeds_seen VALUES (?)", (_key(event_id),))
    return done.rowcount == 1


def _key(event_id: str) -> bytes:
    return bytes.fromhex(derived_id("seen", event_id).replace("-", ""))
