"""Votes over HTTP: handed in, decided about, and read back before the answer."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from httpx2 import Response

from shared.messages.ids import new_id
from shared.settings import load
from tests.services.catalog.events import job_id, life, make_job
from tests.web.crowd import Crowded
from tests.web.site import Site, assert_problem, ok

REASONS_SAID = "must be empty when a vote is taken back"


def vote(who: httpx2.Client, track: str, value: object, **more: Any) -> Response:
    return who.post(f"/api/library/{track}/vote", json={"vote": value, **more})


def standing(answer: Response) -> tuple[int, int, int]:
    told = ok(answer)
    assert told["success"] is True
    assert told["pending"] is False
    assert told["score"] == told["upvotes"] - told["downvotes"]
    return told["upvotes"], told["downvotes"], told["user_vote"]


def test_a_vote_counts_when_it_is_answered_and_takes_the_place_of_the_one_before(served: Crowded) -> None:
    track = served.a_track()
    ada, bob = served.listener("ada"), served.listener("bob")
    assert standing(vote(ada, track, 1)) == (1, 0, 1)
    assert standing(vote(bob, track, -1)) == (1, 1, -1)
    assert standing(vote(ada, track, -1)) == (0, 2, -1)
    assert standing(vote(ada, track, -1)) == (0, 2, -1)
    assert standing(vote(bob, track, 0)) == (0, 1, 0)
    told = ok(ada.get(f"/api/library/{track}"))
    assert (told["upvotes"], told["downvotes"], told["score"]) == (0, 1, -1)


def test_a_new_visitor_votes_under_the_cookie_that_the_first_vote_brought(served: Crowded) -> None:
    track = served.a_track()
    visitor = served.visitor()
    assert standing(vote(visitor, track, 1)) == (1, 0, 1)
    assert standing(vote(visitor, track, 1)) == (1, 0, 1)
    assert standing(vote(served.visitor(), track, 1)) == (2, 0, 1)


def test_ones_votes_for_many_tracks_are_told_at_once(served: Crowded) -> None:
    first, second, third = (served.a_track() for _ in range(3))
    ada = served.listener("ada")
    vote(ada, first, 1)
    vote(ada, second, -1)
    asked = [first, second, third, new_id(), first]
    told = ok(ada.post("/api/library/votes", json={"generation_ids": asked}))
    assert told == {asked[0]: 1, asked[1]: -1, asked[2]: 0, asked[3]: 0}
    assert set(
        ok(served.listener("bob").post("/api/library/votes", json={"generation_ids": asked})).values()
    ) == {0}


def test_reasons_are_counted_for_all_and_notes_shown_to_the_owner_and_admins_only(served: Crowded) -> None:
    track = served.a_track(user_id="ada")
    vote(served.listener("bob"), track, 1, feedback_reasons=["catchy", "mood"], notes="  love\nit ")
    vote(served.listener("eve"), track, 1, feedback_reasons=["catchy"])
    vote(served.listener("sue"), track, -1, feedback_reasons=["jarring"], suggested_model="audio")
    for who, sees in (
        (served.listener("ada"), True),
        (served.listener("root", "admin"), True),
        (served.listener("bob"), False),
        (served.visitor(), False),
    ):
        told = ok(who.get(f"/api/library/{track}/feedback"))
        assert told["positive_reasons"] == {"catchy": 2, "mood": 1}
        assert told["negative_reasons"] == {"jarring": 1}
        assert told["total_votes"] == 3
        if not sees:
            assert told["notes"] is None
            continue
        assert [(n["vote"], n["notes"], n["suggested_model"]) for n in told["notes"]] == [
            (-1, "", "audio"),
            (1, "love it", None),
        ]


def test_an_idempotency_key_makes_one_vote_of_two_requests_and_serves_for_nothing_else(
    served: Crowded,
) -> None:
    track = served.a_track()
    ada = served.listener("ada")
    ada.headers["Idempotency-Key"] = "k1"
    assert standing(vote(ada, track, 1)) == (1, 0, 1)
    assert standing(vote(ada, track, 1)) == (1, 0, 1)
    assert "used for another request" in assert_problem(vote(ada, track, -1), 422, "Idempotency-Key")
    ada.headers["Idempotency-Key"] = ""
    assert_problem(vote(ada, track, 1), 422, "Idempotency-Key")


def test_a_late_repetition_of_an_old_vote_does_not_undo_the_newer_one(served: Crowded) -> None:
    track = served.a_track()
    ada = served.listener("ada")
    vote(ada, track, 1).raise_for_status()
    key = {"Idempotency-Key": "old"}
    ada.post(f"/api/library/{track}/vote", json={"vote": -1}, headers=key).raise_for_status()
    assert standing(vote(ada, track, 1)) == (1, 0, 1)
    again = ada.post(f"/api/library/{track}/vote", json={"vote": -1}, headers=key)
    assert standing(again) == (1, 0, 1)


def test_what_the_library_does_not_show_in_time_is_promised(fresh_amqp_url: str, tmp_path: Path) -> None:
    late = Crowded(load({"SOUNDBOX_DATA": str(tmp_path), "SOUNDBOX_AMQP_URL": fresh_amqp_url}))
    late.start()
    track = late.a_track()
    ada = late.listener("ada")
    answer = vote(ada, track, -1)
    assert answer.status_code == 202
    assert answer.json() == {
        "success": True, "upvotes": 0, "downvotes": 1, "score": -1, "user_vote": -1, "pending": True,
    }  # fmt: skip
    with late.deciding():
        assert standing(vote(ada, track, 1)) == (1, 0, 1)
    late.stop()


@pytest.fixture
def track(site: Site) -> str:
    """A track on a site whose broker is away."""
    site.project(*life(make_job(1)))
    return job_id(1)


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({}, "vote", "is missing"),
        ({"vote": 2}, "vote", "must be less than or equal to 1, got 2"),
        ({"vote": "1"}, "vote", 'must be a valid integer, got "1"'),
        ({"vote": True}, "vote", "must be a valid integer, got true"),
        ({"vote": 1, "notes": "x" * 501}, "notes", "must have 0 to 500 characters after trimming, got 501"),
        ({"vote": 1, "notes": 5}, "notes", "must be a valid string, got 5"),
        ({"vote": 0, "feedback_reasons": ["mood"]}, "feedback_reasons", f"{REASONS_SAID}, got 'mood'"),
        ({"vote": 1, "feedback_reasons": [[]]}, "feedback_reasons.0", "must be a valid string, got []"),
        ({"vote": 1, "suggested_model": "x"}, "suggested_model", "must be 'music' or 'audio', got \"x\""),
        ({"vote": 1, "reasons": []}, "reasons", "is not a known field"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_as_the_request_calls_it(
    site: Site, track: str, body: dict[str, Any], field: str, said: str
) -> None:
    answer = site.client.post(f"/api/library/{track}/vote", json=body)
    assert assert_problem(answer, 422, field) == f"{field} {said}"


def test_a_user_id_in_the_body_is_ignored(served: Crowded) -> None:
    track = served.a_track()
    assert standing(vote(served.listener("eve"), track, 1, user_id="ada")) == (1, 0, 1)
    told = ok(
        served.listener("ada").post("/api/library/votes", json={"generation_ids": [track], "user_id": "eve"})
    )
    assert told == {track: 0}


@pytest.mark.parametrize("track", ["unknown", job_id(9), job_id(9).upper(), "..%2f"])
def test_there_is_no_voting_on_what_is_not_there(site: Site, track: str) -> None:
    assert_problem(site.client.post(f"/api/library/{track}/vote", json={"vote": 1}), 404)
    assert_problem(site.client.get(f"/api/library/{track}/feedback"), 404)


def test_without_a_broker_it_is_said_at_once_and_nothing_counts(site: Site, track: str) -> None:
    answer = site.client.post(f"/api/library/{track}/vote", json={"vote": 1})
    assert "broker" in assert_problem(answer, 503)
    assert answer.headers["retry-after"]
    assert ok(site.client.get(f"/api/library/{track}"))["upvotes"] == 0
    assert ok(site.client.post("/api/library/votes", json={"generation_ids": [track]})) == {track: 0}


@pytest.mark.parametrize(
    ("ids", "field"),
    [
        ([job_id(1)] * 101, "generation_ids"),
        (job_id(1), "generation_ids"),
        (["x"], "generation_ids.0"),
        ([job_id(1), 5], "generation_ids.1"),
        (None, "generation_ids"),
    ],
)
def test_at_most_a_hundred_ids_are_looked_up(site: Site, ids: object, field: str) -> None:
    assert_problem(site.client.post("/api/library/votes", json={"generation_ids": ids}), 422, field)
    assert_problem(site.client.post("/api/library/votes", json={}), 422, "generation_ids")


def test_no_ids_are_no_votes(site: Site) -> None:
    assert ok(site.client.post("/api/library/votes", json={"generation_ids": []})) == {}
