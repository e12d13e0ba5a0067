"""The parts of a step: functions against torch's, caches, and threads."""

import numpy as np
import pytest
import torch

from services.generator.decoder.compiled.attention import attend, remember_all
from services.generator.decoder.compiled.compilation import compiled
from services.generator.decoder.compiled.crew import Crew
from services.generator.decoder.compiled.functions import exponential, gelu
from services.generator.decoder.compiled.layout import GROUP, Cache, Floats, Team
from services.generator.decoder.compiled.vectors import LANES


@compiled
def each_gelu(x: Floats, out: Floats) -> None:
    for i in range(len(x)):
        out[i] = gelu(x[i])


@compiled
def each_exp(x: Floats, out: Floats) -> None:
    for i in range(len(x)):
        out[i] = exponential(x[i])


def applied(function: object, x: Floats) -> torch.Tensor:
    out = np.empty_like(x)
    function(x, out)  # type: ignore[operator]
    return torch.from_numpy(out)


def test_gelu_is_torchs_to_a_millionth() -> None:
    x = np.linspace(-12, 12, 20_001, dtype=np.float32)
    exact = torch.nn.functional.gelu(torch.from_numpy(x).double()).float()
    assert float((applied(each_gelu, x) - exact).abs().max()) < 2e-6


def test_the_exponential_is_torchs_in_relation() -> None:
    x = np.linspace(-86, 87, 20_001, dtype=np.float32)
    exact = torch.from_numpy(x).double().exp()
    assert float(((applied(each_exp, x) - exact) / exact).abs().max()) < 1e-6


def test_far_beyond_its_range_the_exponential_is_almost_nothing_or_huge_but_finite() -> None:
    small, large = applied(each_exp, np.array([-1e6, 1e6], dtype=np.float32)).tolist()
    assert 0 <= small < 1e-37
    assert 1e37 < large < float("inf")


def cache(tokens: int, size: int) -> Cache:
    wide = -(-size // GROUP) * GROUP
    keys = np.zeros((2, tokens // LANES, size, LANES), dtype=np.uint16)
    values = np.zeros((2, wide // LANES, tokens, LANES), dtype=np.uint16)
    return Cache(keys, values, keys.ctypes.data, values.ctypes.data, tokens, 1, 2)


@pytest.mark.parametrize("size", [5, 64, 100])
@pytest.mark.parametrize("length", [1, LANES, LANES + 1, GROUP + 3])
def test_attention_over_a_cache_is_torchs(size: int, length: int) -> None:
    generator = torch.Generator().manual_seed(size)
    keys, values = torch.randn(2, 1, length, size, generator=generator)
    query = torch.randn(size, generator=generator)
    memory = cache(2 * GROUP, size)
    places = np.array([1], dtype=np.int64)
    remember_all(memory, places, keys.numpy(), values.numpy())
    scores = np.full(2 * GROUP, np.nan, dtype=np.float32)
    out = np.full(memory.values.shape[1] * LANES, np.nan, dtype=np.float32)
    attend(memory, 1, length, query.numpy(), scores, out)
    exact = torch.nn.functional.scaled_dot_product_attention(
        query[None], keys[0].bfloat16().float(), values[0].bfloat16().float()
    )
    torch.testing.assert_close(torch.from_numpy(out[:size])[None], exact, atol=1e-5, rtol=1e-4)


def test_what_is_remembered_is_rounded_as_torch_rounds_to_bfloat16() -> None:
    numbers = torch.randn(1, 1, 64, generator=torch.Generator().manual_seed(1)) * 1e3
    memory = cache(GROUP, 64)
    remember_all(memory, np.array([0], dtype=np.int64), numbers.numpy(), numbers.numpy())
    stored = torch.from_numpy(memory.keys[0, 0, :, 0].astype(np.int32) << 16).view(torch.float32)
    assert torch.equal(stored, numbers[0, 0].bfloat16().float())


def test_every_member_of_a_crew_does_its_part_each_time() -> None:
    ours, seen = Crew(4), []
    for _ in range(50):
        ours.run(lambda team: seen.append((team.member, team.members)))
    assert sorted(seen) == sorted([(member, 4) for member in range(4)] * 50)


def test_what_a_thread_raises_is_raised_where_the_work_was_ordered_and_the_crew_goes_on() -> None:
    ours = Crew(2)

    def fail(team: Team) -> None:
        if team.member == 1:
            raise ValueError("no such tile")

    def fail_everywhere(_team: Team) -> None:
        raise KeyError("no such layer")

    with pytest.raises(ValueError, match="no such tile"):
        ours.run(fail)
    with pytest.raises(KeyError, match="no such layer"):
        ours.run(fail_everywhere)
    done: list[int] = []
    ours.run(lambda team: done.append(team.member))
    assert sorted(done) == [0, 1]
