"""The built-in synthesizer, in no hurry where the prompt says so, for looking at what a page shows."""

import time
from collections.abc import Sequence

from services.generator.engines.engine import Progress, Request, Sound
from services.generator.engines.synth.engine import SynthEngine

_STEP_S = 0.1
_WAITED = 0.8  # of the progress; the synthesizer itself makes the rest


class PatientEngine(SynthEngine):
    """Understands: slowly (takes two seconds more, in twenty steps), until stopped (at most a minute)."""

    def generate(self, requests: Sequence[Request], progress: Progress) -> list[Sound | None]:
        """One sound a request, in order; None where `progress` said stop."""
        return [self._make(request, progress) for request in requests]

    def _make(self, request: Request, progress: Progress) -> Sound | None:
        steps = _steps(request.prompt)
        if steps == 0:
            return super().generate([request], progress)[0]
        for step in range(steps):
            if not progress(request.job_id, _WAITED * step / steps):
                return None
            time.sleep(_STEP_S)
        return super().generate([request], lambda id_, part: progress(id_, _WAITED + (1 - _WAITED) * part))[0]


def _steps(prompt: str) -> int:
    return 600 if "until stopped" in prompt else 20 if "slowly" in prompt else 0
