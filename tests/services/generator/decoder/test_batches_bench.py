"""The benchmark of a GPU's batches, in small and on any device."""

import math
from dataclasses import replace
from typing import Any

import torch

from bench import batches, random_models
from services.generator.decoder import weights
from services.generator.decoder.linear import CPU
from tests.services.generator.decoder.conftest import TINY


def test_every_batch_is_measured_beside_audiocraft_and_the_memorys_limit(
    device: torch.device,
) -> None:
    size = replace(TINY, card=256)  # audiocraft draws from 250 tokens
    lm, compression = random_models.language_model(size), random_models.compression_model(size)
    found = batches.figures(lm, compression, device, sizes=(1, 3), frames=60, precision="fp16")
    named = {figure.name: figure for figure in found}
    for jobs in (1, 3):
        name = f"{device.type}_fp16_batch_{jobs}"
        assert named[f"{name}_steps_per_s"].value > 0
        assert named[f"{name}_steps_per_s"].ratio is not None
        assert 0 < named[f"{name}_share_of_memory_limit"].value < 1
        assert named[f"{name}_realtime_factor"].value > 0
        first = named[f"{name}_first_sound"]
        assert first.baseline is not None
        assert 0 < first.value < first.baseline
    assert named[f"{device.type}_memory_bandwidth"].value > 0


def test_a_step_reads_all_weights_once_and_the_keys_and_values_of_each_job(lm: Any) -> None:
    packed = weights.dense_of(lm, "fp16", CPU)
    matrices = 12 * TINY.dim**2 * TINY.layers + 2 * TINY.dim**2 * TINY.layers + 4 * TINY.card * TINY.dim
    assert packed.step_bytes == 2 * matrices
    one, two = (batches.step_bytes(packed, jobs, 96, 7) - packed.step_bytes for jobs in (1, 2))
    # Keys and values of 100 columns, half of them on average, in two rows, and of 7 tokens of text in one.
    assert one == (2 * 100 / 2 + 7) * 2 * TINY.dim * TINY.layers * 2
    assert math.isclose(two, 2 * one)
