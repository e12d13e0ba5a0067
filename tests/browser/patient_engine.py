"""The built-in synthesizer, in no hurry where the prompt says so, for looking at what a page shows."""

import time
from collections.abc import Iterator, Sequence

from services.generator.engines.engine import Request, Sound
from services.generator.engines.stepping import Advance
from services.generator.engines.synth.engine import SynthEngine
from shared.messages.job import Model

_STEP_S = 0.1
_WAITED = 0.8  # of the progress; the synthesizer itself makes the rest
_PARTS = 20


class PatientEngine:
    """Understands words of a prompt.

    - slowly: takes two seconds more, in twenty steps.
    - until stopped: takes a minute, if it may.
    - in parts: can be heard while it is made, a twentieth of it after the other, twice as fast as it lasts.
    """

    slots = 1

    def __init__(self) -> None:
        self._synth = SynthEngine()
        self.name = self._synth.name
        self.version = self._synth.version
        self._begun: dict[str, Iterator[Advance]] = {}

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
            if advance.sound is not None:
                self.stop(advance.job_id)
        return advances

    def stop(self, job_id: str) -> None:
        """Forget a request."""
        self._begun.pop(job_id, None)

    def _making(self, request: Request) -> Iterator[Advance]:
        if "in parts" in request.prompt:
            yield from self._in_parts(request)
        for step in range(steps := _steps(request.prompt)):
            yield Advance(request.job_id, _WAITED * step / steps)
            time.sleep(_STEP_S)
        yield Advance(request.job_id, 1.0, sound=self._made(request))

    def _in_parts(self, request: Request) -> Iterator[Advance]:
        sound = self._made(request)
        length = -(-len(sound.samples) // _PARTS)
        for number in range(_PARTS):
            part = sound.samples[number * length : (number + 1) * length]
            yield Advance(request.job_id, number / _PARTS, Sound(part, sound.sample_rate_hz, sound.tags))
            time.sleep(len(part) / sound.sample_rate_hz / 2)

    def _made(self, request: Request) -> Sound:
        (sound,) = self._synth.generate([request], lambda _job_id, _fraction: True)
        assert sound is not None
        return sound


def _steps(prompt: str) -> int:
    return 600 if "until stopped" in prompt else 20 if "slowly" in prompt else 0
