"""The tiny checkpoints, written once, where the hub's client looks for them; nothing is downloaded."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import torch
from huggingface_hub import constants

from tests.services.generator.engines.audiocraft import checkpoints
from tests.services.generator.engines.audiocraft.checkpoints import SMALL, Kind
from tests.services.generator.engines.audiocraft.pairs import Pair


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """Layers this small only lose by being shared out."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A hub cache with every checkpoint, for this process and its children."""
    folder = tmp_path_factory.mktemp("hub")
    with pytest.MonkeyPatch.context() as patch:
        # The client read its environment when something imported it first.
        patch.setattr(constants, "HF_HUB_CACHE", str(folder))
        patch.setattr(constants, "HF_HUB_OFFLINE", True)
        patch.setenv("HF_HUB_CACHE", str(folder))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.delenv("AUDIOCRAFT_CACHE_DIR", raising=False)
        checkpoints.write_all(folder)
        yield folder


@pytest.fixture(scope="session")
def pair(hub: Path) -> Callable[[Kind], Pair]:
    """AudioCraft and ours of a checkpoint, loaded once."""
    return cache(Pair)


@pytest.fixture(scope="session")
def large_hub(hub: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same hub, with the language model's file as large as a small download."""
    folder = tmp_path_factory.mktemp("large")
    checkpoints.enlarge(hub, folder, SMALL)
    return folder
