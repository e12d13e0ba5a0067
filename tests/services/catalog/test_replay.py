"""However the log is cut, repeated or interrupted, the rows are those of reading it once in order."""

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.catalog.database import open_catalog, position
from services.catalog.projection import apply
from shared.bus.log_entry import LogEntry
from shared.messages.events import Event
from tests.services.catalog import events
from tests.services.catalog.events import dump, entries, life, make_job, project

GAP = 1000  # between the offsets of the log, so that a repeated entry finds a place
EXAMPLES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """The events of a few jobs, mixed, each job's own in an order that stages may publish."""
    jobs = [draw(one_history(number)) for number in range(1, draw(st.integers(1, 4)) + 1)]
    mixed = []
    while any(jobs):
        chosen = draw(st.sampled_from([job for job in jobs if job]))
        mixed.append(chosen.pop(0))
    return mixed


@st.composite
def one_history(draw: st.DrawFn, number: int) -> list[Event]:
    job = make_job(
        number,
        draw(st.sampled_from(["calm piano", "lo-fi rain 80bpm", "🎹 jazz"])),
        model=draw(st.sampled_from(["music", "audio"])),
        tier=draw(st.sampled_from(["free", "premium"])),
    )
    story = life(job, draw(st.integers(1, 3)))
    for extra in draw(
        st.lists(
            st.sampled_from([events.cancelled(job), events.failed(job), events.refused(number)]),
            max_size=2,
            unique_by=type,
        )
    ):
        story.insert(draw(st.integers(0, len(story))), extra)
    return story


@st.composite
def with_repeats(draw: st.DrawFn, log: list[LogEntry]) -> list[LogEntry]:
    """The log with entries published again, anywhere after their first time."""
    repeats = draw(
        st.lists(
            st.tuples(st.integers(0, len(log) - 1), st.integers(0, len(log) - 1), st.integers(1, GAP - 1)),
            max_size=12,
            unique_by=lambda repeat: (max(repeat[0], repeat[1]), repeat[2]),
        )
    )
    again = [
        LogEntry(log[max(first, after)].offset + more, log[first].recorded) for first, after, more in repeats
    ]
    return sorted([*log, *again], key=lambda entry: entry.offset)


def batches(log: list[LogEntry], sizes: list[int]) -> Iterator[list[LogEntry]]:
    start = 0
    for size in [*sizes, len(log)]:
        if start < len(log):
            yield log[start : start + size]
        start += size


def dumped(log: list[LogEntry], sizes: list[int]) -> list[tuple[object, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "library.db"
        with open_catalog(database) as connection:
            for batch in batches(log, sizes):
                apply(connection, batch)
        return dump(database)


@EXAMPLES
@given(st.data())
def test_repeated_entries_and_other_batches_give_the_same_rows(data: st.DataObject) -> None:
    log = entries(data.draw(histories()), step=GAP)
    repeated = data.draw(with_repeats(log))
    sizes = data.draw(st.lists(st.integers(1, 9), max_size=20))
    assert dumped(repeated, sizes) == dumped(log, [])


@EXAMPLES
@given(st.data())
def test_a_crash_before_the_commit_and_reading_on_from_the_saved_entry_give_the_same_rows(
    data: st.DataObject,
) -> None:
    log = entries(data.draw(histories()))
    instructions = data.draw(st.integers(50, 3000), label="SQLite instructions until the crash")
    size = data.draw(st.integers(1, 9))
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "library.db"
        with open_catalog(database) as connection:
            crash_within(connection, log, size, instructions)
        with open_catalog(database) as connection:
            saved = position(connection).offset
            apply(connection, [entry for entry in log if entry.offset >= saved])
        assert dump(database) == dumped(log, [])


def crash_within(connection: sqlite3.Connection, log: list[LogEntry], size: int, instructions: int) -> None:
    """Project batches until SQLite has run so many instructions in one statement series, and then no more."""
    left = instructions

    def out_of_time() -> bool:
        nonlocal left
        left -= 10
        return left <= 0

    connection.set_progress_handler(out_of_time, 10)
    with contextlib.suppress(sqlite3.OperationalError):  # "interrupted"
        for start in range(0, len(log), size):
            apply(connection, log[start : start + size])
    connection.set_progress_handler(None, 0)


@EXAMPLES
@given(histories())
def test_every_job_ends_at_most_once_and_the_counters_are_what_one_would_count(log: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "library.db"
        project(database, entries(log))
        connection = sqlite3.connect(database)
        completed = connection.execute(
            "SELECT id FROM jobs WHERE status = 'completed' ORDER BY id"
        ).fetchall()
        tracks = connection.execute("SELECT id FROM tracks ORDER BY id").fetchall()
        assert completed == tracks
        counters = dict(connection.execute("SELECT name, value FROM counters"))
        counted = dict(connection.execute("SELECT model, count(*) FROM tracks GROUP BY model"))
        assert counters == (counted | {"total": len(tracks)} if tracks else {})
        connection.execute("INSERT INTO tracks_fts(tracks_fts, rank) VALUES ('integrity-check', 1)")
        connection.close()
