"""Keeping all processes of one Sound Box running, and stopping them in order."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from cli.console import Console
from cli.process_table import Program, Stop
from cli.supervised import Supervised

_UNUSABLE_SETTINGS = 2

_WISHES_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# One wish to stop may arrive as several signals: `timeout` and wrappers signal us and our group.
_SAME_WISH_S = 0.5

# Reads the process groups that live now, a line at a time, and kills the last list when its input
# ends: that is when the supervisor is gone, in whatever way. After an ordered stop the list is empty.
_GUARD = """
trap '' HUP INT TERM
while read -r groups; do last=$groups; done
for group in $last; do kill -s KILL -- "-$group" 2>/dev/null; done
"""


class Supervisor:
    """Runs programs until a signal, `request_stop`, or a program that cannot run stops it."""

    def __init__(
        self,
        programs: Sequence[Program],
        console: Console,
        on_change: Callable[[list[dict[str, Any]]], None] = lambda _: None,
    ) -> None:
        self._console = console
        self._report = on_change
        self._all = [Supervised(program, console, self._changed) for program in programs]
        self._stop_requested = asyncio.Event()
        self._stop_asked_at: float | None = None
        self._ready = False
        self._exit_code = 0
        self._guard: subprocess.Popen[bytes] | None = None

    def processes(self) -> list[dict[str, Any]]:
        """Name, pid, state and number of restarts of every process."""
        return [
            {"name": s.program.name, "pid": s.pid, "state": s.state, "restarts": s.restarts}
            for s in self._all
        ]

    def not_running(self) -> list[str]:
        """Names of the programs that no process runs now."""
        return [s.program.name for s in self._all if s.state != "running"]

    async def run(self, until_ready: Callable[[], Awaitable[None]]) -> int:
        """Start everything, wait for `until_ready`, keep everything running until told to stop.

        Returns:
            The exit status: 0 after an ordered stop, 2 when a program refused its settings before
            all was ready.
        """
        loop = asyncio.get_running_loop()
        for number in _WISHES_TO_STOP:
            loop.add_signal_handler(number, self._on_signal)
        self._guard = _start_guard()
        for supervised in self._all:
            supervised.start()
        readiness = asyncio.create_task(self._become_ready(until_ready))
        await self._stop_requested.wait()
        readiness.cancel()
        await self._stop_in_order()
        self._release_guard()
        return self._exit_code

    def request_stop(self) -> None:
        """Stop everything in order, as SIGTERM does."""
        self._stop_requested.set()

    async def _become_ready(self, until_ready: Callable[[], Awaitable[None]]) -> None:
        await until_ready()
        self._ready = True

    async def _stop_in_order(self) -> None:
        for rank in Stop:
            await asyncio.gather(*(s.stop() for s in self._all if s.program.stop is rank))

    def _on_signal(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._stop_asked_at is None:
            self._stop_asked_at = now
            self._console.warn(
                "Stopping; work in hand is finished first. Press Ctrl-C again to kill at once."
            )
            self.request_stop()
        elif now - self._stop_asked_at > _SAME_WISH_S:
            self._console.warn("Killing everything.")
            for supervised in self._all:
                supervised.kill()

    def _changed(self, changed: Supervised) -> None:
        self._tell_guard()
        self._report(self.processes())
        refused = changed.state == "restarting" and changed.exit_code == _UNUSABLE_SETTINGS
        if refused and not self._ready and not self._stop_requested.is_set():
            self._console.warn(f"{changed.program.name} cannot run with these settings (see above).")
            self._exit_code = _UNUSABLE_SETTINGS
            self.request_stop()

    def _tell_guard(self) -> None:
        guard = self._guard
        if guard is None or guard.stdin is None:
            return
        groups = " ".join(str(s.pid) for s in self._all if s.pid is not None)
        try:
            os.write(guard.stdin.fileno(), f"{groups}\n".encode())
        except BrokenPipeError:
            self._console.warn("The guard process was killed; starting another.")
            guard.wait()
            self._guard = _start_guard()
            self._tell_guard()

    def _release_guard(self) -> None:
        guard, self._guard = self._guard, None
        if guard is not None:
            guard.communicate()


def supervise(supervisor: Supervisor, until_ready: Callable[[], Awaitable[None]]) -> int:
    """Run a supervisor to its end; no signal then interrupts what its caller clears away."""
    code = asyncio.run(supervisor.run(until_ready))
    for number in _WISHES_TO_STOP:
        signal.signal(number, signal.SIG_IGN)
    return code


def _start_guard() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["/bin/sh", "-c", _GUARD], stdin=subprocess.PIPE, start_new_session=True, env={}, cwd="/"
    )
