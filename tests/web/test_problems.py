"""Whatever goes wrong is a problem document, on every route."""

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from shared.messages.command import MAX_BODY_BYTES
from tests.services.catalog.events import job_id, make_job
from tests.web.site import Site, assert_problem

UNKNOWN = job_id(99)
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/api",
        "/api/nothing",
        "/job/",
        f"/job/{UNKNOWN}",
        "/job/no-id",
        f"/job/{UNKNOWN.upper()}",
        f"/api/library/{UNKNOWN}",
        "/api/library/%00",
        f"/audio/{UNKNOWN}.wav",
        f"/spectrogram/{UNKNOWN}.png",
        f"/peaks/{UNKNOWN}.json",
        f"/download/{UNKNOWN}.wav",
        "/static/nothing.js",
        "/static/",
    ],
)
def test_an_address_with_nothing_behind_it_is_404(client: TestClient, path: str) -> None:
    assert_problem(client.get(path), 404)


def test_a_person_at_a_wrong_address_sees_the_page_and_404(client: TestClient) -> None:
    answer = client.get("/nothing", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/generate", "GET, HEAD, POST"),
        ("TRACE", "/generate", "GET, HEAD, POST"),
        ("POST", "/status", "GET, HEAD"),
        ("DELETE", f"/job/{UNKNOWN}", "GET, HEAD"),
        ("POST", "/api/events", "GET, HEAD"),
        ("GET", f"/api/queue/{UNKNOWN}/cancel", "POST"),
        ("PATCH", f"/audio/{UNKNOWN}.wav", "GET, HEAD"),
    ],
)
def test_another_method_is_405_with_those_that_are_taken(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    answer = client.request(method, path)
    assert_problem(answer, 405)
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path",
    [
        "/status",
        "/queue-status",
        "/api/queue",
        "/api/library",
        "/api/library/counts",
        f"/api/library/{UNKNOWN}",
        "/api/my-generations",
        "/api/radio/shuffle",
        "/api/radio/next",
        "/api/radio/top-rated",
        "/api/radio/new",
        "/api/radio/stations",
        "/api/radio/stations/all/now",
        "/radio/all.m3u",
        "/radio/all.pls",
        f"/job/{UNKNOWN}",
        f"/audio/{UNKNOWN}.wav",
        "/api/events",
    ],
)
def test_without_a_library_everything_that_reads_it_is_503_for_a_moment(
    site: Site, client: TestClient, path: str
) -> None:
    site.settings.database.unlink()
    answer = client.get(path)
    sentence = assert_problem(answer, 503)
    assert int(answer.headers["retry-after"]) >= 1
    assert str(site.settings.data) not in sentence


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "text/json", ""])
def test_a_body_that_is_not_called_json_is_415(client: TestClient, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = client.post("/generate", content=b'{"prompt": "soft rain"}', headers=headers)
    sentence = assert_problem(answer, 415)
    assert (content_type or "no content type") in sentence


def test_the_charset_and_the_case_of_the_content_type_do_not_matter(client: TestClient) -> None:
    headers = {"Content-Type": "Application/JSON; charset=UTF-8"}
    assert_problem(client.post("/generate", content=b"{}", headers=headers), 422, "prompt")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "Expecting property name"),
        (b'{"prompt": "rain"} {"prompt": "rain"}', "Extra data"),
        (b'{"prompt": "rain", "duration": NaN}', "NaN is not JSON"),
        (b'{"prompt": "rain", "duration": -Infinity}', "-Infinity is not JSON"),
        (b'{"prompt": "rain", "prompt": "snow"}', "a key stands in it twice"),
        (b'{"prompt": "rain", "seed": ' + b"9" * 5000 + b"}", "4300 digits"),
        (b'{"prompt": "\xff\xfe"}', "UTF-8"),
        (b"[1, 2]", "got list"),
        (b"null", "got NoneType"),
        (b'"rain"', "got str"),
        (b"[" * 30_000 + b"]" * 30_000, "recursion"),
    ],
)
def test_what_is_no_json_object_is_400(client: TestClient, body: bytes, said: str) -> None:
    assert said in assert_problem(client.post("/generate", content=body, headers=JSON), 400)


def test_nesting_of_any_depth_in_any_field_is_an_answer(client: TestClient) -> None:
    for depth in (*range(1, 1100, 9), 20_000):
        nested = b"[" * depth + b"]" * depth
        for body in (
            b'{"prompt": ' + nested + b"}",
            b'{"variations": ' + nested + b"}",
            b'{"x":' + nested + b"}",
        ):
            answer = client.post("/generate", content=body, headers=JSON)
            assert answer.status_code in (400, 422), depth
            assert len(answer.content) < 2000


def test_ten_megabytes_are_413_before_they_are_read_as_json(client: TestClient) -> None:
    answer = client.post("/generate", content=b'{"prompt": "' + b"a" * 10_000_000 + b'"}', headers=JSON)
    assert str(MAX_BODY_BYTES) in assert_problem(answer, 413)


def test_a_defect_is_500_with_no_more_than_that_and_its_trace_in_the_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(request: Request) -> Response:
        raise KeyError("inner secret")

    site.app.router.routes.append(Route("/broken", broken))
    answer = site.client.get("/broken")
    assert "inner secret" not in assert_problem(answer, 500)
    assert answer.headers["content-security-policy"]
    assert "inner secret" in caplog.text


def test_a_store_that_fails_is_503_without_its_address(site: Site, client: TestClient) -> None:
    track = site.publish(make_job(1))
    file = site.settings.data / "store" / "generated" / f"{track}.wav"
    file.unlink()
    file.symlink_to(file)  # a loop: neither there nor missing
    answer = client.get(f"/audio/{track}.wav")
    assert str(site.settings.data) not in assert_problem(answer, 503)
    assert int(answer.headers["retry-after"]) >= 1
