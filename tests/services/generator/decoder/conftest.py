"""Tiny models of audiocraft's own classes, with random weights."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch

from bench import random_models
from bench.random_models import Size
from services.generator.decoder import choice

TINY = Size(layers=2, dim=64, heads=4, card=96, filters=4)

# Tests that run on a GPU do so where there is one; no machine of the project's own has one.
DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]

# So small models are only slowed by threads that wait for each other.
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def lm() -> Any:
    """An audiocraft `LMModel`."""
    return random_models.language_model(TINY)


@pytest.fixture(scope="session")
def compression() -> Any:
    """An audiocraft `CompressionModel`."""
    return random_models.compression_model(TINY)


@pytest.fixture(scope="session", params=DEVICES)
def device(request: pytest.FixtureRequest) -> torch.device:
    """Each device that is here."""
    return choice.device(request.param)


@pytest.fixture(autouse=True)
def _no_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield
