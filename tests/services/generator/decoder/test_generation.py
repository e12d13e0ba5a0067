"""Our decoder gives audiocraft's own tokens: alone, in company, continuing, and beyond one window."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch

from bench import random_models
from bench.random_models import DELAYS
from services.generator.decoder import weights
from services.generator.decoder.generation import Batch, Clip, Conditions, Generation, Windows, plan
from services.generator.decoder.sampling import Sampling
from services.generator.decoder.transformer import Transformer

NOTHING = torch.zeros(len(DELAYS), 0, dtype=torch.long)
WHOLE = Windows(longest=200, stride=120)
DRAWN = Sampling(top_k=50)


@pytest.fixture(scope="module")
def transformer(lm: Any) -> Transformer:
    return Transformer(weights.of(lm, "fp32"), slots=4, longest=210)


@pytest.fixture
def batch(transformer: Transformer) -> Batch:
    return Batch(transformer, 4, WHOLE)


@pytest.fixture
def clip(lm: Any) -> Callable[..., Clip]:
    """Makes a clip of a prompt."""

    def make(
        prompt: str, frames: int, seed: int, start: torch.Tensor = NOTHING, sampling: Sampling = DRAWN
    ) -> Clip:
        heard = Conditions(random_models.embedded(lm, prompt))
        return Clip(frames, seed, lambda _first: heard, start, sampling)

    return make


def finished(batch: Batch, generation: Generation) -> torch.Tensor:
    while not generation.finished:
        batch.step()
    return generation.codes()


def audiocraft(
    lm: Any, prompt: str, frames: int, seed: int, start: torch.Tensor | None = None, **how: Any
) -> torch.Tensor:
    """What audiocraft generates alone."""
    torch.manual_seed(seed)
    how = {"top_k": 50, "cfg_coef": 3.0, **how}
    given = None if start is None else start[None]
    found: torch.Tensor = lm.generate(given, [random_models.description(prompt)], max_gen_len=frames, **how)
    return found[0]


@pytest.mark.parametrize(
    ("sampling", "how"),
    [
        (Sampling(greedy=True), {"use_sampling": False}),
        (DRAWN, {}),
        (Sampling(top_k=0), {"top_k": 0}),
        (Sampling(top_p=0.8), {"top_p": 0.8}),
        (Sampling(top_k=50, temperature=0.7, cfg_coef=1.5), {"temp": 0.7, "cfg_coef": 1.5}),
        (Sampling(top_k=50, cfg_coef=1.0), {"cfg_coef": 1.0}),
    ],
)
@pytest.mark.parametrize("prompt", ["rain", "calm piano over soft rain", ""])
def test_the_tokens_are_audiocrafts(
    lm: Any, batch: Batch, clip: Callable[..., Clip], prompt: str, sampling: Sampling, how: dict[str, Any]
) -> None:
    ours = finished(batch, batch.admit(clip(prompt, 30, 7, sampling=sampling)))
    assert torch.equal(ours, audiocraft(lm, prompt, 30, 7, **how))


def test_a_continuation_is_audiocrafts(lm: Any, batch: Batch, clip: Callable[..., Clip]) -> None:
    start = torch.randint(0, 96, (len(DELAYS), 9), generator=torch.Generator().manual_seed(1))
    ours = finished(batch, batch.admit(clip("rain", 30, 5, start)))
    assert torch.equal(ours[:, :9], start)
    assert torch.equal(ours, audiocraft(lm, "rain", 30, 5, start))


def test_clips_that_join_at_different_steps_do_not_change_each_other(
    lm: Any, batch: Batch, clip: Callable[..., Clip]
) -> None:
    wanted = [("rain", 20, 1), ("calm piano over soft rain", 33, 2), ("", 15, 3), ("wind in trees", 28, 4)]
    generations = []
    for one in wanted:
        generations.append(batch.admit(clip(*one)))
        batch.step()
        batch.step()
    assert not batch.has_room
    for one, generation in zip(wanted, generations, strict=True):
        assert torch.equal(finished(batch, generation), audiocraft(lm, *one)), one


def test_a_slot_that_was_used_leaves_nothing_behind(lm: Any, batch: Batch, clip: Callable[..., Clip]) -> None:
    dropped = batch.admit(clip("a long prompt that is dropped half way", 60, 8))
    for _ in range(30):
        batch.step()
    batch.drop(dropped)
    for _ in range(4):
        ours = finished(batch, batch.admit(clip("rain", 12, 9)))
        assert torch.equal(ours, audiocraft(lm, "rain", 12, 9))


def test_beyond_a_window_the_tokens_are_those_of_audiocrafts_windows(
    lm: Any, transformer: Transformer, clip: Callable[..., Clip]
) -> None:
    longest, stride, frames = 30, 18, 75
    batch = Batch(transformer, 1, Windows(longest, stride))
    ours = finished(batch, batch.admit(clip("rain", frames, 9)))
    torch.manual_seed(9)
    parts, given, first = [], None, 0
    while first + (0 if given is None else given.shape[-1]) < frames:  # as audiocraft's _generate_tokens
        made = lm.generate(
            given,
            [random_models.description("rain")],
            max_gen_len=min(frames - first, longest),
            top_k=50,
            cfg_coef=3.0,
        )
        parts.append(made if given is None else made[:, :, given.shape[-1] :])
        given, first = made[:, :, stride:], first + stride
    assert torch.equal(ours, torch.cat(parts, dim=-1)[0])


def test_progress_is_known_in_advance_and_exact(batch: Batch, clip: Callable[..., Clip]) -> None:
    generation = batch.admit(clip("rain", 20, 1))
    assert generation.steps_total == 23
    seen = [generation.steps_done]
    while not generation.finished:
        batch.step()
        seen.append(generation.steps_done)
    assert seen == list(range(1, 24))


def test_the_codes_known_so_far_are_those_of_the_end(batch: Batch, clip: Callable[..., Clip]) -> None:
    generation = batch.admit(clip("rain", 20, 1))
    early: list[torch.Tensor] = []
    while not generation.finished:
        early.append(generation.codes())
        batch.step()
    assert [codes.shape[1] for codes in early] == [max(0, step - 3) for step in range(1, 23)]
    assert all(torch.equal(codes, generation.codes()[:, : codes.shape[1]]) for codes in early)


@pytest.mark.parametrize(
    ("frames", "given", "windows"),
    [
        (20, 0, [(0, 20, 0)]),
        (30, 5, [(0, 30, 5)]),
        (75, 0, [(0, 30, 0), (18, 30, 12), (36, 30, 12), (54, 21, 12)]),
        (31, 29, [(0, 30, 29), (18, 13, 12)]),
    ],
)
def test_windows_overlap_by_what_the_stride_leaves(
    frames: int, given: int, windows: Sequence[tuple[int, int, int]]
) -> None:
    planned = plan(frames, given, Windows(30, 18))
    assert [(one.first, one.frames, one.given) for one in planned] == list(windows)


@pytest.mark.parametrize(("frames", "given"), [(20, 20), (20, 25), (60, 30), (60, 40)])
def test_nothing_to_make_is_refused(frames: int, given: int) -> None:
    with pytest.raises(ValueError, match="cannot continue"):
        plan(frames, given, Windows(30, 18))
