"""GET /status: models, engine, workers, queue lengths, waiting times."""

from starlette.requests import Request
from starlette.responses import Response

from shared.messages.job import MODELS, Model
from shared.messages.live import ModelState, WorkerBeat
from web.api import job_shapes
from web.api.answers import JsonAnswer
from web.ports import Ports

# The best state that any generator has a model in is the one that counts.
_BEST_FIRST: tuple[ModelState, ...] = ("ready", "loading", "pending", "unloaded", "error")


def status(request: Request) -> Response:
    """GET /status."""
    return JsonAnswer(status_view(request.app.state.ports))


def status_view(ports: Ports) -> job_shapes.Status:
    """What the whole installation is doing."""
    workers = ports.live.workers()
    lengths = ports.library.queue_lengths()
    return {
        "models": {model: model_state(workers, model) for model in MODELS},
        "abilities": {model: abilities(workers, model) for model in MODELS},
        "reasons": {beat.worker: beat.reason for beat in workers if beat.reason},
        "engine": next((beat.engine for beat in workers if beat.engine), None),
        "gpu": _gpu_view(next((beat for beat in workers if beat.gpu), None)),
        "queue_length": sum(lengths.values()),
        "queue_lengths": lengths,
        "paused": ports.library.paused(),
        "estimated_wait": {model: estimated_wait_s(ports, model) for model in MODELS},
        "speed": {model: _speed(ports, model) for model in MODELS},
        "workers": [_worker_view(beat) for beat in workers],
        "limits": {model: {"max_duration": ports.settings.max_duration_s(model)} for model in MODELS},
    }


def model_state(workers: list[WorkerBeat], model: Model) -> ModelState:
    """The best state that the model has in any generator; pending when there is none."""
    states = [beat.models[model] for beat in workers if model in beat.models]
    return min(states, key=_BEST_FIRST.index, default="pending")


def abilities(workers: list[WorkerBeat], model: Model) -> list[str]:
    """What can be asked of the model whichever generator takes the job, in alphabetical order."""
    of_each = [set(beat.abilities.get(model, ())) for beat in workers if beat.models.get(model) == "ready"]
    return sorted(set.intersection(*of_each)) if of_each else []


def estimated_wait_s(ports: Ports, model: Model) -> float | None:
    """Seconds until a job handed in now would be begun, from how fast the last takes were made.

    None while the model is paused, or no take was made yet and something waits.
    """
    if ports.library.paused()[model]:
        return None
    ahead_s = _seconds_ahead(ports, model)
    if ahead_s == 0:
        return 0.0
    ratio = ports.library.seconds_per_audio_second(model)
    generators = sum(1 for beat in ports.live.workers() if beat.models.get(model) == "ready") or 1
    return None if ratio is None else round(ahead_s * ratio / generators, 1)


def _speed(ports: Ports, model: Model) -> float | None:
    ratio = ports.library.seconds_per_audio_second(model)
    return None if ratio is None else round(ratio, 4)


def _seconds_ahead(ports: Ports, model: Model) -> float:
    """Seconds of sound in work and waiting; the unlisted ones count as long as the listed on average."""
    listed = [row for row in ports.library.queue() if row.model == model]
    running = [row.duration_s or 0.0 for row in listed if row.status == "processing"]
    waiting = [row.duration_s or 0.0 for row in listed if row.status == "queued"]
    if not waiting:
        return sum(running)
    return sum(running) + sum(waiting) / len(waiting) * ports.library.queue_lengths()[model]


def _worker_view(beat: WorkerBeat) -> job_shapes.Worker:
    return {
        "name": beat.worker,
        "service": beat.service,
        "engine": beat.engine,
        "models": beat.models,
        "reason": beat.reason,
        "busy": list(beat.busy),
        "paused": list(beat.paused),
        "gpu": _gpu_view(beat),
    }


def _gpu_view(beat: WorkerBeat | None) -> job_shapes.Gpu:
    """The GPU of a worker's machine, in gigabytes of 10⁹ bytes."""
    gpu = beat.gpu if beat else None
    if beat is None or gpu is None:
        return {
            "name": None,
            "available": False,
            "busy": False,
            "memory_used_gb": None,
            "memory_total_gb": None,
            "memory_percent": None,
        }
    return {
        "name": gpu.name,
        "available": True,
        "busy": bool(beat.busy) or bool(gpu.load),
        "memory_used_gb": round(gpu.memory_used_bytes / 1e9, 1),
        "memory_total_gb": round(gpu.memory_total_bytes / 1e9, 1),
        "memory_percent": round(100 * gpu.memory_used_bytes / gpu.memory_total_bytes, 1),
    }
