"""/openapi.json names exactly what there is, and what is answered is as it says."""

import copy
import re
from typing import Any

import httpx2
import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from shared.messages.live import WorkerBeat
from tests.services.catalog.events import (
    accepted,
    failed,
    generated,
    job_id,
    make_job,
    published,
    refused,
    rejected,
    started,
)
from tests.web.described import checked
from tests.web.schema import complaints
from tests.web.site import Site, ok
from web.api.openapi import OPERATIONS, describe
from web.routes import ROUTES

METHODS = {"get", "post", "put", "delete", "patch"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The description of the API."""
    return describe(ROUTES)


def test_the_description_is_served(client: TestClient, document: dict[str, Any]) -> None:
    assert ok(client.get("/openapi.json")) == ok(client.get("/openapi.json")) == document


def test_it_names_exactly_the_routes_that_exist(document: dict[str, Any]) -> None:
    routes = {
        (route.path, method.lower())
        for route in ROUTES
        if route.name not in ("page", "static", "service_worker")
        for method in route.methods or ()
        if method != "HEAD"
    }
    described = {(path, method) for path, entry in document["paths"].items() for method in entry}
    assert described == routes
    assert set(OPERATIONS) == {route.name for route in ROUTES} - {"page", "static", "service_worker"}


def test_it_is_openapi_3_1_whose_references_lead_somewhere(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["info"].keys() >= {"title", "version"}
    ids = [operation["operationId"] for entry in document["paths"].values() for operation in entry.values()]
    assert len(ids) == len(set(ids))

    def look(part: Any) -> None:
        if isinstance(part, dict):
            if "$ref" in part:
                name = part["$ref"].removeprefix("#/components/schemas/")
                assert name in document["components"]["schemas"]
            for inner in part.values():
                look(inner)
        elif isinstance(part, list):
            for inner in part:
                look(inner)

    look(document)


def test_what_stands_for_a_field_that_is_left_out_fits_the_field(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"].values()
    fields = [field for schema in schemas for field in schema.get("properties", {}).values()]
    with_default = [field for field in fields if "default" in field]
    assert len(with_default) > 20
    assert [complaints(field["default"], field, document) for field in with_default] == [[]] * len(
        with_default
    )


def test_every_operation_says_what_it_does_takes_and_answers(document: dict[str, Any]) -> None:
    for path, entry in document["paths"].items():
        for method, operation in entry.items():
            assert method in METHODS
            assert len(operation["summary"]) > 10
            named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))
            assert {"default"} < operation["responses"].keys()
            assert all(p["schema"] for p in operation["parameters"])
            assert all(p["description"] for p in operation["parameters"] if p["in"] == "query")


def fill(site: Site) -> None:
    """Jobs in every state, and tracks."""
    jobs = [make_job(number, user_id="ada") for number in range(1, 8)]
    site.publish(jobs[0])
    site.project(published(make_job(20, user_id="eve")))
    site.project(accepted(jobs[1]), accepted(jobs[2]), started(jobs[2]), accepted(jobs[3]), failed(jobs[3]))
    site.project(accepted(jobs[4]), generated(jobs[4]), rejected(jobs[4]), refused(6), started(jobs[6]))
    site.ports.live.hear(
        WorkerBeat(
            worker="g", service="generator", engine="synth", models={"music": "ready", "audio": "error"}
        )
    )


@pytest.mark.parametrize("number", range(1, 8))
def test_a_job_in_every_state_is_as_described(site: Site, number: int) -> None:
    fill(site)
    assert ok(site.listener("ada").get(f"/job/{job_id(number)}"))["id"] == job_id(number)


def test_a_queue_and_models_in_every_state_are_as_described(site: Site) -> None:
    fill(site)
    assert ok(site.client.get("/api/queue"))["total"] == 4
    assert ok(site.client.get("/status"))["models"] == {"music": "ready", "audio": "error"}


def test_what_the_description_does_not_promise_is_found() -> None:
    answers = {
        "/livez": httpx2.Response(200, json={}),
        "/api/library/counts": httpx2.Response(200, json={"total": "many"}),
        "/api/playlists": httpx2.Response(204),
        f"/api/favorites/{job_id(1)}": httpx2.Response(404, json={"error": "none"}),
        "/library": httpx2.Response(404, json={"error": "of the page, and of no interest"}),
    }
    client = checked(httpx2.Client(transport=httpx2.MockTransport(lambda asked: answers[asked.url.path])))
    assert client.get("http://here/library").status_code == 404
    for path, said in (
        ("/livez", "application/json is not among the types"),
        ("/api/library/counts", "total"),
        ("/api/playlists", "204 of get /api/playlists is not described"),
    ):
        with pytest.raises(AssertionError, match=said):
            client.get(f"http://here{path}")
    with pytest.raises(AssertionError, match="application/json is not among the types"):
        client.delete(f"http://here/api/favorites/{job_id(1)}")


@pytest.mark.parametrize(
    "body",
    [
        {"prompt": "soft rain"},
        {"prompt": "soft rain", "duration": 4, "model": "audio", "loop": True, "seed": 3, "variations": 4},
        {"prompt": "soft rain", "cfg_coef": 0, "temperature": 2, "top_k": 2048, "top_p": 0.5},
        {"prompt": "soft rain", "extend": None, "melody": None},
        {"prompt": "soft rain", "priority": None, "seed": None, "user_id": "ada"},
    ],
)
def test_a_body_that_is_taken_is_as_described(
    client: TestClient, document: dict[str, Any], body: dict[str, Any]
) -> None:
    schema = _body_schema(document)
    assert complaints(body, schema, document) == []
    assert client.post("/generate", json=body).status_code == 503  # only the broker is missing


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"prompt": 1},
        {"prompt": "rain", "model": "x"},
        {"prompt": "rain", "variations": 5},
        {"prompt": "rain", "x": 1},
        {"prompt": "rain", "seed": -1},
        {"prompt": "rain", "seed": 2**31},
        {"prompt": "rain", "duration": 0},
        {"prompt": "rain", "cfg_coef": 11},
        {"prompt": "rain", "temperature": 0},
        {"prompt": "rain", "top_k": 1.5},
        {"prompt": "rain", "top_p": "0.5"},
        {"prompt": "rain", "extend": 1},
        {"prompt": "rain", "melody": "x"},
    ],
)
def test_a_body_that_is_refused_is_not_as_described(
    client: TestClient, document: dict[str, Any], body: dict[str, Any]
) -> None:
    assert complaints(body, _body_schema(document), document) != []
    assert client.post("/generate", json=body).status_code == 422


def test_every_described_parameter_is_looked_at(client: TestClient, document: dict[str, Any]) -> None:
    strict = 0
    for path, entry in document["paths"].items():
        for parameter in entry.get("get", {}).get("parameters", []):
            if parameter["in"] == "query" and parameter["schema"]["type"] == "integer":
                assert client.get(path, params={parameter["name"]: "x"}).status_code == 422
                strict += 1
            if parameter["in"] == "query" and "enum" in parameter["schema"]:
                asked = path.replace("{file}", f"{job_id(1)}.wav")
                assert client.get(asked, params={parameter["name"]: "x"}).status_code == 422
                strict += 1
    assert strict >= 10


def test_the_checker_finds_what_is_wrong(site: Site, document: dict[str, Any]) -> None:
    fill(site)
    track = ok(site.client.get(f"/api/library/{job_id(1)}"))
    schema = document["paths"]["/api/library/{id}"]["get"]["responses"]["200"]["content"]["application/json"]
    assert complaints(track, schema["schema"], document) == []
    for name, wrong in (("duration", "8"), ("peaks", [1.5]), ("created_at", "today"), ("model", "x")):
        assert complaints({**track, name: wrong}, schema["schema"], document)
    assert complaints({**track, "more": 1}, schema["schema"], document)
    less = copy.copy(track)
    del less["seed"]
    assert complaints(less, schema["schema"], document)


def _body_schema(document: dict[str, Any]) -> dict[str, Any]:
    content = document["paths"]["/generate"]["post"]["requestBody"]["content"]
    schema: dict[str, Any] = content["application/json"]["schema"]
    return schema


def test_routes_have_names_of_their_own() -> None:
    assert all(isinstance(route, Route) for route in ROUTES)
    names = [route.name for route in ROUTES if route.name != "page"]
    assert len(names) == len(set(names))
