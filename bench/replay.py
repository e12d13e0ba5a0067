"""How fast a library is made of a log: encoded entries through the real decoding and projection.

The log is made up, whole lives of jobs and what people did with the tracks, and lies in a file, so that no
broker's speed is in the figures. A process of its own reads it into a fresh database; its peak memory is
its own. The baseline is the same projection with a transaction for each entry; reading the JSON and
inserting the bytes is the least that anybody could do.
"""

import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from bench import made_up
from bench.figures import Figure
from bench.made_up_library import recorded
from cli.backups import facts
from services.catalog.database import open_catalog, opened
from services.catalog.filling import filling
from services.catalog.projection import Applied, apply
from shared.bus.log_entry import Message
from shared.messages import envelope
from shared.messages.event import Event
from shared.messages.events import TrackPublished

ROWS = 200_000
RATE_AIM = 20_000.0
MEMORY_AIM_MIB = 200.0

_BATCH = 2000  # as the catalog gets them
_FEW = 20_000
_ROOT = Path(__file__).resolve().parent.parent

Seen = dict[str, float]
"""What a process measured of itself, by name."""


def run(rows: int = ROWS) -> list[Figure]:
    """Replay a log of so many entries; about every sixth is a track."""
    with tempfile.TemporaryDirectory(prefix="soundbox-bench-") as folder:
        log = Path(folder) / "log"
        size = write(log, rows)
        plain, slow, followed, rebuilt = (
            _alone(kind, log, Path(folder) / f"{kind}.db")
            for kind in ("plain", "one_by_one", "followed", "rebuilt")
        )
    one_by_one = slow["entries"] / slow["total_s"]
    return [
        Figure("entries", rows, "", notes=(f"{size / rows:.0f} bytes each, {rebuilt['tracks']:.0f} tracks",)),
        Figure(
            "replay into a new file",
            rows / rebuilt["total_s"],
            "entries/s",
            baseline=one_by_one,
            aim=RATE_AIM,
            at_least=True,
        ),
        Figure("following, in batches", rows / followed["total_s"], "entries/s", baseline=one_by_one),
        Figure("reading JSON, inserting bytes", rows / plain["total_s"], "entries/s", baseline=one_by_one),
        Figure("processor time of a replay", 1e6 * rebuilt["cpu_s"] / rows, "µs/entry"),
        Figure(
            "peak memory of a replay",
            rebuilt["peak_mib"],
            "MiB",
            baseline=plain["peak_mib"],
            aim=MEMORY_AIM_MIB,
            notes=(f"and {rebuilt['planner_mib']:.0f} MiB in each process that decodes",),
        ),
        Figure("peak memory of following", followed["peak_mib"], "MiB", aim=MEMORY_AIM_MIB),
    ]


def write(log: Path, rows: int) -> int:
    """Write the first entries of a made-up log; returns how many bytes they have."""
    size = 0
    with log.open("wb") as file:
        for fact in recorded(islice(_events(rows), rows)):
            body = envelope.encode(fact)
            facts.append(file, body)
            size += len(body)
    return size


def _events(rows: int) -> Iterator[Event]:
    for event in made_up.library(rows):
        if isinstance(event, TrackPublished):
            yield from made_up.life(event)
        else:
            yield event


def _alone(kind: str, log: Path, database: Path) -> Seen:
    """Replay in a process of its own."""
    command = [sys.executable, "-m", "bench.replay", kind, str(log), str(database)]
    seen: Seen = json.loads(subprocess.check_output(command, cwd=_ROOT))
    return seen


def rebuilt(log: Path, database: Path) -> Seen:
    """Fill a new library as `soundbox rebuild` does, its indexes included."""
    begun = time.perf_counter()
    with opened(database) as connection:
        with filling(connection, _nothing) as filler:
            for messages in _batches(_messages(log), _BATCH):
                filler.take(messages)
        tracks = _tracks(connection)
    planner_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # the largest one's
    return {
        "total_s": time.perf_counter() - begun,
        "tracks": tracks,
        "planner_mib": planner_kib / 1024,
        "cpu_s": _cpu_s(resource.RUSAGE_SELF) + _cpu_s(resource.RUSAGE_CHILDREN),
    }


def followed(log: Path, database: Path) -> Seen:
    """Decode and project as the catalog does that follows the log."""
    return _followed(log, database, _BATCH)


def one_by_one(log: Path, database: Path) -> Seen:
    """The same, each entry in a transaction of its own; of a part of the log."""
    return _followed(log, database, 1, _FEW)


def _followed(log: Path, database: Path, batch: int, most: int | None = None) -> Seen:
    begun, entries = time.perf_counter(), 0
    with open_catalog(database) as connection:
        for messages in _batches(islice(_messages(log), most), batch):
            apply(connection, [message.read() for message in messages])
            entries += len(messages)
        tracks = _tracks(connection)
    cpu_s = _cpu_s(resource.RUSAGE_SELF)
    return {"total_s": time.perf_counter() - begun, "tracks": tracks, "entries": entries, "cpu_s": cpu_s}


def _messages(log: Path) -> Iterator[Message]:
    return (Message(offset, body) for offset, body in enumerate(facts.entries(log)))


def _tracks(connection: sqlite3.Connection) -> int:
    (tracks,) = connection.execute("SELECT count(*) FROM tracks").fetchone()
    return int(tracks)


def _nothing(_applied: Applied) -> None:
    """Nobody is told how far it has come."""


def _cpu_s(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def plain(log: Path, database: Path) -> Seen:
    """Read the JSON and insert the bytes."""
    begun = time.perf_counter()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE log (number INTEGER PRIMARY KEY, body BLOB)")
        for messages in _batches(_messages(log), _BATCH):
            for message in messages:
                json.loads(message.body)
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO log VALUES (?, ?)", messages)
            connection.execute("COMMIT")
    return {"total_s": time.perf_counter() - begun}


def _batches(messages: Iterator[Message], size: int) -> Iterator[list[Message]]:
    while batch := list(islice(messages, size)):
        yield batch


def main(kind: str, log: str, database: str) -> None:
    """Replay, and print what was measured as JSON."""
    ways = {"rebuilt": rebuilt, "followed": followed, "one_by_one": one_by_one, "plain": plain}
    seen = ways[kind](Path(log), Path(database))
    seen["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux: KiB
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
