"""How programs find out what this is: the manifest, the agent card, /llms.txt, the broker's messages."""

import json
import re
import tomllib
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from cli.process_table import ROOT
from shared.bus import topology
from shared.messages.commands import COMMANDS
from shared.messages.envelope import encode, record
from shared.messages.events import EVENTS
from shared.messages.live import LIVE, Progress, WorkerBeat
from shared.version import VERSION
from tests.services.catalog.events import life, make_job
from tests.web.schema import complaints
from tests.web.site import Site, ok
from web.api.asyncapi import describe
from web.routes import ROUTES


@pytest.fixture(scope="module")
def broker() -> dict[str, Any]:
    """The description of the broker's messages."""
    return describe()


def test_the_manifest_tells_what_there_is_and_where(site: Site) -> None:
    site.publish(make_job(1))
    site.publish(make_job(2, model="audio"))
    site.ports.live.hear(
        WorkerBeat(
            worker="g", service="generator", models={"music": "ready"}, abilities={"music": ("extend",)}
        )
    )
    told = ok(site.client.get("/api/manifest", headers={"Host": "127.0.0.1:99"}))
    assert told["models"]["music"] == {"state": "ready", "max_duration": 120, "abilities": ["extend"]}
    assert told["models"]["audio"]["state"] == "pending"
    assert told["library"] == {"total_tracks": 2, "total_music": 1, "total_sfx": 1}
    assert ("DELETE", "/api/library/{id}") in {(it["method"], it["path"]) for it in told["endpoints"]}
    assert all(it["summary"] for it in told["endpoints"])
    for address in told["discovery"].values():
        assert address.startswith("http://127.0.0.1:99/")
        assert site.client.get(address.removeprefix("http://127.0.0.1:99")).status_code == 200


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION


def test_every_skill_of_the_card_can_be_asked_for_where_it_says(client: TestClient) -> None:
    card = ok(client.get("/.well-known/agent-card.json"))
    routes = {(method, route.path) for route in ROUTES for method in route.methods or ()}
    assert {skill["id"] for skill in card["skills"]} == {
        "generate-music",
        "generate-sfx",
        "search-library",
        "check-status",
        "get-radio-track",
    }
    for skill in card["skills"]:
        assert (skill["endpoint"]["method"], skill["endpoint"]["path"]) in routes
        assert skill["examples"]


def test_the_text_for_language_models_leads_somewhere(client: TestClient) -> None:
    text = client.get("/llms.txt").text
    assert text.startswith("# Sound Box\n\n> ")
    assert re.findall("^## (.*)$", text, re.MULTILINE) == [
        "What can be asked for",
        "Descriptions",
        "Optional",
    ]
    for path in re.findall(r"\(http://127\.0\.0\.1(/[^)]*)\)", text):
        if "{" not in path and path != "/generate":
            assert client.get(path).status_code == 200, path


def test_it_names_every_message_and_its_references_lead_somewhere(
    client: TestClient, broker: dict[str, Any]
) -> None:
    assert ok(client.get("/asyncapi.json")) == ok(client.get("/asyncapi.json")) == broker
    assert broker["asyncapi"] == "3.0.0"
    assert set(broker["components"]["messages"]) == {*COMMANDS, *EVENTS, *(f"live.{name}" for name in LIVE)}
    references = re.findall(r'"\$ref": "(#/[^"]+)"', json.dumps(broker))
    assert len(references) > 150
    for reference in set(references):
        found: Any = broker
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_its_channels_are_the_exchanges_that_are_declared(broker: dict[str, Any]) -> None:
    exchanges = {(exchange.name, exchange.kind) for exchange in topology.EXCHANGES}
    told = [channel["bindings"]["amqp"] for channel in broker["channels"].values()]
    of_exchanges = [(it["exchange"]["name"], it["exchange"]["type"]) for it in told if "exchange" in it]
    assert set(of_exchanges) < exchanges
    assert len(of_exchanges) == 3
    assert broker["channels"]["log"]["address"] in {queue.name for queue in topology.QUEUES}


def test_what_is_really_sent_is_as_it_says(broker: dict[str, Any]) -> None:
    for event in life(make_job(1), attempts=2):
        sent = json.loads(encode(record(event, "ingest", datetime.now(UTC))))
        payload = broker["components"]["messages"][event.TYPE]["payload"]
        assert complaints(sent["data"], payload["properties"]["data"], broker) == []
        assert set(sent) == set(payload["required"]) == set(payload["properties"])
    for notice in (
        Progress(job_id=make_job(1).job_id, attempt=0, fraction=0.5),
        WorkerBeat(worker="a", service="web"),
    ):
        payload = broker["components"]["messages"][f"live.{notice.TYPE}"]["payload"]
        assert complaints(json.loads(notice.model_dump_json()), payload, broker) == []
