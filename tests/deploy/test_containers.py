"""The services of docker-compose.yml, run with their own commands and environments, make sounds."""

import io
import os
import secrets
import signal
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import soundfile
from PIL import Image

from cli.errors import CommandError
from tests.conftest import missing
from tests.deploy.compose import PYTHON_SERVICES
from tests.deploy.containers import Containers
from tests.waiting import eventually

STAGES = [name for name in PYTHON_SERVICES if name not in ("web", "generator-gpu")]
START_S = 60


pytestmark = pytest.mark.broker


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    """All of them but the generator for GPUs. The last test of this file ends them."""
    variables = {
        "SOUNDBOX_RABBITMQ_PASSWORD": secrets.token_hex(32),
        "SOUNDBOX_TOKEN_SECRET": secrets.token_hex(32),
        "SOUNDBOX_ENGINE": "synth",
    }
    try:
        containers = Containers(tmp_path_factory.mktemp("compose"), variables)
    except CommandError as error:
        missing(str(error))
    try:
        containers.start_broker()
        containers.start(*STAGES, "web")
        yield containers
    finally:
        containers.close()


def answer(containers: Containers, method: str, path: str, **more: Any) -> httpx2.Response:
    with httpx2.Client(base_url=containers.web_url, timeout=20) as client:
        return client.request(method, path, **more)


def wait_ready(containers: Containers) -> None:
    def ready() -> bool:
        try:
            return answer(containers, "GET", "/readyz").status_code == 200
        except httpx2.TransportError as error:
            raise AssertionError(error) from error

    eventually(ready, START_S, "every service to be heard")


def make(containers: Containers, prompt: str) -> dict[str, Any]:
    """Have a second of music made, and return its track."""
    wait_ready(containers)
    given = answer(containers, "POST", "/generate", json={"prompt": prompt, "duration": 1})
    assert given.status_code == 202, given.text
    job_id = given.json()["job_id"]
    job = eventually(lambda: _ended(containers, job_id), START_S, "the job to end")
    assert job["status"] == "completed", job
    track: dict[str, Any] = answer(containers, "GET", f"/api/library/{job_id}").json()
    return track


def _ended(containers: Containers, job_id: str) -> dict[str, Any] | None:
    job: dict[str, Any] = answer(containers, "GET", f"/job/{job_id}").json()
    return job if job["status"] in ("completed", "failed", "cancelled") else None


def assert_plays(containers: Containers, track: dict[str, Any]) -> None:
    """Fetch the sound and the picture, and look into them."""
    sound = answer(containers, "GET", f"/audio/{track['filename']}")
    samples, rate = soundfile.read(io.BytesIO(sound.content))
    assert len(samples) == round(track["duration"] * rate)
    assert abs(samples).max() > 0.01
    picture = answer(containers, "GET", f"/spectrogram/{track['spectrogram']}")
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.format == "PNG"


def test_the_broker_gives_long_work_the_three_hours_that_the_file_says(containers: Containers) -> None:
    arguments = containers.services["rabbitmq"]["environment"]["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"]
    told = containers.broker.control("eval", "element(2, application:get_env(rabbit, consumer_timeout)).")
    assert arguments == f"-rabbit consumer_timeout {told.strip()}"
    assert int(told) == 3 * 3600 * 1000


def test_a_prompt_becomes_a_track(containers: Containers) -> None:
    track = make(containers, "calm piano, from containers")
    assert track["engine"] == "synth"
    assert_plays(containers, track)


def test_the_generator_for_gpus_takes_the_place_of_the_other(containers: Containers) -> None:
    wait_ready(containers)
    assert containers.stop("generator") == 0
    containers.start("generator-gpu")
    assert_plays(containers, make(containers, "a second piano, from the other generator"))


def test_every_health_check_passes_while_its_service_runs_and_fails_when_it_is_gone(
    containers: Containers,
) -> None:
    wait_ready(containers)
    running = [name for name in (*STAGES, "generator-gpu") if containers.is_running(name)]
    for name in (*running, "web", "rabbitmq"):
        eventually(lambda name=name: containers.is_healthy(name), START_S, f"{name} to be healthy")  # type: ignore[misc]

    generator, *others = sorted(running, key=lambda name: not name.startswith("generator"))
    containers.kill(generator)
    for name in others:
        assert containers.stop(name) == 0, name
    long_ago = time.time() - 3600
    for name in running:
        os.utime(containers.health_file(name), (long_ago, long_ago))  # as if the time had passed
        assert not containers.is_healthy(name)

    assert containers.stop("web") in (0, -signal.SIGTERM)  # uvicorn ends as the signal would have ended it
    assert not containers.is_healthy("web")
    containers.broker.kill_node()
    assert not containers.is_healthy("rabbitmq")
