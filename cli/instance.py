"""One running Sound Box, as its data folder shows it to other commands."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from cli import private_file
from cli.errors import CommandError
from cli.process_table import ROOT

NOTHING_RUNS = 3
"""Exit status of a command that needs a running Sound Box and finds none."""

_LOOK_EVERY_S = 0.05


class Instance:
    """The lock and the state file in DATA/run. The lock is the kernel's: it ends with its holder."""

    def __init__(self, data: Path) -> None:
        self.data = data.absolute()
        self._folder = self.data / "run"
        self._lock_path = self._folder / "lock"
        self._state_path = self._folder / "soundbox.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the data folder for as long as Sound Box runs on it.

        Raises:
            CommandError: another one runs on it, or the folder cannot be written.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = self._lock_path.open("a+")
        except OSError as error:
            raise CommandError(
                f"The data folder {self.data} cannot be written: {error.strerror}."
                " Type: ./soundbox up --data FOLDER with a folder of yours."
            ) from error
        with file:
            self._take(file)
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            try:
                yield
            finally:
                self._state_path.unlink(missing_ok=True)

    def running_pid(self) -> int | None:
        """Process id of the Sound Box that runs on this data folder."""
        try:
            with self._lock_path.open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return self._holder()
        return None

    def state(self) -> dict[str, Any]:
        """What the running Sound Box wrote about itself.

        Raises:
            CommandError: none runs on this data folder.
        """
        if self.running_pid() is None:
            raise CommandError(
                f"No Sound Box is running on {self.data}. Type: ./soundbox up{self.option()}", NOTHING_RUNS
            )
        return private_file.read_json(self._state_path)

    def write_state(self, state: dict[str, Any]) -> None:
        """Say what runs; only its owner can read it, for it holds the broker's password."""
        private_file.write_json(self._state_path, state)

    def wait_until_free(self, timeout_s: float) -> bool:
        """Wait until nothing runs on this data folder; false when something still does."""
        deadline = time.monotonic() + timeout_s
        while self.running_pid() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK_EVERY_S)
        return True

    def option(self) -> str:
        """The option that names this data folder on a command line; nothing for the default."""
        return "" if self.data == default_data() else f" --data {self.data}"

    def _take(self, file: IO[str]) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(
                f"A Sound Box is already running on {self.data} (pid {self._holder()})."
                f" Type: ./soundbox stop{self.option()}, or choose another folder with --data."
            ) from error

    def _holder(self) -> int:
        try:
            return int(self._lock_path.read_text(encoding="ascii"))
        except ValueError:
            return 0  # it holds the lock and has not written its number yet


def default_data() -> Path:
    """The data folder of a command that is told none."""
    return ROOT / "data"
