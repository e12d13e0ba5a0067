"""From POST to published with an engine that costs nothing: what the pipeline itself takes.

A whole Sound Box is started as `soundbox up` starts it, with real analysis and rendering. The
baseline is the work of one job done by plain calls in one process: encode, store, analyze, render.
"""

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.client import Client
from bench.figures import Figure
from bench.instant_engine import InstantEngine
from services.analyzer.stage import handle as analyze
from services.generator import takes
from services.generator.engines.engine import Request
from services.renderer import pictures
from services.renderer.stage import handle as render
from shared import keys
from shared.messages.events import AudioGenerated
from shared.messages.ids import new_id
from shared.messages.job import Job, Take
from shared.settings import Settings
from shared.store import Store, open_store

ENGINE = f"{InstantEngine.__module__}:{InstantEngine.__name__}"
DURATION_S = 8.0
_START_S = 90
_ROOT = Path(__file__).resolve().parent.parent


def run(jobs: int = 200, single: int = 30) -> list[Figure]:
    """Measure `single` jobs one after the other, and `jobs` at once."""
    with tempfile.TemporaryDirectory(prefix="soundbox-bench-") as folder:
        work_ms = statistics.median(_direct_ms(Path(folder) / "direct"))
        with sound_box(Path(folder) / "data") as url:
            client = Client(url)
            _latencies_ms(client, 5)  # warm-up
            latencies = _latencies_ms(client, single)
            rate = _jobs_a_second(client, jobs)
            client.end()
    return [
        Figure("POST to published, median", statistics.median(latencies), "ms", work_ms, aim=150),
        Figure("POST to published, slowest", max(latencies), "ms", work_ms),
        Figure(f"{jobs} jobs at once", rate, "jobs/s", 1000 / work_ms, aim=15, at_least=True),
    ]


@contextmanager
def sound_box(data: Path) -> Iterator[str]:
    """A whole Sound Box on free ports with the instant engine; gives its address."""
    command = [sys.executable, "-m", "cli", "up", "--data", str(data), "--port", "0", "--engine", ENGINE]
    log = data.with_suffix(".log")
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=_ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        process.wait(60)


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        _, found, rest = log.read_text().partition("Sound Box is ready at ")
        if found:
            address = rest.split()[0]
            with urllib.request.urlopen(f"{address}/readyz", timeout=10):
                return address
        time.sleep(0.1)
    raise RuntimeError(f"Sound Box did not start:\n{log.read_text()[-3000:]}")


def _latencies_ms(client: Client, count: int) -> list[float]:
    """Milliseconds from sending the POST until the event stream tells that the track is published."""
    found = []
    for number in range(count):
        started = time.perf_counter()
        job_id = client.generate(f"latency probe {number}", DURATION_S)
        client.wait_published([job_id])
        found.append((time.perf_counter() - started) * 1000)
    return found


def _jobs_a_second(client: Client, count: int) -> float:
    started = time.perf_counter()
    job_ids = [
        client.generate(f"load probe {number}", DURATION_S, "audio" if number % 2 else "music")
        for number in range(count)
    ]
    client.wait_published(job_ids)
    return count / (time.perf_counter() - started)


def _direct_ms(folder: Path, count: int = 20) -> Sequence[float]:
    """Milliseconds of the work of one job by plain calls in this process, after a first one."""
    store = open_store(Settings(data=folder))
    pictures.warm()
    engine = InstantEngine()
    found = []
    for _ in range(count + 1):
        started = time.perf_counter()
        _work_on(store, engine)
        found.append((time.perf_counter() - started) * 1000)
    return found[1:]


def _work_on(store: Store, engine: InstantEngine) -> None:
    job = Job(
        job_id=new_id(),
        prompt="direct probe",
        model="music",
        duration_s=DURATION_S,
        loop=False,
        seed=1,
        tier="free",
        user_id="bench",
        priority=0,
    )
    request = Request(job.job_id, job.prompt, job.model, job.duration_s, job.loop, job.seed)
    (sound,) = engine.generate([request], lambda _job_id, _fraction: True)
    assert sound is not None
    wav = takes.encode(sound)
    key = keys.take(job.job_id, 0)
    store.put_once(key, wav)
    sha256, duration_s, rate, channels = takes.describe(wav)
    take = Take(
        key=key,
        sha256=sha256,
        duration_s=duration_s,
        sample_rate_hz=rate,
        channels=channels,
        seed=1,
        engine="instant",
        engine_version="1",
        elapsed_ms=0,
    )
    (approved,) = analyze(AudioGenerated(job=job, attempt=0, take=take), store, 3).events
    store.delete(*render(approved, store).discard)
