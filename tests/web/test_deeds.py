"""Favourites, plays, suggestions, deletions and what is told of them, over HTTP."""

from typing import Any

import httpx2
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from shared import keys
from shared.messages.ids import new_id
from tests.services.catalog.crowd import favourited, played, suggested, voted
from tests.services.catalog.events import job_id, life, make_job
from tests.web.crowd import Crowded
from tests.web.site import Site, assert_problem, ok


@pytest.fixture
def ada(served: Crowded) -> httpx2.Client:
    """Somebody new with a token."""
    return served.listener(f"ada-{new_id()[-12:]}")


def ids(answer: Response) -> list[str]:
    return [track["id"] for track in ok(answer)["items"]]


def test_favourites_are_kept_listed_latest_first_and_dropped(served: Crowded, ada: httpx2.Client) -> None:
    first, second, effect = served.a_track(), served.a_track(), served.a_track(model="audio")
    for track in (first, second, effect):
        told = ok(ada.post(f"/api/favorites/{track}"))
        assert told == {"success": True, "favorited": True, "changed": True, "pending": False}
    assert ok(ada.post(f"/api/favorites/{first}"))["changed"] is False
    assert ids(ada.get("/api/favorites")) == [effect, second, first]
    assert ids(ada.get("/api/favorites?model=music")) == [second, first]
    page = ok(ada.get("/api/favorites?per_page=1&page=2"))
    assert ([track["id"] for track in page["items"]], page["total"], page["pages"]) == ([second], 3, 3)
    told = ok(ada.delete(f"/api/favorites/{second}"))
    assert (told["favorited"], told["changed"]) == (False, True)
    assert ids(ada.get("/api/favorites")) == [effect, first]
    asked = [first, second, effect, new_id()]
    told = ok(ada.post("/api/favorites/check", json={"generation_ids": asked}))
    assert told == dict(zip(asked, [True, False, True, False], strict=True))
    assert ids(served.visitor().get("/api/favorites")) == []


@pytest.mark.parametrize("vote", [1, -1])
def test_every_list_shows_what_the_caller_did_and_nobody_else(
    served: Crowded, ada: httpx2.Client, vote: int
) -> None:
    track = served.a_track()
    ok(ada.post(f"/api/favorites/{track}"))
    ok(ada.post(f"/api/library/{track}/vote", json={"vote": vote}))
    paths = ("/api/library", "/api/trending", "/api/most-played", "/api/radio/shuffle?count=50")
    for who, wanted in (
        (ada, (vote, True)),
        (served.listener("somebody"), (0, False)),
        (served.visitor(), (0, False)),
    ):
        found = ok(who.get(f"/api/library/{track}"))
        assert (found["user_vote"], found["is_favorite"]) == wanted
        for path in paths:
            told = ok(who.get(path))
            shown = [one for one in told.get("items", told.get("tracks")) if one["id"] == track]
            if who is ada and vote == -1 and "shuffle" in path:
                assert shown == []  # what they dislike they do not hear
            else:
                assert [(one["user_vote"], one["is_favorite"]) for one in shown] == [wanted], path


def test_reading_alone_makes_nobody_a_visitor_to_be_remembered(served: Crowded) -> None:
    track = served.a_track()
    visitor = served.visitor()
    for path in ("/api/library", f"/api/library/{track}", "/api/radio/next", "/api/trending"):
        assert "set-cookie" not in visitor.get(path).headers, path


def test_plays_are_counted_by_times_and_people(served: Crowded, ada: httpx2.Client) -> None:
    track = served.a_track()
    assert ok(ada.post(f"/api/track/{track}/play")) == {
        "success": True, "play_count": 1, "unique_plays": 1, "pending": False,
    }  # fmt: skip
    body = {"session_id": "s", "duration": 8, "source": "widget", "user_id": "eve"}
    told = ok(served.listener("bob").post(f"/api/track/{track}/play", json=body))
    assert (told["play_count"], told["unique_plays"]) == (2, 2)
    at_once = ok(ada.post(f"/api/track/{track}/play"))
    assert (at_once["play_count"], at_once["unique_plays"]) == (2, 2)
    assert ok(served.visitor().get(f"/api/track/{track}/stats")) == {"play_count": 2, "unique_plays": 2}
    assert ids(ada.get("/api/most-played?limit=1")) == [track]
    assert ids(ada.get("/api/most-played?limit=50&per_page=1")) == [track]
    assert_problem(ada.post(f"/api/track/{track}/play", json={"times": 5}), 422, "times")


def test_three_listeners_settle_a_category(served: Crowded, ada: httpx2.Client) -> None:
    track = served.a_track(prompt="calm piano")
    people = [ada, served.listener("bob"), served.listener("eve")]

    def say(who: httpx2.Client, what: str, category: str = "jazz") -> dict[str, Any]:
        told: dict[str, Any] = ok(who.post(f"/api/library/{track}/{what}", json={"category": category}))
        return told

    assert say(people[0], "suggest-tag") == {
        "success": True, "message": "Jazz: 1 of 3 listeners say so.", "current_votes": 1,
        "threshold": 3, "consensus_reached": False, "pending": False,
    }  # fmt: skip
    assert say(people[0], "suggest-tag")["current_votes"] == 1
    assert say(people[1], "suggest-tag")["current_votes"] == 2
    told = say(people[2], "suggest-tag")
    assert (told["consensus_reached"], told["message"]) == (True, "Jazz: 3 listeners agree.")
    found = ok(ada.get(f"/api/library/{track}"))
    assert {"name": "jazz", "source": "crowd", "votes": 3} in found["categories"]
    assert track in ids(ada.get("/api/library?category=jazz"))
    assert ok(ada.get(f"/api/library/{track}/tag-suggestions")) == {
        "suggestions": {"jazz": 3},
        "user_suggestions": ["jazz"],
        "current_categories": ["piano", "calm", "jazz"],
        "threshold": 3,
    }
    assert say(people[0], "cancel-tag")["consensus_reached"] is False
    assert "jazz" not in ok(ada.get(f"/api/library/{track}"))["category"]
    told = say(people[0], "suggest-tag", "piano")
    assert told["message"] == "The sound is in Piano already; 1 of 3 listeners say so, too."


def test_what_one_did_is_told_latest_first_and_to_oneself_and_admins_only(
    served: Crowded, ada: httpx2.Client
) -> None:
    first, second = served.a_track(), served.a_track()
    for track in (first, second):
        ok(ada.post(f"/api/track/{track}/play"))
        ok(
            ada.post(
                f"/api/library/{track}/vote", json={"vote": 1, "feedback_reasons": ["mood"], "notes": "!"}
            )
        )
    plays, votes = ok(ada.get("/api/history/plays")), ok(ada.get("/api/history/votes"))
    assert [(one["track"]["id"], one["play_count"]) for one in plays["history"]] == [(second, 1), (first, 1)]
    assert (plays["limit"], plays["offset"], plays["has_more"]) == (50, 0, False)
    said = [
        (one["track"]["id"], one["vote"], one["feedback_reasons"], one["notes"]) for one in votes["history"]
    ]
    assert said == [(second, 1, ["mood"], "!"), (first, 1, ["mood"], "!")]
    part = ok(ada.get("/api/history/votes?limit=1"))
    assert (len(part["history"]), part["has_more"]) == (1, True)
    part = ok(ada.get("/api/history/plays?limit=1&offset=1"))
    assert ([one["track"]["id"] for one in part["history"]], part["has_more"]) == ([first], False)
    assert votes["history"][0]["track"]["user_vote"] == 1
    assert ok(served.listener("bob").get("/api/history/votes?user_id=ada"))["history"] == []


def test_the_owner_deletes_a_track_and_it_is_gone_everywhere(served: Crowded, ada: httpx2.Client) -> None:
    owner = f"owner-{new_id()[-12:]}"
    track = served.a_track(user_id=owner)
    store = served.ports.store
    for key in keys.of_track(track):
        store.put_once(key, b"RIFF")
    ok(ada.post(f"/api/favorites/{track}"))
    assert_problem(ada.delete(f"/api/library/{track}"), 403)
    gone = served.listener(owner).delete(f"/api/library/{track}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert_problem(ada.get(f"/api/library/{track}"), 404)
    assert_problem(ada.get(f"/audio/{track}.wav"), 404)
    assert_problem(ada.get(f"/download/{track}.mp3"), 404)
    assert_problem(served.listener(owner).delete(f"/api/library/{track}"), 404)
    assert ids(ada.get("/api/favorites")) == []
    assert ok(ada.get(f"/job/{track}"))["status"] == "deleted"
    assert_problem(ada.post(f"/api/track/{track}/play"), 404)
    assert [key for key in keys.of_track(track) if store.exists(key)] == []


def test_an_admin_deletes_anybodys_track(served: Crowded) -> None:
    track = served.a_track(user_id="eve")
    assert served.listener("root", "admin").delete(f"/api/library/{track}").status_code == 204


def test_stars_are_votes_and_the_history_is_a_plain_list(served: Crowded, ada: httpx2.Client) -> None:
    track = served.a_track()
    for rating, vote in ((5, 1), (4, 1), (3, 0), (2, -1), (1, -1), (None, 0)):
        told = ok(ada.post("/rate", json={"filename": f"{track}.wav", "rating": rating}))
        assert (told["rating"], told["user_vote"], told["pending"]) == (rating, vote, False)
        assert ok(ada.get(f"/api/library/{track}"))["user_vote"] == vote
    assert ok(ada.get("/history?limit=1"))[0]["filename"] == f"{track}.wav"


@pytest.fixture
def filled(site: Site) -> Site:
    """Two tracks of music and an effect, and what some people did with them; the broker is away."""
    for number in (1, 2):
        site.project(*life(make_job(number, user_id="ada")))
    site.project(*life(make_job(3, "thunder", model="audio", user_id="bob")))
    deeds = [voted(1, "ada", 1), favourited(1, "ada"), favourited(2, "ada"), played(2, "ada")]
    for number, deed in enumerate([*deeds, suggested(1, "ada", "jazz")]):
        site.do(deed, f"command {number}")
    return site


def test_the_whole_library_is_counted(filled: Site) -> None:
    assert ok(filled.client.get("/api/stats")) == {
        "total_generations": 3, "music": 2, "audio": 1, "total_votes": 1, "total_favorites": 2,
        "categories": {"calm": 2, "piano": 2, "thunder": 1},
    }  # fmt: skip


def test_the_history_is_as_long_as_asked_for_and_of_a_model_or_a_person(filled: Site) -> None:
    def listed(query: str, who: TestClient | None = None) -> list[str]:
        return [track["id"] for track in ok((who or filled.client).get(f"/history?{query}"))]

    assert listed("") == [job_id(3), job_id(2), job_id(1)]
    assert listed("limit=2") == [job_id(3), job_id(2)]
    assert listed("model=music") == [job_id(2), job_id(1)]
    assert listed("user_id=bob") == [job_id(3), job_id(2), job_id(1)]
    assert listed("user_id=bob", filled.listener("bob")) == [job_id(3)]
    assert listed("user_id=bob", filled.listener("root", "admin")) == [job_id(3)]
    assert_problem(filled.client.get("/history?limit=0"), 422, "limit")


def test_an_admin_sees_what_another_person_did(filled: Site) -> None:
    root = filled.listener("root", "admin")
    told = ok(root.get("/api/history/plays?user_id=ada"))
    assert [one["track"]["id"] for one in told["history"]] == [job_id(2)]
    assert ok(root.get("/api/history/plays"))["history"] == []


DELETION = ("delete", "/api/library/{id}")
DEEDS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("post", "/api/library/{id}/vote", {"vote": 1}),
    ("post", "/api/library/{id}/suggest-tag", {"category": "jazz"}),
    ("post", "/api/library/{id}/cancel-tag", {"category": "jazz"}),
    ("post", "/api/favorites/{id}", None),
    ("delete", "/api/favorites/{id}", None),
    ("post", "/api/track/{id}/play", None),
    ("delete", "/api/library/{id}", None),
    ("post", "/rate", {"filename": "{id}.wav", "rating": 5}),
]


def asked(who: httpx2.Client, deed: tuple[str, str, dict[str, Any] | None], track: str) -> Response:
    method, path, body = deed
    if body is not None:
        body = {name: v.replace("{id}", track) if isinstance(v, str) else v for name, v in body.items()}
    return who.request(method, path.replace("{id}", track), json=body)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: f"{deed[0]} {deed[1]}")
def test_without_a_broker_nothing_is_done_and_it_is_said(filled: Site, deed: Any) -> None:
    answer = asked(filled.listener("ada"), deed, job_id(1))
    assert "broker" in assert_problem(answer, 503)
    assert answer.headers["retry-after"]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: f"{deed[0]} {deed[1]}")
@pytest.mark.parametrize("track", [job_id(9), "unknown", job_id(1) + "0"])
def test_nothing_is_done_with_what_is_not_there(filled: Site, deed: Any, track: str) -> None:
    assert_problem(asked(filled.listener("ada"), deed, track), 404)


@pytest.mark.parametrize(
    ("category", "said"),
    [
        ("jaz", "must be an id that /api/categories/music names, got 'jaz'; did you mean jazz?"),
        ("thunder", "must be an id that /api/categories/music names, got 'thunder'"),
        ("", "must be an id that /api/categories/music names, got ''"),
        (5, "must be a valid string, got 5"),
    ],
)
def test_only_categories_of_the_tracks_model_can_be_suggested(
    filled: Site, category: object, said: str
) -> None:
    for what in ("suggest-tag", "cancel-tag"):
        answer = filled.client.post(f"/api/library/{job_id(1)}/{what}", json={"category": category})
        assert assert_problem(answer, 422, "category").startswith(f"category {said}")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"filename": f"{job_id(1)}.wav", "rating": 6}, "rating"),
        ({"filename": f"{job_id(1)}.wav", "rating": 0}, "rating"),
        ({"filename": f"{job_id(1)}.wav", "rating": True}, "rating"),
        ({"rating": 5}, "filename"),
    ],
)
def test_stars_are_one_to_five(filled: Site, body: dict[str, Any], field: str) -> None:
    assert_problem(filled.client.post("/rate", json=body), 422, field)


def test_a_path_is_never_made_of_what_is_to_be_rated(filled: Site) -> None:
    for name in ("../../etc/passwd", "", ".wav", f"{job_id(1)}.mp3", f"/{job_id(1)}.wav", "\x00"):
        assert_problem(filled.client.post("/rate", json={"filename": name, "rating": 5}), 404)


@pytest.mark.parametrize("query", ["limit=0", "offset=-1", "limit=x"])
@pytest.mark.parametrize("what", ["plays", "votes"])
def test_a_part_of_the_history_is_told_by_whole_numbers(filled: Site, query: str, what: str) -> None:
    assert_problem(filled.client.get(f"/api/history/{what}?{query}"), 422, query.partition("=")[0])
