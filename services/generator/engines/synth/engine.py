"""The built-in synthesizer as an engine: no weights, no downloads, the same samples for the same request."""

from collections.abc import Sequence
from functools import partial

from services.generator.engines.engine import Progress, Request, Sound
from services.generator.engines.synth.effects import render
from services.generator.engines.synth.music import compose
from shared.messages.job import Model


class _StoppedError(Exception):
    """Raised through the synthesizer to leave it when a job is stopped."""


class SynthEngine:
    """Composes music and renders effects with numpy."""

    name = "synth"
    version = "1"

    def load(self, model: Model) -> None:
        """Nothing is loaded; a first short sound fills the caches, so that no job waits for them."""
        make = compose if model == "music" else render
        make("warm up", 1.0, 0, False, lambda _fraction: None)

    def generate(self, requests: Sequence[Request], progress: Progress) -> list[Sound | None]:
        """One sound a request, in order; None where `progress` said stop."""
        return [_make(request, progress) for request in requests]


def _make(request: Request, progress: Progress) -> Sound | None:
    make = compose if request.model == "music" else render
    try:
        sound = make(
            request.prompt,
            request.duration_s,
            request.seed,
            request.loop,
            partial(_report, progress, request.job_id),
        )
    except _StoppedError:
        return None
    return Sound(sound.samples, sound.sample_rate_hz, sound.tags)


def _report(progress: Progress, job_id: str, fraction: float) -> None:
    if not progress(job_id, fraction):
        raise _StoppedError
