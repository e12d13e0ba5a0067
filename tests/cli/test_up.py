"""`soundbox up` with the real broker and the real services: two side by side, killed in parts and stopped."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from cli import private_file
from cli.broker_node import BrokerNode
from cli.process_table import ROOT
from tests.waiting import eventually

_READY = re.compile(r"^Sound Box is ready at (http://127\.0\.0\.1:\d+)$", re.MULTILINE)
_READY_WITHIN_S = 90  # two of them start at once on a machine that may have two cores


class Up:
    """A running `soundbox up`."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.printed = data.parent / f"{data.name}.out"
        self.logged = data.parent / f"{data.name}.log"
        with self.printed.open("wb") as out, self.logged.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli", "up", "--data", str(data), "--port", "0", "--engine", "synth"],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
            )

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.logged.read_text()
        return _READY.search(self.printed.read_text()) is not None

    def status(self) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "cli", "status", "--json", "--data", str(self.data)],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        shown: dict[str, Any] = json.loads(done.stdout)
        return shown

    def pid(self, name: str) -> int | None:
        """The process of that name now, as the state file says."""
        state = private_file.read_json(self.data / "run" / "soundbox.json")
        return next((p["pid"] for p in state.get("processes", []) if p["name"] == name), None)

    def family(self) -> list[psutil.Process]:
        """Itself and every process below it."""
        itself = psutil.Process(self.process.pid)
        return [itself, *itself.children(recursive=True)]


def _alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    alive = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                alive.append(process)
    return alive


def _is_another(up: Up, name: str, pid: int) -> bool:
    return up.pid(name) not in (None, pid)


@pytest.fixture
def pair(broker: BrokerNode, tmp_path: Path) -> Iterator[tuple[Up, Up]]:
    """Two Sound Boxes with their own data folders and ports; without RabbitMQ `broker` skips."""
    ups = (Up(tmp_path / "one"), Up(tmp_path / "two"))
    yield ups
    for up in ups:
        for process in _alive(up.family()) if up.process.poll() is None else []:
            process.kill()
        up.process.wait()


def test_two_run_side_by_side_mend_themselves_and_leave_nothing(pair: tuple[Up, Up]) -> None:
    one, two = pair
    for up in pair:
        eventually(up.is_ready, _READY_WITHIN_S, "the ready line")
    shown = [up.status() for up in pair]
    assert {process["state"] for status in shown for process in status["processes"]} == {"running"}
    assert shown[0]["web_url"] != shown[1]["web_url"]
    assert {"intake", "generate.music", "soundbox.log"} <= shown[0]["queues"].keys()

    for name in ("broker", "epmd", "ingest-1"):
        pid = one.pid(name)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        eventually(partial(_is_another, one, name, pid), 20, f"another {name}")
    eventually(lambda: "intake" in one.status()["queues"], 60, "the same broker again")
    assert one.status()["amqp_url"] == shown[0]["amqp_url"]

    family = one.family()
    assert {"beam.smp", "epmd"} <= {process.name() for process in family}
    one.process.terminate()
    assert one.process.wait(60) == 0
    eventually(lambda: not _alive(family), 5, "everything that SIGTERM should have stopped")

    family = two.family()
    two.process.kill()
    eventually(lambda: not _alive(family), 10, "everything whose supervisor was killed")
