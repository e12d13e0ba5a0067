"""What a reader takes over after a change is what changed, however many tracks there are."""

import sqlite3
from pathlib import Path

import pytest

from services.catalog.columns import Columns
from services.catalog.database import open_catalog
from services.catalog.likeness import Vectors
from services.catalog.projection import apply
from services.catalog.queries import Library
from services.catalog.track_rows import KeptRows
from tests.services.catalog.events import entries, make_job, project, published

FEW, MANY = 100, 1600
CHANGES = {
    "a play": "UPDATE tracks SET plays = plays + 1 WHERE number = 7",
    "a category": "INSERT INTO track_categories VALUES (7, 'jazz', 0, 'crowd')",
    "a deletion": "DELETE FROM tracks WHERE number = 7",
    "nothing": "SELECT 1",
}


class Reader:
    """Counts what SQLite does while it reads."""

    def __init__(self, database: Path, tracks: int) -> None:
        project(database, entries(published(make_job(n, "calm rain"), tags={}) for n in range(1, tracks + 1)))
        self.write(database, "UPDATE tracks SET plays = 1")  # every track has changed once
        self._library = Library(database)
        self._columns, self._vectors, self._rows = Columns(), Vectors(), KeptRows()
        self.steps = 0
        self.read()

    @staticmethod
    def write(database: Path, sql: str) -> None:
        with open_catalog(database) as connection:
            connection.execute(sql)
            connection.execute("UPDATE meta SET offset = offset + 1")

    def read(self) -> int:
        """Steps of SQLite's machine to read on."""
        self.steps = 0
        with self._library._readers.snapshot() as connection:
            connection.set_progress_handler(self._step, 1)
            self._read(connection)
            connection.set_progress_handler(None, 1)
        return self.steps

    def _step(self) -> int:
        self.steps += 1
        return 0

    def _read(self, connection: sqlite3.Connection) -> None:
        self._columns.view(connection)
        self._vectors.nearest(connection, 1, 3)
        self._rows.rows_of(connection, [7, 8])

    def close(self) -> None:
        self._library.close()


@pytest.fixture
def readers(tmp_path: Path) -> dict[Path, Reader]:
    databases = {tmp_path / str(tracks) / "library.db": tracks for tracks in (FEW, MANY)}
    return {database: Reader(database, tracks) for database, tracks in databases.items()}


@pytest.mark.parametrize("change", CHANGES)
def test_to_read_on_after_a_change_takes_no_more_steps_in_a_larger_library(
    readers: dict[Path, Reader], change: str
) -> None:
    steps = []
    for database, reader in readers.items():
        reader.write(database, CHANGES[change])
        steps.append(reader.read())
        reader.close()
    few, many = steps
    assert 0 < many < 1.2 * few + 20


def test_nor_does_it_after_a_new_track(readers: dict[Path, Reader]) -> None:
    steps = []
    for (database, reader), tracks in zip(readers.items(), (FEW, MANY), strict=True):
        with open_catalog(database) as connection:
            apply(
                connection, entries([published(make_job(tracks + 1, "calm rain"), tags={})], first=tracks + 1)
            )
        steps.append(reader.read())
        reader.close()
    few, many = steps
    assert 0 < many < 1.2 * few + 20
