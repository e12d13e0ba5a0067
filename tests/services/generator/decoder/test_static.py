"""The decoder of fixed shapes gives the exact one's tokens, whatever slot and neighbours a clip has."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch

from bench import random_models
from services.generator.decoder import weights
from services.generator.decoder.generation import Batch, Clip, Conditions, Generation, Slots, Windows
from services.generator.decoder.sampling import Sampling
from services.generator.decoder.static.batch import StaticBatch
from services.generator.decoder.transformer import Transformer
from tests.services.generator.decoder.conftest import TINY

WINDOWS = Windows(longest=80, stride=50)
LONGEST = 90
GREEDY = Sampling(greedy=True)
DRAWN = Sampling(top_k=50)
STEREO = replace(TINY, delays=(0, 0, 1, 1, 2, 2, 3, 3))
MELODY = replace(TINY, prepends=True)

Clips = Callable[..., Clip]


@pytest.fixture(scope="module")
def clip(lm: Any) -> Clips:
    """Makes a clip of a prompt."""

    def make(
        prompt: str, frames: int = 40, seed: int = 1, sampling: Sampling = DRAWN, start: int = 0
    ) -> Clip:
        heard = Conditions(random_models.embedded(lm, prompt))
        return Clip(frames, seed, lambda _first: heard, codes(start), sampling)

    return make


@pytest.fixture
def static(lm: Any, device: torch.device) -> Callable[[int], StaticBatch]:
    """Makes static slots of the model."""

    def make(slots: int) -> StaticBatch:
        return StaticBatch(weights.dense_of(lm, "fp32", device), slots, LONGEST, WINDOWS)

    return make


@pytest.fixture(scope="module")
def exact(lm: Any) -> Callable[[Clip], torch.Tensor]:
    """The codes of a clip alone in the exact decoder, on a processor."""
    packed = weights.of(lm, "fp32")
    return lambda one: finished(Batch(Transformer(packed, 1, LONGEST), 1, WINDOWS), one)[0]


def codes(frames: int, codebooks: int = 4) -> torch.Tensor:
    return torch.randint(0, TINY.card, (codebooks, frames), generator=torch.Generator().manual_seed(1))


def finished(slots: Slots, *clips: Clip, apart: int = 0) -> list[torch.Tensor]:
    """The codes of clips that join one after the other, as soon as there is room and `apart` steps passed."""
    generations: list[Generation] = []
    for one in clips:
        while not slots.has_room:
            slots.step()
        generations.append(slots.admit(one))
        for _ in range(apart):
            slots.step()
    while slots.running:
        slots.step()
    return [generation.codes().cpu() for generation in generations]


def same(found: Sequence[torch.Tensor], expected: Sequence[torch.Tensor]) -> bool:
    return all(torch.equal(one, other) for one, other in zip(found, expected, strict=True))


@pytest.mark.parametrize("prompt", ["rain", "calm piano over soft rain", ""])
@pytest.mark.parametrize("cfg_coef", [3.0, 1.0])
def test_the_likeliest_tokens_are_those_of_the_exact_decoder(
    static: Callable[[int], StaticBatch], exact: Any, clip: Clips, prompt: str, cfg_coef: float
) -> None:
    one = clip(prompt, sampling=Sampling(greedy=True, cfg_coef=cfg_coef))
    assert same(finished(static(1), one), [exact(one)])


@pytest.mark.parametrize("start", [1, 9, 79])
def test_a_continuation_is_that_of_the_exact_decoder(
    static: Callable[[int], StaticBatch], exact: Any, clip: Clips, start: int
) -> None:
    one = clip("rain", 130, sampling=GREEDY, start=start)
    (found,) = finished(static(1), one)
    assert torch.equal(found, exact(one))
    assert torch.equal(found[:, :start], one.start)


def test_windows_are_those_of_the_exact_decoder(
    static: Callable[[int], StaticBatch], exact: Any, clip: Clips
) -> None:
    one = clip("rain", 200, sampling=GREEDY)
    assert same(finished(static(2), one, one, apart=5), [exact(one)] * 2)


def test_both_sides_of_a_stereo_model_are_those_of_the_exact_decoder(device: torch.device) -> None:
    lm = random_models.language_model(STEREO)
    heard = Conditions(random_models.embedded(lm, "rain"))
    one = Clip(60, 3, lambda _first: heard, codes(5, 8), GREEDY)
    static = StaticBatch(weights.dense_of(lm, "fp32", device), 2, LONGEST, WINDOWS)
    exact = Batch(Transformer(weights.of(lm, "fp32"), 1, LONGEST), 1, WINDOWS)
    assert same(finished(static, one), finished(exact, one))


@pytest.mark.parametrize("cfg_coef", [3.0, 1.0])
def test_what_stands_before_the_tokens_is_heard_as_in_the_exact_decoder(
    device: torch.device, cfg_coef: float
) -> None:
    lm = random_models.language_model(MELODY)
    prefix = torch.randn(2, 23, TINY.dim, generator=torch.Generator().manual_seed(2))
    how = Sampling(greedy=True, cfg_coef=cfg_coef)
    one = Clip(130, 3, lambda first: Conditions(prefix=prefix[:, first // 40 :]), codes(0), how)
    static = StaticBatch(weights.dense_of(lm, "fp32", device), 3, LONGEST + 23, WINDOWS)
    exact = Batch(Transformer(weights.of(lm, "fp32"), 1, LONGEST + 23), 1, WINDOWS)
    assert same(finished(static, one, replace(one, frames=30)), finished(exact, one, replace(one, frames=30)))


@pytest.mark.parametrize("slots", range(1, 10))
def test_any_number_of_slots_gives_the_tokens_of_the_exact_decoder(
    static: Callable[[int], StaticBatch], exact: Any, clip: Clips, slots: int
) -> None:
    prompts = ["rain", "", "calm piano over soft rain", "wind in trees"] * 3
    clips = [clip(prompt, 20 + place, place, GREEDY) for place, prompt in enumerate(prompts[:slots])]
    assert same(finished(static(slots), *clips, apart=1), [exact(one) for one in clips])


def test_more_than_a_class_of_the_past_gives_the_tokens_of_the_exact_decoder(
    lm: Any, clip: Clips, device: torch.device
) -> None:
    windows = Windows(longest=330, stride=300)
    one = clip("rain", 330, sampling=GREEDY)
    static = StaticBatch(weights.dense_of(lm, "fp32", device), 1, 340, windows)
    exact = Batch(Transformer(weights.of(lm, "fp32"), 1, 340), 1, windows)
    assert same(finished(static, one), finished(exact, one))


def test_a_long_text_beside_a_short_one_gives_the_tokens_of_the_exact_decoder(
    static: Callable[[int], StaticBatch], exact: Any, clip: Clips
) -> None:
    clips = [clip("rain", sampling=GREEDY), clip(" ".join(["drums", "bells"] * 40), 20, sampling=GREEDY)]
    assert same(finished(static(2), *clips), [exact(one) for one in clips])


@pytest.mark.parametrize(
    "sampling",
    [
        DRAWN,
        Sampling(top_k=0),
        Sampling(top_k=1),
        Sampling(top_p=0.8),
        Sampling(top_k=50, temperature=0.7, cfg_coef=1.5),
        Sampling(top_k=50, cfg_coef=1.0),
    ],
    ids=str,
)
@pytest.mark.parametrize("device", ["cpu"], indirect=True)
def test_on_a_processor_drawn_tokens_are_those_of_the_exact_decoder(
    static: Callable[[int], StaticBatch], exact: Any, clip: Clips, sampling: Sampling
) -> None:
    for prompt in ("rain", ""):
        one = clip(prompt, 150, 7, sampling)
        assert same(finished(static(1), one), [exact(one)])


def test_neighbours_of_other_kinds_change_no_token(static: Callable[[int], StaticBatch], clip: Clips) -> None:
    clips = [
        clip("rain", 70, 1),
        clip("", 30, 2, GREEDY),
        clip("calm piano", 90, 3, Sampling(top_p=0.9)),
        clip("wind", 50, 4, Sampling(cfg_coef=1.0)),
        clip("bells", 100, 5, Sampling(temperature=1.4, top_k=0), start=12),
    ]
    alone = [finished(static(4), one)[0] for one in clips]
    assert same(finished(static(4), *clips, apart=3), alone)
    assert same(finished(static(4), *reversed(clips), apart=7), alone[::-1])
    assert same(finished(static(4), *clips), alone)


def test_a_seed_gives_its_tokens_and_another_seed_others(
    static: Callable[[int], StaticBatch], clip: Clips
) -> None:
    slots = static(2)
    first, again, other = finished(slots, clip("rain", seed=4), clip("rain", seed=4), clip("rain", seed=5))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_slot_that_was_left_in_the_middle_leaves_nothing_behind(
    static: Callable[[int], StaticBatch], clip: Clips
) -> None:
    slots, one = static(2), clip("rain", 30, 9)
    (alone,) = finished(static(2), one)
    kept, left = slots.admit(one), slots.admit(clip("a long prompt that is dropped half way", 78, 8))
    for _ in range(10):
        slots.step()
    slots.drop(left)
    for _ in range(5):
        slots.step()
    joined = slots.admit(one)
    while slots.running:
        slots.step()
    assert same([kept.codes().cpu(), joined.codes().cpu()], [alone, alone])


def test_the_codes_known_so_far_are_those_of_the_end(
    static: Callable[[int], StaticBatch], clip: Clips
) -> None:
    slots = static(1)
    generation = slots.admit(clip("rain", 60, start=4))
    early: list[torch.Tensor] = []
    seen = [generation.steps_done]
    while not generation.finished:
        early.append(generation.codes())
        slots.step()
        seen.append(generation.steps_done)
    assert seen == list(range(1, generation.steps_total + 1))
    assert all(torch.equal(part, generation.codes()[:, : part.shape[1]]) for part in early)
    assert {part.shape[1] for part in early} == set(range(4, 60))


def test_a_clip_that_fits_into_no_slot_takes_none(
    static: Callable[[int], StaticBatch], exact: Any, clip: Clips
) -> None:
    slots = static(1)
    with pytest.raises(ValueError, match="513 tokens does not fit into 512"):
        slots.admit(clip("word " * 513))
    assert slots.has_room
    one = clip("rain", sampling=GREEDY)
    assert same(finished(slots, one), [exact(one)])


def test_a_clip_without_text_does_not_hear_that_of_the_slots_last(
    static: Callable[[int], StaticBatch], exact: Any, clip: Clips
) -> None:
    clips = [clip("a text that was here before", 20, sampling=GREEDY), clip("", sampling=GREEDY)]
    assert same(finished(static(1), *clips), [exact(one) for one in clips])


def test_a_slot_may_stay_empty_beside_a_long_clip(
    static: Callable[[int], StaticBatch], exact: Any, clip: Clips
) -> None:
    clips = [clip("rain", 10, sampling=GREEDY), clip("wind", 200, sampling=GREEDY)]
    assert same(finished(static(2), *clips), [exact(one) for one in clips])
