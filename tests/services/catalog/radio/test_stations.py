"""Stations of a real library: who is on them, what they play, what a listener hears next."""

import random
import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from services.catalog import taxonomy
from services.catalog.database import open_catalog
from services.catalog.described import VECTOR_FLOATS
from services.catalog.projection import apply
from services.catalog.queries import Library, TrackFilter, Wish, find_station
from services.catalog.radio.programme import HOUR_S, hour_of
from services.catalog.radio.stations import FIXED, published_before
from tests.services.catalog.events import START, entries, job_id, life, make_job

PROMPTS = ["calm piano", "dark techno", "rain on a roof", "a dog barking"]
AT_S = START.timestamp() + 2 * HOUR_S
TRACKS = 40


@pytest.fixture
def writer(database: Path) -> Iterator[sqlite3.Connection]:
    """The catalog's own connection, over forty tracks: ten of each prompt, of five owners."""
    jobs = [
        make_job(
            number,
            PROMPTS[number % 4],
            model="music" if number % 4 < 2 else "audio",
            user_id=f"owner-{number % 5}",
            duration_s=5.0 + number % 7,
        )
        for number in range(TRACKS)
    ]
    with open_catalog(database) as connection:
        apply(connection, entries([event for job in jobs for event in life(job)]))
        yield connection


def on_air(library: Library, station_id: str, time_s: float, user_id: str = "ada") -> list[str]:
    """Ids of what is heard and of what follows."""
    station = find_station(station_id)
    assert station is not None
    found, rows = library.radio.on_air(station, user_id, time_s)
    assert found.now is not None
    return [rows[slot.number].id for slot in (found.now, *found.up_next)]


def ids(library: Library, wish: Wish, seed: int = 1, time_s: float = AT_S) -> list[str]:
    return [row.id for row in library.radio.next_tracks(wish, time_s, random.Random(seed))]


def play(connection: sqlite3.Connection, number: int, user_id: str, time_s: float) -> None:
    connection.execute(
        "INSERT INTO listeners VALUES (?, ?, 1, ?, '2026-03-01T12:00:00.000Z', ?)",
        (number, user_id, time_s, int(time_s)),
    )


@pytest.mark.usefixtures("writer")
def test_categories_with_eight_tracks_have_a_station_behind_the_fixed_ones(library: Library) -> None:
    found = library.radio.stations("ada", AT_S)
    assert [station.id for station, _ in found[: len(FIXED)]] == [station.id for station in FIXED]
    counts = {station.id: count for station, count in found}
    assert (counts["all"], counts["music"], counts["effects"]) == (40, 20, 20)
    assert {
        "calm": 10,
        "piano": 10,
        "dark": 10,
        "techno": 10,
        "rain": 10,
        "dog": 10,
    }.items() <= counts.items()
    assert "jazz" not in counts


def test_an_empty_library_has_fixed_stations_that_play_nothing(database: Path, library: Library) -> None:
    with open_catalog(database):
        assert {count for _, count in library.radio.stations("ada", AT_S)} == {0}
        for station in FIXED:
            found, rows = library.radio.on_air(station, "ada", AT_S)
            assert (found.now, found.up_next, found.history, rows) == (None, (), (), {})
        assert library.radio.next_tracks(Wish(TrackFilter(), 5), AT_S, random.Random(1)) == []


def test_no_category_has_the_id_of_a_fixed_station() -> None:
    assert not {station.id for station in FIXED} & set(taxonomy.BY_ID)


@pytest.mark.usefixtures("writer")
def test_everybody_hears_the_same_at_the_same_time(library: Library) -> None:
    first = on_air(library, "music", AT_S, "ada")
    assert first == on_air(library, "music", AT_S, "bob")
    assert on_air(library, "music", AT_S + 13)[0] in first
    assert first != on_air(library, "piano", AT_S)
    assert first != on_air(library, "music", AT_S + HOUR_S)


@pytest.mark.usefixtures("writer")
def test_what_follows_goes_on_air_as_it_was_announced_over_the_hour_too(library: Library) -> None:
    station = find_station("effects")
    assert station is not None
    for time_s in (AT_S + 100, (hour_of(AT_S) + 1) * HOUR_S - 12):
        before, _ = library.radio.on_air(station, "ada", time_s)
        assert before.now is not None
        for announced in before.up_next:
            after, _ = library.radio.on_air(station, "ada", announced.starts_s + 0.1)
            assert after.now == announced
        last, _ = library.radio.on_air(station, "ada", before.up_next[-1].starts_s + 0.1)
        assert before.now in last.history


def test_what_is_published_in_an_hour_joins_the_station_with_the_next(
    writer: sqlite3.Connection, library: Library
) -> None:
    (offset,) = writer.execute("SELECT offset FROM meta").fetchone()
    early_s, late_offset = AT_S + 60, int(AT_S - START.timestamp()) + 600
    before = on_air(library, "music", early_s)
    apply(writer, entries(life(make_job(900, "new jazz")), first=max(offset + 1, late_offset)))
    assert on_air(library, "music", early_s) == before
    heard = {one for minute in range(60) for one in on_air(library, "music", AT_S + HOUR_S + 60 * minute)}
    assert job_id(900) in heard


def test_a_deleted_track_is_heard_no_more(writer: sqlite3.Connection, library: Library) -> None:
    gone = on_air(library, "dog", AT_S)[0]
    writer.execute("DELETE FROM tracks WHERE id = ?", (gone,))
    writer.execute("UPDATE meta SET offset = offset + 1")
    heard = {one for minute in range(60) for one in on_air(library, "dog", AT_S + 60 * minute)}
    assert gone not in heard
    assert len(heard) == 9


def test_favourites_are_the_listeners_own(writer: sqlite3.Connection, library: Library) -> None:
    writer.execute("INSERT INTO favourites VALUES (3, 'ada', '2026-03-01T12:00:00.000Z', 1)")
    favourites = find_station("favourites")
    assert favourites is not None
    assert library.radio.count(favourites, "ada", AT_S) == 1
    assert library.radio.count(favourites, "bob", AT_S) == 0
    assert set(on_air(library, "favourites", AT_S)) == {job_id(2)}


def test_the_best_and_the_trending_have_stations(writer: sqlite3.Connection, library: Library) -> None:
    writer.execute("UPDATE tracks SET popularity = 0.5, upvotes = 2 WHERE number IN (2, 4)")
    writer.execute("UPDATE tracks SET popularity = 0.1, upvotes = 1, downvotes = 1 WHERE number = 5")
    writer.execute("UPDATE tracks SET trend = 700 WHERE number = 9")
    counts = {station.id: count for station, count in library.radio.stations("ada", AT_S)}
    assert (counts["top-rated"], counts["trending"]) == (2, 1)
    assert set(on_air(library, "trending", AT_S)) == {job_id(8)}


@pytest.mark.usefixtures("writer")
def test_the_surprise_is_another_kind_of_sound_in_another_hour(library: Library) -> None:
    station = find_station("surprise")
    assert station is not None
    kinds = set()
    for hour in range(30):
        _, rows = library.radio.on_air(station, "ada", AT_S + (hour + 0.5) * HOUR_S)
        kinds.add(frozenset(row.prompt for row in rows.values()))
    assert len(kinds) >= 3
    assert all(len(prompts) == 1 for prompts in kinds)


def test_new_ends_after_a_week(writer: sqlite3.Connection, library: Library) -> None:
    new = find_station("new")
    assert new is not None
    assert library.radio.count(new, "ada", AT_S) == TRACKS
    assert library.radio.count(new, "ada", AT_S + 8 * 86_400) == 0
    first_s = START.timestamp() + 5
    assert published_before(writer, first_s - 1) == 0
    assert published_before(writer, AT_S) == TRACKS
    (middle,) = writer.execute("SELECT unixepoch(created_at) FROM tracks WHERE number = 20").fetchone()
    assert published_before(writer, middle) == 19
    assert published_before(writer, middle + 0.001) == 20


@pytest.mark.usefixtures("writer")
def test_the_next_tracks_differ_from_their_neighbours_and_from_what_is_excluded(library: Library) -> None:
    left_out = [job_id(number) for number in range(10)]
    wish = Wish(TrackFilter(), 20, exclude=left_out)
    rows = library.radio.next_tracks(wish, AT_S, random.Random(3))
    assert len({row.id for row in rows}) == 20
    assert not {row.id for row in rows} & set(left_out)
    assert all(one.prompt != other.prompt for one, other in pairwise(rows))
    assert ids(library, wish, seed=3) == [row.id for row in rows]
    assert ids(library, wish, seed=4) != ids(library, wish, seed=3)


@pytest.mark.usefixtures("writer")
def test_the_next_tracks_are_of_the_station_and_of_the_filter(library: Library) -> None:
    station = find_station("music")
    assert ids(library, Wish(TrackFilter("audio"), 10, station=station)) == []
    found = ids(library, Wish(TrackFilter(search="piano"), 50, station=station))
    assert sorted(found) == sorted(job_id(number) for number in range(0, TRACKS, 4))


def test_what_was_heard_today_comes_last_and_the_oldest_of_it_first(
    writer: sqlite3.Connection, library: Library
) -> None:
    dogs = [number + 1 for number in range(3, TRACKS, 4)]  # numbers of rows, from 1
    for place, number in enumerate(dogs[:8]):
        play(writer, number, "ada", AT_S - 1000 + place)
    wish = Wish(TrackFilter(search="dog"), 4, "ada")
    for seed in range(5):
        found = set(ids(library, wish, seed))
        assert {job_id(number - 1) for number in dogs[8:]} < found
        assert found == {job_id(number - 1) for number in (*dogs[8:], *dogs[:2])}
    assert len(set(ids(library, Wish(TrackFilter(search="dog"), 4, "bob")))) == 4
    tomorrow = {one for seed in range(20) for one in ids(library, wish, seed, AT_S + 90_000)}
    assert len(tomorrow) == 10


@pytest.mark.usefixtures("writer")
def test_one_track_follows_that_has_another_prompt_and_owner_than_the_last_one(library: Library) -> None:
    for seed in range(20):
        last = job_id(7 * seed % TRACKS)
        wish = Wish(TrackFilter(), 1, exclude=[last])
        before = library.track(last)
        (after,) = library.radio.next_tracks(wish, AT_S, random.Random(seed))
        assert before is not None
        assert before.prompt != after.prompt
        assert before.user_id != after.user_id


@pytest.mark.usefixtures("writer")
def test_by_chance_alone_the_tracks_of_a_station_and_of_favourites_come_too(library: Library) -> None:
    rain = Wish(TrackFilter(), 50, "ada", find_station("rain"), exclude=[job_id(2)])
    assert {row.prompt for row in library.radio.shuffled(rain, AT_S, random.Random(1))} == {"rain on a roof"}
    assert len(library.radio.shuffled(rain, AT_S, random.Random(1))) == TRACKS // 4 - 1


def test_the_newest_and_the_best_leave_out_what_was_heard(
    writer: sqlite3.Connection, library: Library
) -> None:
    writer.execute("UPDATE tracks SET popularity = number / 100.0, upvotes = 1 WHERE number <= 5")
    writer.execute("UPDATE meta SET offset = offset + 1")
    best = library.radio.top_rated(Wish(TrackFilter(), 3, exclude=[job_id(3)]), AT_S)
    assert [row.id for row in best] == [job_id(4), job_id(2), job_id(1)]
    newest = library.radio.newest(Wish(TrackFilter("audio"), 2, exclude=[job_id(39)]), 24, AT_S)
    assert [row.id for row in newest] == [job_id(38), job_id(35)]
    assert library.radio.newest(Wish(TrackFilter(), 5), 1, AT_S + HOUR_S) == []


def test_what_is_liked_comes_sooner(writer: sqlite3.Connection, library: Library) -> None:
    writer.execute("UPDATE tracks SET popularity = 0.95 WHERE number = 7")
    liked, any_other = (
        sum(job_id(number) in ids(library, Wish(TrackFilter(), 3), seed) for seed in range(200))
        for number in (6, 12)
    )
    assert liked > 1.4 * any_other > 0


def vote(connection: sqlite3.Connection, number: int, user_id: str, vote: int) -> None:
    connection.execute(
        "INSERT INTO votes VALUES (?, ?, ?, '[]', '', NULL, NULL, '2026-03-01T12:00:00.000Z', ?)",
        (number, user_id, vote, number),
    )


def test_what_a_listener_dislikes_is_not_played_to_them_any_more(
    writer: sqlite3.Connection, library: Library
) -> None:
    for number in (4, 8, 12):
        vote(writer, number, "ada", -1)
    dogs = {job_id(number) for number in range(3, TRACKS, 4)}
    for_ada, for_bob = (Wish(TrackFilter(search="dog"), 50, user_id) for user_id in ("ada", "bob"))
    assert set(ids(library, for_ada)) == dogs - {job_id(3), job_id(7), job_id(11)}
    assert set(ids(library, for_bob)) == dogs
    shuffled = library.radio.shuffled(for_ada, AT_S, random.Random(1))
    assert {row.id for row in shuffled} == dogs - {job_id(3), job_id(7), job_id(11)}


def test_what_a_listener_likes_comes_sooner_to_them_and_so_does_what_sounds_like_it(
    writer: sqlite3.Connection, library: Library
) -> None:
    vectors = np.zeros((TRACKS, VECTOR_FLOATS), dtype="<f4")
    vectors[:, 0] = np.arange(TRACKS)
    writer.execute("DELETE FROM track_features")
    for number in range(TRACKS):
        writer.execute("INSERT INTO track_features VALUES (?, ?)", (number + 1, vectors[number].tobytes()))
    vote(writer, 31, "ada", 1)

    def times(number: int, user_id: str) -> int:
        wish = Wish(TrackFilter(), 3, user_id)
        return sum(job_id(number) in ids(library, wish, seed) for seed in range(200))

    assert times(30, "ada") > 1.4 * times(30, "bob") > 0
    assert times(33, "ada") > 1.4 * times(33, "bob") > 0
    assert 0 < times(2, "ada") <= times(2, "bob")
