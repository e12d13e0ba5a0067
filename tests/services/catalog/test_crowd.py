"""What people do adds up: once each, whatever comes twice, late, or for what is not there."""

import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from services.catalog.crowd.scores import popularity
from services.catalog.queries import Library, TrackQuery
from services.catalog.rows import TrackCategory, TrackRow
from services.catalog.track_query import Sort
from shared.messages.event import Event
from tests.services.catalog import events
from tests.services.catalog.crowd import (
    Log,
    deleted,
    favourited,
    played,
    suggested,
    unfavourited,
    voted,
)
from tests.services.catalog.events import dump, job_id, life, make_job, project, published

HOUR_S = 3600


def a_log(*deeds: Event, tracks: int = 1) -> Log:
    """A log of published tracks, and what was done with them."""
    return Log(*(published(make_job(n)) for n in range(1, tracks + 1)), *deeds)


def listed(library: Library, number: int = 1) -> TrackRow:
    row = library.track(job_id(number))
    assert row is not None
    return row


def order(library: Library, sort: Sort) -> list[int]:
    return [int(row.id[-4:], 16) for row in library.tracks(TrackQuery(sort=sort)).items]


def test_everybody_has_one_vote_and_the_last_one_counts(database: Path, library: Library) -> None:
    deeds = [
        voted(1, "ada", 1),
        voted(1, "bob", 1),
        voted(1, "eve", -1),
        voted(1, "ada", -1),
        voted(1, "bob", 0),
    ]
    project(database, a_log(*deeds).entries)
    row = listed(library)
    assert (row.upvotes, row.downvotes, row.rating) == (0, 2, -2)
    own = {who: library.crowd.own(who, [job_id(1)]).votes for who in ("ada", "bob", "eve")}
    assert own == {"ada": {job_id(1): -1}, "bob": {}, "eve": {job_id(1): -1}}


def test_an_old_vote_that_comes_again_does_not_undo_a_newer_one(database: Path, library: Library) -> None:
    log = a_log()
    first = log.append(voted(1, "ada", 1))
    log.append(voted(1, "ada", -1))
    log.again(first)
    project(database, log.entries)
    assert (listed(library).upvotes, listed(library).downvotes) == (0, 1)


def test_reasons_are_those_of_the_votes_that_count(database: Path, library: Library) -> None:
    deeds = [
        voted(1, "ada", 1, "catchy", "mood", "mood"),
        voted(1, "bob", 1, "catchy"),
        voted(1, "eve", -1, "jarring", note="Ouch."),
        voted(1, "ada", 1, "mood"),
        voted(1, "bob", 0),
    ]
    project(database, a_log(*deeds).entries)
    assert library.crowd.reasons(job_id(1)) == Counter({"mood": 1, "jarring": 1})
    assert [(note.vote, note.note) for note in library.crowd.notes(job_id(1))] == [(-1, "Ouch.")]


def test_a_favourite_is_one_however_often_it_is_kept(database: Path, library: Library) -> None:
    deeds = [favourited(1, "ada"), favourited(1, "ada"), favourited(2, "ada"), unfavourited(2, "ada")]
    project(database, a_log(*deeds, unfavourited(2, "bob"), tracks=2).entries)
    assert library.crowd.own("ada", [job_id(1), job_id(2)]).favourites == {job_id(1)}
    assert library.crowd.totals() == {"votes": 0, "favourites": 1}


def test_plays_are_counted_by_times_and_by_people(database: Path, library: Library) -> None:
    log = a_log()
    for who in ("ada", "bob", "ada"):
        log.append(played(1, who), after_s=60)
    project(database, log.entries)
    assert (listed(library).plays, listed(library).listeners) == (3, 2)


@pytest.mark.parametrize(("duration_s", "soonest_s"), [(8.0, 4), (60.0, 10), (1.0, 0.5)])
def test_nobody_plays_a_sound_again_sooner_than_it_can_be_heard(
    database: Path, library: Library, duration_s: float, soonest_s: float
) -> None:
    log = Log(published(make_job(1, duration_s=duration_s)), played(1, "ada"))
    log.append(played(1, "ada"), after_s=soonest_s - 0.1)
    log.append(played(1, "bob"), after_s=0)
    log.append(played(1, "ada"), after_s=0.1)
    project(database, log.entries)
    assert (listed(library).plays, listed(library).listeners) == (3, 2)


def test_a_play_that_is_told_twice_is_one(database: Path, library: Library) -> None:
    log = a_log()
    first = log.append(played(1, "ada"))
    log.again(first, after_s=3 * HOUR_S)
    project(database, log.entries)
    assert listed(library).plays == 1


@pytest.mark.parametrize(
    "deed", [voted(1, "ada", 1), favourited(1, "ada"), played(1, "ada"), suggested(1, "ada", "jazz")]
)
def test_what_is_done_with_a_track_that_is_not_there_leaves_no_trace(
    database: Path, tmp_path: Path, deed: Event
) -> None:
    for number, log in enumerate(
        ([deed], [deed, *life(make_job(1))], [*life(make_job(1)), deleted(1), deed])
    ):
        with_it, without = tmp_path / f"{number}-with.db", tmp_path / f"{number}-without.db"
        times = Log(*log).entries
        project(with_it, times)
        project(without, [entry for entry in times if entry.recorded and entry.recorded.event is not deed])
        assert dump(with_it) == dump(without)


def test_an_event_id_that_is_no_uuid_is_as_good_as_any(database: Path, library: Library) -> None:
    log = a_log()
    entry = log.append(voted(1, "ada", 1))
    assert entry.recorded is not None
    object.__setattr__(entry.recorded, "id", "made up by somebody, and long " * 20)
    log.append(voted(1, "ada", 0))
    log.again(entry)
    project(database, log.entries)
    assert listed(library).upvotes == 0
    assert library.crowd.has_seen(entry.recorded.id)
    assert not library.crowd.has_seen("another")


def test_three_people_put_a_track_into_a_category_and_one_of_them_takes_it_out(
    database: Path, library: Library
) -> None:
    log = a_log(suggested(1, "ada", "jazz"), suggested(1, "ada", "jazz"), suggested(1, "bob", "jazz"))
    project(database, log.entries)
    assert "jazz" not in [one.name for one in listed(library).categories]
    project(database, [log.append(suggested(1, "eve", "jazz"))])
    assert listed(library).categories[-1] == TrackCategory("jazz", "crowd", 3)
    assert library.category_counts()["jazz"] == 1
    assert [row.id for row in library.tracks(TrackQuery(categories=("jazz",))).items] == [job_id(1)]
    project(database, [log.append(suggested(1, "ada", "jazz", withdrawn=True))])
    assert "jazz" not in [one.name for one in listed(library).categories]
    assert "jazz" not in library.category_counts()
    told = library.crowd.suggestions(job_id(1), "bob")
    assert (told.people, told.own, told.current) == ({"jazz": 2}, ["jazz"], ["piano", "calm"])


def test_what_the_machine_guessed_stays_whoever_agrees_or_does_not_any_more(
    database: Path, library: Library
) -> None:
    people = ("ada", "bob", "eve")
    log = a_log(*(suggested(1, who, "piano") for who in people))
    project(database, log.entries)
    assert listed(library).categories[0] == TrackCategory("piano", "machine", 3)
    project(database, [log.append(suggested(1, who, "piano", withdrawn=True)) for who in people])
    assert listed(library).categories[0] == TrackCategory("piano", "machine", 0)


@pytest.mark.parametrize("category", ["thunder", "no-such-category"])
def test_a_category_of_another_model_or_of_none_is_never_agreed_on(
    database: Path, library: Library, category: str
) -> None:
    project(database, a_log(*(suggested(1, who, category) for who in ("ada", "bob", "eve"))).entries)
    assert library.crowd.suggestions(job_id(1), "ada").people == {}
    assert category not in [one.name for one in listed(library).categories]


def test_a_deleted_track_is_nowhere_any_more(database: Path, library: Library) -> None:
    deeds = [
        voted(2, "bob", 1, "catchy"),
        favourited(2, "bob"),
        played(2, "bob"),
        suggested(2, "bob", "lo-fi"),
    ]
    project(database, Log(*life(make_job(1)), *life(make_job(2)), *deeds, deleted(2)).entries)
    assert library.track(job_id(2)) is None
    assert library.tracks(TrackQuery(search="piano")).total == 1
    assert library.counts() == {"total": 1, "music": 1, "audio": 0}
    assert library.crowd.totals() == {"votes": 0, "favourites": 0}
    assert library.crowd.own("bob", [job_id(2)]).votes == {}
    job = library.job(job_id(2))
    assert job is not None
    assert (job.status, job.phase) == ("deleted", "deleted")
    connection = sqlite3.connect(database)
    for table in ("votes", "vote_reasons", "favourites", "listeners", "category_suggestions"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    connection.execute("INSERT INTO tracks_fts(tracks_fts, rank) VALUES ('integrity-check', 1)")
    connection.close()


def test_a_publication_that_comes_after_its_deletion_stays_unlisted(database: Path, library: Library) -> None:
    whole = life(make_job(1))
    project(database, Log(*whole[:-1], deleted(1), whole[-1], events.failed(make_job(1))).entries)
    assert library.track(job_id(1)) is None
    job = library.job(job_id(1))
    assert job is not None
    assert job.status == "deleted"
    assert library.counts()["total"] == 0


def test_the_number_of_a_deleted_track_is_never_given_again(database: Path, library: Library) -> None:
    log = Log(*(published(make_job(n)) for n in (1, 2)), deleted(2), published(make_job(3)), deleted(3))
    log.append(published(make_job(4)))
    project(database, log.entries)
    connection = sqlite3.connect(database)
    assert connection.execute("SELECT number, id FROM tracks ORDER BY number").fetchall() == [
        (1, job_id(1)),
        (4, job_id(4)),
    ]
    connection.close()


def test_popular_is_what_is_surely_liked_and_equals_come_newest_first(
    database: Path, library: Library
) -> None:
    deeds: list[Event] = [voted(2, "ada", 1)]
    deeds += [voted(3, f"user-{n}", 1 if n else -1) for n in range(10)]
    deeds += [voted(4, "ada", -1)]
    project(database, a_log(*deeds, tracks=6).entries)
    assert order(library, "popular") == [3, 2, 6, 5, 1, 4]


def test_popularity_grows_with_every_like_and_falls_with_every_dislike() -> None:
    for up in range(30):
        for down in range(30):
            here = popularity(up, down)
            assert -1 < here < 1
            assert popularity(up + 1, down) > here
            assert popularity(up, down + 1) < here
    assert popularity(0, 0) == 0
    assert round(popularity(1, 0), 4) == 0.2065
    assert round(popularity(90, 10), 4) == 0.8256


def test_what_is_played_now_trends_before_what_was_played_more_long_ago(
    database: Path, library: Library
) -> None:
    log = a_log(tracks=3)
    for number in range(4):
        log.append(played(1, f"user-{number}"))
    log.append(played(2, "ada"), after_s=9 * 24 * HOUR_S)
    project(database, log.entries)
    assert order(library, "trending") == [2, 1, 3]
    assert order(library, "plays") == [1, 2, 3]


def test_half_a_life_later_one_play_weighs_as_much_as_two_before(database: Path, library: Library) -> None:
    log = a_log(tracks=2)
    log.append(played(1, "ada"))
    log.append(played(1, "bob"), after_s=0)
    log.append(played(2, "ada"), after_s=3 * 24 * HOUR_S)
    project(database, log.entries)
    assert order(library, "trending") == [2, 1]
    connection = sqlite3.connect(database)
    first, second = [row[0] for row in connection.execute("SELECT trend FROM tracks ORDER BY number")]
    assert first == pytest.approx(second, abs=1e-5)
    connection.close()


def test_a_track_in_a_loop_trends_as_one_that_is_played_once(database: Path, library: Library) -> None:
    log = a_log(tracks=2)
    for _ in range(50):
        log.append(played(1, "ada"), after_s=20)
    log.append(played(2, "ada"))
    project(database, log.entries)
    assert order(library, "trending") == [2, 1]
    assert listed(library, 1).plays == 50


def test_a_like_that_is_taken_back_and_given_again_trends_once(database: Path, library: Library) -> None:
    log = a_log(tracks=2)
    for vote in (1, 0, 1, -1, 1, 1):
        log.append(voted(1, "ada", vote))
    log.append(voted(2, "ada", 1))
    project(database, log.entries)
    assert order(library, "trending") == [2, 1]
    project(database, [log.append(voted(2, "ada", 0))])
    assert order(library, "trending") == [1, 2]
