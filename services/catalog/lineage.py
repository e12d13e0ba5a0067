"""What a track was made from, what was made from it, and its siblings: everything by bounded look-ups."""

import sqlite3
from dataclasses import dataclass

from services.catalog.rows import TrackRow
from services.catalog.track_rows import rows_of

MOST_SOURCES = 10
MOST_RELATIVES = 20

_NEARBY = 100  # variations are asked for at once, so they are published close to each other

_CONTINUED_BY = "SELECT number FROM tracks WHERE extend = ? ORDER BY number LIMIT ?"
_VARIATIONS = """
    SELECT other.number FROM tracks own JOIN tracks other
        ON other.number BETWEEN own.number - ? AND own.number + ?
        AND other.number <> own.number AND other.user_id = own.user_id AND other.prompt = own.prompt
        AND other.model = own.model AND other.extend IS own.extend AND other.melody IS own.melody
    WHERE own.id = ? ORDER BY other.number LIMIT ?
"""


@dataclass(frozen=True)
class Lineage:
    """The relatives of a track.

    Attributes:
        sources: the track that it continues, then the one that that continues, and so on: up to 10. The
            first that is deleted ends them.
        continued_by: up to 20 tracks that continue it, the oldest first.
        variations: up to 20 tracks that the same person made of the same prompt, model, source and melody;
            among the 100 that were published before it and the 100 after it; the oldest first.
    """

    sources: list[TrackRow]
    continued_by: list[TrackRow]
    variations: list[TrackRow]


def lineage_of(connection: sqlite3.Connection, track_id: str) -> Lineage | None:
    """The relatives of a track; None for an unknown id."""
    if _number(connection, track_id) is None:
        return None
    continued_by = connection.execute(_CONTINUED_BY, (track_id, MOST_RELATIVES))
    variations = connection.execute(_VARIATIONS, (_NEARBY, _NEARBY, track_id, MOST_RELATIVES))
    return Lineage(
        sources=rows_of(connection, _sources(connection, track_id)),
        continued_by=rows_of(connection, [number for (number,) in continued_by.fetchall()]),
        variations=rows_of(connection, [number for (number,) in variations.fetchall()]),
    )


def _sources(connection: sqlite3.Connection, track_id: str) -> list[int]:
    """Numbers, the nearest first; a log that is damaged may name a track among its own sources."""
    numbers: list[int] = []
    seen = {track_id}
    while len(numbers) < MOST_SOURCES:
        (track_id,) = connection.execute("SELECT extend FROM tracks WHERE id = ?", (track_id,)).fetchone()
        number = None if track_id in seen else _number(connection, track_id)
        if number is None:
            break
        seen.add(track_id)
        numbers.append(number)
    return numbers


def _number(connection: sqlite3.Connection, track_id: str | None) -> int | None:
    found = connection.execute("SELECT number FROM tracks WHERE id = ?", (track_id,)).fetchone()
    return None if found is None else int(found[0])
