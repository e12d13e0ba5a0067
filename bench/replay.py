"""How fast a library is made of a log: encoded entries through the real decoding and projection.

The log is made up, whole lives of jobs and what people did with the tracks, and lies in a file, so that no
broker's speed is in the figures. A process of its own reads it, in batches as the catalog gets them, into a
fresh database; its peak memory is its own. The baseline does the least that anybody could: reads the JSON
and inserts the bytes.
"""

import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from bench import made_up
from bench.figures import Figure
from bench.made_up_library import recorded
from cli.backups import facts
from services.catalog.database import open_catalog
from services.catalog.projection import apply
from shared.bus.log import LogEntry
from shared.messages import envelope
from shared.messages.event import Event
from shared.messages.events import TrackPublished

ROWS = 200_000
RATE_AIM = 20_000.0
MEMORY_AIM_MIB = 200.0

_BATCH = 500  # as the catalog gets them
_ROOT = Path(__file__).resolve().parent.parent

Seen = dict[str, float]
"""What a process measured of itself, by name."""


def run(rows: int = ROWS) -> list[Figure]:
    """Replay a log of so many entries; about every sixth is a track."""
    with tempfile.TemporaryDirectory(prefix="soundbox-bench-") as folder:
        log = Path(folder) / "log"
        size = write(log, rows)
        plain = _alone("plain", log, Path(folder) / "plain.db")
        real = _alone("real", log, Path(folder) / "library.db")
    return [
        Figure("entries", rows, "", notes=(f"{size / rows:.0f} bytes each, {real['tracks']:.0f} tracks",)),
        Figure(
            "replay",
            rows / real["total_s"],
            "entries/s",
            baseline=rows / plain["total_s"],
            aim=RATE_AIM,
            at_least=True,
        ),
        Figure("decoding", rows / real["decode_s"], "entries/s", baseline=rows / plain["decode_s"]),
        Figure("projection", rows / real["apply_s"], "entries/s", baseline=rows / plain["apply_s"]),
        Figure("peak memory", real["peak_mib"], "MiB", baseline=plain["peak_mib"], aim=MEMORY_AIM_MIB),
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


def real(log: Path, database: Path) -> Seen:
    """Decode and project as the catalog does."""
    decode_s = apply_s = 0.0
    offset = 0
    with open_catalog(database) as connection:
        for bodies in _batches(facts.entries(log)):
            begun = time.perf_counter()
            entries = [
                LogEntry(number, envelope.decode(body), body=body)
                for number, body in enumerate(bodies, offset)
            ]
            decoded = time.perf_counter()
            apply(connection, entries)
            decode_s += decoded - begun
            apply_s += time.perf_counter() - decoded
            offset += len(bodies)
        (tracks,) = connection.execute("SELECT count(*) FROM tracks").fetchone()
    return {"decode_s": decode_s, "apply_s": apply_s, "tracks": tracks}


def plain(log: Path, database: Path) -> Seen:
    """Read the JSON and insert the bytes."""
    decode_s = apply_s = 0.0
    offset = 0
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE log (number INTEGER PRIMARY KEY, body BLOB)")
        for bodies in _batches(facts.entries(log)):
            begun = time.perf_counter()
            for body in bodies:
                json.loads(body)
            decoded = time.perf_counter()
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO log VALUES (?, ?)", enumerate(bodies, offset))
            connection.execute("COMMIT")
            decode_s += decoded - begun
            apply_s += time.perf_counter() - decoded
            offset += len(bodies)
    return {"decode_s": decode_s, "apply_s": apply_s}


def _batches(bodies: Iterable[bytes]) -> Iterator[list[bytes]]:
    waiting = iter(bodies)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def main(kind: str, log: str, database: str) -> None:
    """Replay, and print what was measured as JSON."""
    seen = {"real": real, "plain": plain}[kind](Path(log), Path(database))
    seen["total_s"] = seen["decode_s"] + seen["apply_s"]
    seen["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux: KiB
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
