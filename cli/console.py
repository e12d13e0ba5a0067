"""What a running Sound Box prints, written so that a reader who stops reading cannot stop us."""

import os
import queue
import threading
import time
import zlib

_WAITING_LINES = 10_000
_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)  # ANSI foreground colours
_STDOUT = 1
_STDERR = 2


class Console:
    """Lines to stdout and stderr, written by a thread; when nobody reads them, the newest are dropped."""

    def __init__(self, name_width: int) -> None:
        self._name_width = name_width
        self._colour = os.isatty(_STDERR) and not os.environ.get("NO_COLOR")
        self._lines: queue.Queue[tuple[int, bytes]] = queue.Queue(_WAITING_LINES)
        self._dropped = 0
        self._writing = threading.Thread(target=self._write, name="console", daemon=True)
        self._writing.start()

    def say(self, sentence: str) -> None:
        """Print a line of our own to stdout."""
        self._put(_STDOUT, sentence)

    def warn(self, sentence: str) -> None:
        """Print a line of our own to stderr."""
        self._put(_STDERR, sentence)

    def log(self, name: str, line: str) -> None:
        """Print a line of a process, its name before it, to stderr."""
        label = f"{name:<{self._name_width}} |"
        if self._colour:
            colour = _COLOURS[zlib.crc32(name.encode()) % len(_COLOURS)]
            label = f"\x1b[{colour}m{label}\x1b[0m"
        self._put(_STDERR, f"{label} {line}")

    def flush(self, timeout_s: float = 2) -> None:
        """Wait until what was said is written, but not for ever."""
        deadline = time.monotonic() + timeout_s
        while self._lines.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)

    def _put(self, stream: int, text: str) -> None:
        try:
            if self._dropped:
                self._lines.put_nowait((_STDERR, f"({self._dropped} lines were dropped)\n".encode()))
                self._dropped = 0
            self._lines.put_nowait((stream, (text + "\n").encode(errors="replace")))
        except queue.Full:
            self._dropped += 1

    def _write(self) -> None:
        while True:
            stream, data = self._lines.get()
            try:
                # Not through sys.stdout: a thread that waits in it would hold its lock when we exit.
                while data:
                    data = data[os.write(stream, data) :]
            except OSError:
                data = b""  # the terminal or the pipe's reader is gone; the work goes on without one
            finally:
                self._lines.task_done()
