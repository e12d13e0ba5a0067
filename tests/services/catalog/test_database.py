"""One writer, named migrations, and a file that cannot be trusted is set aside, never lost."""

import logging
import multiprocessing
import sqlite3
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import sqlite_utils

from services.catalog import rows as catalog_rows
from services.catalog import schema
from services.catalog.database import (
    CatalogLockedError,
    CatalogStorageError,
    keep_copy_and_start_over,
    open_catalog,
    position,
)
from services.catalog.projection import apply
from services.catalog.queries import Library, TrackQuery
from tests.services.catalog.events import dump, entries, life, make_job, project

MIGRATIONS = [
    "create_meta",
    "create_jobs",
    "create_tracks",
    "create_search",
    "create_counters",
    "add_settings",
    "add_descriptors",
    "add_crowd",
    "add_categories",
    "add_changes",
    "add_playlists",
    "add_paused_models",
    "count_guesses_by_the_batch",
    "find_continuations",
    "note_suggestions_as_changes",
    "read_a_tracks_categories_along_an_index",
]


def test_every_migration_is_recorded_by_name(database: Path) -> None:
    project(database, [])
    applied = schema.MIGRATIONS.applied(sqlite_utils.Database(database))
    assert [migration.name for migration in applied] == MIGRATIONS


def test_opening_again_keeps_rows_identity_and_position(database: Path) -> None:
    log = entries(life(make_job(1)))
    project(database, log)
    rows = dump(database)
    with open_catalog(database) as connection:
        first = position(connection)
    with open_catalog(database) as connection:
        assert position(connection) == first
    assert log[-1].recorded is not None
    assert (first.offset, first.event_id) == (4, log[-1].recorded.id)
    assert dump(database) == rows


def test_the_writer_uses_a_write_ahead_log_and_waits_for_others(database: Path) -> None:
    with open_catalog(database) as connection:
        pragmas = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
    assert pragmas == ["wal", 1, 5000]


def _hold(database: Path, pipe: Connection) -> None:
    with open_catalog(database):
        pipe.send("open")
        pipe.recv()


def test_a_second_writer_is_refused_with_the_files_name_until_the_first_one_died(database: Path) -> None:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    other = multiprocessing.get_context("spawn").Process(target=_hold, args=(database, theirs))
    other.start()
    assert ours.poll(30)
    with pytest.raises(CatalogLockedError) as refusal, open_catalog(database):
        pytest.fail("two writers")
    assert str(database) in str(refusal.value)
    assert f"{database}.lock" in str(refusal.value)
    other.kill()
    other.join(timeout=10)
    with open_catalog(database) as connection:
        assert position(connection).offset == -1


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(CatalogStorageError, match=r"Cannot write .*library.db.lock: File exists"),
        open_catalog(tmp_path / "file" / "library.db"),
    ):
        pytest.fail("opened")


def test_a_file_that_is_no_database_is_moved_aside_and_made_again(
    database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database.parent.mkdir()
    database.write_bytes(b"not a database" * 1000)
    with caplog.at_level(logging.WARNING, "catalog"):
        project(database, entries(life(make_job(1))))
    aside = database.with_name("library.unusable-1.db")
    assert aside.read_bytes().startswith(b"not a database")
    assert f"moved to {aside}" in caplog.text
    assert len([row for row in dump(database) if row[0] == "jobs"]) == 1


def test_a_file_of_a_newer_version_is_moved_aside(database: Path, caplog: pytest.LogCaptureFixture) -> None:
    project(database, entries(life(make_job(1))))
    newer = sqlite3.connect(database)
    newer.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('catalog', 'add_moods', '')"
    )
    newer.commit()
    newer.close()
    with caplog.at_level(logging.WARNING, "catalog"), open_catalog(database) as connection:
        assert position(connection).offset == -1
    assert "a newer version changed it: add_moods" in caplog.text
    assert [row[0] for row in dump(database.with_name("library.unusable-1.db")) if row[0] == "jobs"]


def test_rows_made_by_other_rules_are_read_from_the_log_again(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = entries(life(make_job(1)))
    project(database, log)
    rows = dump(database)
    monkeypatch.setattr(catalog_rows, "PROJECTION", catalog_rows.PROJECTION + 1)
    with open_catalog(database) as connection:
        assert position(connection).offset == -1
        apply(connection, log)
    assert dump(database) == rows


def test_starting_over_keeps_a_copy_and_readers_go_on_without_an_error(
    database: Path, library: Library
) -> None:
    log = entries(life(make_job(1)))
    project(database, log)
    rows, identity = dump(database), library.identity()
    with open_catalog(database) as connection:
        copy = keep_copy_and_start_over(connection, database)
        assert library.tracks(TrackQuery(search="piano")).items == []
        assert library.identity() != identity
        apply(connection, log)
        assert library.tracks(TrackQuery(search="piano")).total == 1
    assert dump(copy) == rows == dump(database)


def test_a_migration_that_fails_leaves_the_tables_as_they_were(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(database, entries(life(make_job(1))))
    rows = dump(database)
    broken = sqlite_utils.Migrations("catalog")
    for migration in schema.MIGRATIONS.pending(sqlite_utils.Database(memory=True)):
        broken(name=migration.name)(migration.fn)

    @broken(name="add_moods")
    def _add_moods(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE moods (name TEXT)")
        db.execute("CREATE TABLE jobs (name TEXT)")

    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    with pytest.raises(CatalogStorageError, match="jobs already exists"), open_catalog(database):
        pytest.fail("opened")
    monkeypatch.undo()
    assert dump(database) == rows
