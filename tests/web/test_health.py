"""/livez says whether the process answers, /readyz whether a job handed in now would be worked on."""

import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from cli.broker_node import BrokerNode
from services.catalog.database import open_catalog
from shared.messages.live import WorkerBeat
from shared.settings import load
from tests.waiting import eventually
from tests.web.conftest import NOBODY_LISTENS
from tests.web.site import ADDRESS, Site, assert_problem, ok
from web.api.health import NEEDED
from web.app import create_app


def checks(client: TestClient) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/readyz").json()["checks"]
    return answer


def test_a_process_that_answers_is_alive_whatever_is_away(site: Site) -> None:
    site.settings.database.unlink()
    answer = site.client.get("/livez")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_it_is_ready_when_every_part_is_well(brokered: Site) -> None:
    for service in NEEDED:
        brokered.ports.live.hear(WorkerBeat(worker=f"{service}-1", service=service))
    assert_problem(brokered.client.get("/readyz"), 503)  # the broker was not asked for yet
    with TestClient(create_app(brokered.settings), base_url=ADDRESS) as client:
        for service in NEEDED:
            client.app.state.ports.live.hear(WorkerBeat(worker=service, service=service))  # type: ignore[attr-defined]
        eventually(lambda: client.get("/readyz").status_code == 200)
        assert ok(client.get("/readyz")) == {
            "ready": True,
            "checks": {name: {"ok": True} for name in ("catalog_database", "broker", "store", *NEEDED)},
        }
        client.app.state.ports.live.hear(WorkerBeat(worker="ingest", service="ingest", stopped=True))  # type: ignore[attr-defined]
        assert "No ingest was heard" in assert_problem(client.get("/readyz"), 503)


def test_a_broker_that_goes_away_is_missed_and_jobs_are_refused_at_once(
    fresh_amqp_url: str, broker: BrokerNode, tmp_path: Path
) -> None:
    settings = load({"SOUNDBOX_DATA": str(tmp_path), "SOUNDBOX_AMQP_URL": fresh_amqp_url})
    with open_catalog(settings.database), TestClient(create_app(settings), base_url=ADDRESS) as client:
        eventually(lambda: checks(client)["broker"]["ok"])
        broker.control("delete_vhost", fresh_amqp_url.rsplit("/", 1)[1])
        started = time.monotonic()
        answer = client.post("/generate", json={"prompt": "soft rain"})
        assert "broker" in assert_problem(answer, 503)
        assert int(answer.headers["retry-after"]) >= 1
        assert time.monotonic() - started < 3
        assert checks(client)["broker"] == {"ok": False, "error": "The broker cannot be reached."}
        assert checks(client)["store"]["ok"] is True


def test_what_is_missing_is_said_and_when_to_ask_again(site: Site) -> None:
    site.ports.live.hear(WorkerBeat(worker="catalog-1", service="catalog"))
    answer = site.client.get("/readyz")
    sentence = assert_problem(answer, 503)
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json()["ready"] is False
    found = checks(site.client)
    assert found["broker"] == {"ok": False, "error": "The broker cannot be reached."}
    assert found["generator"] == {"ok": False, "error": "No generator was heard in the last 15 s."}
    assert found["catalog"] == found["store"] == found["catalog_database"] == {"ok": True}
    assert all(told["error"] in sentence for told in found.values() if not told["ok"])


def test_a_database_that_is_away_is_said(site: Site) -> None:
    site.settings.database.unlink()
    assert checks(site.client)["catalog_database"]["ok"] is False


def test_a_store_that_cannot_be_written_is_said(site: Site) -> None:
    (site.settings.data / "store" / "health").write_bytes(b"a file in the place of a folder")
    assert checks(site.client)["store"]["ok"] is False


def test_a_worker_that_falls_silent_is_missed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.ports.live.hear(WorkerBeat(worker="ingest-1", service="ingest"))
    assert checks(site.client)["ingest"]["ok"] is True
    monkeypatch.setattr("web.live.FORGOTTEN_AFTER_S", 0.0)
    assert checks(site.client)["ingest"]["ok"] is False


def test_the_app_starts_and_stops_without_a_broker(tmp_path: Path) -> None:
    settings = load({"SOUNDBOX_DATA": str(tmp_path), "SOUNDBOX_AMQP_URL": NOBODY_LISTENS})
    with TestClient(create_app(settings), base_url=ADDRESS) as client:
        assert client.get("/livez").text == "ok"
        assert client.get("/").status_code == 200
        assert checks(client)["broker"]["ok"] is False
        assert_problem(client.get("/api/library"), 503)
