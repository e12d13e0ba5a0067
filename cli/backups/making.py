"""Makes a backup, while Sound Box runs or of one that is stopped.

The library is copied first, then the log at least as far as the library had read it, then the objects of
the jobs that had ended by then: an object is there before the fact that names it. Jobs that had not ended
begin anew after a restore, so nothing of theirs is copied. A track that is deleted meanwhile is deleted
in the backup, too: its deletion was kept in the store before its files went.
"""

import contextlib
import hashlib
import json
import logging
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import quote

from cli.backups import facts, names
from cli.backups.archive import Writer, written
from cli.errors import CommandError
from services.catalog import database
from services.catalog.projection import apply
from shared import keys
from shared.bus import whole_log
from shared.bus.log_entry import LogEntry
from shared.settings import Settings
from shared.store import Store, open_store

_log = logging.getLogger("backup")
_ENDED = ("completed", "failed", "cancelled", "refused", "deleted")


@dataclass(frozen=True)
class Made:
    """What a backup holds.

    Attributes:
        waiting: jobs that had not ended, which begin anew after a restore.
        objects: of the store; listed only where `copied` is false.
    """

    entries: int
    tracks: int
    waiting: int
    objects: int
    copied: bool


def make(settings: Settings, target: Path, version: str) -> Made:
    """Write a backup of what the settings name; nothing is left of one that fails.

    Raises:
        CommandError: something is at that place already, the disk is full, or the log is another one than
            the library was made from.
        WholeLogError: the log cannot be read.
        StoreError: the store cannot be read.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".soundbox-backup-", dir=target.parent) as work:
            return _made(settings, target, Path(work), version)
    except (OSError, sqlite3.OperationalError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandError(
            f"The backup {target} could not be written: {reason}. Nothing is left of it."
        ) from error


def _made(settings: Settings, target: Path, work: Path, version: str) -> Made:
    store = open_store(settings)
    is_folder = store.local_path(keys.LASTING[0]) is not None
    head = {
        "soundbox": version,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "store": "copied" if is_folder else f"only listed: {settings.store_url}",
    }
    with written(target, work, head) as writer:
        library, log = work / names.LIBRARY, work / names.LOG
        entries = _copy_library_and_log(settings, library, log)
        with contextlib.closing(sqlite3.connect(library)) as connection:
            copying = _Copying(store, connection)
            objects = copying.copy(writer) if is_folder else copying.list(writer, work)
            with log.open("ab") as file:
                for deletion in copying.deletions:
                    facts.append(file, deletion)
            tracks, waiting = connection.execute(_COUNTS).fetchone()
        writer.add(names.LIBRARY, library)
        writer.add(names.LOG, log)
        for key in sorted((settings.data / names.SECRETS).glob("*.key")):
            writer.add(f"{names.SECRETS}/{key.name}", key)
    return Made(
        entries + len(copying.deletions), tracks - len(copying.deletions), waiting, objects, is_folder
    )


def _copy_library_and_log(settings: Settings, library: Path, log: Path) -> int:
    """Copy both as far as the log goes; returns how many entries there are."""
    _copy_library(settings.database, library)
    with database.opened(library) as connection, log.open("wb") as file:
        saved = database.position(connection)
        copying = _CopyingLog(connection, saved)
        whole_log.read(settings, saved.offset, lambda batch: copying.take(batch, file))
        if saved.offset >= 0 and not copying.met:
            raise CommandError(
                f"The log has no entry {saved.offset} as the library knows it: it is another log."
                " Start Sound Box, which makes the library anew, and try again."
            )
        connection.execute("PRAGMA journal_mode = DELETE")  # one file alone
        return copying.entries


class _CopyingLog:
    """Writes entries down, and brings the library's copy up to date with them."""

    def __init__(self, connection: sqlite3.Connection, saved: database.Position) -> None:
        self._connection = connection
        self._saved = saved
        self.met = False
        self.entries = 0

    def take(self, batch: list[LogEntry], file: IO[bytes]) -> None:
        for entry in batch:
            facts.append(file, entry.body)
            place = entry.place
            self.met |= (place.offset, place.event_id) == (self._saved.offset, self._saved.event_id)
        self.entries += len(batch)
        apply(self._connection, batch)


def _copy_library(source: Path, copy: Path) -> None:
    """Copy the database as it is at a moment; one that cannot be read is made again from the log."""
    if not source.exists():
        return
    try:
        with (
            contextlib.closing(sqlite3.connect(_read_only(source), uri=True)) as reading,
            contextlib.closing(sqlite3.connect(copy)) as writing,
        ):
            reading.backup(writing)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        _log.warning("%s is damaged (%s); its copy is made from the log", source, error)
        copy.unlink(missing_ok=True)


def _read_only(database: Path) -> str:
    return f"file:{quote(str(database.absolute()))}?mode=ro"


class _Copying:
    """Copies or lists what the store has of the jobs that the library's copy knows to have ended."""

    def __init__(self, store: Store, library: sqlite3.Connection) -> None:
        self._store = store
        self._library = library
        self.deletions: list[bytes] = []

    def copy(self, writer: Writer) -> int:
        """Copy every object; returns how many."""
        count = 0
        for key in self._keys():
            path = self._store.local_path(key)
            count += path is not None and writer.add(f"{names.STORE}/{key}", path)
        return count

    def list(self, writer: Writer, work: Path) -> int:
        """Write down key, size and SHA-256 of every object; returns how many."""
        count = 0
        with (work / names.OBJECTS).open("w", encoding="utf-8") as file:
            for key in self._keys():
                with contextlib.suppress(KeyError):  # gone meanwhile
                    content = self._store.read(key)
                    line = {
                        "key": key,
                        "size": len(content),
                        "sha256": hashlib.sha256(content).hexdigest(),
                    }
                    file.write(json.dumps(line) + "\n")
                    count += 1
        writer.add(names.OBJECTS, work / names.OBJECTS)
        return count

    def _keys(self) -> Iterator[str]:
        for folder in keys.LASTING:
            for key in self._store.keys(folder):
                job_id = keys.job_of(key)
                status = None if job_id is None else self._status(job_id)
                if key.startswith("deleted/") and status == "completed":
                    self.deletions.append(self._store.read(key))
                if job_id is None or status in _ENDED or key.startswith("records/ingest/"):
                    yield key

    def _status(self, job_id: str) -> str | None:
        row = self._library.execute("SELECT status FROM jobs WHERE id = ?", (job_id,)).fetchone()
        return None if row is None else str(row[0])


_COUNTS = """
    SELECT (SELECT count(*) FROM tracks),
        (SELECT count(*) FROM jobs WHERE status IN ('queued', 'processing') AND model IS NOT NULL)
"""
