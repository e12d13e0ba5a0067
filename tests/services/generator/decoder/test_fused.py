"""Kernels of our own give what the static decoder gives; interpreted by Triton where there is no GPU."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from bench import random_models
from bench.random_models import Size
from services.generator.decoder import weights
from services.generator.decoder.delays import UNKNOWN
from services.generator.decoder.fused import kernels, transformer
from services.generator.decoder.fused.transformer import FusedTransformer
from services.generator.decoder.generation import Clip, Conditions, Windows
from services.generator.decoder.sampling import Sampling
from services.generator.decoder.static import sampling
from services.generator.decoder.static.batch import StaticBatch
from services.generator.decoder.static.buffers import State
from services.generator.decoder.static.transformer import StaticTransformer
from services.generator.decoder.transformer import Slot
from services.generator.decoder.weights import Norm

TINY = Size(layers=2, dim=32, heads=2, card=32)
FRAMES = 8
WINDOWS = Windows(longest=4, stride=3)
# Interpreted, a step takes a second.
NUMBERS_OF_SLOTS = [1, 2, 3, 4] if torch.cuda.is_available() else [1, 3]
DRAWN = Sampling(top_k=50)

Slots = Callable[..., StaticBatch]


@pytest.fixture(scope="module")
def lm() -> Any:
    """An audiocraft `LMModel`."""
    return random_models.language_model(TINY)


@pytest.fixture(scope="session")
def device() -> torch.device:
    """The GPU if there is one, for which the kernels are compiled then."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@pytest.fixture(autouse=True)
def _large_blocks(device: torch.device, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interpreted, a program takes milliseconds, however much it does."""
    if device.type == "cpu":
        monkeypatch.setattr(kernels, "_TILE", (256, 64))
        monkeypatch.setattr(transformer, "_MOST_SPLITS", 2)


@pytest.fixture
def fused(lm: Any, device: torch.device) -> Slots:
    """Makes slots whose steps are of our own kernels."""

    def make(slots: int) -> StaticBatch:
        packed = weights.dense_of(lm, "fp16", device)
        return StaticBatch(packed, slots, FRAMES, WINDOWS, FusedTransformer)

    return make


def clip(lm: Any, prompt: str, frames: int = 10, seed: int = 1, how: Sampling = DRAWN) -> Clip:
    heard = Conditions(random_models.embedded(lm, prompt))
    nothing = torch.zeros(len(TINY.delays), 0, dtype=torch.long)
    return Clip(frames, seed, lambda _first: heard, nothing, how)


def finished(slots: StaticBatch, *clips: Clip) -> list[torch.Tensor]:
    generations = [slots.admit(one) for one in clips]
    while slots.running:
        slots.step()
    return [one.codes().cpu() for one in generations]


@pytest.mark.parametrize("slots", NUMBERS_OF_SLOTS)
def test_logits_given_the_same_tokens_are_those_of_the_static_decoder(
    lm: Any, device: torch.device, slots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sequence = torch.randint(0, TINY.card, (slots, 4, FRAMES), generator=torch.Generator().manual_seed(2))
    texts = [random_models.embedded(lm, "calm piano " * n) for n in range(slots)]
    packed = weights.dense_of(lm, "fp16", device)
    found = []
    for kind in (StaticTransformer, FusedTransformer):
        made = kind(packed, slots, FRAMES, FRAMES + 1)
        found.append(teacher_forced(made, texts, sequence.to(device), monkeypatch))
    spread = float(found[0].std())
    assert float((found[0] - found[1]).abs().max()) / spread < 0.02


def teacher_forced(
    made: StaticTransformer, texts: list[Any], sequence: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> torch.Tensor:
    """Logits (steps, slots, 2, K, card) of slots whose tokens are known already."""
    given: list[torch.Tensor] = []
    for module, name, at in ((sampling, "advance", 1), (kernels, "choose", 1)):
        monkeypatch.setattr(module, name, kept(getattr(module, name), given, at))
    state = made.state
    for number, text in enumerate(texts):
        made.listen(Slot(number), None if text is None else text.to(state.at.device))
    state.sequence[:, :, :FRAMES] = sequence
    state.active.fill_(True)
    for _ in range(FRAMES - 1):
        made.step(made.shapes.fitting(len(texts), FRAMES, 64))
    monkeypatch.undo()
    return torch.stack([one.reshape(len(texts), 2, 4, -1).float().cpu() for one in given])


def kept(function: Any, given: list[torch.Tensor], at: int) -> Any:
    def wrapped(*arguments: Any) -> None:
        given.append(arguments[at].clone())
        function(*arguments)

    return wrapped


def test_neighbours_change_no_token(lm: Any, fused: Slots) -> None:
    clips = [clip(lm, "rain", 3, 1), clip(lm, "calm piano", 1, 3, Sampling(top_p=0.9))]
    if torch.cuda.is_available():
        clips += [clip(lm, "", 12, 2, Sampling(greedy=True)), clip(lm, "bells", 9, 5, Sampling(top_k=0))]
    alone = [finished(fused(len(clips)), one)[0] for one in clips]
    together = finished(fused(len(clips)), *clips)
    assert all(torch.equal(*pair) for pair in zip(alone, together, strict=True))


@pytest.mark.parametrize("books", [4, 8])
@pytest.mark.parametrize("card", [96, 256])
def test_tokens_are_chosen_as_in_the_static_decoder(device: torch.device, books: int, card: int) -> None:
    hows = [
        Sampling(greedy=True),
        Sampling(top_k=20),
        Sampling(top_k=0),
        Sampling(top_k=1, cfg_coef=1.5),
        Sampling(top_k=card, temperature=0.6),
        Sampling(top_k=5, temperature=1.7),
    ]
    slots, columns = len(hows), 6
    logits = 4 * torch.randn(2 * slots, books, card, generator=torch.Generator().manual_seed(1)).to(device)
    states = []
    for _ in range(2):
        state = State.of(slots, columns, books, card, device)
        state.sequence.fill_(UNKNOWN)
        state.sequence[:, 1, 1] = 7
        for number, how in enumerate(hows):
            sampling.tell(state, number, how, guided=number != 2, card=card)
        state.noise.copy_(torch.rand(state.noise.shape, generator=torch.Generator().manual_seed(3)) + 0.01)
        state.active.fill_(True)
        state.active[3] = False
        states.append(state)
    sampling.advance(states[0], logits.view(slots, 2, books, card))
    states[0].length.add_(states[0].active)
    kernels.choose(states[1], logits, slots)
    for name in ("sequence", "at", "drawn", "length"):
        assert torch.equal(getattr(states[0], name), getattr(states[1], name)), name


def test_a_share_of_probability_keeps_the_likeliest_that_hold_it(device: torch.device) -> None:
    card, probabilities = 64, torch.tensor([0.5, 0.3, 0.15, 0.04] + [0.01 / 60] * 60)
    state = State.of(3, 4, 1, card, device)
    state.sequence.fill_(UNKNOWN)
    for number, share in enumerate((0.4, 0.75, 0.9)):
        sampling.tell(state, number, Sampling(top_p=share), guided=False, card=card)
        # Noise that has the least likely of those chosen that are kept.
        state.noise[number] = 16.0 ** -torch.arange(card).clamp(max=20)
    logits = probabilities.log().to(device).expand(6, 1, card).contiguous()
    kernels.choose(state, logits, 3)
    assert state.sequence[:, 0, 1].tolist() == [0, 1, 2]


@pytest.mark.parametrize("rows", [1, 2, 4])
@pytest.mark.parametrize("inputs", [64, 96])
def test_a_product_is_that_of_torch(device: torch.device, rows: int, inputs: int) -> None:
    torch.manual_seed(1)
    x = torch.randn(2 * rows, inputs, device=device)
    weight = torch.randn(40, inputs, device=device).half() / 8
    norm = Norm(torch.randn(inputs, device=device), torch.randn(inputs, device=device))
    normed = torch.nn.functional.layer_norm(x, (inputs,), norm.weight, norm.bias)
    close = {"rtol": 2e-3, "atol": 2e-3}

    out = torch.zeros(2 * rows, 40, device=device).half()
    kernels.product(x, weight, out, rows=2 * rows, norm=norm, gelu=True)
    expected = torch.nn.functional.gelu(normed @ weight.float().t())
    torch.testing.assert_close(out.float(), expected, **close)

    out = torch.ones(2 * rows, 40, device=device)
    kernels.product(x[:rows].half(), weight, out, rows=rows, add=True)
    expected = torch.ones(2 * rows, 40, device=device)
    expected[::2] += x[:rows].half().float() @ weight.float().t()
    torch.testing.assert_close(out, expected, **close)


@pytest.mark.parametrize("splits", [1, 4])
def test_attention_is_that_of_torch_and_keeps_the_new_token(device: torch.device, splits: int) -> None:
    torch.manual_seed(1)
    slots, heads, size, longest = 3, 2, 16, 320
    lengths = torch.tensor([0, 1, 300], device=device)
    memory = torch.randn(2, slots, 2, heads, longest, size, device=device).half()
    qkv = torch.randn(2 * slots, 3, heads, size, device=device).half()
    expected = memory.clone()
    out = torch.zeros(2 * slots, heads * size, device=device).half()
    parts = torch.zeros(2 * slots * heads, splits, size + 2, device=device) if splits > 1 else None
    kernels.attend(
        qkv.view(2 * slots, -1), memory, lengths, out, pairs=2 * slots * heads, parts=parts, past=True
    )
    for slot, length in enumerate(lengths.tolist()):
        for side in range(2):
            row = 2 * slot + side
            expected[:, slot, side, :, length] = qkv[row, 1:]
            keys, values = expected[:, slot, side, :, : length + 1].float()
            heard = torch.nn.functional.scaled_dot_product_attention(
                qkv[row, 0, :, None].float(), keys, values
            )
            torch.testing.assert_close(out[row].float(), heard.flatten(), rtol=3e-3, atol=3e-3)
    assert torch.equal(memory, expected)
