"""Narrowed-down lists, read from columns in memory, are what one would pick by hand."""

import dataclasses
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.catalog import facets as facets_module
from services.catalog import track_lists
from services.catalog.bitmaps import Bitmaps, Counted, packed
from services.catalog.columns import Columns
from services.catalog.database import open_catalog
from services.catalog.described import spellings
from services.catalog.facets import Facets
from services.catalog.projection import apply
from services.catalog.queries import CursorError, Library, Sort, TrackFilter, TrackQuery, TrackRow, Wish
from services.catalog.track_categories import add_category, remove_category
from shared.messages.events import Event
from shared.messages.job import Model, Report
from tests.services.catalog.events import entries, job_id, make_job, project, published

ALL = 60
KEYS = ("C minor", "Db major", "C# major", "")
FAVOURITES = range(2, ALL, 7)
ENGINES = ("synth", "audiocraft", "my.own:Engine")
EXAMPLES = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def made(number: int) -> Event:
    """A track whose every quality follows from its number."""
    model: Model = "audio" if number % 3 == 0 else "music"
    tags: dict[str, str | float] = {"bpm": 60.0 + number} if number % 4 else {}
    if key := KEYS[number % 4]:
        tags["key"] = key
    track = published(
        make_job(
            number,
            "calm rain" if number % 2 else "loud rain and drums",  # which are categories
            model=model,
            user_id=("ada", "bob")[number % 5 == 0],
            duration_s=1.0 + number * 7 % 40,
            loop=number % 6 == 1,
        ),
        tags=tags,
        engine=ENGINES[number % 3],
    )
    return track.model_copy(update={"report": Report(score=min(100, 40 + number))})


def fill(database: Path) -> None:
    project(database, entries([made(number) for number in range(1, ALL + 1)]))
    with open_catalog(database) as connection:
        connection.execute(
            "UPDATE tracks SET upvotes = number % 7, downvotes = number % 3, plays = number % 5"
        )
        connection.execute("UPDATE tracks SET trend = (number % 11) / 3.0 - 1")
        connection.execute("UPDATE tracks SET popularity = upvotes / 7.0 - 0.3")
        connection.executemany(
            "INSERT INTO favourites VALUES (?, 'eve', '', ?)", [(number, number) for number in FAVOURITES]
        )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Library:
    database = tmp_path_factory.mktemp("narrowing") / "library.db"
    fill(database)
    return Library(database)


def fits(row: TrackRow, wanted: TrackFilter) -> bool:
    """Whether the track should be let through, the search apart."""
    return (
        wanted.model in (None, row.model)
        and wanted.user_id in (None, row.user_id)
        and wanted.engine in (None, row.engine)
        and wanted.loop in (None, row.is_loop)
        and row.score >= wanted.least_score
        and set(wanted.categories) <= {found.name for found in row.categories}
        and (wanted.favourites_of is None or row.offset + 1 in FAVOURITES)
        and within(row.bpm, wanted.bpm)
        and within(row.duration_s, wanted.duration_s)
        and (not wanted.key or (row.key or "").replace("C#", "Db").casefold() == wanted.key.casefold())
    )


def within(value: float | None, limits: tuple[float, float] | None) -> bool:
    return limits is None or (value is not None and limits[0] <= value <= limits[1])


ORDER: dict[Sort, Callable[[TrackRow], float]] = {
    "recent": lambda row: 0,
    "popular": lambda row: row.upvotes,
    "rating": lambda row: row.rating,
    "plays": lambda row: row.plays,
    "trending": lambda row: (row.offset + 1) % 11,
    "duration": lambda row: row.duration_s,
}

RANGES = st.none() | st.tuples(st.integers(0, 130), st.integers(0, 130)).map(lambda two: tuple(sorted(two)))
FILTERS = st.builds(
    TrackFilter,
    model=st.sampled_from([None, "music", "audio"]),
    user_id=st.sampled_from([None, "ada", "bob", "eve"]),
    bpm=RANGES,
    key=st.sampled_from(["", "C minor", "db MAJOR", "F# minor"]),
    duration_s=RANGES,
    engine=st.sampled_from([None, *ENGINES, "other"]),
    least_score=st.integers(0, 100),
    loop=st.sampled_from([None, True, False]),
    categories=st.sampled_from([(), ("calm",), ("rain",), ("drums", "rain"), ("jazz",)]),
    favourites_of=st.sampled_from([None, "eve"]),
)


def everything(library: Library) -> list[TrackRow]:
    return library.tracks(TrackQuery(per_page=100)).items


@EXAMPLES
@given(wanted=FILTERS, sort=st.sampled_from(sorted(ORDER)), per_page=st.integers(1, 30))
def test_a_list_holds_what_fits_in_its_order_by_pages_and_by_cursors(
    filled: Library, wanted: TrackFilter, sort: Sort, per_page: int
) -> None:
    chosen = [row for row in everything(filled) if fits(row, wanted)]
    expected = [row.id for row in sorted(chosen, key=ORDER[sort], reverse=True)]
    query = TrackQuery(**vars(wanted), sort=sort, per_page=per_page)
    by_page = [
        row.id
        for page in range(1, len(expected) // per_page + 2)
        for row in filled.tracks(dataclasses.replace(query, page=page)).items
    ]
    assert by_page == expected
    assert by_cursor(filled, query) == expected
    page = filled.tracks(query)
    assert (page.total, page.total_is_exact, page.with_every_word) == (len(expected), True, len(expected))


def by_cursor(library: Library, query: TrackQuery) -> list[str]:
    """Ids of a whole list, each page found by the cursor of the one before."""
    found = []
    while True:
        page = library.tracks(query)
        found += [row.id for row in page.items]
        if page.next_cursor is None:
            return found
        query = dataclasses.replace(query, cursor=page.next_cursor)


def but(library: Library, wanted: TrackFilter, **freed: Any) -> list[TrackRow]:
    """What the filter lets through when it says something else of one quality."""
    return [row for row in everything(library) if fits(row, dataclasses.replace(wanted, **freed))]


@EXAMPLES
@given(wanted=FILTERS)
def test_the_facets_of_a_list_are_what_one_would_count(filled: Library, wanted: TrackFilter) -> None:
    chosen = [row for row in everything(filled) if fits(row, wanted)]
    facets = filled.facets(wanted)
    assert facets.total == len(chosen)
    assert facets.is_exact
    models = [row.model for row in but(filled, wanted, model=None)]
    assert facets.models == {model: models.count(model) for model in ("music", "audio")}
    assert facets.categories == Counter(found.name for row in chosen for found in row.categories)
    assert facets.engines == Counter(row.engine for row in but(filled, wanted, engine=None))
    assert facets.loops == sum(row.is_loop for row in but(filled, wanted, loop=None))
    keys = [spellings(row.key)[0] for row in but(filled, wanted, key="") if row.key is not None]
    assert {key.casefold(): count for key, count in facets.keys.items()} == Counter(map(str.casefold, keys))
    for buckets, values in (
        (facets.durations_s, [row.duration_s for row in but(filled, wanted, duration_s=None)]),
        (facets.bpm, [row.bpm for row in but(filled, wanted, bpm=None) if row.bpm is not None]),
    ):
        for bucket in buckets:
            assert bucket.count == sum(
                (bucket.least is None or value >= bucket.least)
                and (bucket.below is None or value < bucket.below)
                for value in values
            )


@EXAMPLES
@given(wanted=FILTERS, seed=st.integers(0, 5))
def test_tracks_by_chance_fit_as_well(filled: Library, wanted: TrackFilter, seed: int) -> None:
    fitting = {row.id for row in everything(filled) if fits(row, wanted)}
    excluded = sorted(fitting)[:2]
    rows = filled.radio.shuffled(Wish(wanted, ALL, exclude=excluded), 0.0, random.Random(seed))
    assert sorted(row.id for row in rows) == sorted(fitting - set(excluded))


@pytest.mark.parametrize("sort", [*ORDER, "relevance"])
@pytest.mark.parametrize("narrow", [{}, {"search": "rain"}, {"search": "calm drums"}, {"least_score": 50}])
def test_a_list_by_cursors_is_the_whole_list_once(
    filled: Library, sort: Sort, narrow: dict[str, Any]
) -> None:
    query = TrackQuery(**narrow, sort=sort, per_page=7)
    whole = filled.tracks(dataclasses.replace(query, per_page=100))
    assert by_cursor(filled, query) == [row.id for row in whole.items]
    assert whole.next_cursor is None
    assert len({row.id for row in whole.items}) == whole.total


@pytest.mark.parametrize("narrow", [{}, {"loop": False}, {"search": "rain"}])
def test_what_is_published_while_somebody_reads_on_moves_nothing(
    database: Path, library: Library, narrow: dict[str, Any]
) -> None:
    fill(database)
    query = TrackQuery(**narrow, sort="plays", per_page=10)
    cursor = library.tracks(query).next_cursor
    expected = [row.id for row in library.tracks(dataclasses.replace(query, page=2)).items]
    with open_catalog(database) as connection:
        apply(connection, entries([made(ALL + 2)], first=ALL))
        connection.execute("UPDATE tracks SET plays = 999 WHERE number > ?", (ALL,))
    again = library.tracks(dataclasses.replace(query, cursor=cursor))
    assert [row.id for row in again.items] == expected
    assert library.tracks(query).items[0].id == job_id(ALL + 2)


def test_changed_and_deleted_tracks_are_seen_by_who_has_read_them(database: Path, library: Library) -> None:
    fill(database)
    query = TrackQuery(sort="popular", least_score=1, per_page=100)
    assert library.tracks(query).total == ALL
    with open_catalog(database) as connection:
        connection.execute("UPDATE tracks SET popularity = 50 WHERE id = ?", (job_id(3),))
        connection.execute("UPDATE tracks SET popularity = 60 WHERE id = ?", (job_id(9),))
        add_category(connection, 8, "jazz")
        add_category(connection, 4, "jazz")
        remove_category(connection, 1, "calm")
        connection.execute("DELETE FROM tracks WHERE id = ?", (job_id(5),))
        connection.execute("UPDATE meta SET offset = offset + 1")
    ids = [row.id for row in library.tracks(query).items]
    assert ids[:2] == [job_id(9), job_id(3)]
    assert job_id(5) not in ids
    assert library.tracks(query).total == library.facets(TrackFilter()).total == ALL - 1
    assert [row.id for row in library.tracks(TrackQuery(categories=("jazz",))).items] == [
        job_id(8),
        job_id(4),
    ]
    counts = {name: count for name, count in library.category_counts().items() if count}
    assert library.facets(TrackFilter()).categories == counts


CHANGES = (
    "UPDATE tracks SET plays = plays + 1",  # by which nothing is counted
    "UPDATE tracks SET key = 'F# dorian' WHERE number % 5 = 0",
    "UPDATE tracks SET key = NULL, bpm = NULL WHERE number = 3",
    "UPDATE tracks SET bpm = 200, duration_s = 130 WHERE number = 4",
    "UPDATE tracks SET engine = 'another' WHERE number = 6",
    "UPDATE tracks SET model = 'audio', is_loop = 1 WHERE number = 7",
    "INSERT INTO track_categories VALUES (9, 'jazz', 1, 'crowd')",
    "DELETE FROM track_categories WHERE number = 10",
    "DELETE FROM tracks WHERE number IN (1, 59)",
)


@pytest.mark.parametrize("wanted", [TrackFilter(bpm=(70, 90)), TrackFilter(search="drums", loop=False)])
def test_small_categories_are_counted_by_their_members_and_large_ones_in_bitmaps_alike(
    filled: Library, wanted: TrackFilter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []
    for bits in (0, 2**20):  # as if all of them were small, or large
        monkeypatch.setattr(facets_module, "_BITS_OF_A_NUMBER", bits)
        counted.append(filled.facets(wanted))
    assert counted[0] == counted[1]
    assert counted[0].categories


def test_after_every_change_facets_are_those_that_a_new_reader_counts(
    database: Path, library: Library
) -> None:
    fill(database)
    asked = [TrackFilter(), TrackFilter(bpm=(70, 110)), TrackFilter(search="rain"), TrackFilter(loop=True)]

    def counted(reader: Library) -> list[Facets]:
        return [reader.facets(wanted) for wanted in asked]

    before = counted(library)
    for number, change in enumerate([*CHANGES, ""], start=1):
        with open_catalog(database) as connection:
            if change:
                connection.execute(change)
            else:
                apply(connection, entries([made(ALL + 3)], first=ALL + number))
            connection.execute("UPDATE meta SET offset = offset + 1")
        after = counted(library)
        assert after == counted(Library(database)), change
        assert (after == before) == ("plays" in change), change
        before = after


def test_bitmaps_are_made_again_only_when_what_they_count_is_another(
    database: Path, library: Library
) -> None:
    fill(database)
    columns = Columns()

    def bits() -> tuple[Any, Any]:
        with library._readers.snapshot() as connection:
            view = columns.view(connection)
            return view.having("key", 0), view.in_category("calm")

    def change(sql: str) -> None:
        with open_catalog(database) as connection:
            connection.execute(sql)
            connection.execute("UPDATE meta SET offset = offset + 1")

    def are_kept(sql: str) -> tuple[bool, bool]:
        before = bits()
        change(sql)
        after = bits()
        return before[0] is after[0], before[1] is after[1]

    assert are_kept("UPDATE tracks SET plays = plays + 1 WHERE number = 5")[0] is True
    assert are_kept("UPDATE meta SET offset = offset + 1") == (True, True)
    assert are_kept("UPDATE tracks SET bpm = 77 WHERE number = 3")[0] is False
    assert are_kept("UPDATE tracks SET key = 'C# minor' WHERE number = 4")[0] is False
    change(f"DELETE FROM tracks WHERE number = {ALL}")
    assert are_kept("UPDATE meta SET offset = offset + 1") == (True, True)  # though the newest is gone


def test_who_sees_more_tracks_does_not_count_by_the_bitmap_of_who_sees_fewer() -> None:
    bitmaps, source = Bitmaps(), object()
    few, many = np.ones(60, np.bool_), np.ones(64, np.bool_)
    everything = Counted(packed(many))
    assert everything.shared_with(bitmaps.get("all", source, 60, lambda begin: few[begin:])) == 60
    longer = bitmaps.get("all", source, 64, lambda begin: many[begin:])
    assert everything.shared_with(longer) == 64
    assert bitmaps.get("all", source, 60, lambda begin: few[begin:]) is longer


def test_the_columns_of_a_database_that_was_made_again_are_read_again(
    database: Path, library: Library
) -> None:
    fill(database)
    assert library.facets(TrackFilter()).total == ALL
    for file in database.parent.glob("library.db*"):
        file.unlink()
    project(database, entries([made(1)]))
    assert library.facets(TrackFilter()).total == 1


def test_deep_in_a_long_list_pages_and_cursors_go_on_alike(
    database: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    for sort in ORDER:
        whole = [row.id for row in library.tracks(TrackQuery(sort=sort, per_page=100)).items]
        with monkeypatch.context() as patch:
            patch.setattr(track_lists, "_DEEP", 10)
            pages = [library.tracks(TrackQuery(sort=sort, per_page=8, page=page)) for page in range(1, 9)]
            assert [row.id for page in pages for row in page.items] == whole
            for number, page in enumerate(pages[:-1], 1):
                query = TrackQuery(sort=sort, per_page=8, cursor=page.next_cursor)
                assert [row.id for row in library.tracks(query).items] == whole[number * 8 : number * 8 + 8]


@pytest.mark.parametrize(
    "cursor",
    ["x", "=", "ä", "W10", "bnVsbA", "WyJyZWNlbnQiLDEsMl0x", "W1tbW1tb" * 20, "WyJyZWNlbnQiLCIxIiwyXQ", "\0"],
)
def test_what_is_no_cursor_is_told(filled: Library, cursor: str) -> None:
    with pytest.raises(CursorError, match=r"^must be a next_cursor, got "):
        filled.tracks(TrackQuery(cursor=cursor))


def test_a_cursor_of_another_list_is_told(filled: Library) -> None:
    cursor = filled.tracks(TrackQuery(sort="plays", per_page=5)).next_cursor
    with pytest.raises(CursorError, match="of a list by duration, got one by plays"):
        filled.tracks(TrackQuery(sort="duration", cursor=cursor))
    with pytest.raises(CursorError, match="a list with other filters"):
        filled.tracks(TrackQuery(sort="plays", loop=True, cursor=cursor))
