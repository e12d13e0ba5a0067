"""Threads that run one compiled function side by side; whoever asks is one of them."""

import functools
import threading
from collections.abc import Callable

import numpy as np
import torch

from services.generator.decoder.compiled.layout import Team

Work = Callable[[Team], None]


class Crew:
    """Runs work in all of its threads at once; the work must let go of the interpreter."""

    def __init__(self, members: int) -> None:
        self.members = members
        self._gate = np.zeros(1, dtype=np.int64)
        self._turn = threading.Lock()
        self._begin = [threading.Semaphore(0) for _ in range(members - 1)]
        self._ended = threading.Semaphore(0)
        self._work: Work = _idle
        self._failure: Exception | None = None
        for index, begin in enumerate(self._begin):
            name = f"decoder {index + 2} of {members}"
            threading.Thread(target=self._serve, args=(index + 1, begin), name=name, daemon=True).start()

    def run(self, work: Work) -> None:
        """Do `work` in every thread, each as its own member of the team, and wait until all are done."""
        with self._turn:
            self._work, self._failure = work, None
            met = int(self._gate[0]) // self.members
            self._met = met
            for begin in self._begin:
                begin.release()
            try:
                work(Team(0, self.members, self._gate, met))
            finally:  # whatever comes, the others must be through before the next work begins
                for _ in self._begin:
                    self._ended.acquire()
            if self._failure is not None:
                raise self._failure

    def _serve(self, member: int, begin: threading.Semaphore) -> None:
        while True:
            begin.acquire()
            try:
                self._work(Team(member, self.members, self._gate, self._met))
            except Exception as error:  # noqa: BLE001 - the thread that asked raises it
                self._failure = error
            self._ended.release()


def _idle(_team: Team) -> None:
    raise RuntimeError("a crew was started without work")


@functools.cache
def ours() -> Crew:
    """The crew of this process: a thread for each that torch would use."""
    return Crew(torch.get_num_threads())
