"""A compiled step gives each slot what it gives alone, to the bit, whatever else is in the batch."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch

from bench import random_models
from services.generator.decoder import weights
from services.generator.decoder.compiled import crew
from services.generator.decoder.compiled.crew import Crew
from services.generator.decoder.compiled.transformer import LONGEST_TEXT, CompiledTransformer
from services.generator.decoder.linear import Precision
from services.generator.decoder.transformer import Slot
from services.generator.decoder.weights import Weights

PRECISIONS: tuple[Precision, ...] = ("bf16", "int8")
TEXTS = ("calm piano over soft rain", None, "drums", "x" * 40, "a cello in a cathedral")
STEPS = 70  # more than a group of tokens


@pytest.fixture(params=PRECISIONS)
def packed(lm: Any, request: pytest.FixtureRequest) -> Weights:
    return weights.of(lm, request.param)


def begun(
    lm: Any, transformer: CompiledTransformer, number: int, guided: bool = True, place: int | None = None
) -> Slot:
    slot, text = Slot(number if place is None else place), TEXTS[number]
    transformer.listen(slot, None if text is None else random_models.embedded(lm, text))
    x = transformer.embed(torch.full((4, 1 + number), number))[None]
    transformer.prefill(slot, x.expand(2, -1, -1) if guided else x)
    return slot


def stepped(transformer: CompiledTransformer, slots: Sequence[Slot], steps: int = STEPS) -> torch.Tensor:
    """Logits of the conditional rows of all steps, (steps, slots, K, card); tokens follow the slot."""
    found = []
    for step in range(steps):
        tokens = torch.tensor([(7 * slot.number + step) % 96 for slot in slots]).expand(4, -1)
        found.append(transformer.step(slots, tokens)[: len(slots)])
    return torch.stack(found)


def test_a_slot_alone_and_among_others_is_the_same_to_the_bit(lm: Any, packed: Weights) -> None:
    together = CompiledTransformer(packed, 5, 100)
    slots = [begun(lm, together, number) for number in range(5)]
    whole = stepped(together, slots)
    for number in range(5):
        alone = CompiledTransformer(packed, 5, 100)
        assert torch.equal(stepped(alone, [begun(lm, alone, number)])[:, 0], whole[:, number]), number


def test_slots_without_guidance_stand_behind_those_with_it(lm: Any, packed: Weights) -> None:
    together = CompiledTransformer(packed, 3, 100)
    guided, plain = begun(lm, together, 0), begun(lm, together, 2, guided=False)
    whole = stepped(together, [guided, plain])
    alone = CompiledTransformer(packed, 3, 100)
    assert torch.equal(stepped(alone, [begun(lm, alone, 2, guided=False)])[:, 0], whole[:, 1])


def test_the_number_of_threads_changes_nothing(
    lm: Any, packed: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for members in (1, 2, 3):
        fresh = Crew(members)
        monkeypatch.setattr(crew, "ours", lambda fresh=fresh: fresh)
        transformer = CompiledTransformer(packed, 2, 40)
        found.append(stepped(transformer, [begun(lm, transformer, 0), begun(lm, transformer, 1)], 20))
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])


def test_what_a_slot_held_before_is_forgotten(lm: Any, packed: Weights) -> None:
    used, fresh = CompiledTransformer(packed, 1, 100), CompiledTransformer(packed, 1, 100)
    stepped(used, [begun(lm, used, 3, place=0)])
    results = [stepped(one, [begun(lm, one, 2, place=0)], 30) for one in (used, fresh)]
    assert torch.equal(*results)


def test_a_text_as_long_as_there_is_room_for_is_heard_to_its_end(lm: Any, packed: Weights) -> None:
    transformer = CompiledTransformer(packed, 1, 10)
    text = torch.randn(LONGEST_TEXT, packed.dim, generator=torch.Generator().manual_seed(1))
    other = text.clone()
    other[-1] += 5
    found = []
    for heard in (text, other):
        slot = Slot(0)
        transformer.listen(slot, heard)
        transformer.prefill(slot, transformer.embed(torch.zeros(4, 1, dtype=torch.long))[None])
        found.append(stepped(transformer, [slot], 1))
    assert not torch.equal(*found)


def test_a_longer_text_is_refused(lm: Any, packed: Weights) -> None:
    transformer = CompiledTransformer(packed, 1, 10)
    with pytest.raises(ValueError, match=f"{LONGEST_TEXT + 1} tokens"):
        transformer.listen(Slot(0), torch.zeros(LONGEST_TEXT + 1, packed.dim))
