"""The same tokens as AudioCraft: in float32 on a processor our decoder is it, only faster."""

import math
from collections.abc import Callable

import pytest
import torch

from services.generator.decoder.sampling import Sampling
from services.generator.engines.audiocraft.engine import AudioCraftEngine
from services.generator.engines.engine import Request
from shared.settings import load
from tests.services.generator.engines.audiocraft.checkpoints import AUDIO, KINDS, MELODY, SMALL, STEREO, Kind
from tests.services.generator.engines.audiocraft.pairs import Pair, Wish, all_equal

RAIN = Wish("calm piano over soft rain at night")
PairOf = Callable[[Kind], Pair]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.split("/")[1])


def same(pair: Pair, wish: Wish) -> bool:
    return all_equal(pair.codes_of_ours(wish), [pair.codes_of_theirs(wish)])


def tune(seconds: float) -> torch.Tensor:
    """A melody of three notes, float32 (1, samples) at 32 kHz."""
    time = torch.arange(int(seconds * 32_000)) / 32_000
    pitch = torch.tensor([220.0, 277.2, 329.6])[(time * 2).long() % 3]
    return torch.sin(2 * math.pi * torch.cumsum(pitch / 32_000, 0))[None] / 2


@each_kind
def test_a_prompt_gives_its_tokens(pair: PairOf, kind: Kind) -> None:
    assert same(pair(kind), RAIN)
    assert same(pair(kind), RAIN.but(prompt="wind", seed=2**31 - 1, duration_s=1.4))


@each_kind
def test_the_likeliest_tokens_are_its_likeliest(pair: PairOf, kind: Kind) -> None:
    wish = RAIN.but(sampling=Sampling(greedy=True), duration_s=4.0)
    assert torch.equal(pair(kind).codes_of_ours(wish)[0], pair(kind).codes_of_theirs(wish))


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(cfg_coef=1.0),
        Sampling(cfg_coef=6.5),
        Sampling(top_k=20),
        Sampling(top_k=0),
        Sampling(top_p=0.8),
        Sampling(temperature=0.7, top_k=100),
        Sampling(temperature=1.5),
    ],
    ids=str,
)
def test_every_way_of_choosing_chooses_its_tokens(pair: PairOf, sampling: Sampling) -> None:
    assert same(pair(SMALL), RAIN.but(sampling=sampling, duration_s=6.0))


@each_kind
def test_without_a_prompt_it_dreams_the_same(pair: PairOf, kind: Kind) -> None:
    assert same(pair(kind), RAIN.but(prompt=""))


@each_kind
def test_what_is_begun_is_continued_alike(pair: PairOf, kind: Kind) -> None:
    begun = pair(kind).codes_of_theirs(RAIN.but(prompt="drums", seed=9))[:, :11]
    wish = RAIN.but(start=begun, duration_s=6.0)
    (ours,) = pair(kind).codes_of_ours(wish)
    assert all_equal([ours], [pair(kind).codes_of_theirs(wish)])
    assert torch.equal(ours[:, :11], begun)


@each_kind
def test_clips_beyond_a_window_go_on_alike(pair: PairOf, kind: Kind) -> None:
    assert same(pair(kind), RAIN.but(duration_s=71.0 if kind != AUDIO else 17.0))


def test_a_long_continuation_goes_on_alike(pair: PairOf) -> None:
    begun = pair(SMALL).codes_of_theirs(RAIN.but(seed=9))
    assert same(pair(SMALL), RAIN.but(start=begun, duration_s=50.0))


@pytest.mark.parametrize("seconds", [40.0, 2.3])
def test_a_melody_is_followed_alike(pair: PairOf, seconds: float) -> None:
    wish = RAIN.but(melody=tune(seconds), duration_s=5.0)
    assert same(pair(MELODY), wish)
    followed, free = pair(MELODY).codes_of_ours(wish, wish.but(melody=None))
    assert not torch.equal(followed, free)


def test_a_melody_is_followed_alike_beyond_a_window(pair: PairOf) -> None:
    assert same(pair(MELODY), RAIN.but(melody=tune(7.0), duration_s=50.0))


@each_kind
def test_neighbours_in_the_batch_change_nothing(pair: PairOf, kind: Kind) -> None:
    wishes = [
        RAIN,
        RAIN.but(prompt="", seed=2, duration_s=4.0),
        RAIN.but(prompt="a bell", seed=3, duration_s=1.0),
        RAIN.but(prompt="epic drums and bass with a slow guitar", seed=4, duration_s=12.0),
        RAIN.but(prompt="wind", seed=5, sampling=Sampling(cfg_coef=1.0)),
        RAIN.but(prompt="fast", seed=6, sampling=Sampling(top_p=0.9)),
    ]
    theirs = [pair(kind).codes_of_theirs(wish) for wish in wishes]
    assert all_equal(pair(kind).codes_of_ours(*wishes, slots=3, apart=2), theirs)
    assert all_equal(pair(kind).codes_of_ours(*reversed(wishes), slots=6), theirs[::-1])


@each_kind
def test_the_steps_of_a_gpu_give_its_tokens_on_a_processor(pair: PairOf, kind: Kind) -> None:
    wishes = [
        RAIN,
        RAIN.but(prompt="", seed=2, duration_s=4.0),
        RAIN.but(seed=3, sampling=Sampling(cfg_coef=1.0, top_p=0.9)),
        RAIN.but(start=pair(kind).codes_of_theirs(RAIN.but(seed=9))[:, :11], duration_s=5.0),
        RAIN.but(duration_s=35.0 if kind != AUDIO else 13.0, seed=4),
        *([RAIN.but(melody=tune(2.3), seed=5)] if kind == MELODY else []),
    ]
    theirs = [pair(kind).codes_of_theirs(wish) for wish in wishes]
    assert all_equal(pair(kind).codes_of_ours(*wishes, slots=3, apart=2, static=True), theirs)


@pytest.mark.parametrize("kind", [SMALL, STEREO, AUDIO], ids=lambda kind: kind.name)
def test_the_sound_of_the_engine_is_its_sound(pair: PairOf, kind: Kind) -> None:
    both = pair(kind)
    engine = AudioCraftEngine(
        load(
            {
                f"SOUNDBOX_{both.model.upper()}_MODEL": kind.name,
                "SOUNDBOX_PRECISION": "fp32",
                "SOUNDBOX_DEVICE": "cpu",
            }
        )
    )
    wish = RAIN.but(duration_s=4.0, seed=77)
    (sound,) = engine.generate(
        [Request("1", wish.prompt, both.model, wish.duration_s, loop=False, seed=wish.seed)],
        lambda _job_id, _fraction: True,
    )
    theirs = both.samples_of_theirs(wish).t().numpy()
    assert sound is not None
    assert sound.samples.shape == theirs.shape == (4 * sound.sample_rate_hz, 2 if kind.stereo else 1)
    assert abs(theirs).max() > 0.1
    assert abs(sound.samples - theirs).max() < 1e-6
