"""The catalog's own database file: opened by one writer, set aside when it cannot be trusted."""

import contextlib
import fcntl
import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.catalog import rows, schema
from shared.errors import SoundBoxError

_log = logging.getLogger("catalog")

_BUSY_TIMEOUT_MS = 5000
_CACHE_KIB = 32 * 1024
_CHECKPOINT_PAGES = 8192  # 32 MiB: a batch may write more pages than SQLite's own 1000
_LARGEST_IDLE_WAL_BYTES = 64 * 1024 * 1024


class CatalogLockedError(SoundBoxError):
    """Another process writes the database."""


class CatalogStorageError(SoundBoxError):
    """The database's folder or file cannot be used."""


@dataclass(frozen=True)
class Position:
    """How far a database has read the log.

    Attributes:
        identity: of the database; another one after it was made again.
        offset: of the last entry that was read, -1 before the first.
        event_id: of that entry; None where it could not be decoded, and before the first.
    """

    identity: str
    offset: int
    event_id: str | None


@contextlib.contextmanager
def open_catalog(database: Path) -> Iterator[sqlite3.Connection]:
    """The one writing connection, in autocommit mode, tables up to date; the lock is held while it is open.

    A file that was made anew takes the place of the one before first. One that cannot be read, or that a
    newer version made, is moved aside. One that other rules
    filled is emptied. The log fills it again.

    Raises:
        CatalogLockedError: another process has it open.
        CatalogStorageError: the folder or the file cannot be written.
    """
    with locked(database):
        _take_rebuilt(database)
        with opened(database) as connection:
            yield connection


@contextlib.contextmanager
def opened(database: Path) -> Iterator[sqlite3.Connection]:
    """The same for who holds the lock already."""
    with contextlib.closing(_usable(database)) as connection:
        yield connection
        connection.execute("PRAGMA optimize")


def position(connection: sqlite3.Connection) -> Position:
    """How far the database has read the log."""
    row = connection.execute("SELECT identity, offset, event_id FROM meta").fetchone()
    return Position(*row)


def keep_copy_and_start_over(connection: sqlite3.Connection, database: Path) -> Path:
    """Write what is there into another file and empty the database; returns the other file's path.

    The file stays in its place, since readers have it open: they see the old rows, then the empty tables.
    """
    identity = position(connection).identity
    copy = database.with_name(f"{database.stem}.aside-{identity[:8]}{database.suffix}")
    copy.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", [str(copy)])
    schema.start_over(connection)
    return copy


def rebuilt(database: Path) -> Path:
    """The name of a file that was made anew, complete, and waits for its turn."""
    return database.with_name(f"{database.stem}.rebuilt{database.suffix}")


def _take_rebuilt(database: Path) -> None:
    """Put a file that was made anew in the place of the one before, which the log can make again."""
    finished = rebuilt(database)
    if not finished.exists():
        return
    for ending in ("", "-wal", "-shm"):  # the file first, so that no reader opens it without the others
        Path(f"{database}{ending}").unlink(missing_ok=True)
    finished.replace(database)
    _log.info("%s was made anew and takes the place of the one before", database)


@contextlib.contextmanager
def locked(database: Path) -> Iterator[None]:
    """Hold the lock of a database's one writer.

    Raises:
        CatalogLockedError: another process holds it.
        CatalogStorageError: its folder cannot be written.
    """
    lock = database.with_name(database.name + ".lock")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("a")
    except OSError as error:
        raise CatalogStorageError(f"Cannot write {lock}: {error.strerror}.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CatalogLockedError(
                f"Another catalog writes {database}: it holds the lock {lock}. One catalog a file; "
                "give another one its own SOUNDBOX_DATA."
            ) from error
        yield


def _usable(database: Path) -> sqlite3.Connection:
    try:
        return _prepared(database)
    except (_NewerFileError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.OperationalError):  # not the content: permissions, a full disk
            raise CatalogStorageError(f"Cannot use {database}: {error}.") from error
        aside = move_aside(database)
        _log.warning("%s cannot be used (%s): moved to %s, made again from the log", database, error, aside)
        return _prepared(database)


class _NewerFileError(SoundBoxError):
    """A newer version made the file."""


def _prepared(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        # A power cut may undo the last transactions, rows and offset together: they are read again.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit = {_LARGEST_IDLE_WAL_BYTES}")
        if names := schema.unknown_migrations(connection):
            raise _NewerFileError(f"a newer version changed it: {', '.join(names)}")
        schema.migrate(connection)
        _start_over_after_other_rules(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _start_over_after_other_rules(connection: sqlite3.Connection) -> None:
    (projection,) = connection.execute("SELECT projection FROM meta").fetchone()
    if projection != rows.PROJECTION:
        _log.info("rows were made by rules %d, now %d: reading the log again", projection, rows.PROJECTION)
        schema.start_over(connection)


def move_aside(database: Path) -> Path:
    """Move the file and what SQLite keeps beside it; the file first, so that no reader opens it alone."""
    number = 1
    while (aside := database.with_name(f"{database.stem}.unusable-{number}{database.suffix}")).exists():
        number += 1
    database.replace(aside)
    for ending in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{database}{ending}").replace(f"{aside}{ending}")
    return aside
