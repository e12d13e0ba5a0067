"""Lists, pages, the queue and chance, read by the web app."""

import contextlib
import random
import sqlite3
import threading
from pathlib import Path

import pytest

from services.catalog import matches
from services.catalog.crowd.scores import popularity
from services.catalog.database import open_catalog
from services.catalog.projection import apply
from services.catalog.queries import CatalogNotReadyError, Library, Sort, TrackFilter, TrackQuery, Wish
from shared.messages.events import Event
from shared.messages.job import Tier
from tests.services.catalog import events
from tests.services.catalog.events import entries, job_id, life, make_job, project, published


def test_before_the_catalog_ran_the_library_says_that_it_is_not_ready(
    library: Library, database: Path
) -> None:
    with pytest.raises(CatalogNotReadyError, match=r"has not made .*library\.db yet"):
        library.counts()
    database.parent.mkdir()
    sqlite3.connect(database).close()
    with pytest.raises(CatalogNotReadyError, match="has not filled"):
        library.identity()


def test_rows_of_a_version_before_are_not_read(library: Library, database: Path) -> None:
    project(database, entries(life(make_job(1))))
    with contextlib.closing(sqlite3.connect(database)) as older:
        older.execute("UPDATE meta SET projection = projection - 1")
        older.execute("ALTER TABLE tracks DROP COLUMN sampling")
        older.commit()
    with pytest.raises(CatalogNotReadyError, match=r"has not made .*library\.db again yet"):
        library.tracks(TrackQuery())
    project(database, entries(life(make_job(1))))
    assert library.tracks(TrackQuery()).total == 1


def test_an_empty_library_answers_everything_with_nothing(database: Path, library: Library) -> None:
    project(database, [])
    assert library.offset() == -1
    assert library.counts() == {"total": 0, "music": 0, "audio": 0}
    assert library.queue() == []
    assert library.queue_lengths() == {"music": 0, "audio": 0}
    assert library.job(job_id(1)) is None
    assert library.track(job_id(1)) is None
    assert library.position(job_id(1)) is None
    assert library.seconds_per_audio_second("music") is None
    assert library.radio.shuffled(Wish(TrackFilter(), 3), 0.0, random.Random(1)) == []
    page = library.tracks(TrackQuery())
    assert (page.items, page.total, page.page, page.per_page) == ([], 0, 1, 20)


def test_pages_follow_each_other_without_gap_or_overlap(database: Path, library: Library) -> None:
    project(database, entries([published(make_job(number)) for number in range(1, 26)]))
    pages = [library.tracks(TrackQuery(page=page, per_page=10)) for page in (1, 2, 3, 4)]
    assert [len(page.items) for page in pages] == [10, 10, 5, 0]
    assert [row.id for page in pages for row in page.items] == [job_id(n) for n in range(25, 0, -1)]
    assert {page.total for page in pages} == {25}
    assert library.tracks(TrackQuery(page=10**30)).items == []


@pytest.mark.parametrize(("page", "per_page"), [(0, 20), (-1, 20), (1, 0), (1, 101)])
def test_a_page_out_of_range_is_refused(page: int, per_page: int) -> None:
    with pytest.raises(ValueError, match=r"^(page must be 1 or more|per_page must be 1 to 100), got"):
        TrackQuery(page=page, per_page=per_page)


def test_lists_can_be_narrowed_to_a_model_and_a_person(database: Path, library: Library) -> None:
    log: list[Event] = [
        published(make_job(1, "rain", model="audio", user_id="ada")),
        published(make_job(2, "rain", model="music", user_id="ada")),
        published(make_job(3, "rain", model="audio", user_id="bob")),
    ]
    project(database, entries(log))

    def ids(query: TrackQuery) -> list[str]:
        page = library.tracks(query)
        assert page.total == len(page.items)
        return [row.id for row in page.items]

    assert ids(TrackQuery(model="audio")) == [job_id(3), job_id(1)]
    assert ids(TrackQuery(user_id="ada")) == [job_id(2), job_id(1)]
    assert ids(TrackQuery(model="audio", user_id="ada", search="rain")) == [job_id(1)]
    assert ids(TrackQuery(model="audio", search="-snow")) == [job_id(3), job_id(1)]
    assert ids(TrackQuery(user_id="eve")) == []
    assert library.counts() == {"total": 3, "music": 1, "audio": 2}


SORTED: list[tuple[Sort, list[int]]] = [
    ("recent", [4, 3, 2, 1]),
    ("relevance", [4, 3, 2, 1]),
    ("popular", [2, 1, 4, 3]),
    ("rating", [2, 4, 3, 1]),
    ("plays", [3, 4, 2, 1]),
    ("trending", [1, 4, 3, 2]),
    ("duration", [2, 4, 3, 1]),
]


@pytest.mark.parametrize(("sort", "wanted"), SORTED)
@pytest.mark.parametrize("search", ["", "piano"])
def test_a_list_is_sorted_and_equals_come_newest_first(
    database: Path, library: Library, sort: Sort, wanted: list[int], search: str
) -> None:
    lengths = {1: 4.0, 2: 9.0, 3: 5.0, 4: 5.0}
    project(database, entries([published(make_job(n, duration_s=s)) for n, s in lengths.items()]))
    with open_catalog(database) as connection:
        for number, up, down, plays, trend in [(1, 5, 6, 0, 2.5), (2, 3, 0, 0, 0), (3, 0, 0, 7, 0)]:
            connection.execute(
                "UPDATE tracks SET upvotes = ?, downvotes = ?, popularity = ?, plays = ?, trend = ? "
                "WHERE id = ?",
                (up, down, popularity(up, down), plays, trend, job_id(number)),
            )
    if (sort, search) == ("relevance", "piano"):
        wanted = [4, 3, 2, 1]  # equal texts rank equally
    rows = library.tracks(TrackQuery(sort=sort, search=search)).items
    assert [row.id for row in rows] == [job_id(number) for number in wanted]


def test_more_matches_than_are_counted_are_shown_newest_first_with_a_bound(
    database: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matches, "LOOKED_THROUGH", 10)
    project(database, entries([published(make_job(n, duration_s=30 - n)) for n in range(1, 21)]))
    for sort in ("recent", "relevance", "popular"):
        page = library.tracks(TrackQuery(search="piano", sort=sort, per_page=3))
        assert (page.total, page.total_is_exact) == (10, False)
        assert [row.id for row in page.items] == [job_id(20), job_id(19), job_id(18)]
    longest = library.tracks(TrackQuery(search="piano", sort="duration", per_page=3))
    assert [row.id for row in longest.items] == [job_id(11), job_id(12), job_id(13)]
    assert library.tracks(TrackQuery(per_page=3)).total == 20


def test_tracks_come_by_id_in_the_order_asked_for(database: Path, library: Library) -> None:
    project(database, entries([published(make_job(n)) for n in (1, 2, 3)]))
    found = library.tracks_by_id([job_id(3), job_id(9), job_id(1), job_id(3)])
    assert [row.id for row in found] == [job_id(3), job_id(1)]
    assert [row.id for row in library.tracks_published_since(0)] == [job_id(2), job_id(3)]
    assert [row.id for row in library.tracks_published_since(-1, limit=1)] == [job_id(1)]


def test_waiting_jobs_stand_by_tier_and_then_by_their_turn_in_the_queue_of_their_model(
    database: Path, library: Library
) -> None:
    waiting: list[tuple[int, Tier]] = [
        (1, "free"),
        (2, "standard"),
        (3, "premium"),
        (4, "free"),
        (5, "admin"),
    ]
    log: list[Event] = [events.accepted(make_job(number, tier=tier)) for number, tier in waiting]
    log.append(events.accepted(make_job(6, model="audio")))
    log += life(make_job(7, tier="admin"))[:3]
    project(database, entries(log))
    order = {5: 1, 3: 2, 2: 3, 1: 4, 4: 5, 6: 1, 7: None}
    assert {number: library.position(job_id(number)) for number in order} == order
    queue = library.queue()
    assert [row.job_id for row in queue] == [job_id(n) for n in (7, 5, 3, 2, 1, 4, 6)]
    assert [row.position for row in queue] == [None, 1, 2, 3, 4, 5, 1]
    assert library.queue_lengths() == {"music": 5, "audio": 1}
    assert len(library.queue(limit=2)) == 2


def test_a_job_that_needs_another_attempt_waits_behind_those_of_its_tier(
    database: Path, library: Library
) -> None:
    again = life(make_job(1), attempts=2)[:4]
    project(database, entries([*again[:3], events.accepted(make_job(2)), again[3]]))
    assert (library.position(job_id(2)), library.position(job_id(1))) == (1, 2)


def test_a_person_sees_their_own_jobs_newest_first(database: Path, library: Library) -> None:
    log: list[Event] = [events.accepted(make_job(n, user_id="ada" if n % 2 else "bob")) for n in range(1, 7)]
    project(database, entries([*log, events.started(make_job(1))]))
    assert [row.job_id for row in library.jobs_of("ada")] == [job_id(5), job_id(3), job_id(1)]
    assert [row.job_id for row in library.jobs_of("ada", limit=1)] == [job_id(5)]
    assert [row.job_id for row in library.jobs_changed_since(3, "ada")] == [job_id(5), job_id(1)]
    assert library.jobs_changed_since(6, "ada") == []
    by_id = library.jobs_by_id([job_id(2), job_id(8), job_id(1)])
    assert [row.job_id for row in by_id] == [job_id(2), job_id(1)]


def test_the_speed_of_a_model_is_that_of_its_last_fifty_takes(database: Path, library: Library) -> None:
    slow = [events.generated(make_job(n, duration_s=10), elapsed_ms=90_000.0) for n in range(1, 4)]
    fast = [events.generated(make_job(n, duration_s=10), elapsed_ms=5_000.0) for n in range(4, 54)]
    project(database, entries([*slow, *fast]))
    assert library.seconds_per_audio_second("music") == pytest.approx(0.5)
    assert library.seconds_per_audio_second("audio") is None


def test_random_tracks_are_different_match_and_leave_out_the_excluded(
    database: Path, library: Library
) -> None:
    log = [published(make_job(n, "rain" if n % 3 else "piano", model="audio")) for n in range(1, 31)]
    project(database, entries([*log, published(make_job(31, "rain"))]))
    rain = Wish(TrackFilter("audio", "rain"), 50, exclude=[job_id(1)])
    rows = library.radio.shuffled(rain, 0.0, random.Random(7))
    assert sorted(row.id for row in rows) == [job_id(n) for n in range(2, 31) if n % 3]
    anything = Wish(TrackFilter(), 5)
    first = library.radio.shuffled(anything, 0.0, random.Random(1))
    assert first == library.radio.shuffled(anything, 0.0, random.Random(1))
    assert len({row.id for row in first}) == 5


def test_chance_gives_every_track_its_turn(database: Path, library: Library) -> None:
    project(database, entries([published(make_job(n, model="audio")) for n in range(1, 41)]))
    wish = Wish(TrackFilter("audio"), 4, exclude=[job_id(1), job_id(2)])
    seen = set()
    for seed in range(100):
        rows = library.radio.shuffled(wish, 0.0, random.Random(seed))
        assert len({row.id for row in rows}) == 4
        seen |= {row.id for row in rows}
    assert seen == {job_id(n) for n in range(3, 41)}


def test_readers_in_many_threads_see_whole_batches_while_the_catalog_writes(
    database: Path, library: Library
) -> None:
    project(database, [])
    done = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not done.is_set():
            page = library.tracks(TrackQuery(search="piano", per_page=100))
            if page.total % 5 or page.total != len(page.items):
                wrong.append(page)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    with open_catalog(database) as connection:
        for first in range(0, 100, 5):
            batch = entries([published(make_job(first + n)) for n in range(1, 6)], first=first)
            apply(connection, batch)
    done.set()
    for thread in threads:
        thread.join(timeout=10)
    assert wrong == []
    assert library.tracks(TrackQuery(search="piano")).total == 100


def test_a_database_that_was_made_again_is_noticed(database: Path, library: Library) -> None:
    project(database, entries(life(make_job(1))))
    before = library.identity()
    for file in database.parent.glob("library.db*"):
        file.unlink()
    with pytest.raises(CatalogNotReadyError):
        library.counts()
    project(database, [])
    assert library.identity() != before
    assert library.counts()["total"] == 0


def test_readers_cannot_write(database: Path, library: Library) -> None:
    project(database, [])
    with library._readers.snapshot() as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM meta")
