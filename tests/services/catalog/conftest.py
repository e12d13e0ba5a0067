"""A database file of one's own, and its readers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.catalog.queries import Library


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the catalog's database will be; nothing is there yet."""
    return tmp_path / "catalog" / "library.db"


@pytest.fixture
def library(database: Path) -> Iterator[Library]:
    """The readers of that database."""
    readers = Library(database)
    yield readers
    readers.close()
