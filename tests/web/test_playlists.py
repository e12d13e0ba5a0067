"""Playlists over HTTP: handed in, decided about, and read back before the answer."""

from typing import Any

import httpx2
import pytest

from shared.messages.ids import new_id
from shared.messages.playlists import MOST_PLAYLISTS, MOST_TRACKS, PlaylistCreated
from tests.services.catalog.events import job_id, make_job, published
from tests.web.crowd import Crowded
from tests.web.site import Site, assert_problem, ok

OTHER_KIND = "This is a smart playlist: its search says what is in it."


@pytest.fixture(scope="module")
def tracks(served: Crowded) -> list[str]:
    """Four tracks that nobody changes."""
    return [served.a_track() for _ in range(4)]


def made(who: httpx2.Client, name: str = "Evening", *, ids: list[str] | None = None, **more: Any) -> str:
    body = {"name": name, **({"generation_ids": ids} if ids else {}), **more}
    playlist_id: str = ok(who.post("/api/playlists", json=body), 201)["id"]
    return playlist_id


def inside(who: httpx2.Client, playlist: str) -> list[str]:
    return [track["id"] for track in ok(who.get(f"/api/playlists/{playlist}"))["tracks"]]


def test_a_playlist_is_made_filled_and_listed(served: Crowded, tracks: list[str]) -> None:
    ada = served.listener("ada-1")
    answer = ada.post("/api/playlists", json={"name": "  Late\nnight ", "description": "slow"})
    new = ok(answer, 201)
    assert answer.headers["location"] == f"/api/playlists/{new['id']}"
    assert (new["name"], new["description"], new["tracks"]) == ("Late night", "slow", [])
    assert (new["is_owner"], new["is_smart"], new["share"], new["pending"]) == (True, False, None, False)
    path = f"/api/playlists/{new['id']}/tracks"
    unknown = new_id()
    told = ok(ada.post(path, json={"generation_ids": [tracks[1], tracks[0], unknown, tracks[1]]}))
    assert told == {
        "success": True,
        "added": 2,
        "already_there": 0,
        "unknown": [unknown],
        "track_count": 2,
        "pending": False,
    }
    told = ok(ada.post(path, json={"generation_id": tracks[0]}))
    assert (told["added"], told["already_there"], told["track_count"]) == (0, 1, 2)
    assert inside(ada, new["id"]) == [tracks[1], tracks[0]]
    listed = ok(ada.get("/api/playlists", params={"track_id": tracks[1]}))
    assert (listed["total"], listed["page"], listed["pages"]) == (1, 1, 1)
    (entry,) = listed["items"]
    assert (entry["id"], entry["track_count"], entry["contains"]) == (new["id"], 2, True)


def test_it_is_renamed_and_described_and_what_is_not_named_stays(served: Crowded) -> None:
    ada = served.listener("ada-3")
    playlist = made(ada, "Old", description="kept")
    told = ok(ada.put(f"/api/playlists/{playlist}", json={"name": "New"}))
    assert (told["name"], told["description"]) == ("New", "kept")
    told = ok(ada.put(f"/api/playlists/{playlist}", json={"description": ""}))
    assert (told["name"], told["description"]) == ("New", "")


def test_tracks_are_taken_out_and_put_into_another_order(served: Crowded, tracks: list[str]) -> None:
    a, b, c, d = tracks
    ada = served.listener("ada-4")
    playlist = made(ada, ids=tracks)
    reorder = f"/api/playlists/{playlist}/reorder"
    told = ok(ada.put(reorder, json={"track_ids": [d, c, b, a]}))
    assert [track["id"] for track in told["tracks"]] == [d, c, b, a]
    # Some of them: among the places that these have.
    ok(ada.put(reorder, json={"track_ids": [a, c, new_id()]}))
    assert inside(ada, playlist) == [d, a, b, c]
    told = ok(ada.delete(f"/api/playlists/{playlist}/tracks/{a}"))
    assert (told["removed"], told["track_count"]) == (True, 3)
    told = ok(ada.delete(f"/api/playlists/{playlist}/tracks/{a}"))
    assert (told["removed"], told["track_count"]) == (False, 3)
    assert inside(ada, playlist) == [d, b, c]


def test_a_deleted_playlist_is_gone_and_its_tracks_stay(served: Crowded, tracks: list[str]) -> None:
    ada = served.listener("ada-5")
    playlist = made(ada, ids=tracks)
    assert ada.delete(f"/api/playlists/{playlist}").status_code == 204
    assert_problem(ada.get(f"/api/playlists/{playlist}"), 404)
    assert_problem(ada.delete(f"/api/playlists/{playlist}"), 404)
    assert ok(ada.get("/api/playlists"))["items"] == []
    ok(ada.get(f"/api/library/{tracks[0]}"))


def test_a_deleted_track_leaves_every_playlist(served: Crowded, tracks: list[str]) -> None:
    ada, bob = served.listener("ada-6"), served.listener("bob-6")
    track = served.a_track(user_id="ada-6")
    playlist = made(bob, ids=[tracks[0], track])
    assert ada.delete(f"/api/library/{track}").status_code == 204
    assert inside(bob, playlist) == [tracks[0]]
    assert ok(bob.get("/api/playlists"))["items"][0]["track_count"] == 1


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "/tracks"),
        ("DELETE", f"/tracks/{job_id(1)}"),
        ("PUT", "/reorder"),
        ("POST", "/share"),
        ("DELETE", "/share"),
        ("POST", "/duplicate"),
    ],
)
def test_somebody_elses_playlist_is_as_good_as_none(served: Crowded, method: str, rest: str) -> None:
    playlist = made(served.listener("ada-7"))
    body: dict[str, Any] | None = {} if method in ("PUT", "POST") else None
    for who in (served.listener("eve"), served.listener("boss", "admin"), served.visitor()):
        for wanted in (playlist, new_id(), "no-id"):
            said = assert_problem(who.request(method, f"/api/playlists/{wanted}{rest}", json=body), 404)
            assert said == "There is no such playlist."


def test_a_link_lets_others_read_until_it_is_taken_back_or_another_is_made(
    served: Crowded, tracks: list[str]
) -> None:
    ada, bob = served.listener("ada-8"), served.visitor()
    playlist = made(ada, ids=tracks[:2])
    path = f"/api/playlists/{playlist}"
    first = ok(ada.post(f"{path}/share", json={"expires_in_s": 60}))["share"]
    assert first["url"] == f"{served.url}/playlist/{playlist}#share={first['token']}"
    assert ok(ada.get(path))["share"] == first
    told = ok(bob.get(path, params={"share": first["token"]}))
    assert (told["is_owner"], told["share"], told["track_count"]) == (False, None, 2)
    copied = ok(bob.post(f"{path}/duplicate", params={"share": first["token"]}, json={}), 201)
    assert (copied["name"], copied["is_owner"], copied["track_count"]) == ("Evening (copy)", True, 2)
    for wrong in ("", "x", first["token"][:-1], first["token"] + "x", "é" * 43):
        answer = bob.get(path, params={"share": wrong})
        if wrong != first["token"] + "x":  # what is too long is cut
            assert_problem(answer, 404)
    assert_problem(bob.put(path, params={"share": first["token"]}, json={"name": "mine"}), 404)
    second = ok(ada.post(f"{path}/share", json={}))["share"]
    assert second["token"] != first["token"]
    assert_problem(bob.get(path, params={"share": first["token"]}), 404)
    ok(bob.get(path, params={"share": second["token"]}))
    assert ok(ada.delete(f"{path}/share"))["share"] is None
    assert_problem(bob.get(path, params={"share": second["token"]}), 404)
    # The token of one playlist opens no other one.
    other = made(ada)
    third = ok(ada.post(f"{path}/share", json={}))["share"]
    assert_problem(bob.get(f"/api/playlists/{other}", params={"share": third["token"]}), 404)


def test_a_smart_playlist_is_a_search_made_when_it_is_read(served: Crowded) -> None:
    ada = served.listener("ada-9")
    word = "zither"
    first = served.a_track(prompt=f"{word} in the fog", user_id="ada-9")
    smart = made(ada, "Zithers", query=f"?search={word}&sort=recent")
    told = ok(ada.get(f"/api/playlists/{smart}"))
    assert (told["is_smart"], told["query"]) == (True, f"search={word}&sort=recent")
    second = served.a_track(prompt=f"{word} by night", user_id="bob")
    assert inside(ada, smart) == [second, first]
    ok(ada.put(f"/api/playlists/{smart}", json={"query": f"search={word}&mine=true"}))
    assert inside(ada, smart) == [first]
    (entry,) = ok(ada.get("/api/playlists"))["items"]
    assert (entry["track_count"], entry["is_smart"]) == (None, True)
    path = f"/api/playlists/{smart}"
    assert assert_problem(ada.post(f"{path}/tracks", json={"generation_id": first}), 409) == OTHER_KIND
    assert assert_problem(ada.delete(f"{path}/tracks/{first}"), 409) == OTHER_KIND
    assert assert_problem(ada.put(f"{path}/reorder", json={"track_ids": [first]}), 409) == OTHER_KIND
    # Whoever reads it: `mine` are its owner's.
    token = ok(ada.post(f"{path}/share", json={}))["share"]["token"]
    shared = ok(served.listener("bob").get(path, params={"share": token}))
    assert [track["id"] for track in shared["tracks"]] == [first]


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({}, "name", "is missing"),
        ({"name": " \n "}, "name", "must have 1 to 100 characters after trimming, got 0"),
        ({"name": "x" * 101}, "name", "must have 1 to 100 characters after trimming, got 101"),
        ({"name": "a", "description": "x" * 501}, "description", "must have 0 to 500 characters"),
        ({"name": "a", "generation_ids": ["nope"]}, "generation_ids.0", "must be a UUID"),
        ({"name": "a", "generation_ids": [job_id(1)] * 1001}, "generation_ids", "at most 1000 items"),
        ({"name": "a", "query": ""}, "query", "must have 1 to 2000 characters"),
        ({"name": "a", "query": "sort=best"}, "query", "sort must be one of recent"),
        ({"name": "a", "query": "page=2"}, "query", "may have model, q, search"),
        ({"name": "a", "query": "q=" + "x" * 2000}, "query", "must have 1 to 2000 characters"),
        ({"name": "a", "query": "q=x", "generation_ids": [job_id(1)]}, "", "must have a query or tracks"),
        ({"name": "a", "public": True}, "public", "is not a known field"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_with_a_new_playlist_is_told(
    served: Crowded, body: dict[str, Any], field: str, said: str
) -> None:
    answer = served.listener("ada-10").post("/api/playlists", json=body)
    assert said in assert_problem(answer, 422, field)


@pytest.mark.parametrize(
    ("method", "rest", "body", "field"),
    [
        ("PUT", "", {}, ""),
        ("PUT", "", {"name": ""}, "name"),
        ("PUT", "", {"query": "q=x"}, "query"),
        ("POST", "/tracks", {}, "generation_ids"),
        ("POST", "/tracks", {"generation_id": "nope"}, "generation_id.0"),
        ("POST", "/tracks", {"generation_ids": ["nope"]}, "generation_ids.0"),
        ("PUT", "/reorder", {}, "track_ids"),
        ("PUT", "/reorder", {"track_ids": []}, "track_ids"),
        ("POST", "/share", {"expires_in_s": 59}, "expires_in_s"),
        ("POST", "/share", {"expires_in_s": 40_000_000}, "expires_in_s"),
        ("POST", "/duplicate", {"name": ""}, "name"),
    ],
)
def test_what_is_wrong_with_a_change_is_told(
    served: Crowded, method: str, rest: str, body: dict[str, Any], field: str
) -> None:
    ada = served.listener("ada-11")
    playlist = made(ada)
    assert_problem(ada.request(method, f"/api/playlists/{playlist}{rest}", json=body), 422, field)


def test_a_track_that_is_not_there_cannot_be_added(served: Crowded) -> None:
    ada = served.listener("ada-12")
    playlist = made(ada)
    answer = ada.post(f"/api/playlists/{playlist}/tracks", json={"generation_id": new_id()})
    assert assert_problem(answer, 404) == "There is no such track."


def test_a_request_sent_again_with_its_key_makes_one_playlist(served: Crowded) -> None:
    ada = served.listener("ada-13")
    key = {"Idempotency-Key": "the first"}
    first = ok(ada.post("/api/playlists", json={"name": "One"}, headers=key), 201)
    again = ok(ada.post("/api/playlists", json={"name": "One"}, headers=key), 201)
    assert first["id"] == again["id"]
    assert ok(ada.get("/api/playlists"))["total"] == 1
    assert_problem(ada.post("/api/playlists", json={"name": "Two"}, headers=key), 422, "Idempotency-Key")


def test_a_new_visitor_keeps_playlists_under_the_cookie_that_came_with_the_first(served: Crowded) -> None:
    visitor = served.visitor()
    playlist = made(visitor)
    assert [entry["id"] for entry in ok(visitor.get("/api/playlists"))["items"]] == [playlist]


def test_as_many_tracks_as_there_may_be_fit_into_one_request(served: Crowded, tracks: list[str]) -> None:
    ada = served.listener("ada-16")
    ids = [*tracks, *(job_id(number) for number in range(10**6, 10**6 + MOST_TRACKS - len(tracks)))]
    playlist = made(ada, ids=ids)
    assert inside(ada, playlist) == tracks
    told = ok(ada.post(f"/api/playlists/{playlist}/tracks", json={"generation_ids": ids}))
    assert (told["added"], told["already_there"], len(told["unknown"])) == (0, 4, MOST_TRACKS - 4)


def test_a_smart_playlist_is_read_in_parts_of_any_size_up_to_its_bound(site: Site) -> None:
    site.project(*(published(make_job(number)) for number in range(1, MOST_TRACKS + 51)))
    smart = job_id(5000)
    site.do(PlaylistCreated(user_id="ada", playlist_id=smart, name="all", query="sort=recent"), "smart")
    newest = [job_id(number) for number in range(MOST_TRACKS + 50, 50, -1)]
    ada = site.listener("ada")

    def part(page: int, per_page: int) -> list[str]:
        told = ok(ada.get(f"/api/playlists/{smart}", params={"page": page, "per_page": per_page}))
        assert told["track_count"] == MOST_TRACKS
        return [track["id"] for track in told["tracks"]]

    assert part(1, MOST_TRACKS) == newest
    assert part(2, 130) == newest[130:260]
    assert part(3, 400) == newest[800:]
    assert part(12, 100) == []


def test_a_full_playlist_and_a_full_shelf_say_so(site: Site) -> None:
    ids = [job_id(number) for number in range(1, MOST_TRACKS + 2)]
    site.project(*(published(make_job(number)) for number in range(1, MOST_TRACKS + 2)))
    full = job_id(5000)
    site.do(PlaylistCreated(user_id="ada", playlist_id=full, name="full", track_ids=tuple(ids)), "full")
    ada = site.listener("ada")
    told = ok(ada.get(f"/api/playlists/{full}"))
    assert (told["track_count"], len(told["tracks"]), told["pages"]) == (MOST_TRACKS, MOST_TRACKS, 1)
    assert [track["id"] for track in told["tracks"]] == ids[:-1]
    part = ok(ada.get(f"/api/playlists/{full}", params={"page": 3, "per_page": 400}))
    assert ([track["id"] for track in part["tracks"]], part["pages"]) == (ids[800:1000], 3)
    said = assert_problem(ada.post(f"/api/playlists/{full}/tracks", json={"generation_id": ids[-1]}), 409)
    assert said == "A playlist holds at most 1,000 tracks; it has 1,000, and 1 would come."
    for number in range(MOST_PLAYLISTS):
        fact = PlaylistCreated(user_id="ada", playlist_id=job_id(6000 + number), name="one more")
        site.do(fact, str(number))
    assert ok(ada.get("/api/playlists"))["total"] == MOST_PLAYLISTS
    said = assert_problem(ada.post("/api/playlists", json={"name": "too many"}), 409)
    assert said == "You have 500 playlists, as many as one can have; delete one first."


def test_a_file_becomes_a_playlist_and_what_is_not_from_here_is_told(
    served: Crowded, tracks: list[str]
) -> None:
    ada = served.listener("ada-14")
    lines = [
        "#EXTM3U",
        "#PLAYLIST:From elsewhere",
        f"http://old.example/audio/{tracks[1]}.wav",
        "#EXTINF:10,Somebody - A song",
        "/music/song.mp3",
        tracks[0],
        f"/download/{tracks[1]}.mp3",
    ]
    path = "/api/playlists/import"
    told = ok(ada.post(path, content="\n".join(lines).encode()), 201)
    assert told["playlist"]["name"] == "From elsewhere"
    assert [track["id"] for track in told["playlist"]["tracks"]] == [tracks[1], tracks[0]]
    assert (told["entries"], told["matched"], told["repeated"], told["left_out"]) == (4, 2, 1, 0)
    assert told["unknown"] == [{"entry": 2, "title": "Somebody - A song", "location": "/music/song.mp3"}]
    assert told["unknown_count"] == 1
    exported = ada.get(f"/api/playlists/{told['playlist']['id']}.xspf").content
    again = ok(ada.post(path, content=exported, params={"name": "Again"}), 201)
    assert (again["playlist"]["name"], again["matched"], again["unknown"]) == ("Again", 2, [])


def test_a_file_that_is_no_playlist_makes_none(served: Crowded) -> None:
    ada = served.listener("ada-15")
    path = "/api/playlists/import"
    assert "document type" in assert_problem(ada.post(path, content=b"<!DOCTYPE x><playlist/>"), 422)
    said = assert_problem(ada.post(path, content=b"#EXTM3U\n/a.mp3\n/b.mp3\n"), 422)
    assert said == "None of the file's 2 entries is a sound of this Sound Box."
    assert assert_problem(ada.post(path, content=b""), 422) == "The file names no sounds."
    assert_problem(ada.post(path, content=b"x" * (1024 * 1024 + 1)), 413)
    surrogate = b'{"playlist": {"title": "\\ud800", "track": [{"title": "\\ud800", "location": "/a"}]}}'
    assert_problem(ada.post(path, content=surrogate), 422)
    assert ok(ada.get("/api/playlists"))["total"] == 0
