"""A model is kept as it is wanted: loaded before anybody asks, unloaded when idle or when told."""

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from services.generator import __main__ as generator
from services.generator import keeper as keeping
from services.generator.engine_pipe import Ready
from services.generator.keeper import Keeper
from shared.errors import PermanentError
from shared.messages.live import ModelWanted, Progress


class Engine:
    """Stands for the engine's process: keeps what it is asked, and cannot be loaded the first few times."""

    def __init__(self, failures: int = 0) -> None:
        self._failures = failures
        self.calls: queue.SimpleQueue[str] = queue.SimpleQueue()

    def start(self) -> Ready:
        self.calls.put("start")
        self._failures -= 1
        if self._failures >= 0:
            raise PermanentError("engine_unavailable", "There are no weights.")
        return Ready("strange", "1")

    def unload_idle(self, idle_s: float) -> bool:
        self.calls.put(f"unload after {idle_s:g} s")
        return True

    def unload(self) -> None:
        self.calls.put("unload")

    def break_off(self) -> None:
        self.calls.put("break off")

    def next_calls(self, count: int) -> list[str]:
        return [self.calls.get(timeout=10) for _ in range(count)]


Keep = Callable[..., Keeper]


@pytest.fixture
def keep(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keep]:
    """Starts a keeper that looks again at once."""
    monkeypatch.setattr(keeping, "ENGINE_PAUSE_S", 0.01)
    monkeypatch.setattr(keeping, "LOOK_EACH_S", 0.01)
    stop, threads = threading.Event(), list[threading.Thread]()

    def start(engine: Engine, idle_s: float = 0) -> Keeper:
        keeper = Keeper("music", engine, idle_s, stop)
        threads.append(threading.Thread(target=keeper.keep))
        threads[-1].start()
        return keeper

    yield start
    stop.set()
    for thread in threads:
        thread.join(10)


def test_a_model_that_cannot_be_loaded_is_tried_until_it_can(keep: Keep) -> None:
    engine = Engine(failures=2)
    keep(engine, idle_s=60)
    assert engine.next_calls(4) == ["start", "start", "start", "unload after 60 s"]


def test_it_is_unloaded_and_loaded_as_told(keep: Keep) -> None:
    engine = Engine()
    keeper = keep(engine)
    assert engine.next_calls(1) == ["start"]
    keeper.hear("unloaded")
    assert engine.next_calls(2) == ["break off", "unload"]
    keeper.hear("ready")
    assert engine.next_calls(1) == ["start"]
    assert engine.calls.empty()


def test_one_that_cannot_be_loaded_is_not_tried_any_more_once_it_is_not_wanted(keep: Keep) -> None:
    engine = Engine(failures=1_000_000)
    keeper = keep(engine)
    engine.next_calls(2)
    keeper.hear("unloaded")
    while engine.calls.get(timeout=10) != "unload":
        pass
    keeper.hear("ready")
    assert engine.next_calls(1) == ["start"]


def test_a_notice_about_a_model_reaches_its_keeper_and_no_other(
    keep: Keep, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Engine()
    keeper = keep(engine)
    assert engine.next_calls(1) == ["start"]

    def heard(name: str, body: bytes) -> None:
        generator.wanted({"music": keeper}, name, body)

    heard(ModelWanted.TYPE, ModelWanted(model="audio", state="unloaded").model_dump_json().encode())
    heard(ModelWanted.TYPE, b"{}")
    heard(Progress.TYPE, b"{}")
    assert "a notice about a model could not be read" in caplog.text
    heard(ModelWanted.TYPE, ModelWanted(model="music", state="unloaded").model_dump_json().encode())
    assert engine.next_calls(2) == ["break off", "unload"]
