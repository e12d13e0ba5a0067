"""The built-in synthesizer, in no hurry where the prompt says so, for looking at what a page shows."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from services.generator.engines.engine import Request, Sound
from services.generator.engines.stepping import Advance
from services.generator.engines.synth.engine import SynthEngine
from shared.errors import PermanentError
from shared.messages.job import Model

_STEP_S = 0.1
_PARTS = 20


class PatientEngine:
    """Understands words of a prompt.

    - slowly: takes two seconds more, in twenty steps.
    - until stopped: takes a minute, if it may.
    - in parts: can be heard while it is made, a twentieth of it after the other, twice as fast as it lasts.
    - mute at first: the first attempt is silence.
    - then breaks: cannot be made, as it turns out when half of it can be heard.
    """

    slots = 1

    def __init__(self) -> None:
        self._synth = SynthEngine()
        self.name = self._synth.name
        self.version = self._synth.version
        self._begun: dict[str, Iterator[Advance]] = {}
        self._muted: set[str] = set()

    def load(self, model: Model) -> None:
        """Nothing to load."""
        self._synth.load(model)

    def begin(self, request: Request) -> None:
        """Take a request in."""
        self._begun[request.job_id] = self._making(request)

    def step(self) -> Sequence[Advance]:
        """A step of what was begun."""
        advances = [next(making) for making in self._begun.values()]
        for advance in advances:
            if advance.sound is not None or advance.failure is not None:
                self.stop(advance.job_id)
        return advances

    def stop(self, job_id: str) -> None:
        """Forget a request."""
        self._begun.pop(job_id, None)

    def _making(self, request: Request) -> Iterator[Advance]:
        sound = self._made(request)
        if "in parts" in request.prompt:
            yield from _in_parts(request, sound)
        for step in range(steps := _steps(request.prompt)):
            yield Advance(request.job_id, step / steps)
            time.sleep(_STEP_S)
        yield Advance(request.job_id, 1.0, sound=sound)

    def _made(self, request: Request) -> Sound:
        (sound,) = self._synth.generate([request], lambda _job_id, _fraction: True)
        assert sound is not None
        if "mute at first" not in request.prompt or request.job_id in self._muted:
            return sound
        self._muted.add(request.job_id)
        return replace(sound, samples=np.zeros_like(sound.samples))


def _in_parts(request: Request, sound: Sound) -> Iterator[Advance]:
    length = -(-len(sound.samples) // _PARTS)
    for number in range(_PARTS):
        if number == _PARTS // 2 and "then breaks" in request.prompt:
            yield Advance(request.job_id, 0.5, failure=PermanentError("broken", "Its strings broke."))
        part = sound.samples[number * length : (number + 1) * length]
        yield Advance(request.job_id, number / _PARTS, replace(sound, samples=part))
        time.sleep(len(part) / sound.sample_rate_hz / 2)


def _steps(prompt: str) -> int:
    return 600 if "until stopped" in prompt else 20 if "slowly" in prompt else 0
