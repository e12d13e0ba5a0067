"""What device, precision and decoder the settings mean."""

from typing import Any

import pytest
import torch

from services.generator.decoder import choice
from services.generator.decoder.generation import Batch, Windows
from services.generator.decoder.linear import CPU
from shared.errors import SettingsError

CUDA = torch.device("cuda")


def test_without_a_gpu_a_processor_is_taken_and_a_gpu_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choice.device("auto") == choice.device("cpu") == CPU
    with pytest.raises(SettingsError, match="SOUNDBOX_DEVICE is 'cuda', and torch finds no GPU"):
        choice.device("cuda")


def test_each_device_has_its_own_best_precision() -> None:
    assert choice.precision("auto", CPU) == "int8"
    assert choice.precision("auto", CUDA) == "fp16"
    assert choice.precision("bf16", CPU) == choice.precision("bf16", CUDA) == "bf16"


def test_a_precision_that_the_device_lacks_is_refused() -> None:
    with pytest.raises(
        SettingsError, match="PRECISION is 'fp16'; wanted auto, fp32 or bf16 or int8 on the device cpu"
    ):
        choice.precision("fp16", CPU)
    with pytest.raises(SettingsError, match="PRECISION is 'int8'; wanted auto, fp32 or fp16 or bf16 on"):
        choice.precision("int8", CUDA)


def test_on_a_processor_slots_are_those_of_its_own_decoders(lm: Any) -> None:
    slots = choice.slots(choice.weights(lm, "int8", CPU), 2, 40, Windows(30, 20))
    assert type(slots) is Batch


def test_products_of_a_gpu_are_made_to_keep_every_bit() -> None:
    choice.refuse_shortened_products()
    assert torch.backends.cuda.matmul.fp32_precision == "ieee"
    assert torch.backends.cudnn.conv.fp32_precision == "ieee"
    assert torch.backends.cudnn.rnn.fp32_precision == "ieee"
    assert not torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction
