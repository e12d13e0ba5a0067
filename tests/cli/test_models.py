"""`soundbox models`: an operator sees the models, frees their memory, and has them loaded again."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cli.broker_node import BrokerNode
from cli.instance import Instance
from cli.process_table import ROOT
from tests.running import SoundBox
from tests.waiting import eventually

Done = subprocess.CompletedProcess[str]


def models(data: Path, *arguments: str) -> Done:
    command = [sys.executable, "-m", "cli", "models", *arguments, "--data", str(data)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def box(broker: BrokerNode, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundBox]:
    """A Sound Box with two generators."""
    box = SoundBox(tmp_path_factory.mktemp("box"), "--engine", "synth", "--scale", "generator=2")
    yield box
    assert box.stop() == 0


def states(box: SoundBox, model: str) -> dict[str, str]:
    listed = json.loads(models(box.data, "--json").stdout)["models"]
    return {one["worker"]: one["state"] for one in listed if one["model"] == model}


def both(state: str) -> dict[str, str]:
    return {"generator-1": state, "generator-2": state}


def test_the_models_are_listed_for_each_generator(box: SoundBox) -> None:
    eventually(lambda: states(box, "audio") == both("ready") == states(box, "music"), 30)
    assert models(box.data).stdout.splitlines() == [
        "MODEL  STATE     GENERATOR    ENGINE",
        "music  ready     generator-1  synth",
        "music  ready     generator-2  synth",
        "audio  ready     generator-1  synth",
        "audio  ready     generator-2  synth",
    ]


def test_every_generator_unloads_a_model_and_the_next_job_has_it_loaded_again(box: SoundBox) -> None:
    unloaded = models(box.data, "unload", "music")
    assert (unloaded.returncode, unloaded.stderr) == (0, "")
    assert unloaded.stdout.splitlines()[1:] == [
        "music  unloaded  generator-1  synth",
        "music  unloaded  generator-2  synth",
    ]
    assert states(box, "audio") == both("ready")
    (job,) = box.finished([box.generate("calm piano", duration=1)])
    assert job["status"] == "completed"
    assert sorted(states(box, "music").values()) == ["ready", "unloaded"]
    loaded = models(box.data, "load", "music")
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert states(box, "music") == both("ready")


def test_no_job_is_lost_by_unloading_in_the_middle_of_them(box: SoundBox) -> None:
    jobs = [box.generate(f"calm piano {number}", duration=8) for number in range(6)]
    eventually(lambda: any(box.job(job_id)["status"] == "processing" for job_id in jobs), 30)
    assert models(box.data, "unload", "music").returncode == 0
    assert {job["status"] for job in box.finished(jobs, timeout=100)} == {"completed"}


def test_a_model_that_does_not_exist_is_one_sentence(box: SoundBox) -> None:
    refused = models(box.data, "unload", "musik")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "soundbox: There is no model musik; wanted one of music, audio.\n"


def test_where_nothing_runs_it_says_so(tmp_path: Path) -> None:
    for arguments in ((), ("load", "music"), ("unload", "music")):
        refused = models(tmp_path, *arguments)
        assert refused.returncode == 3
        assert refused.stderr.startswith(f"soundbox: No Sound Box is running on {tmp_path}.")


@contextlib.contextmanager
def running(data: Path, amqp_url: str, workers: list[dict[str, Any]]) -> Iterator[None]:
    """A data folder on which something runs whose web app hears these workers."""

    class Web(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"workers": workers}).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    instance = Instance(data)
    try:
        with instance.held():
            instance.write_state({"web_url": f"http://127.0.0.1:{server.server_port}", "amqp_url": amqp_url})
            yield
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def test_without_a_generator_it_says_so(tmp_path: Path, amqp_url: str) -> None:
    renderer: dict[str, Any] = {"name": "renderer-1", "engine": None, "models": {}, "reason": None}
    with running(tmp_path, amqp_url, [renderer]):
        assert models(tmp_path).stdout == "No generator is running.\n"
        refused = models(tmp_path, "unload", "audio")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "soundbox: No generator that serves audio is running.\n"


def test_a_broker_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    with running(tmp_path, "amqp://guest:guest@127.0.0.1:1/%2F", []):
        refused = models(tmp_path, "load", "music")
    assert refused.returncode == 1
    assert refused.stderr.startswith("soundbox: Cannot reach the broker at amqp://127.0.0.1:1/")
    assert len(refused.stderr.splitlines()) == 1


def test_a_web_app_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    with instance.held():
        instance.write_state({"web_url": "http://127.0.0.1:1", "amqp_url": "amqp://127.0.0.1:1"})
        refused = models(tmp_path)
    assert refused.returncode == 1
    assert refused.stderr.startswith("soundbox: The web app at http://127.0.0.1:1 does not answer: ")
    assert len(refused.stderr.splitlines()) == 1


def test_one_that_cannot_be_loaded_is_shown_with_the_reason(tmp_path: Path, amqp_url: str) -> None:
    broken = {"name": "g-1", "engine": None, "models": {"music": "error"}, "reason": "There are no weights."}
    with running(tmp_path, amqp_url, [broken]):
        refused = models(tmp_path, "load", "music", "--wait", "0")
    assert refused.returncode == 1
    assert refused.stdout.splitlines() == [
        "MODEL  STATE     GENERATOR  ENGINE",
        "music  error     g-1        -",
        "There are no weights.",
    ]
    assert refused.stderr == "soundbox: music cannot be loaded everywhere; the generators try again.\n"
