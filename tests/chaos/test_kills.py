"""Kill anything at any moment: every accepted job is published exactly once."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx2
import psutil
import pytest

from tests.running import SoundBox
from tests.waiting import eventually

JOBS = 30
VICTIMS = ("ingest-1", "generator-1", "analyzer-1", "renderer-1", "catalog", "web", "broker")
ENGINE = "bench.instant_engine:InstantEngine"


@pytest.fixture(scope="module")
def sound_box(tmp_path_factory: pytest.TempPathFactory, broker: object) -> Iterator[SoundBox]:
    """One for all kills, so that each is also a kill of a Sound Box that was hurt before."""
    sound_box = SoundBox(tmp_path_factory.mktemp("killed"), "--engine", ENGINE)
    yield sound_box
    assert sound_box.stop() == 0


def ask(sound_box: SoundBox, path: str, **query: Any) -> dict[str, Any]:
    """The answer to a GET; nothing while the web app is away."""
    try:
        answer = sound_box.client.get(path, params=query)
    except httpx2.TransportError:
        return {}
    return dict(answer.json()) if answer.status_code == 200 else {}


def published(sound_box: SoundBox, victim: str) -> list[str]:
    """The ids of the tracks that the library lists for a victim's jobs."""
    found = ask(sound_box, "/api/library", q=f'"{victim}"', per_page=100)
    return [item["id"] for item in found.get("items", [])]


@pytest.mark.chaos
@pytest.mark.timeout(400)
@pytest.mark.parametrize("victim", VICTIMS)
def test_thirty_jobs_survive_the_kill_of(sound_box: SoundBox, victim: str) -> None:
    before = eventually(lambda: ask(sound_box, "/api/library/counts"), 60, "the library")["total"]
    pid = sound_box.pid(victim)
    job_ids = [
        sound_box.generate(f"{victim} take {number}", model="audio" if number % 2 else "music", duration=2)
        for number in range(JOBS)
    ]
    eventually(lambda: len(published(sound_box, victim)) >= 3, 60, "work to be under way")
    process = psutil.Process(pid)
    process.kill()
    process.wait(10)
    eventually(lambda: len(published(sound_box, victim)) >= JOBS, 180, "all jobs to be published")
    assert Counter(published(sound_box, victim)) == Counter(job_ids)
    assert ask(sound_box, "/api/library/counts")["total"] == before + JOBS
    assert {view["status"] for view in sound_box.finished(job_ids)} == {"completed"}
    assert eventually(lambda: sound_box.pid(victim)) != pid
