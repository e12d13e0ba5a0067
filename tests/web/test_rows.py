"""Every address of the API: its bounds, and what it says of what is wrong."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Match
from starlette.testclient import TestClient

from shared.messages.command import MAX_BODY_BYTES
from shared.settings import load
from tests.services.catalog.events import job_id, make_job
from tests.web.conftest import NOBODY_LISTENS
from tests.web.described import DOCUMENT
from tests.web.site import Site, assert_problem, ok
from web.routes import ROUTES

_NEEDS_NOBODY = ("/api/library/facets", "/api/library/zip")  # who asks matters to some of their parameters
_METHODS = {"get", "post", "put", "delete"}
_TRACK, _UNKNOWN = job_id(1), "00000000-0000-4000-8000-000000000000"
_IN_PATH = {
    "id": _UNKNOWN,
    "track_id": _UNKNOWN,
    "file": f"{_UNKNOWN}.wav",
    "station": "no-such-station",
    "model": "speech",
}

TYPES = {
    "/audio/{id}.wav": "audio/wav",
    "/download/{id}.wav": "audio/wav",
    "/spectrogram/{id}.png": "image/png",
    "/peaks/{id}.json": "application/json",
    "/radio/all.m3u": "audio/x-mpegurl",
    "/radio/all.pls": "audio/x-scpls",
    "/embed/{id}": "text/html",
    "/livez": "text/plain",
    "/metrics": "text/plain",
    "/llms.txt": "text/plain",
}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of each."""
    for path, entry in DOCUMENT["paths"].items():
        for method, operation in entry.items():
            yield method, path, operation


def unknown(path: str) -> str:
    """The path, leading to nothing that is there."""
    for name, value in _IN_PATH.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def with_parameter(*names: str) -> list[str]:
    return [
        path
        for method, path, operation in operations()
        if method == "get" and "{" not in path and any(it["name"] in names for it in operation["parameters"])
    ]


def with_body() -> list[tuple[str, str]]:
    return [
        (method, path)
        for method, path, operation in operations()
        if "application/json" in operation.get("requestBody", {}).get("content", {}) and "{" not in path
    ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One track, and no broker; for this whole file, which changes nothing."""
    data = str(tmp_path_factory.mktemp("rows"))
    site = Site(load({"SOUNDBOX_DATA": data, "SOUNDBOX_AMQP_URL": NOBODY_LISTENS}))
    site.publish(make_job(1, "calm piano"))
    yield site
    site.close()


@pytest.fixture(scope="module")
def client(site: Site) -> TestClient:
    return site.client


@pytest.mark.parametrize("path", TYPES)
def test_what_is_no_json_says_what_it_is(client: TestClient, path: str) -> None:
    answer = client.get(path.replace("{id}", _TRACK))
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == TYPES[path]
    assert client.head(path.replace("{id}", _TRACK)).status_code == 200


@pytest.mark.parametrize("path", with_parameter("per_page"))
def test_a_page_has_at_most_a_hundred_whoever_asks_for_more(client: TestClient, path: str) -> None:
    for asked, given in (("", 20), ("1", 1), ("100", 100), ("101", 100), ("999999999999", 100)):
        assert ok(client.get(path, params={"per_page": asked}))["per_page"] == given


@pytest.mark.parametrize("bad", ["0", "-1", "1.5", "x", "1e3", "٣", "9" * 40, "\x00", "1;DROP TABLE tracks"])
@pytest.mark.parametrize("name", ["page", "per_page", "limit", "count"])
def test_a_number_that_is_none_is_named(client: TestClient, name: str, bad: str) -> None:
    paths = with_parameter(name)
    assert paths
    for path in paths:
        sentence = assert_problem(client.get(path, params={name: bad}), 422, name)
        assert "got" in sentence


def test_what_is_not_there_is_a_problem_everywhere(client: TestClient) -> None:
    for method, path, operation in operations():
        if "{" in path and "404" in operation["responses"]:
            answer = client.request(method, unknown(path), json={} if "requestBody" in operation else None)
            assert answer.status_code in (404, 422), (method, path, answer.text)
            assert answer.headers["content-type"] in ("application/problem+json", "text/html; charset=utf-8")


def test_another_method_is_refused_with_the_ones_there_are(client: TestClient) -> None:
    asked = 0
    for path in DOCUMENT["paths"]:
        methods = methods_of(unknown(path))
        for method in _METHODS - methods:
            answer = client.request(method, unknown(path))
            assert_problem(answer, 405)
            assert {name.strip().lower() for name in answer.headers["allow"].split(",")} & methods
            asked += 1
    assert asked > 200


def methods_of(path: str) -> set[str]:
    """All that can be done at an address; `counts` is an id as well, of a track that is never there."""
    scope = {"type": "http", "path": path, "root_path": "", "method": ""}
    fitting = [route for route in ROUTES if route.matches(scope)[0] is not Match.NONE]
    return {method.lower() for route in fitting for method in route.methods or ()}


@pytest.mark.parametrize(("method", "path"), with_body())
def test_a_body_has_to_be_json_of_the_right_size_and_shape(
    client: TestClient, method: str, path: str
) -> None:
    def ask(content: bytes, content_type: str = "application/json") -> Any:
        return client.request(method, path, content=content, headers={"Content-Type": content_type})

    if path in ("/api/queue/pause", "/api/queue/resume"):
        assert_problem(ask(b"{}"), 403)
        return
    assert_problem(ask(b"a=1", "application/x-www-form-urlencoded"), 415)
    for broken in (b"{", b"[1]", b"nothing", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"\xff\xfe", b"[" * 20_000):
        assert_problem(ask(broken), 400)
    assert_problem(ask(b" " * (MAX_BODY_BYTES + 1)), 413)
    wrong = ask(b'{"message": 1, "no_such_field": 1}')
    assert wrong.status_code == 422, wrong.text


def test_a_token_that_is_not_ours_is_refused_where_it_matters(site: Site) -> None:
    stranger = TestClient(
        site.app, base_url="http://127.0.0.1", headers={"Authorization": "Bearer no.t.ours"}
    )
    asked = 0
    for method, path, operation in operations():
        if path in (*_NEEDS_NOBODY, "/api/events") or "{" in path or "requestBody" in operation:
            continue
        if "401" in operation["responses"]:
            assert_problem(stranger.request(method, path), 401)
            asked += 1
    assert asked > 15


def test_every_address_is_in_the_description_or_is_of_the_page() -> None:
    described = {(path, method) for method, path, _ in operations()}
    of_page = {route.path for route in ROUTES if route.name in ("page", "static", "service_worker")}
    for route in ROUTES:
        for method in (route.methods or set()) - {"HEAD"}:
            assert (route.path, method.lower()) in described or route.path in of_page
