"""Taking codecs apart: transformers' EnCodec and audiocraft's own name the same parts differently."""

from collections.abc import Sequence
from typing import Any

import torch

from services.generator.decoder.codec_layers import Conv, Elu, Residual, Upsample
from shared.errors import PermanentError


def mono(model: Any) -> tuple[Any, int]:
    """The model of one side, and how many sides there are."""
    if type(model).__name__ == "InterleaveStereoCompressionModel":
        if model.per_timestep:
            raise PermanentError(
                "unknown_codec", "This codec interleaves its sides in time, which is not known here."
            )
        return mono(model.model)[0], 2
    return getattr(model, "model", model), 1


def decoder_layers(model: Any) -> list[Any]:
    """The modules of the decoder, in their order."""
    decoder = model.decoder
    return list(decoder.layers if hasattr(decoder, "layers") else decoder.model)


def codebooks(model: Any) -> torch.Tensor:
    """The codebooks' vectors, float32 (K, card, dimension)."""
    quantizer = model.quantizer
    layers = quantizer.layers if hasattr(quantizer, "layers") else quantizer.vq.layers
    return torch.stack([_table(layer) for layer in layers])


def _table(layer: Any) -> torch.Tensor:
    codebook = getattr(layer, "codebook", None)
    if not isinstance(codebook, torch.Tensor):
        codebook = layer.codebook.embed if hasattr(layer.codebook, "embed") else layer._codebook.embed
    return codebook.detach().float()


def parts(layers: Sequence[Any]) -> list[Any]:
    """Modules as our layers; an LSTM stays torch's.

    Raises:
        PermanentError: one is not known here.
    """
    return [_part(layer) for layer in layers]


def _part(layer: Any) -> Any:
    name = type(layer).__name__
    if name in ("EncodecConv1d", "StreamableConv1d"):
        return _conv(layer)
    if name in ("EncodecConvTranspose1d", "StreamableConvTranspose1d"):
        return _upsample(layer)
    if name in ("EncodecLSTM", "StreamableLSTM"):
        return layer.lstm
    if name in ("EncodecResnetBlock", "SEANetResnetBlock"):
        around = None if type(layer.shortcut).__name__ == "Identity" else _conv(layer.shortcut)
        return Residual(tuple(parts(layer.block)), around)
    if name == "ELU":
        return Elu(layer.alpha)
    raise PermanentError("unknown_codec", f"This codec has a {name}, which the decoder does not know.")


def _conv(layer: Any) -> Conv:
    module = layer.conv.conv if hasattr(layer.conv, "conv") else layer.conv
    _refuse_causal(layer)
    total = (module.kernel_size[0] - 1) * module.dilation[0] + 1 - module.stride[0]
    right = total // 2
    return Conv(*_folded(module), module.dilation[0], total - right, right, layer.pad_mode)


def _upsample(layer: Any) -> Upsample:
    module = layer.convtr.convtr if hasattr(layer, "convtr") else layer.conv
    _refuse_causal(layer)
    total = module.kernel_size[0] - module.stride[0]
    right = total // 2
    return Upsample(*_folded(module), module.stride[0], total - right, right)


def _refuse_causal(layer: Any) -> None:
    if layer.causal:
        raise PermanentError("unknown_codec", "This codec is causal, which the decoder does not know.")


def _folded(module: Any) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Weight and bias, the weight norm multiplied in."""
    weight = module.weight
    if hasattr(module, "weight_g"):  # the older weight norm makes it anew in each forward only
        weight = torch._weight_norm(module.weight_v, module.weight_g, 0)
    return weight.detach().float().contiguous(), None if module.bias is None else module.bias.detach().float()
