"""An engine that works on three requests at once, a step a frame, and does what their prompts say."""

import os
from collections.abc import Sequence

import numpy as np

from services.generator.engines.engine import Request, Sound
from services.generator.engines.stepping import Advance
from shared.errors import PermanentError, TransientError
from shared.messages.job import Model

RATE_HZ = 8000
STEPS = 4


class SteppingEngine:
    """Understands: refuse, die, defect, out of memory, for ever. A sound's level is 1 / jobs at its start."""

    name = "stepping"
    version = "1"
    slots = 3

    def __init__(self) -> None:
        self._done: dict[str, int] = {}
        self._levels: dict[str, float] = {}
        self._requests: dict[str, Request] = {}

    def load(self, model: Model) -> None:
        """Ready at once."""

    def begin(self, request: Request) -> None:
        if "refuse" in request.prompt:
            raise PermanentError("too_strange", "It is too strange.")
        self._requests[request.job_id] = request
        self._done[request.job_id] = 0
        self._levels[request.job_id] = 1 / len(self._requests)

    def step(self) -> Sequence[Advance]:
        return [self._advance(request) for request in list(self._requests.values())]

    def stop(self, job_id: str) -> None:
        del self._requests[job_id]

    def _advance(self, request: Request) -> Advance:
        self._done[request.job_id] += 1
        done = self._done[request.job_id]
        if "die" in request.prompt and done == 2:
            os._exit(9)
        if "defect" in request.prompt:
            raise IndexError("list index out of range")
        if "out of memory" in request.prompt:
            raise TransientError("Out of memory.")
        if "for ever" in request.prompt:
            return Advance(request.job_id, 0.5)
        level = self._levels[request.job_id]
        part = Sound(np.full((RATE_HZ // STEPS, 1), level * 4, np.float32), RATE_HZ)
        if done < STEPS:
            return Advance(request.job_id, done / STEPS, part)
        del self._requests[request.job_id]
        return Advance(request.job_id, 1.0, part, Sound(np.full((RATE_HZ, 1), level, np.float32), RATE_HZ))


class ShrinkingEngine(SteppingEngine):
    """Understands as well: too large. Its memory is enough for any other two."""

    def step(self) -> Sequence[Advance]:
        under_way = [job_id for job_id, done in self._done.items() if done > 1 and job_id in self._requests]
        if len(under_way) > 2 or any("too large" in one.prompt for one in self._requests.values()):
            raise MemoryError("no room")
        return super().step()

    def stop(self, job_id: str) -> None:
        self._requests.pop(job_id, None)

    def shrink(self, slots: int) -> None:
        self.slots = slots
        self._requests.clear()
