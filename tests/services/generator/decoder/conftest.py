"""Tiny models of audiocraft's own classes, with random weights."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch

from bench import random_models
from bench.random_models import Size

TINY = Size(layers=2, dim=64, heads=4, card=96, filters=4)

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


@pytest.fixture(autouse=True)
def _no_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield
