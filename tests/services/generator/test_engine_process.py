"""The engine works in a process of its own: its failures are told apart, and its death is not ours."""

import hashlib
import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from services.generator.engine_pipe import Loading, Order, Ready, Step
from services.generator.engine_process import EngineProcess
from services.generator.engines.engine import Request
from services.generator.engines.registry import open_engine
from shared.errors import (
    PermanentError,
    SettingsError,
    SoundBoxError,
    StoreError,
    TransientError,
    WorkCancelledError,
    WorkerDiedError,
)
from shared.messages.ids import new_id
from shared.messages.job import Sampling, Take
from shared.settings import Settings, load
from shared.store import Store, open_store
from tests.waiting import eventually

STRANGE = "tests.services.generator.strange_engine:StrangeEngine"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load({"SOUNDBOX_DATA": str(tmp_path_factory.mktemp("data")), "SOUNDBOX_ENGINE": STRANGE})


@pytest.fixture(scope="module")
def store(settings: Settings) -> Store:
    return open_store(settings)


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[EngineProcess]:
    engine = EngineProcess(settings, "music")
    yield engine
    engine.stop()


def order(prompt: str, duration_s: float = 1.0) -> Order:
    job_id = new_id()
    return Order(Request(job_id, prompt, "music", duration_s, loop=False, seed=5), f"takes/{job_id}/0.wav")


def make(engine: EngineProcess, wanted: Order, steps: list[float] | None = None) -> Take:
    def on_step(step: Step) -> None:
        if steps is not None:
            steps.append(step.fraction)

    return engine.make(wanted, on_step, threading.Event())


def test_a_take_is_stored_and_described(engine: EngineProcess, store: Store) -> None:
    wanted, steps = order("a tone", 1.5), list[float]()
    take = make(engine, wanted, steps)
    assert (take.engine, take.engine_version, take.seed) == ("strange", "3", 5)
    assert (take.duration_s, take.sample_rate_hz, take.channels) == (1.5, 8000, 1)
    assert take.tags == {"seed": 5.0}
    assert take.sampling is None
    assert steps == [0.5]
    samples, _ = soundfile.read(io.BytesIO(store.read(wanted.key)))
    assert samples.shape == (12000,)


def test_a_take_tells_how_its_tokens_were_drawn(settings: Settings) -> None:
    engine = EngineProcess(
        settings.model_copy(update={"engine": STRANGE.replace("Strange", "Drawing")}), "music"
    )
    wanted = order("a tone")
    milder = replace(wanted, request=replace(wanted.request, sampling=Sampling(cfg_coef=2.0)))
    take = make(engine, milder)
    engine.stop()
    assert take.sampling == Sampling(cfg_coef=2.0)


def test_samples_above_full_scale_are_not_clamped(engine: EngineProcess, store: Store) -> None:
    wanted = order("a loud tone")
    make(engine, wanted)
    samples, _ = soundfile.read(io.BytesIO(store.read(wanted.key)))
    assert samples.max() == 2.0


def test_a_take_that_was_stored_before_counts(engine: EngineProcess, store: Store) -> None:
    wanted = order("a tone")
    first = make(engine, wanted)
    before = store.read(wanted.key)
    again = make(
        engine, Order(Request(wanted.request.job_id, "a loud tone", "music", 1.0, False, 5), wanted.key)
    )
    assert again.sha256 == first.sha256
    assert store.read(wanted.key) == before


@pytest.mark.parametrize(
    ("prompt", "error", "sentence"),
    [
        ("please fail", TransientError, "Out of memory"),
        ("please refuse", PermanentError, "too strange"),
        ("a defect", TransientError, "IndexError: list index out of range"),
        ("odd samples", PermanentError, r"shape \(8,\)"),
    ],
)
def test_failures_are_told_apart_and_the_engine_goes_on(
    engine: EngineProcess, prompt: str, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        make(engine, order(prompt))
    assert make(engine, order("a tone")).duration_s == 1.0


def test_a_take_that_cannot_be_stored_is_kept_and_stored_when_it_is_ordered_again(
    engine: EngineProcess, settings: Settings, store: Store
) -> None:
    wanted, steps = order("a tone"), list[float]()
    folder = settings.data / "store" / "takes" / wanted.request.job_id
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    for _ in range(2):
        with pytest.raises(StoreError, match=f"Could not write {wanted.key}"):
            make(engine, wanted, steps)
    folder.unlink()
    take = make(engine, wanted, steps)
    assert hashlib.sha256(store.read(wanted.key)).hexdigest() == take.sha256
    assert take.elapsed_ms > 0
    assert steps == [0.5], "the engine worked once"


def test_a_take_that_is_there_and_cannot_be_read_is_the_stores_failure(
    engine: EngineProcess, settings: Settings
) -> None:
    wanted = order("a tone")
    (settings.data / "store" / wanted.key).mkdir(parents=True)
    with pytest.raises(StoreError, match=wanted.key):
        make(engine, wanted)


def test_a_store_that_cannot_be_opened_is_the_stores_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = load({"SOUNDBOX_STORE_URL": f"file://{tmp_path}/file", "SOUNDBOX_ENGINE": STRANGE})
    engine = EngineProcess(settings, "music")
    with pytest.raises(StoreError, match="file"):
        engine.start()
    engine.stop()


def test_its_death_is_told_and_the_next_job_has_a_new_process(engine: EngineProcess) -> None:
    with pytest.raises(WorkerDiedError, match="exit status 9"):
        make(engine, order("die now"))
    assert make(engine, order("a tone")).duration_s == 1.0


def test_a_process_that_was_killed_may_have_been_short_of_memory(engine: EngineProcess) -> None:
    with pytest.raises(WorkerDiedError, match=r"exit status -9: it was killed, .* the memory runs short"):
        make(engine, order("be killed"))


def test_a_running_job_is_stopped_and_the_next_one_is_not(engine: EngineProcess, store: Store) -> None:
    wanted, cancelled = order("work until stopped"), threading.Event()
    with pytest.raises(WorkCancelledError):
        engine.make(wanted, lambda _fraction: cancelled.set(), cancelled)
    assert not store.exists(wanted.key)
    assert make(engine, order("a tone")).duration_s == 1.0


def test_an_engine_that_cannot_be_loaded_says_why(settings: Settings) -> None:
    engine = EngineProcess(
        settings.model_copy(update={"engine": "tests.services.generator.strange_engine:UnloadableEngine"}),
        "music",
    )
    with pytest.raises(PermanentError, match="no weights for music"):
        engine.start()
    engine.stop()


def test_a_class_that_its_module_lacks_is_refused_with_its_name() -> None:
    with pytest.raises(SettingsError, match="SOUNDBOX_ENGINE is 'json:NoEngine'"):
        open_engine(load({"SOUNDBOX_ENGINE": "json:NoEngine"}), "music")


class Seen:
    """A witness that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def loading(self, download: Loading | None = None) -> None:
        self.told.append("loading")

    def ready(self, ready: Ready) -> None:
        self.told.append(f"ready: {ready.engine}")

    def failed(self, error: SoundBoxError) -> None:
        self.told.append(f"failed: {error}")

    def unloaded(self) -> None:
        self.told.append("unloaded")


Watched = Callable[[str], tuple[EngineProcess, Seen]]


@pytest.fixture
def watched(settings: Settings) -> Iterator[Watched]:
    """Makes an engine's process with a witness."""
    engines: list[EngineProcess] = []

    def start(name: str) -> tuple[EngineProcess, Seen]:
        seen = Seen()
        kind = f"tests.services.generator.strange_engine:{name}"
        engines.append(EngineProcess(settings.model_copy(update={"engine": kind}), "music", seen))
        return engines[-1], seen

    yield start
    for engine in engines:
        engine.stop()


def test_its_witness_hears_what_becomes_of_it(watched: Watched) -> None:
    engine, seen = watched("StrangeEngine")
    engine.start()
    engine.start()
    with pytest.raises(WorkerDiedError):
        make(engine, order("die now"))
    make(engine, order("a tone"))
    assert engine.unload_idle(0)
    assert not engine.unload_idle(0)
    assert seen.told == ["loading", "ready: strange", "unloaded", "loading", "ready: strange", "unloaded"]


def test_its_witness_hears_why_it_cannot_be_loaded(watched: Watched) -> None:
    engine, seen = watched("UnloadableEngine")
    with pytest.raises(PermanentError):
        engine.start()
    engine.unload()
    assert seen.told == ["loading", "failed: There are no weights for music.", "unloaded"]


def test_loading_is_broken_off(watched: Watched) -> None:
    engine, seen = watched("SlowEngine")
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(engine.start)
        eventually(lambda: engine._started, what="the process to be started")
        engine.break_off()
        with pytest.raises(TransientError, match="Loading was broken off"):
            starting.result(10)
    assert seen.told == ["loading", "unloaded"]


def test_what_loads_is_not_unloaded_but_left_to_whoever_waits_for_it(watched: Watched) -> None:
    engine, seen = watched("SlowEngine")
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(engine.start)
        eventually(lambda: engine._started, what="the process to be started")
        engine.unload()
        assert not starting.done()
        engine.break_off()
        with pytest.raises(TransientError):
            starting.result(10)
    assert seen.told == ["loading", "unloaded"]


def test_one_that_is_ready_is_not_broken_off(watched: Watched) -> None:
    engine, seen = watched("StrangeEngine")
    engine.start()
    engine.break_off()
    make(engine, order("a tone"))
    assert seen.told == ["loading", "ready: strange"]
