"""/openapi.json names exactly what there is, and what is answered is as it says."""

import copy
import re
from typing import Any

import pytest
from httpx2 import Response
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
from tests.sounds import sine, wav
from tests.web.schema import complaints
from tests.web.site import Site, ok
from web.api.openapi import OPERATIONS, describe
from web.routes import ROUTES

METHODS = {"get", "post", "put", "delete", "patch"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The description of the API."""
    return describe(ROUTES)


def assert_described(document: dict[str, Any], method: str, path: str, answer: Response) -> None:
    """Check an answer against what the description promises for its status."""
    responses = document["paths"][path][method]["responses"]
    described = responses.get(str(answer.status_code))
    assert described is not None, f"{answer.status_code} is not among the answers of {method} {path}"
    content_type = answer.headers["content-type"].partition(";")[0]
    schema = described["content"][content_type]["schema"]
    if "json" in content_type:
        assert complaints(answer.json(), schema, document) == []


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


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        *[("/job/{id}", f"/job/{job_id(number)}") for number in range(1, 8)],
        ("/job/{id}", "/job/unknown"),
        ("/queue-status", "/queue-status"),
        ("/api/queue", "/api/queue"),
        ("/status", "/status"),
        ("/api/library", "/api/library"),
        ("/api/library", "/api/library?page=0"),
        ("/api/library", "/api/library?sort=x&model=y"),
        ("/api/library/counts", "/api/library/counts"),
        ("/api/library/{id}", f"/api/library/{job_id(1)}"),
        ("/api/library/{id}", f"/api/library/{job_id(9)}"),
        ("/api/my-generations", "/api/my-generations"),
        ("/api/radio/shuffle", "/api/radio/shuffle"),
        ("/api/radio/next", f"/api/radio/next?exclude={job_id(1)}"),
        ("/api/radio/next", "/api/radio/next?exclude=x"),
        ("/api/radio/favorites", "/api/radio/favorites?seed=x"),
        ("/api/radio/top-rated", "/api/radio/top-rated"),
        ("/api/radio/new", "/api/radio/new?hours=0"),
        ("/api/radio/stations", "/api/radio/stations"),
        ("/api/radio/stations/{station}/now", "/api/radio/stations/all/now"),
        ("/api/radio/stations/{station}/now", "/api/radio/stations/favourites/now"),
        ("/api/radio/stations/{station}/now", "/api/radio/stations/none/now"),
        ("/radio/{station}.m3u", "/radio/all.m3u"),
        ("/radio/{station}.pls", "/radio/all.pls"),
        ("/radio/{station}.pls", "/radio/none.pls"),
        ("/audio/{file}", f"/audio/{job_id(1)}.wav"),
        ("/audio/{file}", "/audio/x.wav"),
        ("/spectrogram/{file}", f"/spectrogram/{job_id(1)}.png"),
        ("/peaks/{file}", f"/peaks/{job_id(1)}.json"),
        ("/api/library/zip", f"/api/library/zip?id={job_id(1)}"),
        ("/api/library/zip", f"/api/library/zip?id={job_id(9)}"),
        ("/api/library/zip", "/api/library/zip?id=x"),
        ("/download/{file}", f"/download/{job_id(1)}.wav"),
        ("/download/{file}", f"/download/{job_id(1)}.wav?format=x"),
        ("/api/events", "/api/events?topics=x"),
        ("/livez", "/livez"),
        ("/readyz", "/readyz"),
        ("/openapi.json", "/openapi.json"),
    ],
)
def test_what_is_answered_is_described(site: Site, document: dict[str, Any], path: str, asked: str) -> None:
    fill(site)
    assert_described(document, "get", path, site.listener("ada").get(asked))


def test_what_is_answered_to_a_body_is_described(site: Site, document: dict[str, Any]) -> None:
    fill(site)
    ada, eve = site.listener("ada"), site.listener("eve")
    for answer in (
        ada.post("/generate", json={}),
        ada.post("/generate", json={"prompt": "soft rain"}),
        ada.post("/generate", content=b"{", headers={"Content-Type": "application/json"}),
        ada.post("/generate", content=b"{}", headers={"Content-Type": "text/plain"}),
        ada.post("/generate", json={"prompt": "a" * 100_000}),
        ada.post("/generate", json={}, headers={"Authorization": "Bearer x"}),
    ):
        assert_described(document, "post", "/generate", answer)
    for answer in (
        ada.post(f"/api/queue/{job_id(2)}/cancel"),
        ada.post(f"/api/queue/{job_id(1)}/cancel"),
        ada.post(f"/api/queue/{job_id(9)}/cancel"),
        eve.post(f"/api/queue/{job_id(2)}/cancel"),
    ):
        assert_described(document, "post", "/api/queue/{id}/cancel", answer)


def test_what_is_answered_to_a_file_is_described(site: Site, document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/melodies"]["post"]
    assert operation["requestBody"] == {"required": True, "content": {"audio/*": {}}}
    for body, content_type, status in (
        (wav(sine()), "audio/wav", 201),
        (b"", "audio/wav", 422),
        (b"{}", "application/json", 415),
    ):
        answer = site.client.post("/api/melodies", content=body, headers={"Content-Type": content_type})
        assert answer.status_code == status
        assert_described(document, "post", "/api/melodies", answer)


def test_what_a_broker_makes_possible_is_described(brokered: Site) -> None:
    document = ok(brokered.client.get("/openapi.json"))
    answer = brokered.client.post("/generate", json={"prompt": "soft rain"})
    assert_described(document, "post", "/generate", answer)
    own = answer.json()["job_id"]
    assert_described(document, "get", "/job/{id}", brokered.client.get(f"/job/{own}"))
    cancelled = brokered.client.post(f"/api/queue/{own}/cancel")
    assert cancelled.status_code == 200
    assert_described(document, "post", "/api/queue/{id}/cancel", cancelled)


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
