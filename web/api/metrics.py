"""GET /metrics: how the installation is, in the text format of Prometheus. Nothing about any person."""

from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from shared.messages.job import MODELS
from web.api import health
from web.api.status import estimated_wait_s, model_state
from web.ports import Ports

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


def metrics(request: Request) -> Response:
    """GET /metrics: gauges of queues, models, workers, the library, each part's health, and this process."""
    registry = CollectorRegistry()
    registry.register(_Installation(request.app.state.ports))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE)


class _Installation(Collector):
    """Reads everything anew when it is asked."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def describe(self) -> list[Metric]:
        """Nothing: registering is to read nothing yet."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every metric once."""
        checks = health.check(self._ports)
        yield _gauge("soundbox_part_healthy", "1 where a part is well, else 0.", "part", {
            name: float(found["ok"]) for name, found in checks.items()
        })  # fmt: skip
        if checks["catalog_database"]["ok"]:
            yield from self._of_library()
        yield from self._of_workers()

    def _of_library(self) -> Iterator[Metric]:
        ports, library = self._ports, self._ports.library
        counts, totals = library.counts(), library.crowd.totals()
        waits = {model: estimated_wait_s(ports, model) for model in MODELS}
        speeds = {model: library.seconds_per_audio_second(model) for model in MODELS}
        yield _gauge(
            "soundbox_queue_length", "Jobs that wait or are in work.", "model", library.queue_lengths()
        )
        yield _gauge(
            "soundbox_estimated_wait_seconds", "Until a job handed in now would begin.", "model", waits
        )
        yield _gauge(
            "soundbox_seconds_per_audio_second", "What the last takes took, by their length.", "model", speeds
        )
        yield _gauge("soundbox_paused", "1 where an admin paused the model.", "model", library.paused())
        yield _gauge(
            "soundbox_tracks", "Published tracks.", "model", {model: counts[model] for model in MODELS}
        )
        yield GaugeMetricFamily("soundbox_votes", "Votes on tracks.", totals["votes"])
        yield GaugeMetricFamily("soundbox_favorites", "Tracks kept by somebody.", totals["favourites"])
        yield GaugeMetricFamily(
            "soundbox_log_offset", "Offset in the log that the library has reached.", library.offset()
        )

    def _of_workers(self) -> Iterator[Metric]:
        workers = self._ports.live.workers()
        services = {beat.service for beat in workers} | set(health.NEEDED)
        heard = {name: sum(beat.service == name for beat in workers) for name in sorted(services)}
        ready = {model: model_state(workers, model) == "ready" for model in MODELS}
        yield _gauge("soundbox_workers", "Processes heard in the last 15 s.", "service", heard)
        yield _gauge("soundbox_model_ready", "1 where a generator has the model in memory.", "model", ready)
        yield GaugeMetricFamily("soundbox_jobs_in_work", "Takes in work.", sum(len(b.busy) for b in workers))


def _gauge(name: str, says: str, label: str, values: Mapping[Any, float | None]) -> Metric:
    """One value a label; what nobody knows yet is left out."""
    family = GaugeMetricFamily(name, says, labels=[label])
    for key, value in values.items():
        if value is not None:
            family.add_metric([key], float(value))
    return family
