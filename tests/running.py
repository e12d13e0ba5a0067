"""A whole Sound Box as a person starts it, and a client for it."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2

from tests.waiting import eventually

ROOT = Path(__file__).resolve().parent.parent
_READY = re.compile(r"Sound Box is ready at (http://\S+)")
_START_S = 90
_STOP_S = 60


class SoundBox:
    """`soundbox up` as a child process on free ports with a data folder of its own."""

    def __init__(self, data: Path, *options: str, environment: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.lines: list[str] = []
        self._ready = threading.Event()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cli", "up", "--data", str(data), "--port", "0", *options],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            eventually(self._ready_or_gone, _START_S, "Sound Box to start")
            assert self._ready.is_set(), "it ended instead"
        except AssertionError as error:
            self._kill()
            self._close()
            raise AssertionError(f"{error}\n" + "".join(self.lines[-60:])) from error
        self.client = httpx2.Client(base_url=self.url, timeout=30)

    @property
    def url(self) -> str:
        """Address of the page."""
        match = next(found for line in self.lines if (found := _READY.search(line)))
        return match.group(1)

    def _ready_or_gone(self) -> bool:
        return self._ready.is_set() or self._process.poll() is not None

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line)
            if _READY.search(line):
                self._ready.set()

    def status(self) -> dict[str, Any]:
        """What `soundbox status --json` prints."""
        command = [sys.executable, "-m", "cli", "status", "--data", str(self.data), "--json"]
        printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
        answer: dict[str, Any] = json.loads(printed.stdout)
        return answer

    def pid(self, name: str) -> int:
        """Process id of a process by its name, for example `generator-1` or `broker`."""
        found = {process["name"]: process["pid"] for process in self.status()["processes"]}
        return int(found[name])

    def generate(self, prompt: str, **body: Any) -> str:
        """POST a job and return its id."""
        answer = self.client.post("/generate", json={"prompt": prompt, **body})
        assert answer.status_code == 202, answer.text
        job_id: str = answer.json()["job_id"]
        return job_id

    def job(self, job_id: str) -> dict[str, Any]:
        """GET /job/{id}."""
        answer = self.client.get(f"/job/{job_id}")
        assert answer.status_code == 200, answer.text
        view: dict[str, Any] = answer.json()
        return view

    def finished(self, job_ids: Sequence[str], timeout: float = 90) -> list[dict[str, Any]]:
        """Wait until every job has ended, and return their views."""

        def all_ended() -> list[dict[str, Any]] | None:
            views = [self.job(job_id) for job_id in job_ids]
            open_ = [view for view in views if view["status"] not in ("completed", "failed", "cancelled")]
            assert not open_, f"{len(open_)} of {len(views)} are open, the first: {open_[0]}"
            return views

        return eventually(all_ended, timeout, "every job to end")

    def stop(self) -> int:
        """Stop as Ctrl-C does and return the exit status."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._kill()
            raise
        finally:
            self.client.close()
            self._close()

    def _kill(self) -> None:
        """Leave nothing running; the supervisor's guard kills what is below it."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _close(self) -> None:
        self._reader.join(timeout=10)
        if self._process.stdout is not None:
            self._process.stdout.close()
