"""What a generator shows of its models, from loading to ready and gone again."""

import logging
from typing import Any

import pytest

from services.generator.engine_pipe import Loading, Ready
from services.generator.model_states import ModelStates, Shown, far
from shared.bus.service import Beat
from shared.errors import PermanentError

READY = Ready("strange", "1", abilities=("sampling",))
NO_WEIGHTS = PermanentError("engine_unavailable", "There are no weights.")


class Kept(Beat):
    """A heartbeat that keeps what it would send: the process edge of these tests."""

    def __init__(self) -> None:
        self.changes: list[dict[str, Any]] = []

    def change(self, **changes: object) -> None:
        self.changes.append(changes)


def test_a_model_goes_from_loading_to_ready_and_unloaded() -> None:
    beat = Kept()
    shown = Shown(ModelStates(("music",), beat), "music")
    shown.loading()
    shown.failed(NO_WEIGHTS)
    shown.loading()
    shown.ready(READY)
    shown.unloaded()
    assert beat.changes == [
        {"models": {"music": "loading"}, "reason": None},
        {"models": {"music": "error"}, "reason": "There are no weights."},
        {"models": {"music": "loading"}, "reason": None},
        {"engine": "strange", "abilities": {"music": ("sampling",)}},
        {"models": {"music": "ready"}, "reason": None},
        {"models": {"music": "unloaded"}, "reason": None},
    ]


def test_a_model_that_is_ready_hides_no_reason_of_another_one() -> None:
    beat = Kept()
    states = ModelStates(("music", "audio"), beat)
    Shown(states, "music").failed(NO_WEIGHTS)
    Shown(states, "audio").ready(READY)
    assert beat.changes[-1] == {
        "models": {"music": "error", "audio": "ready"},
        "reason": "There are no weights.",
    }


def test_a_download_is_shown_as_it_moves_and_logged_by_tenths(caplog: pytest.LogCaptureFixture) -> None:
    beat = Kept()
    shown = Shown(ModelStates(("music",), beat), "music")
    with caplog.at_level(logging.INFO, "generator"):
        for done in (0, 10, 99, 100, 150, 1000):
            shown.loading(Loading("a/model (weights)", done * 1_000_000, 1_000_000_000))
        shown.loading(Loading("a/model (codec)", 1000, 250_000))
    assert [change["reason"] for change in beat.changes] == [
        "Downloading a/model (weights): 0 of 1000 MB.",
        "Downloading a/model (weights): 10 of 1000 MB.",
        "Downloading a/model (weights): 99 of 1000 MB.",
        "Downloading a/model (weights): 100 of 1000 MB.",
        "Downloading a/model (weights): 150 of 1000 MB.",
        "Downloading a/model (weights): 1000 of 1000 MB.",
        "Downloading a/model (codec): 1 of 250 KB.",
    ]
    assert {change["models"]["music"] for change in beat.changes} == {"loading"}
    assert caplog.messages == [
        "music: Downloading a/model (weights): 0 of 1000 MB.",
        "music: Downloading a/model (weights): 100 of 1000 MB.",
        "music: Downloading a/model (weights): 1000 of 1000 MB.",
        "music: Downloading a/model (codec): 1 of 250 KB.",
    ]


def test_a_small_download_is_told_in_kilobytes() -> None:
    assert far(Loading("it", 999_999, 999_999)) == "Downloading it: 999 of 999 KB."
    assert far(Loading("it", 999_999, 1_000_000)) == "Downloading it: 0 of 1 MB."
