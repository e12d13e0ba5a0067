"""Which categories tracks are in, how many are in each, and lists of them."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.catalog import track_categories
from services.catalog.database import open_catalog
from services.catalog.projection import apply
from services.catalog.queries import Library, Sort, TrackFilter, TrackQuery, Wish
from services.catalog.rows import TrackCategory
from tests.services.catalog.events import entries, job_id, make_job, project, published

PROMPTS = {
    1: "calm piano",
    2: "calm piano over soft rain",
    3: "dark techno",
    4: "techno, calm at first",
    5: "a thing without a name",
}


@pytest.fixture
def filled(database: Path, library: Library) -> Library:
    """Five tracks of music, and rain as an effect."""
    effect = make_job(6, "rain", model="audio")
    jobs = [make_job(number, text) for number, text in PROMPTS.items()]
    project(database, entries([published(job) for job in [*jobs, effect]]))
    return library


@pytest.fixture
def writer(database: Path) -> Iterator[sqlite3.Connection]:
    """The catalog's own connection, with three tracks of piano."""
    with open_catalog(database) as connection:
        apply(connection, entries([published(make_job(number, "piano")) for number in (1, 2, 3)]))
        yield connection


def ids(library: Library, *categories: str, sort: Sort = "recent", **more: object) -> list[str]:
    query = TrackQuery(categories=categories, sort=sort, **more)  # type: ignore[arg-type]
    return [row.id for row in library.tracks(query).items]


def test_a_published_track_is_in_the_categories_that_its_prompt_asks_for(filled: Library) -> None:
    track = filled.track(job_id(2))
    assert track is not None
    assert track.categories == [
        TrackCategory("piano", "machine", 0),
        TrackCategory("nature-scene", "machine", 0),
        TrackCategory("calm", "machine", 0),
    ]
    nameless = filled.track(job_id(5))
    assert nameless is not None
    assert nameless.categories == []


def test_counts_are_stored_by_model_and_category(filled: Library) -> None:
    assert filled.category_counts() == {
        "calm": 3,
        "piano": 2,
        "techno": 2,
        "dark": 1,
        "nature-scene": 1,
        "rain": 1,
    }
    assert filled.category_counts("audio") == {"rain": 1}
    assert "rain" not in filled.category_counts("music")


def test_a_list_is_narrowed_to_a_category_newest_first(filled: Library) -> None:
    assert ids(filled, "calm") == [job_id(4), job_id(2), job_id(1)]
    assert ids(filled, "rain") == [job_id(6)]
    assert ids(filled, "jazz") == []


def test_several_categories_mean_all_of_them(filled: Library) -> None:
    assert ids(filled, "calm", "piano") == [job_id(2), job_id(1)]
    assert ids(filled, "piano", "calm", "nature-scene") == [job_id(2)]
    assert ids(filled, "techno", "piano") == []


def test_a_category_goes_with_every_other_restriction(filled: Library) -> None:
    assert ids(filled, "calm", search="rain") == [job_id(2)]
    assert ids(filled, "calm", search="-rain") == [job_id(4), job_id(1)]
    assert ids(filled, "calm", model="audio") == []
    assert ids(filled, "calm", user_id="ada") == [job_id(4), job_id(2), job_id(1)]
    assert ids(filled, "calm", user_id="bob") == []
    assert ids(filled, "calm", bpm=(80, 80)) == [job_id(4), job_id(2), job_id(1)]
    assert ids(filled, "calm", bpm=(81, 90)) == []


def test_every_order_holds_in_a_category(filled: Library) -> None:
    for sort in ("popular", "rating", "plays", "trending", "duration", "relevance", "recent"):
        assert ids(filled, "calm", sort=sort) == [job_id(4), job_id(2), job_id(1)]
        assert ids(filled, "calm", "piano", sort=sort) == [job_id(2), job_id(1)]


def test_totals_and_pages_of_a_category(filled: Library) -> None:
    page = filled.tracks(TrackQuery(categories=("calm",), page=2, per_page=2))
    assert ([row.id for row in page.items], page.total, page.total_is_exact) == ([job_id(1)], 3, True)
    both = filled.tracks(TrackQuery(categories=("calm", "piano"), per_page=1))
    assert (both.total, both.total_is_exact) == (2, True)


def test_chance_chooses_within_a_category(filled: Library) -> None:
    calm = TrackFilter(categories=("calm",))
    one = Wish(calm, 1)
    seen = {row.id for seed in range(30) for row in filled.radio.shuffled(one, 0.0, random.Random(seed))}
    assert seen == {job_id(1), job_id(2), job_id(4)}
    others = Wish(calm, 10, exclude=[job_id(2), job_id(4)])
    assert [row.id for row in filled.radio.shuffled(others, 0.0, random.Random(1))] == [job_id(1)]


def test_categories_are_added_and_removed_once(writer: sqlite3.Connection, library: Library) -> None:
    assert track_categories.add_category(writer, 1, "sad")
    assert not track_categories.add_category(writer, 1, "sad")
    assert not track_categories.add_category(writer, 1, "piano")
    assert track_categories.add_category(writer, 1, "ambient")
    track = library.track(job_id(1))
    assert track is not None
    assert [(one.name, one.source) for one in track.categories] == [
        ("piano", "machine"),
        ("sad", "crowd"),
        ("ambient", "crowd"),
    ]
    assert library.category_counts() == {"piano": 3, "ambient": 1, "sad": 1}

    assert track_categories.remove_category(writer, 1, "piano")
    assert not track_categories.remove_category(writer, 1, "piano")
    assert library.category_counts() == {"piano": 2, "ambient": 1, "sad": 1}
    assert ids(library, "piano") == [job_id(3), job_id(2)]


def test_a_deleted_track_leaves_its_categories_and_their_counts(
    writer: sqlite3.Connection, library: Library
) -> None:
    track_categories.add_category(writer, 2, "sad")
    writer.execute("DELETE FROM tracks WHERE number = 2")
    assert library.category_counts() == {"piano": 2}
    assert ids(library, "sad") == []
    assert writer.execute("SELECT count(*) FROM track_categories WHERE number = 2").fetchone() == (0,)


def test_nobody_else_can_be_the_source(writer: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="source IN"):
        writer.execute("INSERT INTO track_categories VALUES (1, 'sad', 0, 'somebody')")
