"""The library says which models are paused: the last word counts, and none that comes again."""

from pathlib import Path

from services.catalog.queries import Library
from shared.messages.queue import QueuePaused, QueueResumed
from tests.services.catalog.crowd import Log
from tests.services.catalog.events import dump, project

PAUSE, RESUME = (
    QueuePaused(user_id="chief", models=("music",)),
    QueueResumed(user_id="chief", models=("music",)),
)
PAUSE_ALL = QueuePaused(user_id="boss", models=("music", "audio"))


def test_the_last_word_about_each_model_counts(database: Path, library: Library) -> None:
    log = Log()
    for fact, wanted in (
        (RESUME, {"music": False, "audio": False}),
        (PAUSE, {"music": True, "audio": False}),
        (PAUSE, {"music": True, "audio": False}),
        (PAUSE_ALL, {"music": True, "audio": True}),
        (RESUME, {"music": False, "audio": True}),
    ):
        log.append(fact)
        project(database, log.entries)
        assert library.paused() == wanted


def test_a_pause_that_comes_again_does_not_undo_what_followed(database: Path, library: Library) -> None:
    log = Log(PAUSE, RESUME)
    log.again(log.entries[0])
    project(database, log.entries)
    assert library.paused() == {"music": False, "audio": False}


def test_reading_the_log_again_gives_the_same(database: Path, library: Library, tmp_path: Path) -> None:
    log = Log(PAUSE_ALL, RESUME)
    project(database, log.entries[:1])
    project(database, log.entries)
    project(tmp_path / "again.db", log.entries)
    assert library.paused() == {"music": False, "audio": True}
    assert dump(database) == dump(tmp_path / "again.db")
