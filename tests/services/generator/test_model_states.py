"""What a generator shows of its models, from loading to ready."""

import threading
from typing import Any

import pytest

from services.generator import __main__ as generator
from services.generator.__main__ import ModelStates
from services.generator.engine_pipe import Order, Ready
from services.generator.engine_process import OnStep
from shared.bus.service import Beat
from shared.errors import PermanentError
from shared.messages.job import Take


class Shown(Beat):
    """A heartbeat that keeps what it would send: the process edge of these tests."""

    def __init__(self) -> None:
        self.changes: list[dict[str, Any]] = []

    def change(self, **changes: object) -> None:
        self.changes.append(changes)


class Loading:
    """Stands for the engine's process: cannot be loaded the first few times."""

    def __init__(self, failures: int) -> None:
        self._failures = failures

    def start(self) -> Ready:
        self._failures -= 1
        if self._failures >= 0:
            raise PermanentError("engine_unavailable", "There are no weights.")
        return Ready("strange", "1", abilities=("sampling",))

    def make(self, order: Order, on_step: OnStep, cancelled: threading.Event) -> Take:
        raise AssertionError("nothing was ordered")


def test_a_model_that_could_not_be_loaded_is_ready_once_the_reason_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(generator, "ENGINE_PAUSE_S", 0.01)
    beat = Shown()
    ModelStates(("music",), beat, threading.Event()).preload("music", Loading(failures=2))
    assert beat.changes == [
        {"models": {"music": "loading"}, "reason": None},
        {"models": {"music": "error"}, "reason": "There are no weights."},
        {"models": {"music": "loading"}, "reason": None},
        {"models": {"music": "error"}, "reason": "There are no weights."},
        {"models": {"music": "loading"}, "reason": None},
        {"engine": "strange", "abilities": {"music": ("sampling",)}},
        {"models": {"music": "ready"}, "reason": None},
    ]


def test_a_model_that_is_ready_hides_no_reason_of_another_one() -> None:
    beat, stopping = Shown(), threading.Event()
    states = ModelStates(("music", "audio"), beat, stopping)
    stopping.wait = lambda timeout=None: stopping.set() or True  # type: ignore[method-assign,func-returns-value]
    states.preload("music", Loading(failures=1))
    stopping.clear()
    states.preload("audio", Loading(failures=0))
    assert beat.changes[-1] == {
        "models": {"music": "error", "audio": "ready"},
        "reason": "There are no weights.",
    }
