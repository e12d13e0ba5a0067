"""Several jobs in one engine's process: each has its own answers, failures and end."""

import io
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest
import soundfile

from services.generator.engine_pipe import Order, Step
from services.generator.engine_process import EngineProcess
from services.generator.engines.engine import Request
from shared import keys
from shared.errors import PermanentError, TransientError, WorkCancelledError, WorkerDiedError
from shared.messages.ids import new_id
from shared.messages.job import Take
from shared.settings import Settings, load
from shared.store import Store, open_store
from tests.waiting import eventually

STEPPING = "tests.services.generator.stepping_engine:SteppingEngine"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load({"SOUNDBOX_DATA": str(tmp_path_factory.mktemp("data")), "SOUNDBOX_ENGINE": STEPPING})


@pytest.fixture(scope="module")
def store(settings: Settings) -> Store:
    return open_store(settings)


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[EngineProcess]:
    engine = EngineProcess(settings, "music")
    yield engine
    engine.stop()


class Jobs:
    """Jobs handed to an engine, each from a thread of its own, as the lanes do."""

    def __init__(self, engine: EngineProcess) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(8)
        self.steps: dict[str, list[Step]] = {}
        self.cancelled: dict[str, threading.Event] = {}

    def begin(self, prompt: str, job_id: str | None = None) -> tuple[str, "Future[Take]"]:
        job_id = job_id or new_id()
        request = Request(job_id, prompt, "music", 1.0, loop=False, seed=5)
        order = Order(request, keys.take(job_id, 0), keys.stream(job_id, 0))
        self.steps[job_id], self.cancelled[job_id] = [], threading.Event()
        made = self._pool.submit(self._engine.make, order, self.steps[job_id].append, self.cancelled[job_id])
        return job_id, made

    def under_way(self, job_id: str) -> None:
        eventually(lambda: self.steps[job_id], what="the job to be under way")


@pytest.fixture
def jobs(engine: EngineProcess) -> Jobs:
    return Jobs(engine)


def test_a_job_joins_those_in_work_and_each_has_its_own_take(jobs: Jobs, store: Store) -> None:
    first, running = jobs.begin("for ever")
    jobs.under_way(first)
    second, made = jobs.begin("a tone")
    take = made.result(10)
    samples, _ = soundfile.read(io.BytesIO(store.read(take.key)))
    assert take.key == keys.take(second, 0)
    assert samples[0] == 0.5, "two jobs were in the engine when it began"
    jobs.cancelled[first].set()
    with pytest.raises(WorkCancelledError):
        running.result(10)


def test_a_refusal_is_for_one_job_and_the_others_go_on(jobs: Jobs) -> None:
    first, running = jobs.begin("for ever")
    jobs.under_way(first)
    _, refused = jobs.begin("please refuse")
    with pytest.raises(PermanentError, match="too strange"):
        refused.result(10)
    assert not running.done()
    jobs.cancelled[first].set()
    with pytest.raises(WorkCancelledError):
        running.result(10)


@pytest.mark.parametrize(
    ("prompt", "sentence"), [("a defect", "IndexError: list index"), ("out of memory", "Out of memory")]
)
def test_a_step_that_fails_fails_all_in_work_and_the_engine_goes_on(
    jobs: Jobs, prompt: str, sentence: str
) -> None:
    first, running = jobs.begin("for ever")
    jobs.under_way(first)
    _, failing = jobs.begin(prompt)
    for future in (running, failing):
        with pytest.raises(TransientError, match=sentence):
            future.result(10)
    assert jobs.begin("a tone")[1].result(10).duration_s == 1.0


def test_of_jobs_that_died_together_each_is_tried_alone(jobs: Jobs, store: Store) -> None:
    innocent, running = jobs.begin("for ever")
    jobs.under_way(innocent)
    guilty, dying = jobs.begin("die now")
    for future in (running, dying):
        with pytest.raises(WorkerDiedError, match="exit status 9"):
            future.result(10)
    _, alone = jobs.begin("a tone", innocent)
    _, again = jobs.begin("die now", guilty)
    take = alone.result(20)
    with pytest.raises(WorkerDiedError):
        again.result(20)
    samples, _ = soundfile.read(io.BytesIO(store.read(take.key)))
    assert samples[0] == 1.0, "it was alone in the engine"


def test_parts_are_stored_while_the_take_is_made_and_sum_up_to_it(jobs: Jobs, store: Store) -> None:
    job_id, made = jobs.begin("a tone")
    take = made.result(10)
    stream = keys.stream(job_id, 0)
    told = [step.parts for step in jobs.steps[job_id] if step.parts]
    assert told == [1, 2, 3]
    pcm = b"".join(store.read(keys.stream_part(stream, number)) for number in range(3))
    assert len(pcm) // 2 == round(0.75 * take.sample_rate_hz)
    assert np.frombuffer(pcm, "<i2")[0] == 32767, "a part that is too loud is cut off in the preview"
    assert store.read(keys.stream_format(stream)) == b'{"sample_rate_hz":8000,"channels":1}'


def test_an_engine_without_work_is_unloaded_and_the_next_job_loads_it(
    engine: EngineProcess, jobs: Jobs
) -> None:
    first, running = jobs.begin("for ever")
    jobs.under_way(first)
    assert not engine.unload_idle(0)
    jobs.cancelled[first].set()
    with pytest.raises(WorkCancelledError):
        running.result(10)
    assert not engine.unload_idle(3600)
    assert engine.unload_idle(0)
    assert jobs.begin("a tone")[1].result(20).duration_s == 1.0


def test_unloading_waits_for_the_jobs_in_work_and_later_ones_wait_for_it(
    engine: EngineProcess, jobs: Jobs
) -> None:
    engine.start()
    before = engine._current
    first, running = jobs.begin("for ever")
    jobs.under_way(first)
    with ThreadPoolExecutor(1) as pool:
        unloading = pool.submit(engine.unload)
        eventually(lambda: engine._turns.closed, what="the process to take no more jobs")
        second, made = jobs.begin("a tone")
        assert not unloading.done()
        assert not jobs.steps[second]
        jobs.cancelled[first].set()
        with pytest.raises(WorkCancelledError):
            running.result(10)
        unloading.result(10)
    assert made.result(20).key == keys.take(second, 0)
    assert before is not None
    assert before.process.exitcode == 0
    assert engine._current is not before


def test_an_engine_that_is_asked_to_end_does_so_of_itself(settings: Settings) -> None:
    engine = EngineProcess(settings, "audio")
    engine.start()
    process = engine._current
    assert process is not None
    engine.stop()
    assert process.process.exitcode == 0, "it was not killed"


def test_jobs_that_do_not_fit_together_are_made_one_after_the_other_and_one_too_large_fails(
    settings: Settings, store: Store
) -> None:
    kind = "tests.services.generator.stepping_engine:ShrinkingEngine"
    engine = EngineProcess(settings.model_copy(update={"engine": kind}), "music")
    jobs = Jobs(engine)
    engine.start()
    made = [jobs.begin("a tone") for _ in range(3)]
    _, too_large = jobs.begin("too large")
    with pytest.raises(PermanentError, match=r"not enough memory to make 1 s \(no room\)") as caught:
        too_large.result(20)
    assert caught.value.code == "out_of_memory"
    for job_id, future in made:
        assert future.result(20).key == keys.take(job_id, 0)
        assert [step.parts for step in jobs.steps[job_id] if step.parts] == [1, 2, 3]
        stream = keys.stream(job_id, 0)
        assert store.exists(keys.stream_part(stream, 2))
        assert not store.exists(keys.stream_part(stream, 3))
    engine.stop()
