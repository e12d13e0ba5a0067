"""What a client sees of jobs, of the queue, and of the whole installation."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from shared.messages.events import Event
from shared.messages.live import Gpu, ModelState, Progress, WorkerBeat
from tests.services.catalog.events import (
    accepted,
    cancelled,
    failed,
    generated,
    job_id,
    life,
    make_job,
    refused,
    rejected,
    started,
)
from tests.web.site import Site, ok

NOON = "2026-03-01T12:00:00.000Z"


def job(site: Site, number: int = 1) -> dict[str, Any]:
    view: dict[str, Any] = ok(site.client.get(f"/job/{job_id(number)}"))
    return view


def test_a_finished_job_is_told_exactly(site: Site) -> None:
    site.project(*life(make_job(1, "calm piano", user_id="ada")))
    assert job(site) == {
        "id": job_id(1),
        "status": "completed",
        "phase": "done",
        "progress": "Done",
        "progress_pct": 100,
        "position": None,
        "can_listen": False,
        "attempt": 0,
        "retry_count": 0,
        "prompt": "calm piano",
        "model": "music",
        "duration": 8.0,
        "loop": False,
        "seed": 1,
        "cfg_coef": 3.0,
        "temperature": 1.0,
        "top_k": 250,
        "top_p": 0.0,
        "extend": None,
        "melody": None,
        "engine": "synth",
        "quality": 95,
        "quality_issues": [],
        "filename": f"{job_id(1)}.wav",
        "spectrogram": f"{job_id(1)}.png",
        "error": None,
        "created_at": NOON,
        "completed_at": "2026-03-01T12:00:04.000Z",
        "links": {
            "self": f"/job/{job_id(1)}",
            "events": "/api/events",
            "cancel": f"/api/queue/{job_id(1)}/cancel",
            "track": f"/api/library/{job_id(1)}",
        },
    }


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], ("queued", "queued", "Next in line", 0)),
        ([started(make_job(1))], ("processing", "generating", "Making the sound", 2)),
        ([generated(make_job(1))], ("processing", "analyzing", "Checking the quality", 90)),
        (
            [generated(make_job(1)), rejected(make_job(1))],
            ("queued", "queued", "Making another attempt: the last one had clipping", 0),
        ),
        (life(make_job(1))[1:-1], ("processing", "rendering", "Drawing the spectrogram", 95)),
        ([failed(make_job(1))], ("failed", "failed", "It broke.", 0)),
        ([cancelled(make_job(1))], ("cancelled", "cancelled", "Cancelled", 0)),
    ],
)
def test_each_phase_has_its_status_its_sentence_and_its_percentage(
    site: Site, events: list[Event], expected: tuple[str, str, str, int]
) -> None:
    site.project(accepted(make_job(1)), *events)
    view = job(site)
    assert (view["status"], view["phase"], view["progress"], view["progress_pct"]) == expected


def test_progress_moves_the_percentage_between_its_neighbours(site: Site) -> None:
    site.project(accepted(make_job(1)), started(make_job(1)))
    site.ports.live.hear(Progress(job_id=job_id(1), attempt=0, fraction=0.5))
    assert (job(site)["progress"], job(site)["progress_pct"]) == ("Making the sound: 50 %", 46)
    site.project(rejected(make_job(1)), started(make_job(1), 1))
    assert job(site)["progress"] == "Making the sound"  # what was heard was of the attempt before
    site.ports.live.hear(Progress(job_id=job_id(1), attempt=1, fraction=1.0))
    assert (job(site)["progress"], job(site)["progress_pct"]) == ("Making the sound: 100 % (attempt 2)", 90)


def test_it_can_be_listened_to_from_its_first_part_on_until_it_is_made_once_more(site: Site) -> None:
    def can_listen() -> bool:
        return bool(job(site)["can_listen"])

    site.project(accepted(make_job(1)), started(make_job(1)))
    site.ports.live.hear(Progress(job_id=job_id(1), attempt=0, fraction=0.1))
    assert not can_listen()
    site.ports.live.hear(Progress(job_id=job_id(1), attempt=0, fraction=0.5, parts=1))
    assert can_listen()
    site.project(rejected(make_job(1)), started(make_job(1), 1))
    assert not can_listen()


def test_a_request_that_was_refused_is_a_failed_job_with_the_reason(site: Site) -> None:
    site.project(refused(1))
    view = job(site)
    assert (view["status"], view["phase"]) == ("failed", "failed")
    assert view["error"] == "prompt must have 3 to 500 characters"
    assert (view["model"], view["duration"], view["filename"]) == (None, None, None)
    assert (view["cfg_coef"], view["top_k"], view["extend"]) == (None, None, None)


def test_a_job_and_its_track_tell_the_settings_to_use_again(site: Site) -> None:
    sampling = {"cfg_coef": 4.5, "temperature": 0.7, "top_k": 0, "top_p": 0.9}
    site.project(*life(make_job(1, sampling=sampling, extend=job_id(2), melody="a" * 64)))
    for view in (job(site), ok(site.client.get(f"/api/library/{job_id(1)}"))):
        assert {name: view[name] for name in sampling} == sampling
        assert (view["extend"], view["melody"]) == (job_id(2), "a" * 64)


@pytest.mark.parametrize("path", ["/api/queue", "/queue-status"])
def test_the_queue_is_in_the_order_of_work_and_told_exactly(site: Site, path: str) -> None:
    site.project(
        accepted(make_job(1, user_id="ada")),
        accepted(make_job(2, "a long drone", model="audio", tier="premium", user_id="eve", duration_s=4.0)),
        accepted(make_job(3, user_id="ada")),
        started(make_job(3)),
    )
    view = ok(site.listener("ada").get(path))
    assert view["queue_length"] == 2
    assert view["current_job"] == job_id(3)
    assert view["total"] == 3
    assert [entry["id"] for entry in view["jobs"]] == [job_id(3), job_id(2), job_id(1)]
    assert view["jobs"][1] == {
        "id": job_id(2),
        "status": "queued",
        "prompt": "a long drone",
        "model": "audio",
        "duration": 4.0,
        "priority": "premium",
        "position": 1,
        "progress": "Next in line",
        "progress_pct": 0,
        "created": "2026-03-01T12:00:01.000Z",
        "is_mine": False,
        "may_cancel": False,
    }
    assert [entry["is_mine"] for entry in view["jobs"]] == [True, False, True]
    assert [entry["may_cancel"] for entry in view["jobs"]] == [True, False, True]
    chief = ok(site.listener("chief", "admin").get(path))
    assert [entry["may_cancel"] for entry in chief["jobs"]] == [True, True, True]
    assert [entry["is_mine"] for entry in chief["jobs"]] == [False, False, False]


def test_an_empty_queue_is_told_exactly(client: TestClient) -> None:
    assert ok(client.get("/api/queue")) == {
        "queue_length": 0,
        "current_job": None,
        "jobs": [],
        "total": 0,
        "paused": {"music": False, "audio": False},
    }


def test_of_other_peoples_prompts_the_queue_shows_sixty_characters(site: Site) -> None:
    prompt = "a very private wish " * 10
    site.project(accepted(make_job(1, prompt, user_id="ada")), accepted(make_job(2, "b" * 60, user_id="ada")))

    def shown(client: TestClient) -> list[str]:
        return [entry["prompt"] for entry in ok(client.get("/api/queue"))["jobs"]]

    assert shown(site.listener("ada")) == [prompt, "b" * 60]
    assert shown(site.listener("root", "admin")) == [prompt, "b" * 60]
    for stranger in (site.visitor(), site.listener("eve", "premium")):
        cut, whole = shown(stranger)
        assert (len(cut), cut) == (60, prompt[:59] + "…")
        assert whole == "b" * 60


def test_a_long_queue_shows_two_hundred_and_counts_all(site: Site) -> None:
    site.project(*(accepted(make_job(number)) for number in range(1, 251)))
    view = ok(site.client.get("/api/queue"))
    assert (len(view["jobs"]), view["queue_length"], view["total"]) == (200, 250, 250)
    assert [entry["position"] for entry in view["jobs"]] == list(range(1, 201))


def test_the_status_of_an_idle_installation_is_told_exactly(client: TestClient) -> None:
    assert ok(client.get("/status")) == {
        "models": {"music": "pending", "audio": "pending"},
        "abilities": {"music": [], "audio": []},
        "reasons": {},
        "engine": None,
        "gpu": {
            "name": None,
            "available": False,
            "busy": False,
            "memory_used_gb": None,
            "memory_total_gb": None,
            "memory_percent": None,
        },
        "queue_length": 0,
        "queue_lengths": {"music": 0, "audio": 0},
        "paused": {"music": False, "audio": False},
        "estimated_wait": {"music": 0.0, "audio": 0.0},
        "speed": {"music": None, "audio": None},
        "workers": [],
        "limits": {"music": {"max_duration": 120.0}, "audio": {"max_duration": 30.0}},
    }


def test_the_memory_of_the_gpu_is_told_of_the_installation_and_of_the_worker(site: Site) -> None:
    card = Gpu(name="H100", memory_used_bytes=20_340_000_000, memory_total_bytes=81_360_000_000, load=0.0)
    site.ports.live.hear(WorkerBeat(worker="a", service="ingest"))
    site.ports.live.hear(WorkerBeat(worker="b", service="generator", gpu=card))
    told = ok(site.client.get("/status"))
    assert told["gpu"] == {
        "name": "H100",
        "available": True,
        "busy": False,
        "memory_used_gb": 20.3,
        "memory_total_gb": 81.4,
        "memory_percent": 25.0,
    }
    assert [worker["gpu"]["available"] for worker in told["workers"]] == [False, True]
    site.ports.live.hear(WorkerBeat(worker="b", service="generator", gpu=card, busy=("x",)))
    assert ok(site.client.get("/status"))["gpu"]["busy"]


def test_the_best_state_of_a_model_counts_and_its_engine_and_reason_are_told(site: Site) -> None:
    site.ports.live.hear(
        WorkerBeat(
            worker="b", service="generator", engine="synth", models={"music": "ready", "audio": "loading"}
        )
    )
    site.ports.live.hear(
        WorkerBeat(
            worker="a", service="generator", models={"music": "error"}, reason="No weights.", busy=("x",)
        )
    )
    view = ok(site.client.get("/status"))
    assert view["models"] == {"music": "ready", "audio": "loading"}
    assert view["engine"] == "synth"
    assert view["reasons"] == {"a": "No weights."}
    assert view["workers"][0].pop("gpu") == view["gpu"]
    assert view["workers"][0] == {
        "name": "a",
        "service": "generator",
        "engine": None,
        "models": {"music": "error"},
        "reason": "No weights.",
        "busy": ["x"],
        "paused": [],
    }
    site.ports.live.hear(WorkerBeat(worker="b", service="generator", stopped=True))
    assert ok(site.client.get("/status"))["models"] == {"music": "error", "audio": "pending"}


def test_a_model_can_do_what_every_ready_generator_can(site: Site) -> None:
    def hear(worker: str, state: ModelState, **abilities: tuple[str, ...]) -> dict[str, list[str]]:
        beat = WorkerBeat(worker=worker, service="generator", models={"music": state}, abilities=abilities)
        site.ports.live.hear(beat)
        told: dict[str, list[str]] = ok(site.client.get("/status"))["abilities"]
        return told

    every = ("sampling", "extend", "melody")
    assert hear("a", "loading", music=every) == {"music": [], "audio": []}
    assert hear("a", "ready", music=every) == {"music": ["extend", "melody", "sampling"], "audio": []}
    assert hear("b", "ready", music=("sampling", "sing"))["music"] == ["sampling"]
    assert hear("c", "error", music=())["music"] == ["sampling"]
    assert hear("d", "ready")["music"] == []


def test_the_wait_is_told_from_what_the_last_takes_took(site: Site) -> None:
    site.project(*life(make_job(1)), *(accepted(make_job(number)) for number in range(2, 6)))
    # A take of 8 s took 0.4 s; 4 jobs of 8 s wait.
    assert ok(site.client.get("/status"))["estimated_wait"] == {"music": pytest.approx(1.6), "audio": 0.0}


def test_the_wait_counts_the_jobs_beyond_those_that_the_queue_shows(site: Site) -> None:
    site.project(*life(make_job(1)), *(accepted(make_job(number)) for number in range(2, 502)))
    assert ok(site.client.get("/status"))["estimated_wait"]["music"] == pytest.approx(500 * 0.4)


def test_two_ready_generators_halve_the_wait(site: Site) -> None:
    site.project(*life(make_job(1)), accepted(make_job(2)), accepted(make_job(3)))
    for worker in ("a", "b"):
        site.ports.live.hear(WorkerBeat(worker=worker, service="generator", models={"music": "ready"}))
    assert ok(site.client.get("/status"))["estimated_wait"]["music"] == pytest.approx(0.4)
