"""The checks of `soundbox test`."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cli import bootstrap, broker_files, browser
from cli.errors import CommandError
from cli.process_table import ROOT

_NOTHING_COLLECTED = 5  # of pytest
# Files of tests side by side, each in one process: they share what is slow to make. `-n 0` switches it off.
# In the order of their folders: by the number of their tests, the slowest would come last and alone.
# One more than there are processors, which would stand idle a third of the time: tests wait for brokers.
_AT_ONCE = (
    *("-n", str(min(4, 1 + len(os.sched_getaffinity(0))))),
    *("--dist", "loadfile", "--no-loadscope-reorder"),
)


# Each in one thread then: sharing out what the numeric libraries do takes more work, most of it waiting.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# Hundreds of processes are started, each of which would compile the same modules for itself.
_COMPILE_AGAIN = "PYTHONDONTWRITEBYTECODE"
# When it is first imported it compiles a dozen functions, for half a minute, and keeps them.
_WARM_UP = "import librosa"


@dataclass(frozen=True)
class Check:
    """One tool to run: its name in the summary, what it does, its module and arguments."""

    name: str
    what: str
    arguments: tuple[str, ...]


TESTS = Check("tests", "Running the tests with pytest", ("pytest", *_AT_ONCE))
CHECKS = (
    Check("lint", "Linting with ruff", ("ruff", "check")),
    Check("format", "Checking the format with ruff", ("ruff", "format", "--check")),
    Check("types", "Checking types with mypy --strict", ("mypy",)),
    TESTS,
)


def run(pytest_arguments: list[str], only: list[str]) -> int:
    """Run the checks, all of them even when one fails, and print a line about each.

    Returns:
        0 when all passed, 1 when one failed.

    Raises:
        CommandError: `only` names a check that does not exist.
    """
    names = [check.name for check in CHECKS]
    for name in only:
        if name not in names:
            raise CommandError(f"--only {name}: wanted one of {', '.join(names)}.", 2)
    chosen = [check for check in CHECKS if not only or check.name in only]
    first = [check for check in chosen if check is not TESTS]
    results: list[tuple[str, bool, str]] = []
    if TESTS not in chosen:
        results += [_run(check) for check in first]
    else:
        with _Layer("audiocraft") as layer, subprocess.Popen([sys.executable, "-c", _WARM_UP]):
            results += _parts()
            results += [_run(check) for check in first]
            results.append(layer.wait())
        results.append(_run(TESTS, pytest_arguments))
    print("\nSummary", flush=True)
    for name, passed, detail in results:
        print(f"  {'passed' if passed else 'FAILED'}  {name:<10} {detail}", flush=True)
    return 0 if all(passed for _, passed, _ in results) else 1


class _Layer:
    """Packages that only the tests need, installed beside the checks before them."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> Self:
        command = [sys.executable, bootstrap.__file__, self._name, bootstrap.KEEP]
        self._started = time.monotonic()
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        return self

    def wait(self) -> tuple[str, bool, str]:
        """Wait until they are there, and tell."""
        code = self._process.wait()
        return self._name, code == 0, f"there after {time.monotonic() - self._started:.0f} s"

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        self._process.wait()


def _parts() -> list[tuple[str, bool, str]]:
    """Whether the real parts are there: missing ones are skipped loudly, or fail where `CI=true`."""
    lenient = os.environ.get("CI") != "true"
    results = []
    for name, complaint in (("rabbitmq", _rabbitmq_complaint()), ("chromium", _chromium_complaint())):
        if complaint:
            print(f"!!! {complaint}", flush=True)
            if lenient:
                print(f"!!! Every test that needs {name} will be SKIPPED.", flush=True)
        detail = "there" if not complaint else "MISSING, tests skipped" if lenient else "missing"
        results.append((name, not complaint or lenient, detail))
    return results


def _rabbitmq_complaint() -> str:
    try:
        broker_files.programs()
        broker_files.epmd_program()
    except CommandError as error:
        return str(error)
    return ""


def _chromium_complaint() -> str:
    return "" if browser.find() else browser.HOW_TO_INSTALL


def _run(check: Check, more: Sequence[str] = ()) -> tuple[str, bool, str]:
    command = [sys.executable, "-m", *check.arguments, *more]
    print(f"\n== {check.what}: {' '.join((*check.arguments, *more))}", flush=True)
    started = time.monotonic()
    environment = {**_ONE_THREAD, **{name: os.environ[name] for name in os.environ if name != _COMPILE_AGAIN}}
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    detail = f"{time.monotonic() - started:.0f} s"
    if code == _NOTHING_COLLECTED and check.name == "tests":
        detail += ", no test was found"
    return check.name, code == 0, detail
