"""Products of matrices in tiles are right, for any shape and number of rows, and each row is on its own."""

from typing import Any

import numpy as np
import pytest
import torch

from services.generator.decoder.compiled import crew
from services.generator.decoder.compiled.crew import Crew
from services.generator.decoder.compiled.products import ROWS_NEAR
from services.generator.decoder.compiled.tiles import Tiled
from services.generator.decoder.compiled.vectors import HAS_BYTE_DOT, Kind

WAYS = [("bf16", False), ("int8", False), *([("int8", True)] if HAS_BYTE_DOT else [])]
LARGEST_ERROR = {"bf16": 0.02, "int8": 0.03}  # of the spread of the outputs


def random(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(params=[1, 3])
def members(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A crew of one thread, and one of more than there are groups for."""
    fresh = Crew(request.param)
    monkeypatch.setattr(crew, "ours", lambda: fresh)
    return request.param


@pytest.mark.parametrize(("kind", "byte_dot"), WAYS)
@pytest.mark.parametrize("shape", [(64, 64), (96, 50), (1, 1), (200, 3), (4097, 130)])
def test_a_product_is_near_the_exact_one(
    kind: Kind, byte_dot: bool, shape: tuple[int, int], members: int
) -> None:
    weight, bias = random(*shape), random(shape[0], seed=2)
    tiled = Tiled(kind, weight, bias, byte_dot)
    for rows in (1, 2, 3, 5, 8, 9, ROWS_NEAR + 1):
        x = random(rows, shape[1], seed=rows)
        exact = torch.nn.functional.linear(x, weight, bias)
        error = (tiled(x) - exact).abs().max() / max(float(weight.norm() * x.norm()) / rows**0.5, 1e-3)
        assert float(error) < LARGEST_ERROR[kind], rows


@pytest.mark.parametrize(("kind", "byte_dot"), WAYS)
def test_not_a_bit_of_a_row_depends_on_the_rows_beside_it(kind: Kind, byte_dot: bool, members: int) -> None:
    tiled = Tiled(kind, random(130, 72), None, byte_dot)
    x = random(70, 72, seed=2)
    whole = tiled(x)
    for rows in (1, 2, 4, 7, 33):
        assert torch.equal(tiled(x[:rows]), whole[:rows]), rows
    assert torch.equal(tiled(torch.cat([x[:1], 1000 * x[1:]]))[0], whole[0])


@pytest.mark.parametrize(("kind", "byte_dot"), WAYS)
def test_not_a_bit_depends_on_how_many_threads_there_are(
    kind: Kind, byte_dot: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiled, x, found = Tiled(kind, random(300, 64), None, byte_dot), random(3, 64, seed=2), []
    for members in (1, 2, 5):
        fresh = Crew(members)
        monkeypatch.setattr(crew, "ours", lambda fresh=fresh: fresh)
        found.append(tiled(x))
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])


@pytest.mark.parametrize(("kind", "byte_dot"), WAYS)
def test_extreme_inputs_stay_finite_and_silence_silent(kind: Kind, byte_dot: bool) -> None:
    tiled = Tiled(kind, torch.full((16, 8192), 3.0), None, byte_dot)
    loud = torch.full((1, 8192), 1e20)
    assert torch.allclose(tiled(loud), torch.full((1, 16), 3e20 * 8192), rtol=0.01)
    assert torch.allclose(tiled(-loud), torch.full((1, 16), -3e20 * 8192), rtol=0.01)
    assert torch.equal(tiled(torch.zeros(2, 8192)), torch.zeros(2, 16))
    assert tiled(torch.zeros(0, 8192)).shape == (0, 16)


def test_a_matrix_of_zeros_gives_its_bias() -> None:
    bias = random(20)
    for kind, byte_dot in WAYS:
        tiled = Tiled(kind, torch.zeros(20, 10), bias, byte_dot)  # type: ignore[arg-type]
        assert np.array_equal(tiled(random(2, 10)).numpy(), bias.expand(2, -1).numpy())
