"""What POST /generate takes and refuses, without a broker: nothing invalid gets as far as one."""

from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from shared import keys
from tests.services.catalog.events import job_id, make_job
from tests.web.site import Site, assert_problem

MOST_MUSIC_S, MOST_AUDIO_S = 120, 30


def post(client: TestClient, **body: Any) -> Response:
    return client.post("/generate", json=body)


def assert_taken(answer: Response) -> None:
    """Only the broker was missing."""
    assert "broker" in assert_problem(answer, 503)


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({}, "prompt", "is missing"),
        ({"prompt": None}, "prompt", "must be a valid string, got null"),
        ({"prompt": 5}, "prompt", "must be a valid string, got 5"),
        ({"prompt": ["rain"]}, "prompt", 'must be a valid string, got ["rain"]'),
        ({"prompt": "  ab  "}, "prompt", "must have 3 to 500 characters after trimming, got 2"),
        ({"prompt": "\u0000\u0001\n"}, "prompt", "must have 3 to 500 characters after trimming, got 0"),
        ({"prompt": "a" * 501}, "prompt", "must have 3 to 500 characters after trimming, got 501"),
        ({"prompt": "🎹" * 501}, "prompt", "must have 3 to 500 characters after trimming, got 501"),
        ({"duration": "8"}, "duration", 'must be a valid number, got "8"'),
        ({"duration": None}, "duration", "must be a valid number, got null"),
        ({"duration": True}, "duration", "must be a valid number, got true"),
        ({"duration": 0}, "duration", "must be 1 to 120 for music, got 0"),
        ({"duration": -8}, "duration", "must be 1 to 120 for music, got -8"),
        ({"duration": 0.99}, "duration", "must be 1 to 120 for music, got 0.99"),
        ({"duration": 120.5}, "duration", "must be 1 to 120 for music, got 120.5"),
        ({"duration": 31, "model": "audio"}, "duration", "must be 1 to 30 for audio, got 31"),
        ({"model": "speech"}, "model", "must be 'music' or 'audio', got \"speech\""),
        ({"model": "MUSIC"}, "model", "must be 'music' or 'audio', got \"MUSIC\""),
        ({"model": 1}, "model", "must be 'music' or 'audio', got 1"),
        ({"loop": "yes"}, "loop", 'must be a valid boolean, got "yes"'),
        ({"loop": 1}, "loop", "must be a valid boolean, got 1"),
        ({"seed": -1}, "seed", "must be greater than or equal to 0, got -1"),
        ({"seed": 2**31}, "seed", "must be less than 2147483648, got 2147483648"),
        ({"seed": 1.5}, "seed", "must be a valid integer, got 1.5"),
        ({"seed": True, "variations": 2}, "seed", "must be a valid integer, got true"),
        ({"variations": 0}, "variations", "must be greater than or equal to 1, got 0"),
        ({"variations": 5}, "variations", "must be less than or equal to 4, got 5"),
        ({"variations": "2"}, "variations", 'must be a valid integer, got "2"'),
        ({"variations": 1.0}, "variations", "must be a valid integer, got 1.0"),
        (
            {"priority": "urgent"},
            "priority",
            "must be 'free', 'standard', 'premium' or 'admin', got \"urgent\"",
        ),
        ({"priority": 3}, "priority", "must be 'free', 'standard', 'premium' or 'admin', got 3"),
        ({"cfg_coef": -0.1}, "cfg_coef", "must be greater than or equal to 0, got -0.1"),
        ({"cfg_coef": 10.1}, "cfg_coef", "must be less than or equal to 10, got 10.1"),
        ({"cfg_coef": "3"}, "cfg_coef", 'must be a valid number, got "3"'),
        ({"temperature": 0}, "temperature", "must be greater than or equal to 0.01, got 0"),
        ({"temperature": 2.01}, "temperature", "must be less than or equal to 2, got 2.01"),
        ({"temperature": True}, "temperature", "must be a valid number, got true"),
        ({"top_k": -1}, "top_k", "must be greater than or equal to 0, got -1"),
        ({"top_k": 2049}, "top_k", "must be less than or equal to 2048, got 2049"),
        ({"top_k": 0.5}, "top_k", "must be a valid integer, got 0.5"),
        ({"top_k": None}, "top_k", "must be a valid integer, got null"),
        ({"top_p": 1.01}, "top_p", "must be less than or equal to 1, got 1.01"),
        ({"top_p": [0.5]}, "top_p", "must be a valid number, got [0.5]"),
        (
            {"extend": "generated/x.wav"},
            "extend",
            'must be a UUID in lower case, like 01890a5d-ac96-774b-bcce-b302099a8057, got "generated/x.wav"',
        ),
        (
            {"melody": "../../secret"},
            "melody",
            'must be the id of a melody, 64 hexadecimal digits in lower case, got "../../secret"',
        ),
        ({"melody": "a" * 64}, "melody", "is not known here; send its file to POST /api/melodies"),
        (
            {"melody": "a" * 64, "model": "audio"},
            "melody",
            "can be followed by music only, and model is audio",
        ),
        ({"extend": job_id(1)}, "extend", "is not a track of the library"),
        ({"tempo": 80}, "tempo", "is not a known field"),
        ({"job_id": "mine"}, "job_id", "is not a known field"),
        ({"token": "mine"}, "token", "is not a known field"),
    ],
)
def test_a_wrong_field_is_named_with_what_was_given_and_what_is_wanted(
    client: TestClient, body: dict[str, Any], field: str, said: str
) -> None:
    given = body if "prompt" in body or field == "prompt" else {"prompt": "soft rain", **body}
    answer = post(client, **given)
    sentence = assert_problem(answer, 422, field)
    assert sentence == f"{field} {said}"
    assert answer.json()["errors"] == [
        {"field": field, "detail": said, "error": said, "pointer": f"#/{field}"}
    ]


def test_every_wrong_field_is_named_at_once(client: TestClient) -> None:
    answer = post(client, prompt="ab", model="speech", seed=-1, loop="yes")
    assert {told["field"] for told in answer.json()["errors"]} == {"prompt", "model", "seed", "loop"}


def test_a_number_that_json_can_spell_and_nobody_can_make_is_refused(client: TestClient) -> None:
    for number in ("1e999", "9" * 4000):
        body = f'{{"prompt": "soft rain", "duration": {number}}}'
        answer = client.post("/generate", content=body, headers={"Content-Type": "application/json"})
        assert_problem(answer, 422, "duration")
    for field in ("cfg_coef", "temperature", "top_p"):
        body = f'{{"prompt": "soft rain", "{field}": 1e999}}'
        answer = client.post("/generate", content=body, headers={"Content-Type": "application/json"})
        assert_problem(answer, 422, field)
    body = '{"prompt": "soft rain", "cfg_coef": NaN}'
    answer = client.post("/generate", content=body, headers={"Content-Type": "application/json"})
    assert "NaN is not JSON" in assert_problem(answer, 400)


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"duration": 8}, "duration", "must be more than the 8 s of the track to continue, got 8"),
        ({"duration": 8.05}, "duration", "must be more than the 8 s of the track to continue, got 8.05"),
        (
            {"duration": 20, "model": "audio"},
            "extend",
            "is a track of the model music, and model is audio",
        ),
        ({"duration": 121}, "duration", "must be 1 to 120 for music, got 121"),
    ],
)
def test_a_track_is_continued_with_its_own_model_and_beyond_its_end(
    site: Site, body: dict[str, Any], field: str, said: str
) -> None:
    site.publish(make_job(1))
    answer = post(site.client, prompt="soft rain", extend=job_id(1), **body)
    assert assert_problem(answer, 422, field) == f"{field} {said}"


def test_a_track_and_a_melody_that_are_there_go_on_to_the_broker(site: Site) -> None:
    site.publish(make_job(1))
    site.ports.store.put(keys.melody("a" * 64), b"a melody")
    assert_taken(post(site.client, prompt="soft rain", extend=job_id(1), duration=8.1, melody="a" * 64))


def test_a_key_that_came_with_a_track_that_is_not_there_is_free_for_the_next_request(
    client: TestClient,
) -> None:
    headers = {"Idempotency-Key": "mended"}
    body = {"prompt": "soft rain", "extend": job_id(1)}
    assert_problem(client.post("/generate", json=body, headers=headers), 422, "extend")
    assert_taken(client.post("/generate", json={"prompt": "soft rain"}, headers=headers))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (r'{"prompt": "rain \ud800 snow"}', "prompt"),
        (r'{"prompt": "rain", "model": "\udfff"}', "model"),
        (r'{"prompt": "rain", "user_id": "\ud800", "x": 1}', "x"),
    ],
)
def test_half_a_surrogate_pair_is_told_and_not_a_crash(client: TestClient, body: str, field: str) -> None:
    answer = client.post("/generate", content=body, headers={"Content-Type": "application/json"})
    assert_problem(answer, 422, field)


def test_a_strange_field_name_is_cut_and_its_pointer_escaped(client: TestClient) -> None:
    answer = client.post("/generate", json={"prompt": "rain", "a/b~c d": 1})
    assert answer.json()["errors"][0]["pointer"] == "#/a~1b~0c%20d"
    long = client.post("/generate", json={"prompt": "rain", "x" * 50_000: 1})
    assert len(long.content) < 1000
    assert long.json()["errors"][0]["field"] == "x" * 57 + "…"


@pytest.mark.parametrize(
    "body",
    [
        {"prompt": "abc"},
        {"prompt": "  abc  "},
        {"prompt": "a" * 500},
        {"prompt": "\n" + "🎹" * 500 + "\t"},
        {"prompt": "e\u0301" * 500},  # two code points that compose to one
        {"duration": 1},
        {"duration": MOST_MUSIC_S},
        {"duration": MOST_AUDIO_S, "model": "audio"},
        {"seed": 0},
        {"seed": 2**31 - 1, "variations": 4},
        {"seed": None, "priority": None},
        {"cfg_coef": 0, "temperature": 0.01, "top_k": 0, "top_p": 0},
        {"cfg_coef": 10, "temperature": 2, "top_k": 2048, "top_p": 1},
        {"extend": None, "melody": None},
        {"loop": True, "variations": 1, "priority": "free"},
        {"user_id": "somebody else"},
    ],
)
def test_everything_within_the_bounds_goes_on_to_the_broker(client: TestClient, body: dict[str, Any]) -> None:
    assert_taken(post(client, **{"prompt": "soft rain", **body}))


def test_without_a_broker_nothing_is_half_done(site: Site, client: TestClient) -> None:
    answer = post(client, prompt="soft rain", variations=4)
    assert_taken(answer)
    assert int(answer.headers["retry-after"]) >= 1
    assert client.get("/api/queue").json()["jobs"] == []


def test_without_a_library_nothing_is_handed_in(site: Site, client: TestClient) -> None:
    site.settings.database.unlink()
    assert "library" in assert_problem(post(client, prompt="soft rain"), 503)


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_an_idempotency_key_has_one_to_255_characters(client: TestClient, key: str) -> None:
    answer = client.post("/generate", json={"prompt": "soft rain"}, headers={"Idempotency-Key": key})
    assert_problem(answer, 422, "Idempotency-Key")


def test_a_key_whose_request_was_refused_is_free_for_the_mended_one(client: TestClient) -> None:
    headers = {"Idempotency-Key": "mended"}
    assert_problem(client.post("/generate", json={"prompt": "a"}, headers=headers), 422, "prompt")
    assert_taken(client.post("/generate", json={"prompt": "a piano"}, headers=headers))


def test_the_same_key_for_another_request_is_refused(client: TestClient) -> None:
    headers = {"Idempotency-Key": "taken"}
    client.get("/")
    assert_taken(client.post("/generate", json={"prompt": "soft rain"}, headers=headers))
    assert_taken(client.post("/generate", json={"prompt": "soft rain"}, headers=headers))
    for other in ({"prompt": "loud rain"}, {"prompt": "soft rain", "variations": 2}):
        answer = client.post("/generate", json=other, headers=headers)
        assert "used for another request" in assert_problem(answer, 422, "Idempotency-Key")


def test_two_people_may_have_the_same_key(site: Site) -> None:
    headers = {"Idempotency-Key": "common"}
    assert_taken(site.listener("ada").post("/generate", json={"prompt": "soft rain"}, headers=headers))
    assert_taken(site.listener("eve").post("/generate", json={"prompt": "loud rain"}, headers=headers))
