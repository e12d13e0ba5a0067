"""What Sound Box needs on a machine, and whether it is there."""

import importlib.metadata
import os
import platform
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from cli import broker_files, browser, ports
from cli.errors import CommandError
from cli.instance import Instance
from cli.process_table import ROOT

_OLDEST_PYTHON = (3, 11)
_LEAST_FREE_BYTES = 2_000_000_000  # the broker stops taking messages at 500 MB
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `detail` says what was found or what to type. Not all are needed to run."""

    what: str
    fine: bool
    detail: str
    needed: bool = True


def examine(data: Path, port: int) -> list[Finding]:
    """Look at everything, in the order in which one would mend it."""
    return [_python(), _packages(), _rabbitmq(), _data(data), _disk(data), _port(data, port), _chromium()]


def _python() -> Finding:
    fine = sys.version_info >= _OLDEST_PYTHON
    wanted = "" if fine else " (wanted 3.11 or newer. Type: sudo apt-get install -y python3)"
    return Finding("Python", fine, f"{platform.python_version()} at {sys.executable}{wanted}")


def _packages() -> Finding:
    pins = dict(_PIN.findall((ROOT / "requirements" / "base.txt").read_text(encoding="utf-8")))
    wrong = [f"{name} {version}" for name, version in pins.items() if _installed(name) != version]
    if wrong:
        return Finding(
            "packages", False, f"wanted {', '.join(wrong)}. Type: rm -rf .venv && ./soundbox version"
        )
    return Finding("packages", True, f"all {len(pins)} pinned packages in {sys.prefix}")


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _rabbitmq() -> Finding:
    try:
        folder = broker_files.programs()
        broker_files.epmd_program()
    except CommandError as error:
        return Finding("RabbitMQ", False, str(error))
    return Finding("RabbitMQ", True, str(folder / "rabbitmq-server"))


def _data(data: Path) -> Finding:
    try:
        broker_files.check_folder(data)
    except CommandError as error:
        return Finding("data folder", False, str(error))
    nearest = _nearest(data)
    if not os.access(nearest, os.W_OK | os.X_OK):
        return Finding(
            "data folder", False, f"{nearest} cannot be written. Type: ./soundbox up --data FOLDER"
        )
    return Finding("data folder", True, str(data))


def _disk(data: Path) -> Finding:
    free = shutil.disk_usage(_nearest(data)).free
    shown = f"{free / 1e9:.1f} GB free at {_nearest(data)}"
    if free < _LEAST_FREE_BYTES:
        return Finding("disk", False, f"{shown}; wanted 2 GB. Free some, or: ./soundbox up --data FOLDER")
    return Finding("disk", True, shown)


def _port(data: Path, port: int) -> Finding:
    pid = Instance(data).running_pid()
    if pid is not None:
        return Finding("port", True, f"Sound Box is running (pid {pid}); see ./soundbox status")
    if ports.is_free(port):
        return Finding("port", True, f"{port} is free")
    other = ports.next_free(port)
    return Finding(
        "port", False, f"{port} is in use{ports.user_of(port)}. Type: ./soundbox up --port {other}"
    )


def _chromium() -> Finding:
    found = browser.find()
    if found is None:
        return Finding(
            "Chromium", False, f"{browser.HOW_TO_INSTALL} Only ./soundbox test needs it.", needed=False
        )
    return Finding("Chromium", True, str(found), needed=False)


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())
