"""A pause holds through everything: a job waits, its worker starts again, it still waits, it is made."""

import os
import signal

import httpx2
import pytest

from shared.settings import Settings
from shared.tokens import issue
from tests.running import SoundBox
from tests.waiting import eventually


@pytest.fixture
def admin(running_sound_box: SoundBox) -> httpx2.Client:
    token = issue(Settings(data=running_sound_box.data), "chief", "admin")
    return httpx2.Client(base_url=running_sound_box.url, headers={"Authorization": f"Bearer {token}"})


def pids(sound_box: SoundBox) -> dict[str, int | None]:
    """Process ids by name; none between two lives."""
    return {process["name"]: process["pid"] for process in sound_box.status()["processes"]}


def is_held(sound_box: SoundBox) -> bool:
    """Whether every generator says so."""
    workers = sound_box.client.get("/status").json()["workers"]
    found = [worker["paused"] for worker in workers if worker["service"] == "generator"]
    return bool(found) and all(set(paused) == {"music", "audio"} for paused in found)


def test_a_paused_job_outlives_a_restart_of_its_worker_and_is_made_when_it_goes_on(
    running_sound_box: SoundBox, admin: httpx2.Client
) -> None:
    sound_box = running_sound_box
    running = sound_box.generate("a long pad that is at work when everything is paused", duration=40)
    eventually(lambda: sound_box.job(running)["status"] == "processing", 30)
    with admin:
        assert admin.post("/api/queue/pause", json={"model": None}).status_code == 200
        try:
            waiting = sound_box.generate("a bell that has to wait", duration=1)
            (done,) = sound_box.finished([running])
            assert done["status"] == "completed"
            eventually(lambda: is_held(sound_box))

            before = sound_box.pid("generator-1")
            os.kill(before, signal.SIGTERM)
            eventually(lambda: pids(sound_box)["generator-1"] not in (None, before), 30)
            eventually(lambda: is_held(sound_box), 30)
            eventually(lambda: sound_box.status()["queues"]["generate.music"] == 1, 30)
            assert sound_box.job(waiting)["progress"] == "Paused by an admin"
        finally:
            assert admin.post("/api/queue/resume", json={"model": None}).status_code == 200
    (job,) = sound_box.finished([waiting])
    assert (job["status"], job["attempt"]) == ("completed", 0)
