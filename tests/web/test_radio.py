"""The radio over HTTP: what to hear next, stations, what they play now, files for players."""

from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from starlette.testclient import TestClient

from services.catalog.radio.stations import FIXED
from shared.messages.deeds import TrackFavourited, TrackPlayed, TrackVoted
from shared.settings import load
from tests.services.catalog.events import job_id, life, make_job, published
from tests.web.conftest import NOBODY_LISTENS
from tests.web.site import Site, assert_problem, ok
from web.playlist_reading import read

CHOICES = ("shuffle", "next", "favorites", "top-rated", "new")
TEXTS = {1: "calm piano over soft rain", 2: 'loud "guitar" & drums', 3: "🎹 piano 🎉", 4: "thunder and rain"}
RAINS = range(11, 20)


@pytest.fixture
def filled(site: Site) -> Site:
    """Three tracks of music and an effect, by ada, made just now."""
    jobs = [
        make_job(number, text, model="audio" if number == 4 else "music", user_id="ada")
        for number, text in TEXTS.items()
    ]
    site.project_now(*(event for job in jobs for event in life(job)))
    return site


@pytest.fixture
def raining(site: Site) -> Site:
    """Nine tracks of rain, enough for a station, each of eight seconds and somebody else's."""
    jobs = [make_job(number, "rain on a roof", model="audio", user_id=f"owner-{number}") for number in RAINS]
    site.project(*(event for job in jobs for event in life(job)))
    return site


def radio(client: TestClient, query: str = "", choice: str = "next") -> list[int]:
    tracks = ok(client.get(f"/api/radio/{choice}?{query}"))["tracks"]
    return [int(track["id"][-4:], 16) for track in tracks]


def seconds(told: str) -> float:
    return datetime.fromisoformat(told).timestamp()


@pytest.mark.parametrize("choice", CHOICES)
def test_an_empty_library_plays_nothing(client: TestClient, choice: str) -> None:
    assert ok(client.get(f"/api/radio/{choice}")) == {"tracks": []}


def test_the_tracks_are_those_of_the_library(filled: Site) -> None:
    ada = filled.listener("ada")
    tracks = {track["id"]: track for track in ok(ada.get("/api/library"))["items"]}
    for choice in ("shuffle", "next", "new"):
        told = ok(ada.get(f"/api/radio/{choice}"))
        assert told.keys() == {"tracks"}
        assert {track["id"]: track for track in told["tracks"]} == tracks


@pytest.mark.parametrize(("choice", "usual"), [("shuffle", 10), ("next", 5), ("new", 10)])
def test_it_plays_different_tracks_as_many_as_asked(site: Site, choice: str, usual: int) -> None:
    site.project_now(*(event for number in range(1, 61) for event in life(make_job(number))))
    assert len(set(radio(site.client, "", choice))) == usual
    for asked, count in (("1", 1), ("50", 50), ("51", 50), ("999999999", 50), ("", usual)):
        assert len(set(radio(site.client, f"count={asked}", choice))) == count


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", "0"),
        ("count", "-1"),
        ("count", "many"),
        ("model", "video"),
        ("category", "nonsense"),
        ("station", "nowhere"),
        ("station", "../all"),
        ("station", "ALL"),
        ("exclude", "one"),
        ("exclude", f"{job_id(1)},2"),
        ("exclude", job_id(1).upper().replace("0", "A")),
        ("exclude", "a" * 20_000),
        ("exclude", "%00"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(client: TestClient, choice: str, name: str, value: str) -> None:
    sentence = assert_problem(client.get(f"/api/radio/{choice}?{name}={value}"), 422, name)
    assert sentence.startswith(f"{name} must ")


@pytest.mark.parametrize("choice", ["shuffle", "next", "favorites"])
@pytest.mark.parametrize("value", ["-1", "1.5", "x", "2147483648", "9" * 30, "²"])
def test_a_seed_is_a_whole_number_of_31_bits(client: TestClient, choice: str, value: str) -> None:
    sentence = assert_problem(client.get(f"/api/radio/{choice}?seed={value}"), 422, "seed")
    assert sentence.startswith("seed must be a whole number from 0 to 2147483647, got ")


@pytest.mark.parametrize("value", ["0", "-5", "soon", "1.5"])
def test_hours_are_a_whole_number_from_one_on(client: TestClient, value: str) -> None:
    assert_problem(client.get(f"/api/radio/new?hours={value}"), 422, "hours")


def test_at_most_two_hundred_tracks_are_left_out(client: TestClient) -> None:
    def excluding(count: int) -> Any:
        return client.get("/api/radio/next", params={"exclude": ",".join(map(job_id, range(count)))})

    assert ok(excluding(200)) == {"tracks": []}
    assert_problem(excluding(201), 422, "exclude")
    assert_problem(excluding(1000), 422, "exclude")


def test_the_same_seed_is_the_same_choice_and_none_is_another_each_time(raining: Site) -> None:
    for choice in ("shuffle", "next"):
        first = radio(raining.client, "seed=2147483647&count=9", choice)
        assert radio(raining.visitor(), "seed=2147483647&count=9", choice) == first
        assert len({tuple(radio(raining.client, "count=9", choice)) for _ in range(5)}) > 1


@pytest.mark.parametrize("choice", ["shuffle", "next", "new"])
def test_it_leaves_out_what_was_heard_and_keeps_to_what_was_asked(filled: Site, choice: str) -> None:
    heard = ",".join([job_id(1), f" {job_id(2)} ", "", job_id(99)])
    for query, expected in (
        (f"exclude={heard}", [3, 4]),
        ("model=music", [1, 2, 3]),
        ("search=piano", [1, 3]),
        ("q=piano", [1, 3]),
        ("category=piano", [1, 3]),
        ("category=piano&category=calm", [1]),
        ("station=effects", [4]),
        ("station=music&search=rain", [1]),
        ("station=favourites", []),
        (f"search=piano&exclude={job_id(1)},{job_id(3)}", []),
    ):
        assert sorted(radio(filled.client, query, choice)) == expected


def test_what_was_listened_to_today_comes_last(raining: Site) -> None:
    ada, bob = raining.listener("ada"), raining.listener("bob")
    for number in RAINS[:6]:
        raining.project_now(TrackPlayed(user_id="ada", track_id=job_id(number)))
    for seed in range(5):
        order = radio(ada, f"count=9&seed={seed}")
        assert set(order[:3]) == set(RAINS[6:])
        assert set(order[3:]) == set(RAINS[:6])
    assert radio(ada, "count=4&seed=1")[3] == RAINS[0]
    assert len({frozenset(radio(bob, f"count=3&seed={seed}")) for seed in range(5)}) > 1


def test_neighbours_have_different_prompts_and_owners(site: Site) -> None:
    jobs = [make_job(n, f"prompt {n % 4}", user_id=f"owner-{n % 3}") for n in range(24)]
    site.project(*(event for job in jobs for event in life(job)))
    for seed in range(10):
        for choice in ("shuffle", "next"):
            tracks = ok(site.client.get(f"/api/radio/{choice}?count=12&seed={seed}"))["tracks"]
            assert len({track["id"] for track in tracks}) == 12
            clashes = sum(one["prompt"] == other["prompt"] for one, other in pairwise(tracks))
            assert clashes <= (0 if choice == "next" else 2)


def test_favourites_are_the_callers_own(filled: Site) -> None:
    filled.do(TrackFavourited(user_id="eve", track_id=job_id(2)), "keep")
    eve = filled.listener("eve")
    assert radio(eve, "", "favorites") == [2]
    assert radio(eve, "model=audio", "favorites") == []
    assert radio(eve, "station=favourites", "shuffle") == [2]
    assert radio(filled.listener("bob"), "", "favorites") == []
    assert radio(filled.client, "", "favorites") == []


def test_the_best_is_what_more_like_than_dislike_the_surest_first(filled: Site) -> None:
    for number, votes in {1: (1,), 2: (-1,), 3: (1, 1, 1), 4: (1, -1)}.items():
        for place, vote in enumerate(votes):
            voted = TrackVoted(user_id=f"voter-{place}", track_id=job_id(number), vote=vote)
            filled.do(voted, f"{number} {place}")
    assert radio(filled.client, "", "top-rated") == [3, 1]
    assert radio(filled.client, f"exclude={job_id(3)}", "top-rated") == [1]
    assert radio(filled.client, "count=1", "top-rated") == [3]


def test_new_is_what_was_made_in_the_last_hours_the_newest_first(site: Site) -> None:
    site.project(published(make_job(1)))
    site.project_now(published(make_job(2)), published(make_job(3)))
    assert radio(site.client, "", "new") == [3, 2]
    assert radio(site.client, "hours=1", "new") == [3, 2]
    assert radio(site.client, "hours=1&count=1", "new") == [3]
    assert radio(site.client, "hours=99999999", "new")[:2] == [3, 2]


def test_stations_are_told_exactly_the_fixed_ones_first(raining: Site) -> None:
    told = ok(raining.client.get("/api/radio/stations"))
    assert told.keys() == {"stations"}
    assert [station["id"] for station in told["stations"]][: len(FIXED)] == [one.id for one in FIXED]
    by_id = {station["id"]: station for station in told["stations"]}
    assert by_id["effects"] == {
        "id": "effects",
        "name": "Effects",
        "description": "All sound effects",
        "count": 9,
        "model": "audio",
        "group": None,
    }
    assert by_id["rain"] == {
        "id": "rain",
        "name": "Rain",
        "description": "Rain: effects",
        "count": 9,
        "model": "audio",
        "group": "nature",
    }
    assert by_id["music"]["count"] == by_id["favourites"]["count"] == 0
    assert "dog" not in by_id


def test_a_station_tells_what_it_plays_now_what_follows_and_what_was(raining: Site) -> None:
    told = ok(raining.client.get("/api/radio/stations/rain/now"))
    assert told.keys() == {"station", "time", "now_playing", "up_next", "history"}
    assert told["station"] in ok(raining.client.get("/api/radio/stations"))["stations"]
    now = told["now_playing"]
    assert now.keys() == {"track", "starts_at", "ends_at", "position_s"}
    assert now["track"] == ok(raining.client.get(f"/api/library/{now['track']['id']}"))
    assert 0 <= now["position_s"] <= 8
    assert seconds(told["time"]) < seconds(now["ends_at"])
    whole = [*reversed(told["history"]), now, *told["up_next"]]
    assert (len(told["history"]), len(told["up_next"])) == (5, 5)
    for one, following in pairwise(whole):
        assert one["track"]["id"] != following["track"]["id"]
        assert seconds(one["ends_at"]) - seconds(one["starts_at"]) == pytest.approx(8, abs=0.002)
        assert seconds(one["ends_at"]) <= seconds(following["starts_at"]) + 0.002


def test_a_station_without_tracks_plays_nothing(client: TestClient) -> None:
    for station in ("all", "favourites", "rain"):
        told = ok(client.get(f"/api/radio/stations/{station}/now"))
        assert (told["station"]["count"], told["now_playing"]) == (0, None)
        assert told["up_next"] == told["history"] == []
        assert client.get(f"/radio/{station}.m3u").text.splitlines()[0] == "#EXTM3U"
        assert "NumberOfEntries=0" in client.get(f"/radio/{station}.pls").text


def test_listening_makes_nobody_a_visitor_to_be_remembered(raining: Site) -> None:
    for path in (*(f"/api/radio/{choice}" for choice in CHOICES), "/api/radio/stations"):
        assert "set-cookie" not in raining.visitor().get(path).headers
    for path in ("/api/radio/stations/rain/now", "/radio/rain.m3u", "/radio/rain.pls"):
        assert "set-cookie" not in raining.visitor().get(path).headers


@pytest.mark.parametrize("station", ["nowhere", "ALL", "%00", "..%2fall", "a" * 5000, "🎹"])
def test_a_station_that_there_is_not_is_404(client: TestClient, station: str) -> None:
    for path in (f"/api/radio/stations/{station}/now", f"/radio/{station}.m3u", f"/radio/{station}.pls"):
        assert_problem(client.get(path), 404)


def test_files_for_players_hold_what_follows_by_absolute_addresses(raining: Site) -> None:
    answer = raining.client.get("/radio/rain.m3u")
    assert answer.headers["content-type"].startswith("audio/x-mpegurl")
    lines = answer.text.splitlines()
    assert lines[:2] == ["#EXTM3U", "#PLAYLIST:Rain"]
    assert lines[2] == "#EXTINF:8,rain on a roof"
    assert lines[3] == f"http://127.0.0.1/audio/{lines[3][-40:-4]}.wav"
    listed = [entry.track_id for entry in read(answer.content).entries]
    assert (len(listed), set(listed)) == (50, {job_id(number) for number in RAINS})

    answer = raining.client.get("/radio/rain.pls")
    assert answer.headers["content-type"].startswith("audio/x-scpls")
    lines = answer.text.splitlines()
    assert lines[0] == "[playlist]"
    assert [line.partition("=")[0] for line in lines[1:4]] == ["File1", "Title1", "Length1"]
    assert lines[1].startswith("File1=http://127.0.0.1/audio/")
    assert lines[2:4] == ["Title1=rain on a roof", "Length1=8"]
    assert lines[-2:] == ["NumberOfEntries=50", "Version=2"]


def test_files_for_players_name_the_public_address_and_keep_a_title_in_its_line(tmp_path: Any) -> None:
    site = Site(
        load(
            {
                "SOUNDBOX_DATA": str(tmp_path),
                "SOUNDBOX_AMQP_URL": NOBODY_LISTENS,
                "SOUNDBOX_PUBLIC_URL": "https://sound.example/",
            }
        )
    )
    site.project(published(make_job(1, "rain\nFile2=http://evil.example/\n#EXTM3U")))
    for ending in ("m3u", "pls"):
        lines = site.client.get(f"/radio/all.{ending}").text.splitlines()
        assert f"https://sound.example/audio/{job_id(1)}.wav" in "\n".join(lines)
        assert not any(line.startswith(("File2=http://evil", "http://evil")) for line in lines)
    site.close()
