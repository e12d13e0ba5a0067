"""A step of fixed shapes can be a CUDA graph, stays close to exact logits, and takes the smallest shape."""

from collections import Counter
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from bench import random_models
from services.generator.decoder import weights
from services.generator.decoder.linear import Precision
from services.generator.decoder.static.buffers import Shape, shapes
from services.generator.decoder.static.graphs import Graphs
from services.generator.decoder.static.transformer import StaticTransformer
from services.generator.decoder.transformer import Slot
from tests.services.generator.decoder.conftest import TINY

FRAMES = 40
META = torch.device("meta")

# Largest error against the logits' own spread, and least agreement of the likeliest tokens.
BOUNDS: dict[Precision, tuple[float, float]] = {
    "fp32": (1e-5, 1.0),
    "fp16": (0.02, 0.98),
    "bf16": (0.1, 0.9),
}

# What reads a value on the host, makes a tensor of Python's numbers, or has a size that depends on values.
FORBIDDEN = {
    "_local_scalar_dense",
    "item",
    "lift_fresh",
    "masked_select",
    "multinomial",
    "nonzero",
    "repeat_interleave",
    "scalar_tensor",
    "unique_dim",
    "_unique2",
}


class Ops(TorchDispatchMode):  # type: ignore[misc]  # torch is not typed here
    """Counts the operations that run within it, and keeps the sizes that matrix products take."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()
        self.products: list[tuple[int, ...]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__
        self.seen[name] += 1
        if name in ("linear", "mm"):
            self.products.append(tuple(args[0].shape))
        return func(*args, **(kwargs or {}))


def transformer(lm: Any, precision: Precision, device: torch.device, slots: int = 2) -> StaticTransformer:
    return StaticTransformer(weights.dense_of(lm, precision, device), slots, FRAMES, FRAMES + 1)


@pytest.mark.parametrize("precision", list(BOUNDS))
def test_a_step_needs_no_value_of_a_tensor(lm: Any, precision: Precision) -> None:
    static = StaticTransformer(weights.dense_of(lm, precision, META), 4, 600, 601)
    assert len(static.shapes.all()) == 3 * 3 * 2
    for shape in static.shapes.all():
        static.step(shape)  # tensors without values: reading one would be an error


def test_a_step_runs_nothing_that_a_graph_cannot_hold(lm: Any) -> None:
    with torch.inference_mode(False), torch.no_grad():  # where operations are told apart to the last
        static = transformer(lm, "fp16", torch.device("cpu"))
        with Ops() as ops:
            static.step(static.shapes.fitting(1, 30, 3))
    assert ops.seen["scatter_"] >= 3
    assert ops.seen["mm"] >= 6 * TINY.layers
    assert not FORBIDDEN & ops.seen.keys()
    assert not [name for name in ops.seen if name.startswith("index_put")]


def test_steps_of_all_slots_and_of_some_run_the_same_products(lm: Any) -> None:
    static = transformer(lm, "fp32", torch.device("cpu"), slots=4)
    products = []
    for slots in (1, 4):
        with Ops() as ops:
            static.step(static.shapes.fitting(slots, 30, 3))
        products.append(ops.products)
    assert products[0] == products[1]
    assert len(products[0]) == 6 * TINY.layers + 1
    assert {rows for rows, _width in products[0]} == {8, 4}


@pytest.mark.parametrize("precision", list(BOUNDS))
def test_logits_given_the_same_tokens_are_within_bounds(
    lm: Any, precision: Precision, device: torch.device, monkeypatch: pytest.MonkeyPatch
) -> None:
    sequence = torch.randint(0, 96, (4, FRAMES), generator=torch.Generator().manual_seed(2))
    heard = [random_models.description("calm piano"), random_models.description("")]
    conditions = lm.condition_provider(lm.condition_provider.tokenize(heard))
    exact = lm(sequence[None].repeat(2, 1, 1), [], conditions)
    static, slot = transformer(lm, precision, device), Slot(1)
    logits = teacher_forced(static, slot, conditions["description"][0][0], sequence, monkeypatch)
    largest, agreement = BOUNDS[precision]
    assert float((logits - exact).abs().max() / exact.std()) < largest
    assert float((logits.argmax(-1) == exact.argmax(-1)).float().mean()) >= agreement


def teacher_forced(
    static: StaticTransformer,
    slot: Slot,
    text: torch.Tensor,
    sequence: torch.Tensor,
    monkeypatch: pytest.MonkeyPatch,
) -> torch.Tensor:
    """The logits (2, K, steps, card) of a slot whose tokens are known already."""
    state, device, number = static.state, static.weights.device, slot.number
    given: list[torch.Tensor] = []
    monkeypatch.setattr(static, "_logits", recorded(static._logits, given))
    static.listen(slot, text.to(device))
    first = static.embed(sequence[:, :1].to(device))
    static.prefill(slot, torch.stack([first, first]))
    state.sequence[number, :, :FRAMES] = sequence.to(device)
    state.at[number], state.length[number], state.active[number] = 2, 1, True
    for _ in range(1, FRAMES):
        static.step(static.shapes.fitting(number + 1, FRAMES, slot.text_length))
    rows = [given[0], *(one[2 * number : 2 * number + 2] for one in given[1:])]
    return torch.stack(rows, dim=2).cpu()


def recorded(logits: Any, given: list[torch.Tensor]) -> Any:
    def wrapped(x: torch.Tensor) -> torch.Tensor:
        given.append(logits(x))
        return given[-1]

    return wrapped


def test_a_shape_holds_what_is_asked_for_and_no_more_than_it_must() -> None:
    made = shapes(6, 1600, hears_text=True)
    assert made.slots == (1, 2, 4, 6)
    assert made.tokens == (256, 512, 1024, 1600)
    assert made.fitting(3, 257, 0) == Shape(4, 512, 64)
    assert made.fitting(6, 1600, 65) == Shape(6, 1600, 512)
    assert made.all()[0] == Shape(6, 1600, 512)
    assert shapes(1, 100, hears_text=False).all() == [Shape(1, 100, 0)]
    with pytest.raises(ValueError, match="1601 is more than 1600"):
        made.fitting(1, 1601, 0)


@pytest.mark.parametrize("shape", [Shape(2, 64, 64), Shape(1, 64, 512)])
def test_a_recorded_step_does_what_the_step_does(lm: Any, device: torch.device, shape: Shape) -> None:
    results = []
    for recorded_too in (True, False):
        static = transformer(lm, "fp32", device)
        graphs = Graphs(static.step, device)
        graphs.record(static.shapes.all())
        static.state.active.fill_(True)
        static.state.greedy.fill_(True)
        static.state.sequence.fill_(-1)[:, :, 0] = 96
        for _ in range(FRAMES - 1):
            (graphs.run if recorded_too else static.step)(shape)
        results.append(static.state.sequence[: shape.slots, :, :FRAMES].cpu())
    assert torch.equal(*results)
    assert bool((results[0] >= 0).all())
