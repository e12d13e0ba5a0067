"""Checkpoints are fetched from a hub: how far that is is told, and what goes wrong is a sentence."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants
from transformers.utils import hub as hub_of_transformers

from services.generator.engine_pipe import Loading, Ready
from services.generator.engine_process import EngineProcess
from services.generator.engines.audiocraft import checkpoint
from shared.errors import PermanentError, SoundBoxError
from shared.settings import load
from tests.services.generator.engines.audiocraft.checkpoints import LARGE_BYTES, SMALL
from tests.services.generator.engines.audiocraft.hub_server import Hub, served

WEIGHTS = f"{SMALL.name} (state_dict.bin)"
Serve = Callable[..., Hub]


@pytest.fixture
def empty(hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, for this process and its children, which may ask the hub."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("HF_HUB_OFFLINE")
    return tmp_path


def ask(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Have this process and its children take the hub at this address for the real one."""
    monkeypatch.setenv("HF_ENDPOINT", url)
    monkeypatch.setattr(constants, "ENDPOINT", url)
    pattern = "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url + pattern)
    monkeypatch.setattr(hub_of_transformers.hf_api(), "endpoint", url)


@pytest.fixture
def serve(hub: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts a hub that has the tiny checkpoints, and is the one that is asked."""
    with ExitStack() as stack:

        def start(folder: Path = hub, **how: Any) -> Hub:
            started = stack.enter_context(served(Hub(folder, **how)))
            ask(monkeypatch, started.url)
            return started

        yield start


class Seen:
    """A witness that keeps what it was told."""

    def __init__(self) -> None:
        self.downloads: list[Loading] = []
        self.engine = ""

    def loading(self, download: Loading | None = None) -> None:
        self.downloads += [] if download is None else [download]

    def ready(self, ready: Ready) -> None:
        self.engine = ready.engine

    def failed(self, error: SoundBoxError) -> None:
        raise AssertionError(str(error))

    def unloaded(self) -> None:
        raise AssertionError("nobody asked for that")


def refusal() -> PermanentError:
    with pytest.raises(PermanentError) as caught:
        checkpoint.load(SMALL.name, "music", "fp32")
    return caught.value


def fetched(told: list[tuple[str, int, int]] | None = None) -> None:
    heard = [] if told is None else told
    checkpoint.load(SMALL.name, "music", "fp32", on_download=lambda *far: heard.append(far))


def test_how_far_a_download_is_is_told_by_the_engines_process_while_it_loads(
    serve: Serve, large_hub: Path, tmp_path: Path
) -> None:
    serve(large_hub, chunk_pause_s=0.02)
    seen = Seen()
    engine = EngineProcess(
        load({"SOUNDBOX_DATA": str(tmp_path), "SOUNDBOX_ENGINE": "audiocraft"}), "music", seen
    )
    engine.start()
    engine.stop()
    assert seen.engine == "audiocraft"
    files = list(dict.fromkeys(download.what for download in seen.downloads))
    assert files == [
        WEIGHTS,
        "t5-base (spiece.model)",
        "t5-base (model.safetensors)",
        "facebook/encodec_32khz (model.safetensors)",
    ]
    weights = [download for download in seen.downloads if download.what == WEIGHTS]
    far = [download.done_bytes for download in weights]
    assert far == sorted(set(far))
    assert far[0] == 0
    assert len(far) >= 3, "it moved in between"
    assert {download.total_bytes for download in weights} == {far[-1]}
    assert far[-1] > LARGE_BYTES


def test_what_is_here_already_is_not_fetched_again(serve: Serve) -> None:
    hub, told = serve(), list[tuple[str, int, int]]()
    fetched()
    hub.asked.clear()
    fetched(told)
    assert (hub.asked, told) == ([], [])


def test_a_download_that_breaks_off_goes_on_where_it_was(serve: Serve, large_hub: Path) -> None:
    hub, told = serve(large_hub, breaks_off={"state_dict.bin": 1}), list[tuple[str, int, int]]()
    fetched(told)
    first, second = hub.gets("state_dict.bin")
    assert first == 0
    assert second > 0
    far = [done for what, done, _ in told if what == WEIGHTS]
    assert far == sorted(far)
    assert far[-1] > LARGE_BYTES


def test_a_connection_that_is_reset_is_told_and_the_next_try_fetches_it(serve: Serve, empty: Path) -> None:
    hub = serve(breaks_off={"state_dict.bin": 1}, resets=True)
    error = refusal()
    assert error.code == "checkpoint_missing"
    assert "the connection to the hub failed ([Errno 104] Connection reset by peer). Let this" in str(error)
    assert not list(empty.rglob("*.incomplete"))
    fetched()
    assert hub.gets("state_dict.bin") == [0, 0]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            HTTPStatus.UNAUTHORIZED,
            "none of that name, or not without a token, which goes into HF_TOKEN (401)",
        ),
        (HTTPStatus.FORBIDDEN, "the hub does not let this token read it (403)"),
        (HTTPStatus.NOT_FOUND, "the hub does not have it (404)"),
        (HTTPStatus.TOO_MANY_REQUESTS, "the hub wants no more requests for now (429)"),
        (HTTPStatus.GONE, "the hub answers 410"),
    ],
)
def test_a_hub_that_refuses_is_quoted(
    serve: Serve, answer: HTTPStatus, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _s: None)  # the client waits between its tries
    serve(answer=answer)
    error = refusal()
    assert error.code == "checkpoint_missing"
    assert f"{sentence}. Let this machine reach the Hugging Face hub once" in str(error)


def test_a_checkpoint_that_the_hub_does_not_know_is_told(serve: Serve, tmp_path: Path) -> None:
    serve(tmp_path)
    assert "the hub does not have it (404)" in str(refusal())


def test_a_hub_that_cannot_be_reached_is_told(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(monkeypatch, "http://127.0.0.1:1")
    monkeypatch.setattr(
        time, "sleep", lambda _s: None
    )  # the client waits longer and longer between its tries
    assert "the connection to the hub failed ([Errno 111] Connection refused)" in str(refusal())
