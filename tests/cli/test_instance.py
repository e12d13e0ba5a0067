"""What other commands see of a running Sound Box: the lock, the state file, `status`, `stop`, busy ports."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from cli import ports
from cli.__main__ import COMMANDS
from cli.broker_node import BrokerNode
from cli.console import Console
from cli.instance import Instance
from cli.process_table import ROOT, broker_programs, parse_scale, service_programs
from cli.readiness import WebCheck, wait_until_ready
from tests.waiting import eventually


def _soundbox(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100", **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def box(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running supervisor over one tiny program, with its state file in the test's folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.tiny_box", str(tmp_path), "steady"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    eventually(lambda: (tmp_path / "steady.log").exists(), 10, "the tiny program")
    yield process
    process.terminate()
    process.wait(20)


def test_status_shows_processes_as_json(box: subprocess.Popen[bytes], tmp_path: Path) -> None:
    done = _soundbox("status", "--json", "--data", str(tmp_path))
    shown = json.loads(done.stdout)
    assert done.returncode == 0
    assert {"web_url", "amqp_url", "processes", "queues"} <= shown.keys()
    (process,) = shown["processes"]
    assert process["name"] == "steady"
    assert process["state"] == "running"
    assert process["pid"] > 0


def test_a_data_folder_in_use_is_refused_with_the_pid(box: subprocess.Popen[bytes], tmp_path: Path) -> None:
    done = _soundbox("up", "--data", str(tmp_path), "--port", "0")
    assert done.returncode == 1
    assert done.stderr == (
        f"soundbox: A Sound Box is already running on {tmp_path} (pid {box.pid})."
        f" Type: ./soundbox stop --data {tmp_path}, or choose another folder with --data.\n"
    )


def test_stop_stops_it_and_says_so(box: subprocess.Popen[bytes], tmp_path: Path) -> None:
    done = _soundbox("stop", "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (0, f"Stopping Sound Box (pid {box.pid})\nStopped.\n")
    assert box.wait(10) == 0


def test_status_without_a_running_box_is_exit_status_three_and_a_sentence(tmp_path: Path) -> None:
    done = _soundbox("status", "--data", str(tmp_path))
    assert done.returncode == 3
    assert done.stderr == (
        f"soundbox: No Sound Box is running on {tmp_path}. Type: ./soundbox up --data {tmp_path}\n"
    )
    assert _soundbox("stop", "--data", str(tmp_path)).stdout == f"No Sound Box is running on {tmp_path}.\n"


def test_what_a_killed_box_wrote_is_not_taken_for_a_running_one(
    box: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    box.kill()
    box.wait()
    assert (tmp_path / "run" / "soundbox.json").exists()
    assert Instance(tmp_path).running_pid() is None


def test_a_busy_port_is_a_sentence_with_a_free_one(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = _soundbox("up", "--data", str(tmp_path), "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"soundbox: Port {port} on 127.0.0.1 is in use by ")
    assert f"(pid {os.getpid()}). Type: ./soundbox up --port " in done.stderr


def test_an_unreachable_broker_is_a_sentence(tmp_path: Path) -> None:
    nobody = ports.pick()
    done = _soundbox(
        "up", "--data", str(tmp_path), "--port", "0", "--amqp-url", f"amqp://a:secret@127.0.0.1:{nobody}/%2F"
    )
    assert done.returncode == 1
    assert f"soundbox: Cannot reach the broker at amqp://127.0.0.1:{nobody}/" in done.stderr
    assert "leave --amqp-url away" in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--scale", "web=2"], "--scale web=2: wanted NAME=N with NAME one of ingest, generator,"),
        (["--scale", "analyzer=many"], "--scale analyzer=many: wanted NAME=N with N from 0 to 64."),
        (["--engine", "audiocraftt"], "SOUNDBOX_ENGINE is 'audiocraftt'; wanted auto, synth"),
        (
            ["--engine", "no_such:Engine"],
            "SOUNDBOX_ENGINE is 'no_such:Engine', which cannot be used: there is",
        ),
        (["--amqp-url", "http://x"], "--amqp-url must start with amqp:// or amqps://."),
        (["--host", "192.0.2.1"], "This machine has no address 192.0.2.1. Type: ./soundbox up --host "),
    ],
)
def test_unusable_options_are_sentences(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    done = _soundbox("up", "--data", str(tmp_path), "--port", "0", *arguments)
    assert done.stderr.startswith(f"soundbox: {sentence}")
    assert done.stderr.count("\n") == 1
    assert done.returncode != 0


def test_a_wrong_setting_is_refused_once_at_start(tmp_path: Path, broker: BrokerNode) -> None:
    done = _soundbox(
        "up", "--data", str(tmp_path), "--port", "0", "--amqp-url", broker.url(), SOUNDBOX_MUSIC_MAX_S="long"
    )
    assert done.returncode == 2
    assert "soundbox: SOUNDBOX_MUSIC_MAX_S is 'long':" in done.stderr


def test_the_table_names_every_process_and_scales_them(broker: BrokerNode) -> None:
    programs = broker_programs(broker) + service_programs({}, parse_scale(["analyzer=2", "renderer=0"]))
    assert [program.name for program in programs] == [
        "epmd",
        "broker",
        "catalog",
        "web",
        "ingest-1",
        "generator-1",
        "analyzer-1",
        "analyzer-2",
    ]
    assert programs[-1].environment["SOUNDBOX_WORKER_NAME"] == "analyzer-2"


def test_help_lists_every_command() -> None:
    shown = _soundbox("--help").stdout
    for name in ("up", "stop", "status", "test", "token", "doctor", "version"):
        assert f"│ {name} " in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_shows_options_of_its_own_alone(name: str) -> None:
    done = _soundbox(name, "--help")
    assert done.returncode == 0
    assert "--help" in done.stdout
    assert "completion" not in done.stdout


def test_status_imports_no_numerics(box: subprocess.Popen[bytes], tmp_path: Path) -> None:
    program = (
        "import sys; from cli.__main__ import app;"
        " app(['status', '--json', '--data', sys.argv[1]], standalone_mode=False);"
        " sys.exit(', '.join(sorted(sys.modules.keys() & {'numpy', 'scipy', 'librosa', 'starlette'})) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "steady" in done.stdout


def test_a_token_is_made_and_doctor_looks_at_everything(tmp_path: Path) -> None:
    made = _soundbox("token", "create", "--tier", "premium", "--data", str(tmp_path))
    assert made.returncode == 0
    assert made.stdout.count(".") == 2
    seen = _soundbox("doctor", "--data", str(tmp_path), "--port", str(ports.pick()))
    for what in ("Python", "packages", "RabbitMQ", "data folder", "disk", "port", "Chromium"):
        assert f"  {what} " in seen.stdout


def test_what_is_not_ready_is_named() -> None:
    check = WebCheck("127.0.0.1", ports.pick())
    assert not check.is_ready()
    assert "the web app does not answer" in check.failing


async def _complaint(check: WebCheck, capfd: pytest.CaptureFixture[str]) -> str:
    console = Console(8)
    waiting = asyncio.create_task(wait_until_ready(check, console, lambda: ["broker", "web"], patience_s=0))
    said = ""
    while not said:
        await asyncio.sleep(0.01)
        console.flush()
        said = capfd.readouterr().err
    waiting.cancel()
    return said


def test_after_its_patience_it_says_once_what_fails_and_what_does_not_run(
    capfd: pytest.CaptureFixture[str],
) -> None:
    said = asyncio.run(_complaint(WebCheck("127.0.0.1", ports.pick()), capfd))
    assert said.startswith("Not ready after 0 s: the web app does not answer")
    assert said.endswith("; not running: broker, web. Still trying.\n")


@pytest.mark.parametrize(
    ("status", "body", "failing"),
    [
        (
            503,
            '{"checks": {"broker": {"ok": true}, "store": {"ok": false, "error": "It is full."}}}',
            "store: It is full.",
        ),
        (503, '{"checks": "none"}', "/readyz answered 503"),
        (503, "nonsense", "/readyz answered 503"),
    ],
)
def test_the_failing_checks_of_a_refusing_web_app_are_named(status: int, body: str, failing: str) -> None:
    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        serving = threading.Thread(target=server.handle_request)
        serving.start()
        check = WebCheck("127.0.0.1", server.server_port)
        assert not check.is_ready()
        serving.join()
    assert check.failing == failing
