"""Starting a child process that cannot outlive us."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def dies_with_us() -> Callable[[], None]:
    """Make what a child runs between fork and exec: have the kernel kill it when this process dies.

    The kernel takes the death of the *thread* that forked: call it, and start the child, on a thread
    that lives as long as the process does. Elsewhere than on Linux the child is not bound.
    """
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up before the fork: no lock is taken after it
    parent = os.getpid()

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return bind


def start(
    command: Sequence[str | Path], environment: Mapping[str, str], folder: Path, output: Path
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, its output appended to a file."""
    with output.open("ab") as file:
        return subprocess.Popen(
            [str(part) for part in command],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with_us(),
        )


def end(process: subprocess.Popen[bytes], patience_s: float) -> None:
    """Ask a child to stop; kill it when it has not done so in time."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
