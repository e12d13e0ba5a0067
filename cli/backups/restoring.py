"""Puts a backup into a data folder: everything is unpacked, verified and tried beside what is there first."""

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from cli.backups import facts, names
from cli.backups.archive import discard, unpack
from cli.broker_node import BrokerNode
from cli.errors import CommandError
from services.catalog import database
from services.catalog.database import Position
from shared.bus import whole_log
from shared.bus.log_entry import LogEntry
from shared.settings import Settings
from shared.store import open_store

_BROKER, _CATALOG = "broker", "catalog"
_PARTS = (_BROKER, _CATALOG, names.STORE, names.SECRETS)
_COPIED = "copied"


@dataclass(frozen=True)
class Restored:
    """What was restored.

    Attributes:
        waiting: jobs that begin anew.
        missing: objects that the backup only lists and the store does not have in that size.
    """

    created_at: str
    entries: int
    waiting: int
    missing: int


def restore(source: Path, settings: Settings, *, replace: bool, own_node: bool) -> Restored:
    """Make the settings' data folder what it was. The caller holds the folder.

    Args:
        source: the backup, a tar file or a folder.
        replace: whether what is in the data folder may go.
        own_node: whether the data folder's node is to have the log; else it is the settings' broker.

    Raises:
        CommandError: the folder holds something, the backup is damaged or of another version, the disk is
            full. What was in the folder stays.
        WholeLogError: the log could not be written. The same.
    """
    data = settings.data.absolute()
    held = [part for part in _PARTS if _holds_something(data / part)]
    if held and not replace:
        raise CommandError(
            f"{data} holds something already: {', '.join(held)}. Name another folder with --data, or say"
            " --replace: then that is deleted, as soon as the backup has been found whole."
        )
    staging = data / ".restoring"
    try:
        with database.locked(settings.database):
            discard(staging)
            staging.mkdir(mode=0o700)
            restored = _prepared(source, staging, settings, own_node)
            _exchange(staging, data)
        return restored
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandError(
            f"{source} could not be restored into {data}: {reason}. What was there stays."
        ) from error
    finally:
        discard(staging)


def _holds_something(folder: Path) -> bool:
    """Whether there is a file but for locks."""
    return any(not path.is_dir() and path.suffix != ".lock" for path in folder.rglob("*"))


def _prepared(source: Path, staging: Path, settings: Settings, own_node: bool) -> Restored:
    """Unpack, verify and make the log, all in the staging folder, laid out as a data folder."""
    head = unpack(source, staging)
    library, log = staging / _CATALOG / names.LIBRARY, staging / names.LOG
    for part in (names.LIBRARY, names.LOG):
        if not (staging / part).is_file():
            raise CommandError(f"{source} is no whole backup: it has no {part}.")
    missing = _missing(source, staging, settings, str(head.get("store")))
    library.parent.mkdir(mode=0o700)
    (staging / names.LIBRARY).rename(library)
    position, waiting = _known(library)
    with _log_of(staging, settings, own_node) as broker:
        copying = _CopyingLog(position)
        copying.run(broker, log, waiting)
    if not copying.met:
        library.unlink()  # the entries stand elsewhere in the new log: the catalog makes it again
    return Restored(str(head.get("created_at")), copying.written, len(waiting), missing)


@contextlib.contextmanager
def _log_of(staging: Path, settings: Settings, own_node: bool) -> Iterator[Settings]:
    """Settings of the broker that is to have the log."""
    if not own_node:
        yield settings
        return
    node = BrokerNode(staging / _BROKER)
    node.start()
    try:
        node.wait_ready()
        yield settings.model_copy(update={"amqp_url": SecretStr(node.url())})
    finally:
        node.stop()


class _CopyingLog:
    """Writes the log into a broker, and reads it back."""

    def __init__(self, position: Position) -> None:
        self._place = (position.offset, position.event_id)
        self._wanted, self._found = hashlib.sha256(), hashlib.sha256()
        self._seen = 0
        self.written = 0
        self.met = position.offset < 0
        """Whether the library's last entry stands where it stood."""

    def run(self, broker: Settings, log: Path, waiting: set[str]) -> None:
        self.written = whole_log.write(broker, self._hashed(log), waiting)
        whole_log.read(broker, self.written - 1, self._compare)
        if (self._seen, self._found.digest()) != (self.written, self._wanted.digest()):
            raise CommandError(
                f"{self.written} entries were written into the log; the broker gives back {self._seen}"
                " or others. What was there stays."
            )

    def _hashed(self, log: Path) -> Iterator[bytes]:
        for body in facts.entries(log):
            self._wanted.update(body)
            yield body

    def _compare(self, batch: list[LogEntry]) -> None:
        self._seen += len(batch)
        for entry in batch:
            self._found.update(entry.body)
            self.met |= (entry.place.offset, entry.place.event_id) == self._place


def _known(library: Path) -> tuple[Position, set[str]]:
    """How far the library is, and the jobs that had not ended."""
    with contextlib.closing(sqlite3.connect(library)) as connection:
        jobs = connection.execute(
            "SELECT id FROM jobs WHERE status IN ('queued', 'processing') AND model IS NOT NULL"
        )
        return database.position(connection), {row[0] for row in jobs}


def _missing(source: Path, staging: Path, settings: Settings, store: str) -> int:
    """How many objects that are only listed the store does not have.

    Raises:
        CommandError: the settings' store is not where the objects are to be.
    """
    if store == _COPIED and settings.store_url is not None:
        raise CommandError(
            f"{source} holds the objects, but SOUNDBOX_STORE_URL is {settings.store_url}."
            " Restore without that setting, then move the folder store to where you want it."
        )
    if store == _COPIED:
        return 0
    if settings.store_url is None:
        raise CommandError(f"The objects of {source} are {store}. Set SOUNDBOX_STORE_URL to that store.")
    objects, missing = open_store(settings), 0
    with (staging / names.OBJECTS).open(encoding="utf-8") as lines:
        for line in lines:
            said: dict[str, Any] = json.loads(line)
            missing += objects.size(said["key"]) != said["size"]
    return missing


def _exchange(staging: Path, data: Path) -> None:
    """Put the parts in their places; what was there goes when all are there."""
    before = staging / "before"
    before.mkdir()
    done: list[str] = []
    try:
        for part in _PARTS:
            done.append(part)
            if (data / part).exists():
                (data / part).rename(before / part)
            if (staging / part).exists():
                (staging / part).rename(data / part)
    except OSError:
        for part in reversed(done):
            if (before / part).exists():
                discard(data / part)
                (before / part).rename(data / part)
        raise
