"""Smaller weights stay close to audiocraft's logits, and no row depends on its neighbours."""

from typing import Any

import pytest
import torch

from bench import random_models
from services.generator.decoder import choice, weights
from services.generator.decoder.linear import MAKERS, PRECISIONS, Precision
from services.generator.decoder.transformer import Slot, Transformer

FRAMES = 40

# Largest error against the logits' own spread, and least agreement of the likeliest tokens.
BOUNDS: dict[Precision, tuple[float, float]] = {"fp32": (1e-5, 1.0), "bf16": (0.1, 0.9), "int8": (0.2, 0.85)}


@pytest.mark.parametrize("precision", PRECISIONS)
def test_logits_given_the_same_tokens_are_within_bounds(lm: Any, precision: Precision) -> None:
    sequence = torch.randint(0, 96, (4, FRAMES), generator=torch.Generator().manual_seed(2))
    heard = [random_models.description("calm piano"), random_models.description("")]
    conditions = lm.condition_provider(lm.condition_provider.tokenize(heard))
    exact = lm(sequence[None].repeat(2, 1, 1), [], conditions)
    transformer = choice.transformer(weights.of(lm, precision), 1, FRAMES)
    slot = Slot(0)
    transformer.listen(slot, conditions["description"][0][0])
    first = transformer.embed(sequence[:, :1])
    ours = [transformer.prefill(slot, torch.stack([first, first]))]
    ours += [transformer.step([slot], sequence[:, step : step + 1]) for step in range(1, FRAMES)]
    logits = torch.stack(ours, dim=2)
    largest, agreement = BOUNDS[precision]
    assert float((logits - exact).abs().max() / exact.std()) < largest
    assert float((logits.argmax(-1) == exact.argmax(-1)).float().mean()) >= agreement


@pytest.mark.parametrize("precision", PRECISIONS)
def test_taking_many_tokens_at_once_is_taking_them_one_by_one(lm: Any, precision: Precision) -> None:
    sequence = torch.randint(0, 96, (4, 12), generator=torch.Generator().manual_seed(3))
    packed = weights.of(lm, precision)
    heard = random_models.embedded(lm, "rain")
    results = []
    for at_once in (12, 1):
        transformer, slot = choice.transformer(packed, 1, 12), Slot(0)
        transformer.listen(slot, heard)
        x = transformer.embed(sequence[:, :at_once])
        logits = transformer.prefill(slot, torch.stack([x, x]))
        for step in range(at_once, 12):
            logits = transformer.step([slot], sequence[:, step : step + 1])
        results.append(logits)
    scale = float(results[0].std())
    assert float((results[0] - results[1]).abs().max()) < 0.02 * scale


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("bias", [False, True])
def test_a_product_is_right_and_a_row_does_not_depend_on_the_others(precision: Precision, bias: bool) -> None:
    generator = torch.Generator().manual_seed(4)
    weight = torch.randn(48, 64, generator=generator)
    added = torch.randn(48, generator=generator) if bias else None
    x = torch.randn(8, 64, generator=generator)
    linear = MAKERS[precision](weight, added)
    whole = linear(x)
    exact = torch.nn.functional.linear(x, weight, added)
    assert (
        float((whole - exact).abs().max() / exact.std())
        < {"fp32": 1e-5, "bf16": 0.05, "int8": 0.05}[precision]
    )
    loud = torch.cat([x[:1], 100 * x[1:]])
    tolerance = 1e-5 if precision == "fp32" else 1e-3
    torch.testing.assert_close(linear(loud)[:1], whole[:1], atol=tolerance, rtol=tolerance)
    torch.testing.assert_close(linear(x[:1]), whole[:1], atol=tolerance, rtol=tolerance)


def test_silence_stays_silent_in_every_precision() -> None:
    for precision in PRECISIONS:
        product = MAKERS[precision](torch.randn(16, 32), None)(torch.zeros(2, 32))
        assert torch.equal(product, torch.zeros(2, 16)), precision


def test_a_cache_that_is_too_short_is_refused(lm: Any) -> None:
    transformer, slot = Transformer(weights.of(lm, "fp32"), 1, 3), Slot(0)
    x = transformer.embed(torch.zeros(4, 4, dtype=torch.long))
    with pytest.raises(ValueError, match="do not fit"):
        transformer.prefill(slot, x[None])
    transformer.prefill(slot, x[None, :3])
    with pytest.raises(ValueError, match="all that its cache holds"):
        transformer.step([slot], torch.zeros(4, 1, dtype=torch.long))
