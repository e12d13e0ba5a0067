"""Kill anything at any moment: every accepted job is published exactly once."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.running import SoundBox
from tests.waiting import eventually

JOBS = 30
VICTIMS = ("ingest", "generator-1", "analyzer-1", "renderer-1", "catalog", "web", "broker")
ENGINE = "bench.instant_engine:InstantEngine"


@pytest.fixture
def sound_box(tmp_path: Path, broker: object) -> Iterator[SoundBox]:
    sound_box = SoundBox(tmp_path / "data", "--engine", ENGINE)
    yield sound_box
    assert sound_box.stop() == 0


def finished_or_away(sound_box: SoundBox, job_ids: list[str]) -> int:
    """How many of the jobs have ended; while the web app restarts, none are seen."""
    import httpx2

    try:
        views = [sound_box.client.get(f"/job/{job_id}") for job_id in job_ids]
    except httpx2.TransportError:
        return 0
    return sum(view.status_code == 200 and view.json()["status"] == "completed" for view in views)


@pytest.mark.chaos
@pytest.mark.timeout(400)
@pytest.mark.parametrize("victim", VICTIMS)
def test_thirty_jobs_survive_the_kill_of(sound_box: SoundBox, victim: str) -> None:
    pid = sound_box.pid(victim)
    job_ids = [
        sound_box.generate(f"{victim} number {number}", model="audio" if number % 2 else "music", duration=2)
        for number in range(JOBS)
    ]
    eventually(lambda: finished_or_away(sound_box, job_ids) >= 3, 60, "work to be under way")
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE, 10)
    eventually(lambda: finished_or_away(sound_box, job_ids) == JOBS, 180, "all jobs to be published")
    found = sound_box.client.get("/api/library", params={"per_page": 100}).json()
    assert found["total"] == JOBS
    assert Counter(item["id"] for item in found["items"]) == Counter(job_ids)
    assert eventually(lambda: sound_box.pid(victim)) != pid
