"""An engine that does what the prompt says, so that failures go in through the front door."""

import os
import signal
import time
from collections.abc import Sequence

import numpy as np

from services.generator.engines.engine import Progress, Request, Sound
from shared.errors import PermanentError, SettingsError, TransientError
from shared.messages.job import Model

RATE_HZ = 8000


class StrangeEngine:
    """Understands: fail, refuse, die, be killed, defect, odd samples, loud, work until stopped."""

    name = "strange"
    version = "3"

    def load(self, model: Model) -> None:
        """Ready at once."""

    def generate(self, requests: Sequence[Request], progress: Progress) -> list[Sound | None]:
        return [self._make(request, progress) for request in requests]

    def _make(self, request: Request, progress: Progress) -> Sound | None:
        prompt = request.prompt
        progress(request.job_id, 0.5)
        if "fail" in prompt:
            raise TransientError("Out of memory.")
        if "refuse" in prompt:
            raise PermanentError("too_strange", "It is too strange.")
        if "die" in prompt:
            os._exit(9)
        if "be killed" in prompt:
            os.kill(os.getpid(), signal.SIGKILL)
        if "defect" in prompt:
            raise IndexError("list index out of range")
        while "until stopped" in prompt:
            if not progress(request.job_id, 0.5):
                return None
        shape = (8,) if "odd" in prompt else (round(request.duration_s * RATE_HZ), 1)
        level = 2.0 if "loud" in prompt else 0.25
        return Sound(np.full(shape, level, dtype=np.float32), RATE_HZ, {"seed": float(request.seed)})


class DrawingEngine(StrangeEngine):
    """Says that it heeds how tokens are to be drawn."""

    abilities = frozenset({"sampling"})


class UnloadableEngine(StrangeEngine):
    """Cannot be loaded."""

    def load(self, model: Model) -> None:
        raise SettingsError(f"There are no weights for {model}.")


class SlowEngine(StrangeEngine):
    """Loading it takes for ever."""

    def load(self, model: Model) -> None:
        while True:
            time.sleep(0.05)
