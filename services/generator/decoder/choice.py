"""Where a model is decoded, with which arithmetic, and by which of the decoders."""

import logging
from typing import Any, Literal

import torch

from services.generator.decoder import weights as weights_module
from services.generator.decoder.compiled.transformer import CompiledTransformer
from services.generator.decoder.generation import Batch, Slots, Windows
from services.generator.decoder.linear import CPU, PRECISIONS, Precision
from services.generator.decoder.static.batch import StaticBatch
from services.generator.decoder.static.transformer import StaticTransformer
from services.generator.decoder.transformer import Transformer
from services.generator.decoder.weights import Weights
from shared.errors import SettingsError

_log = logging.getLogger("generator")

_ON: dict[str, tuple[Precision, ...]] = {"cpu": PRECISIONS, "cuda": ("fp32", "fp16", "bf16")}

_BEST: dict[str, Precision] = {"cpu": "int8", "cuda": "fp16"}
"""What decodes fastest: the fewest bytes, as reading them is what takes the time. Of the halves of
float32, fp16 is what AudioCraft itself decodes with on a GPU, and has three bits more than bf16."""


def device(wanted: Literal["auto", "cpu", "cuda"]) -> torch.device:
    """Where to decode. On a GPU, float32 is made to be float32 from then on in all of this process,
    and convolutions to round alike every time.

    Raises:
        SettingsError: a GPU is wanted and torch can use none.
    """
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        return CPU
    if not torch.cuda.is_available():
        raise SettingsError("SOUNDBOX_DEVICE is 'cuda', and torch finds no GPU that it can use here.")
    refuse_shortened_products()
    torch.backends.cudnn.deterministic = True  # else cuDNN may add up in another order each time
    return torch.device("cuda", torch.cuda.current_device())


def refuse_shortened_products() -> None:
    """Have products and convolutions of a GPU not drop bits of their inputs (TF32) or of their sums."""
    torch.backends.cuda.matmul.fp32_precision = "ieee"
    torch.backends.cudnn.conv.fp32_precision = "ieee"
    torch.backends.cudnn.rnn.fp32_precision = "ieee"
    torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction = False
    torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction = False


def precision(wanted: Literal["auto", "fp32", "fp16", "bf16", "int8"], on: torch.device) -> Precision:
    """The arithmetic on a device.

    Raises:
        SettingsError: the device has no such one.
    """
    if wanted == "auto":
        return best_precision(on)
    there = _ON[on.type]
    if wanted not in there:
        raise SettingsError(
            f"SOUNDBOX_PRECISION is {wanted!r}; wanted auto, {' or '.join(there)} on the device {on.type}."
        )
    return wanted


def best_precision(on: torch.device = CPU) -> Precision:
    """What a device decodes fastest with."""
    return _BEST[on.type]


def weights(lm: Any, precision: Precision, on: torch.device) -> Weights:
    """The weights of an `audiocraft.models.LMModel`, as the device's decoder takes them.

    Raises:
        PermanentError: the model has a part that no decoder knows.
    """
    if on.type == "cuda":
        return weights_module.dense_of(lm, precision, on)
    return weights_module.of(lm, precision)


def slots(weights: Weights, count: int, longest: int, windows: Windows) -> Slots:
    """Slots of up to `longest` tokens each, the prefix included, where the weights are."""
    if weights.device.type == "cuda":
        return StaticBatch(weights, count, longest, windows, static(weights))
    return Batch(transformer(weights, count, longest), count, windows)


def static(weights: Weights) -> type[StaticTransformer]:
    """The transformer of fixed shapes for weights on a GPU: in halves of float32 that of our own kernels,
    if the size of a head is a power of two, as it is in all released models.

    They are compiled where they are used, for which Triton wants a C compiler and Python's headers. Without
    them torch's operations do the same, in twice the time.
    """
    head_size = weights.dim // weights.num_heads
    if weights.dtype == torch.float32 or head_size & (head_size - 1):
        return StaticTransformer
    try:
        from services.generator.decoder.fused import kernels
        from services.generator.decoder.fused.transformer import FusedTransformer

        kernels.try_out(weights.device)
    except Exception as error:  # noqa: BLE001
        # Whatever keeps a compiler of somebody else's from working here, there is another way.
        _log.warning(
            "Triton cannot compile here, so decoding takes about twice the time. It wants gcc or clang and "
            "Python's headers (python3-dev). %s: %s",
            type(error).__name__,
            error,
        )
        return StaticTransformer
    return FusedTransformer


def transformer(weights: Weights, slots: int, longest: int) -> Transformer:
    """The transformer of a processor for the precision that the weights have; see `Transformer`."""
    fitting = Transformer if weights.precision == "fp32" else CompiledTransformer
    return fitting(weights, slots, longest)
