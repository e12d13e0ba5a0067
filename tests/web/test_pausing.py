"""Pausing over HTTP: for admins, seen by everybody, respected by what is told of waiting."""

from typing import Any

import pytest

from shared.messages.job import MODELS
from shared.messages.live import WorkerBeat
from shared.messages.queue import QueuePaused
from tests.services.catalog.events import accepted, life, make_job, rejected, started
from tests.waiting import eventually
from tests.web.crowd import Crowded
from tests.web.serving import stream
from tests.web.site import Site, assert_problem, ok

NOTHING = {"music": False, "audio": False}
PATHS = ("/api/queue/pause", "/api/queue/resume")


def test_an_admin_pauses_and_resumes_and_everybody_sees_it_live(served: Crowded) -> None:
    chief, eve = served.listener("chief", "admin"), served.visitor()

    def both(path: str, body: Any) -> Any:
        told = ok(chief.post(path, json=body))
        assert (told["success"], told["pending"]) == (True, False)
        assert ok(eve.get("/status"))["paused"] == ok(eve.get("/api/queue"))["paused"] == told["paused"]
        return told["paused"]

    with stream(served.url) as events:
        assert next(events).data["status"]["paused"] == NOTHING
        assert both("/api/queue/pause", {"model": "music"}) == {"music": True, "audio": False}
        told = {event.name: event.data["paused"] for event in (next(events), next(events))}
        assert told == {name: {"music": True, "audio": False} for name in ("queue", "status")}
    assert both("/api/queue/pause", {"model": None}) == {"music": True, "audio": True}
    assert both("/api/queue/resume", {"model": "audio"}) == {"music": True, "audio": False}
    assert both("/api/queue/pause", {}) == {"music": True, "audio": True}
    assert both("/api/queue/resume", None) == NOTHING


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("tier", ["premium", "standard", "free"])
def test_nobody_else_may(site: Site, path: str, tier: Any) -> None:
    sentence = assert_problem(site.listener("eve", tier).post(path, json={"model": "music"}), 403)
    assert sentence == "Only admins may do this."
    assert_problem(site.client.post(path, json={}), 403)


@pytest.mark.parametrize("path", PATHS)
def test_what_is_no_model_is_said(site: Site, path: str) -> None:
    chief = site.listener("chief", "admin")
    assert assert_problem(chief.post(path, json={"model": "video"}), 422, "model").startswith(
        "model must be 'music' or 'audio'"
    )
    assert_problem(chief.post(path, json={"models": ["music"]}), 422, "models")
    assert_problem(chief.post(path, content=b"{", headers={"Content-Type": "application/json"}), 400)
    assert_problem(chief.post(path, content=b"x", headers={"Content-Type": "text/plain"}), 415)
    assert_problem(chief.get(path), 405)


def test_without_a_broker_nothing_is_paused_and_that_is_said(site: Site) -> None:
    assert_problem(site.listener("chief", "admin").post("/api/queue/pause", json={}), 503)
    assert ok(site.client.get("/status"))["paused"] == NOTHING


def test_what_waits_is_told_to_be_paused_and_nobody_says_how_long(site: Site) -> None:
    site.ports.live.hear(
        WorkerBeat(worker="g", service="generator", models={"music": "ready"}, paused=("music",))
    )
    site.project(*life(make_job(1)))
    waits, again, runs = (make_job(number, model="music") for number in (2, 3, 4))
    effect = make_job(5, model="audio")
    site.project(accepted(waits), accepted(effect), accepted(runs), started(runs))
    site.project(accepted(again), rejected(again))
    assert ok(site.client.get("/status"))["estimated_wait"]["music"] > 0
    site.project(QueuePaused(user_id="chief", models=("music",)))

    status = ok(site.client.get("/status"))
    assert status["paused"] == {"music": True, "audio": False}
    assert status["estimated_wait"]["music"] is None
    assert [worker["paused"] for worker in status["workers"]] == [["music"]]
    progress = {job["id"]: job["progress"] for job in ok(site.client.get("/api/queue"))["jobs"]}
    assert progress == {
        runs.job_id: "Making the sound",
        waits.job_id: "Paused by an admin",
        again.job_id: "Paused by an admin",
        effect.job_id: "Next in line",
    }
    for job_id, sentence in progress.items():
        assert ok(site.client.get(f"/job/{job_id}"))["progress"] == sentence


def test_sounds_can_be_asked_for_while_everything_is_paused(served: Crowded) -> None:
    chief, eve = served.listener("chief", "admin"), served.visitor()
    ok(chief.post("/api/queue/pause", json={}))
    told = ok(eve.post("/generate", json={"prompt": "rain on a tin roof"}), 202)
    assert (told["position"], told["estimated_wait_s"]) == (1, None)
    eventually(lambda: ok(eve.get(f"/job/{told['job_id']}"))["progress"] == "Paused by an admin")
    assert set(ok(chief.post("/api/queue/resume", json={}))["paused"]) == set(MODELS)
