"""One program, kept running."""

import asyncio
import contextlib
import os
import random
import re
import signal
from collections.abc import Callable
from typing import IO, Literal

from cli import child
from cli.console import Console
from cli.process_table import Program

State = Literal["waiting", "running", "restarting", "stopping", "stopped"]

_FIRST_DELAY_S = 0.5
_LONGEST_DELAY_S = 30.0
_HEALTHY_AFTER_S = 60.0
_LOOK_EVERY_S = 0.05
_LAST_LINES_S = 1.0
_CHUNK = 65_536
_LONGEST_LINE = 10_000
_OWN_NAME = re.compile(r"^(\d\d:\d\d:\d\d [A-Z]+ +)(\S+) ")


class Backoff:
    """How long to wait before a program is started again: longer each time, until it stays healthy."""

    def __init__(self) -> None:
        self._next_s = _FIRST_DELAY_S

    def after(self, lived_s: float) -> float:
        """Seconds to wait after a life of this many seconds, with jitter of a quarter either way."""
        if lived_s >= _HEALTHY_AFTER_S:
            self._next_s = _FIRST_DELAY_S
        delay_s = self._next_s
        self._next_s = min(delay_s * 2, _LONGEST_DELAY_S)
        return delay_s * random.uniform(0.75, 1.25)


class Supervised:
    """A program of the table and the process that runs it now."""

    def __init__(self, program: Program, console: Console, on_change: Callable[["Supervised"], None]) -> None:
        self.program = program
        self.state: State = "waiting"
        self.restarts = 0
        self.exit_code: int | None = None
        self._console = console
        self._on_change = on_change
        self._stopping = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The running process; also the id of its process group."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Begin to keep the program running."""
        self._task = asyncio.create_task(self._keep_running(), name=self.program.name)

    async def stop(self) -> None:
        """Ask the program to stop, kill it when its patience is over, and wait until it is gone."""
        if self._task is None:
            return
        self._stopping.set()
        if self._process is not None:
            self._set("stopping")
            self._process.send_signal(signal.SIGTERM)
        done, _ = await asyncio.wait({self._task}, timeout=self.program.patience_s)
        if not done:
            self._console.warn(
                f"{self.program.name} did not stop within {self.program.patience_s:g} s; killing it."
            )
            self.kill()
        await self._task

    def kill(self) -> None:
        """Kill the program and all that it started, now; it is not started again."""
        self._stopping.set()
        if self._process is not None:
            _kill_group(self._process.pid)

    async def _keep_running(self) -> None:
        clock = asyncio.get_running_loop().time
        backoff = Backoff()
        await self._until_it_may_start()
        while not self._stopping.is_set():
            started = clock()
            try:
                await self._run_once()
            except OSError as error:
                self._console.warn(f"{self.program.name} cannot be started: {error}.")
            if self._stopping.is_set():
                break
            delay_s = backoff.after(clock() - started)
            self.restarts += 1
            self._console.warn(
                f"{self.program.name} {_ending(self.exit_code)}; starting it again in {delay_s:.1f} s."
                + (f" Its output is in {self.program.output}." if self.program.output else "")
            )
            self._set("restarting")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay_s)
        self._set("stopped")

    async def _until_it_may_start(self) -> None:
        may_start = self.program.when
        while may_start is not None and not may_start() and not self._stopping.is_set():
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _run_once(self) -> None:
        """Start the program, pass its lines on, and return when it and all it started have ended."""
        reading, writing = os.pipe()
        try:
            self._process = await self._spawn(writing)
        except OSError:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        pump = asyncio.create_task(self._pump(os.fdopen(reading, "rb", buffering=0)))
        self._set("running")
        if self._stopping.is_set():  # asked while it was being started
            self._process.send_signal(signal.SIGTERM)
        self.exit_code = await self._process.wait()
        _kill_group(self._process.pid)
        self._process = None
        await asyncio.wait({pump}, timeout=_LAST_LINES_S)
        pump.cancel()

    async def _spawn(self, writing: int) -> asyncio.subprocess.Process:
        """Start the process. Its output is a pipe of ours, since asyncio's would keep `wait` from returning
        while a grandchild holds it open."""
        program = self.program
        with program.output.open("ab") if program.output else contextlib.nullcontext(writing) as output:
            return await asyncio.create_subprocess_exec(
                *program.command,
                env=dict(program.environment),
                cwd=program.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=child.dies_with_us(),
            )

    async def _pump(self, pipe: IO[bytes]) -> None:
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        rest = b""
        try:
            while chunk := await reader.read(_CHUNK):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._print(line)
                if len(rest) > _LONGEST_LINE:
                    self._print(rest)
                    rest = b""
            if rest:
                self._print(rest)
        finally:
            transport.close()

    def _print(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip("\r")
        name = self.program.name
        self._console.log(name, _OWN_NAME.sub(lambda m: m[1] if m[2] == name else m[0], text, count=1))

    def _set(self, state: State) -> None:
        self.state = state
        self._on_change(self)


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _ending(code: int | None) -> str:
    if code is None:
        return "did not start"
    if code >= 0:
        return f"ended with exit status {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
