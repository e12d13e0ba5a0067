"""A supervisor over tiny programs, as a process: `python -m tests.cli.tiny_box FOLDER KIND...`.

Each program appends a line to FOLDER/NAME.log when it starts and when it is asked to stop.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from cli.console import Console
from cli.instance import Instance
from cli.process_table import Program, Stop
from cli.supervisor import Supervisor, supervise

_STEADY = """
import os, pathlib, signal, sys, time
log = pathlib.Path(sys.argv[1])
def note(what):
    with log.open("a") as file:
        file.write(f"{what} {time.monotonic()}\\n")
def stop(*_):
    note("stop")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
note("start")
print("up and running", flush=True)
while True:
    signal.pause()
"""
_DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
while True:
    signal.pause()
"""
_PATIENCE_S = {"deaf": 300.0}
_KINDS = {
    "steady": _STEADY,
    # Has a child of its own that ignores SIGTERM and holds the output pipe open.
    "parent": "import subprocess, sys\nsubprocess.Popen(['sh', '-c', \"trap '' TERM; sleep 300; :\"])\n"
    + _STEADY,
    "stubborn": _DEAF,
    "deaf": _DEAF,
    "crash": "import sys\nopen(sys.argv[1], 'a').write('start\\n')\nsys.exit('broken')",
    "refuse": "import sys\nprint('SOUNDBOX_X is wrong.', file=sys.stderr)\nsys.exit(2)",
    "chatty": "print('09:08:07 INFO    chatty hello')\nprint('x' * 200_000, flush=True)\n"
    "import signal\nsignal.pause()",
}


def _program(folder: Path, kind: str, rank: Stop) -> Program:
    command = (sys.executable, "-c", _KINDS[kind], str(folder / f"{kind}.log"))
    return Program(kind, command, dict(os.environ), rank, _PATIENCE_S.get(kind, 0.5))


def main(folder: Path, kinds: list[str]) -> int:
    """Run one program of each kind, the first stopped first, until a signal comes."""
    instance = Instance(folder)
    console = Console(8)
    programs = [_program(folder, kind, rank) for kind, rank in zip(kinds, Stop, strict=False)]

    def write_state(processes: list[dict[str, Any]]) -> None:
        instance.write_state(
            {"web_url": "http://127.0.0.1:1", "amqp_url": "amqp://x", "processes": processes}
        )

    async def never_ready() -> None:
        await asyncio.Event().wait()

    with instance.held():
        code = supervise(Supervisor(programs, console, write_state), never_ready)
    console.flush()
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
