"""Tables of the catalog, as named migrations.

Everything here is derived from the log: a change that old events must fill goes with higher `_RULES` of
`rows.py`, and the catalog reads the log again from its first entry.
"""

import contextlib
import sqlite3
import uuid
from collections.abc import Iterator, Mapping

import sqlite_utils
from sqlite_utils.migrations import Migrations

from services.catalog import rows

MIGRATIONS = Migrations("catalog")

_READ_BY_INDEX = ("jobs", "tracks", "votes", "favourites", "listeners")
"""Tables whose indexes only readers need."""


@MIGRATIONS(name="create_meta")
def _create_meta(db: sqlite_utils.Database) -> None:
    """One row: which database this is and how far it has read the log."""
    db.execute("""
        CREATE TABLE meta (
            only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
            identity TEXT NOT NULL,
            projection INTEGER NOT NULL,
            offset INTEGER NOT NULL,      -- of the last entry that was read; -1 before the first
            event_id TEXT,                -- of that entry; NULL where it could not be decoded
            skipped INTEGER NOT NULL      -- entries that could not be decoded or stored
        ) STRICT
    """)
    db.execute("INSERT INTO meta VALUES (1, ?, ?, -1, NULL, 0)", [uuid.uuid4().hex, rows.PROJECTION])


@MIGRATIONS(name="create_jobs")
def _create_jobs(db: sqlite_utils.Database) -> None:
    db.execute("""
        CREATE TABLE jobs (
            number INTEGER PRIMARY KEY,   -- in the order in which the log first named them
            id TEXT NOT NULL UNIQUE,
            prompt TEXT NOT NULL DEFAULT '',
            model TEXT,                   -- this and the next seven: NULL or 0 until the job itself was seen
            duration_s REAL,
            loop INTEGER NOT NULL DEFAULT 0,
            seed INTEGER,
            tier TEXT,
            user_id TEXT,
            priority INTEGER NOT NULL DEFAULT 0,
            step INTEGER NOT NULL,        -- only ever grows; see projection.py
            status TEXT NOT NULL,
            phase TEXT NOT NULL,
            attempt INTEGER NOT NULL DEFAULT 0,
            score INTEGER,
            issues TEXT NOT NULL DEFAULT '[]',
            error_code TEXT,
            error TEXT,
            worker TEXT,
            engine TEXT,
            elapsed_ms REAL,              -- of the last take, with the take's length and its event's offset
            take_duration_s REAL,
            take_offset INTEGER,
            created_at TEXT NOT NULL,
            started_at TEXT,
            completed_at TEXT,
            queued_offset INTEGER NOT NULL,   -- of the event that put it into its queue
            offset INTEGER NOT NULL       -- of the last event that changed the row
        ) STRICT
    """)
    db.execute("CREATE INDEX jobs_by_user ON jobs(user_id)")
    db.execute("CREATE INDEX jobs_by_change ON jobs(user_id, offset)")
    db.execute(
        "CREATE INDEX jobs_waiting ON jobs(model, priority DESC, queued_offset) WHERE status = 'queued'"
    )
    db.execute("CREATE INDEX jobs_running ON jobs(started_at) WHERE status = 'processing'")
    db.execute("CREATE INDEX jobs_by_take ON jobs(model, take_offset) WHERE take_offset IS NOT NULL")


@MIGRATIONS(name="create_tracks")
def _create_tracks(db: sqlite_utils.Database) -> None:
    db.execute("""
        CREATE TABLE tracks (
            number INTEGER PRIMARY KEY,   -- dense but for deleted ones, in the order of publication
            id TEXT NOT NULL UNIQUE,
            offset INTEGER NOT NULL UNIQUE,
            prompt TEXT NOT NULL,
            tag_words TEXT NOT NULL,
            joined_words TEXT NOT NULL,
            model TEXT NOT NULL,
            duration_s REAL NOT NULL,
            is_loop INTEGER NOT NULL,
            score INTEGER NOT NULL,
            issues TEXT NOT NULL,
            audio_key TEXT NOT NULL,
            audio_sha256 TEXT NOT NULL,
            spectrogram_key TEXT NOT NULL,
            peaks_key TEXT NOT NULL,
            peaks BLOB NOT NULL,          -- one byte a height
            engine TEXT NOT NULL,
            engine_version TEXT NOT NULL,
            seed INTEGER NOT NULL,
            user_id TEXT NOT NULL,
            tags TEXT NOT NULL,
            loudness_lufs REAL,
            attempts INTEGER NOT NULL,
            upvotes INTEGER NOT NULL DEFAULT 0,
            downvotes INTEGER NOT NULL DEFAULT 0,
            rating INTEGER NOT NULL GENERATED ALWAYS AS (upvotes - downvotes) VIRTUAL,
            plays INTEGER NOT NULL DEFAULT 0,
            trend REAL NOT NULL DEFAULT 0,
            sample_rate_hz INTEGER NOT NULL,
            channels INTEGER NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT
    """)
    db.execute("CREATE INDEX tracks_by_model ON tracks(model)")
    db.execute("CREATE INDEX tracks_by_user ON tracks(user_id)")
    # A sort by any of these ends with the newest first, which an index gives by its hidden last column.
    for column in ("upvotes", "rating", "plays", "trend", "duration_s"):
        db.execute(f"CREATE INDEX tracks_by_{column} ON tracks({column})")
        db.execute(f"CREATE INDEX tracks_by_model_and_{column} ON tracks(model, {column})")


@MIGRATIONS(name="create_search")
def _create_search(db: sqlite_utils.Database) -> None:
    """Full text over prompt and tags; without an index of its length `pian*` reads all that begins so."""
    db.execute("""
        CREATE VIRTUAL TABLE tracks_fts USING fts5(
            prompt, tag_words, joined_words,
            content = 'tracks', content_rowid = 'number',
            detail = full, prefix = '2 3 4 5 6', tokenize = 'unicode61 remove_diacritics 2'
        )
    """)
    columns = "prompt, tag_words, joined_words"
    add = f"INSERT INTO tracks_fts(rowid, {columns}) VALUES (new.number, {_each('new', columns)});"
    remove = (
        f"INSERT INTO tracks_fts(tracks_fts, rowid, {columns}) "
        f"VALUES ('delete', old.number, {_each('old', columns)});"
    )
    db.execute(f"CREATE TRIGGER tracks_added AFTER INSERT ON tracks BEGIN {add} END")
    db.execute(f"CREATE TRIGGER tracks_removed AFTER DELETE ON tracks BEGIN {remove} END")
    # Named columns: a vote must not write the search index.
    db.execute(f"CREATE TRIGGER tracks_reworded AFTER UPDATE OF {columns} ON tracks BEGIN {remove} {add} END")


@MIGRATIONS(name="create_counters")
def _create_counters(db: sqlite_utils.Database) -> None:
    db.execute("CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID")


@MIGRATIONS(name="add_settings")
def _add_settings(db: sqlite_utils.Database) -> None:
    """How tokens are drawn, as JSON; what is continued and followed, as ids."""
    for table in ("jobs", "tracks"):
        for column in ("sampling", "extend", "melody"):
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT")


@MIGRATIONS(name="add_descriptors")
def _add_descriptors(db: sqlite_utils.Database) -> None:
    """What was measured; vectors lie apart, so that reading all of them reads nothing else."""
    for column, kind in (("bpm", "REAL"), ("key", "TEXT"), ("descriptors", "TEXT")):
        db.execute(f"ALTER TABLE tracks ADD COLUMN {column} {kind}")
    db.execute("CREATE INDEX tracks_by_bpm ON tracks(bpm)")
    db.execute("CREATE INDEX tracks_by_key ON tracks(key COLLATE NOCASE)")
    db.execute("""
        CREATE TABLE track_features (
            number INTEGER PRIMARY KEY,   -- of the track
            vector BLOB NOT NULL          -- 64 floats of 4 bytes, little-endian
        ) STRICT
    """)


@MIGRATIONS(name="add_crowd")
def _add_crowd(db: sqlite_utils.Database) -> None:
    """What people did with tracks; `track` is the number of one."""
    db.execute("ALTER TABLE tracks ADD COLUMN popularity REAL NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE tracks ADD COLUMN listeners INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX tracks_by_popularity ON tracks(popularity)")
    db.execute("CREATE INDEX tracks_by_model_and_popularity ON tracks(model, popularity)")
    db.execute("DROP INDEX tracks_by_upvotes")
    db.execute("DROP INDEX tracks_by_model_and_upvotes")
    db.execute("CREATE TABLE deeds_seen (id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID")
    db.execute("CREATE TABLE deleted_tracks (number INTEGER PRIMARY KEY, id TEXT NOT NULL) STRICT")
    db.execute("""
        CREATE TABLE votes (
            track INTEGER NOT NULL,
            user_id TEXT NOT NULL,
            vote INTEGER NOT NULL CHECK (vote IN (-1, 1)),
            reasons TEXT NOT NULL,        -- JSON list of words
            note TEXT NOT NULL,
            suggested_model TEXT,
            liked_s REAL,                 -- since when it is a like, in seconds since 1970
            voted_at TEXT NOT NULL,
            offset INTEGER NOT NULL,
            PRIMARY KEY (track, user_id)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("CREATE INDEX votes_by_user ON votes(user_id, offset)")
    db.execute("""
        CREATE TABLE vote_reasons (
            track INTEGER NOT NULL, reason TEXT NOT NULL, votes INTEGER NOT NULL, PRIMARY KEY (track, reason)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("""
        CREATE TABLE favourites (
            track INTEGER NOT NULL, user_id TEXT NOT NULL, added_at TEXT NOT NULL, offset INTEGER NOT NULL,
            PRIMARY KEY (track, user_id)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("CREATE INDEX favourites_by_user ON favourites(user_id, offset)")
    db.execute("""
        CREATE TABLE listeners (
            track INTEGER NOT NULL,
            user_id TEXT NOT NULL,
            plays INTEGER NOT NULL,
            played_s REAL NOT NULL,       -- the last time, in seconds since 1970
            played_at TEXT NOT NULL,
            offset INTEGER NOT NULL,
            PRIMARY KEY (track, user_id)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("CREATE INDEX listeners_by_user ON listeners(user_id, offset)")
    db.execute("""
        CREATE TABLE category_suggestions (
            track INTEGER NOT NULL, category TEXT NOT NULL, user_id TEXT NOT NULL, offset INTEGER NOT NULL,
            PRIMARY KEY (track, category, user_id)
        ) STRICT, WITHOUT ROWID
    """)


@MIGRATIONS(name="add_categories")
def _add_categories(db: sqlite_utils.Database) -> None:
    """Which tracks are in which category, newest first by the key; how many, kept by triggers."""
    db.execute("""
        CREATE TABLE track_categories (
            number INTEGER NOT NULL,      -- of the track
            category TEXT NOT NULL,
            place INTEGER NOT NULL,       -- 0 for the machine's best guess, or the crowd's first
            source TEXT NOT NULL CHECK (source IN ('machine', 'crowd')),
            PRIMARY KEY (category, number)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("CREATE INDEX track_categories_by_number ON track_categories(number)")
    db.execute("""
        CREATE TABLE category_counts (
            model TEXT NOT NULL,
            category TEXT NOT NULL,
            tracks INTEGER NOT NULL,
            PRIMARY KEY (model, category)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("""
        CREATE TRIGGER track_categorized AFTER INSERT ON track_categories BEGIN
            INSERT INTO category_counts SELECT model, new.category, 1 FROM tracks WHERE number = new.number
                ON CONFLICT DO UPDATE SET tracks = tracks + 1;
        END
    """)
    db.execute("""
        CREATE TRIGGER track_uncategorized AFTER DELETE ON track_categories BEGIN
            UPDATE category_counts SET tracks = tracks - 1
                WHERE category = old.category
                AND model = (SELECT model FROM tracks WHERE number = old.number);
        END
    """)
    # Before: the counts need the track's model.
    db.execute("""
        CREATE TRIGGER track_leaves_categories BEFORE DELETE ON tracks BEGIN
            DELETE FROM track_categories WHERE number = old.number;
        END
    """)


@MIGRATIONS(name="add_changes")
def _add_changes(db: sqlite_utils.Database) -> None:
    """Which tracks have changed since they were published, for who keeps a copy of them."""
    db.execute("""
        CREATE TABLE track_changes (
            number INTEGER PRIMARY KEY,   -- of the track, which may be deleted
            change INTEGER NOT NULL UNIQUE
        ) STRICT
    """)
    note = (
        "INSERT INTO track_changes "
        "VALUES (old.number, (SELECT coalesce(max(change), 0) + 1 FROM track_changes)) "
        "ON CONFLICT (number) DO UPDATE SET change = excluded.change;"
    )
    db.execute(f"CREATE TRIGGER tracks_changed AFTER UPDATE ON tracks BEGIN {note} END")
    db.execute(f"CREATE TRIGGER tracks_deleted AFTER DELETE ON tracks BEGIN {note} END")
    # The machine's categories come with the track.
    by_crowd = "AFTER INSERT ON track_categories WHEN new.source = 'crowd'"
    db.execute(f"CREATE TRIGGER track_joined {by_crowd} BEGIN {note.replace('old', 'new')} END")
    db.execute(f"CREATE TRIGGER track_left AFTER DELETE ON track_categories BEGIN {note} END")


@MIGRATIONS(name="add_playlists")
def _add_playlists(db: sqlite_utils.Database) -> None:
    """Playlists; ids of deleted ones stay, so that nobody takes a link over by an id that was used."""
    db.execute("""
        CREATE TABLE playlists (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            user_id TEXT NOT NULL,
            name TEXT NOT NULL,
            description TEXT NOT NULL,
            query TEXT,                   -- of a smart one: the search that says what is in it
            tracks INTEGER NOT NULL DEFAULT 0,
            share_id TEXT,                -- this and the next: NULL while it is private
            share_expires_at TEXT,
            created_at TEXT NOT NULL,
            changed_at TEXT NOT NULL,
            offset INTEGER NOT NULL       -- of the last event that changed it
        ) STRICT
    """)
    db.execute("CREATE INDEX playlists_by_user ON playlists(user_id, offset)")
    db.execute("CREATE TABLE deleted_playlists (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")
    db.execute("""
        CREATE TABLE playlist_tracks (
            playlist INTEGER NOT NULL,    -- its number, as the next
            track INTEGER NOT NULL,
            place INTEGER NOT NULL,       -- grows from the first to the last; may have gaps
            PRIMARY KEY (playlist, track)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("CREATE INDEX playlist_tracks_by_place ON playlist_tracks(playlist, place)")
    db.execute("CREATE INDEX playlist_tracks_by_track ON playlist_tracks(track)")


@MIGRATIONS(name="add_paused_models")
def _add_paused_models(db: sqlite_utils.Database) -> None:
    """The models that no generator takes jobs of now, since an admin said so."""
    db.execute("CREATE TABLE paused_models (model TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")


@MIGRATIONS(name="count_guesses_by_the_batch")
def _count_guesses_by_the_batch(db: sqlite_utils.Database) -> None:
    """The categories that a track is published with are counted by who files it."""
    db.execute("DROP TRIGGER track_categorized")
    db.execute("""
        CREATE TRIGGER track_categorized AFTER INSERT ON track_categories WHEN new.source = 'crowd' BEGIN
            INSERT INTO category_counts SELECT model, new.category, 1 FROM tracks WHERE number = new.number
                ON CONFLICT DO UPDATE SET tracks = tracks + 1;
        END
    """)


@MIGRATIONS(name="find_continuations")
def _find_continuations(db: sqlite_utils.Database) -> None:
    """The tracks that continue one; few do."""
    db.execute("CREATE INDEX tracks_by_extend ON tracks(extend) WHERE extend IS NOT NULL")


@MIGRATIONS(name="note_suggestions_as_changes")
def _note_suggestions_as_changes(db: sqlite_utils.Database) -> None:
    """How many people say that a track is in a category is shown with the track."""
    for name, moment, row in (("added", "INSERT", "new"), ("withdrawn", "DELETE", "old")):
        db.execute(f"""
            CREATE TRIGGER suggestion_{name} AFTER {moment} ON category_suggestions BEGIN
                INSERT INTO track_changes
                VALUES ({row}.track, (SELECT coalesce(max(change), 0) + 1 FROM track_changes))
                ON CONFLICT (number) DO UPDATE SET change = excluded.change;
            END
        """)


@MIGRATIONS(name="read_a_tracks_categories_along_an_index")
def _read_a_tracks_categories_along_an_index(db: sqlite_utils.Database) -> None:
    """All that a track is shown with of its categories, in the order in which it is shown."""
    db.execute("DROP INDEX track_categories_by_number")
    db.execute("CREATE INDEX track_categories_by_track ON track_categories(number, source DESC, place)")


def _each(prefix: str, columns: str) -> str:
    return ", ".join(f"{prefix}.{column}" for column in columns.split(", "))


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables up to date, all in one transaction; the connection must be in autocommit mode."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        _apply_pending(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def start_over(connection: sqlite3.Connection) -> None:
    """Make every table anew, empty, with a new identity, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        _drop_everything(connection)
        _apply_pending(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def without_indexes(connection: sqlite3.Connection) -> Iterator[None]:
    """Fill a database without indexes but those that tell rows apart; at the end all are made at once.

    The projection looks rows of these tables up by their keys alone.
    """
    wanted = f"tbl_name IN ({', '.join('?' * len(_READ_BY_INDEX))})"
    made_by_hand = (
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND {wanted}"
    )
    indexes = connection.execute(made_by_hand, _READ_BY_INDEX).fetchall()
    words = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%tracks_fts%'"
    triggers = connection.execute(words).fetchall()
    for kind, found in (("INDEX", indexes), ("TRIGGER", triggers)):
        for name, _ in found:
            connection.execute(f"DROP {kind} {name}")
    yield
    _index_words(connection)
    for _, sql in (*indexes, *triggers):
        connection.execute(sql)


def _index_words(connection: sqlite3.Connection) -> None:
    """Index all words anew: in larger pieces than usual, which are joined once, at the end."""
    usual = {"hashsize": 2**20, "automerge": 4}  # of FTS5
    _configure_words(connection, {"hashsize": 2**22, "automerge": 0})
    connection.execute("INSERT INTO tracks_fts(tracks_fts) VALUES ('rebuild')")
    connection.execute("INSERT INTO tracks_fts(tracks_fts) VALUES ('optimize')")
    _configure_words(connection, usual)


def _configure_words(connection: sqlite3.Connection, settings: Mapping[str, int]) -> None:
    connection.executemany("INSERT INTO tracks_fts(tracks_fts, rank) VALUES (?, ?)", settings.items())


def unknown_migrations(connection: sqlite3.Connection) -> list[str]:
    """Names of applied migrations that this version does not have: a newer version made the file."""
    known = {migration.name for migration in MIGRATIONS.pending(sqlite_utils.Database(memory=True))}
    return [done.name for done in MIGRATIONS.applied(_sqlite_utils(connection)) if done.name not in known]


def _apply_pending(connection: sqlite3.Connection) -> None:
    # Inside of our transaction sqlite-utils uses savepoints; its own would be deferred, and a
    # deferred transaction ignores busy_timeout.
    MIGRATIONS.apply(_sqlite_utils(connection))


def _sqlite_utils(connection: sqlite3.Connection) -> sqlite_utils.Database:
    return sqlite_utils.Database(connection, execute_plugins=False)


def _drop_everything(connection: sqlite3.Connection) -> None:
    virtual = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'"
    for (name,) in connection.execute(virtual).fetchall():
        connection.execute(f'DROP TABLE "{name}"')
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    for (name,) in connection.execute(tables).fetchall():
        connection.execute(f'DROP TABLE "{name}"')
