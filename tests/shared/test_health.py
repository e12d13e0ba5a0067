"""A service in a container is well while it touches its health file."""

import os
import subprocess
import sys
import time
from pathlib import Path

from shared.health import OLDEST_S, mark
from shared.settings import Settings


def check(path: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SOUNDBOX_HEALTH_FILE": str(path)}
    return subprocess.run(
        [sys.executable, "-m", "shared.health"], env=environment, capture_output=True, text=True, timeout=30
    )


def test_a_service_that_is_connected_is_well(tmp_path: Path) -> None:
    path = tmp_path / "alive"
    mark(Settings(health_file=path), lambda: True)
    assert check(path).returncode == 0


def test_a_service_that_was_never_connected_is_not_well(tmp_path: Path) -> None:
    path = tmp_path / "alive"
    mark(Settings(health_file=path), lambda: False)
    result = check(path)
    assert result.returncode == 1
    assert "not connected to the broker yet" in result.stderr


def test_a_service_that_lost_the_broker_is_not_well(tmp_path: Path) -> None:
    path = tmp_path / "alive"
    path.touch()
    long_ago = time.time() - OLDEST_S - 60
    os.utime(path, (long_ago, long_ago))
    result = check(path)
    assert result.returncode == 1
    assert "has not been connected" in result.stderr


def test_without_a_file_there_is_nothing_to_look_at() -> None:
    command = [sys.executable, "-m", "shared.health"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert result.returncode == 1
    assert "SOUNDBOX_HEALTH_FILE" in result.stderr
