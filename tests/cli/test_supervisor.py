"""The supervisor over tiny real programs: restarts, ordered stop, nothing left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from cli.instance import Instance
from cli.process_table import ROOT
from cli.supervised import Backoff
from tests.waiting import eventually

Start = Callable[..., "Box"]


class Box:
    """A running tiny box, as a test sees it."""

    def __init__(self, folder: Path, kinds: tuple[str, ...]) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.tiny_box", str(folder), *kinds],
            cwd=ROOT,
            env={**os.environ, "TINY_BOX": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def known(self, name: str) -> dict[str, Any]:
        """What the state file says of a process; empty before it says anything."""
        if Instance(self.folder).running_pid() is None:
            return {}
        state = Instance(self.folder).state()
        return next((p for p in state.get("processes", []) if p["name"] == name), {})

    def wait_started(self, name: str) -> int:
        """Wait until a program has begun its work; returns its pid."""
        eventually(lambda: (self.folder / f"{name}.log").exists(), 10, f"{name} to start")
        return int(eventually(lambda: self.known(name).get("pid"), 10, f"the pid of {name}"))

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> tuple[int, str]:
        """Wait for the end; exit status and all that was printed."""
        output, _ = self.process.communicate(timeout=20)
        return self.process.returncode, output.decode()

    def leftovers(self) -> list[psutil.Process]:
        """Every living process that this box started, itself included."""
        return [p for p in psutil.process_iter() if _belongs(p, str(self.folder))]


def _belongs(process: psutil.Process, folder: str) -> bool:
    try:
        alive = process.status() != psutil.STATUS_ZOMBIE
        return alive and process.environ().get("TINY_BOX") == folder
    except (psutil.Error, OSError):
        return False


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    boxes: list[Box] = []

    def run(*kinds: str) -> Box:
        boxes.append(Box(tmp_path, kinds))
        return boxes[-1]

    yield run
    for box in boxes:
        for process in box.leftovers():
            process.kill()
        box.process.communicate()


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_a_crashed_program_is_started_again_later_each_time(start: Start, tmp_path: Path) -> None:
    box = start("steady", "crash")
    eventually(lambda: box.known("crash").get("restarts", 0) >= 2, 10, "two restarts")
    box.signal(signal.SIGTERM)
    code, output = box.end()
    assert code == 0
    assert "crash    | broken" in output
    assert "crash ended with exit status 1; starting it again in" in output
    assert len(_lines(tmp_path / "crash.log")) >= 2


def test_the_delay_doubles_up_to_half_a_minute_and_starts_over_after_a_minute_of_health() -> None:
    backoff = Backoff()
    delays = [backoff.after(1) for _ in range(10)]
    for delay, expected in zip(delays, [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30], strict=True):
        assert expected * 0.75 <= delay <= expected * 1.25
    assert backoff.after(61) <= 0.5 * 1.25


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything_also_after_one_was_killed(start: Start, number: signal.Signals) -> None:
    box = start("steady", "parent")
    first = box.wait_started("steady")
    box.wait_started("parent")
    os.kill(first, signal.SIGKILL)
    eventually(lambda: box.known("steady").get("pid") not in (None, first), 10, "another process")
    box.signal(number)
    code, output = box.end()
    assert code == 0
    assert "steady was killed by SIGKILL; starting it again in" in output
    assert box.leftovers() == []
    assert Instance(box.folder).running_pid() is None
    assert not (box.folder / "run" / "soundbox.json").exists()


def test_programs_are_stopped_in_the_order_of_their_rank(start: Start, tmp_path: Path) -> None:
    box = start("steady", "parent")
    box.wait_started("steady")
    box.wait_started("parent")
    box.signal(signal.SIGTERM)
    box.end()
    stopped = {name: _lines(tmp_path / f"{name}.log")[-1].split() for name in ("steady", "parent")}
    assert [words[0] for words in stopped.values()] == ["stop", "stop"]
    assert float(stopped["steady"][1]) < float(stopped["parent"][1])


def test_a_program_that_does_not_stop_in_time_is_killed(start: Start) -> None:
    box = start("stubborn")
    eventually(lambda: box.known("stubborn").get("state") == "running", 10, "it to run")
    assert box.process.stdout is not None
    assert b"deaf" in box.process.stdout.readline()
    box.signal(signal.SIGTERM)
    code, output = box.end()
    assert code == 0
    assert "stubborn did not stop within 0.5 s; killing it." in output


def test_a_later_second_signal_kills_everything_at_once(start: Start) -> None:
    box = start("deaf")
    assert box.process.stdout is not None
    assert b"deaf" in box.process.stdout.readline()
    box.signal(signal.SIGINT)
    assert b"Press Ctrl-C again" in box.process.stdout.readline()

    deaf = psutil.Process(box.known("deaf")["pid"])

    def is_dead() -> bool:
        dead = not deaf.is_running()
        if not dead:
            box.signal(signal.SIGINT)
        return dead

    eventually(is_dead, 10, "the end of it")  # signals that come together are one wish, so ask again
    code, output = box.end()
    assert code == 0
    assert "Killing everything." in output
    assert box.leftovers() == []


def test_nothing_survives_when_the_supervisor_is_killed(start: Start) -> None:
    box = start("steady", "parent")
    box.wait_started("steady")
    box.wait_started("parent")
    box.signal(signal.SIGKILL)
    box.process.wait()
    eventually(lambda: not box.leftovers(), 10, "every process to be gone")


def test_a_program_that_refuses_its_settings_ends_the_start(start: Start) -> None:
    code, output = start("steady", "refuse").end()
    assert code == 2
    assert "refuse   | SOUNDBOX_X is wrong." in output
    assert "refuse cannot run with these settings (see above)." in output


def test_log_lines_carry_the_name_once_and_long_ones_do_no_harm(start: Start) -> None:
    box = start("chatty")
    assert box.process.stdout is not None
    first = box.process.stdout.readline().decode()
    assert first == "chatty   | 09:08:07 INFO    hello\n"
    assert len(box.process.stdout.readline()) > 10_000
    box.signal(signal.SIGTERM)
    assert box.end()[0] == 0


def test_a_supervisor_whose_output_nobody_reads_still_stops(start: Start) -> None:
    box = start("chatty", "crash")
    eventually(lambda: box.known("crash").get("restarts", 0) >= 1, 10, "a restart")
    box.signal(signal.SIGTERM)
    box.process.wait(10)


def test_the_state_file_is_ours_alone(start: Start) -> None:
    box = start("steady")
    box.wait_started("steady")
    path = box.folder / "run" / "soundbox.json"
    assert path.stat().st_mode & 0o077 == 0
    box.signal(signal.SIGTERM)
    assert box.end()[0] == 0
