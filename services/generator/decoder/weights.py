"""The weights of one of audiocraft's language models, in the shape that decoding wants them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from services.generator.decoder.linear import CPU, DTYPES, MAKERS, Linear, Maker, Precision, dense
from shared.errors import PermanentError


@dataclass(frozen=True)
class Norm:
    """Weight and bias of a layer norm, float32 (dim,)."""

    weight: torch.Tensor
    bias: torch.Tensor


@dataclass(frozen=True)
class Cross:
    """Cross-attention of a layer: keys and values are made once a job, so their weights stay apart."""

    norm: Norm
    query: Linear
    key_value: Linear
    out: Linear


@dataclass(frozen=True)
class Layer:
    """A transformer layer, pre-norm; `cross` is None in models that prepend their conditions."""

    norm_self: Norm
    qkv: Linear
    out: Linear
    cross: Cross | None
    norm_ff: Norm
    up: Linear
    down: Linear


@dataclass(frozen=True)
class Weights:
    """A whole language model.

    Attributes:
        card: tokens a codebook; the embedding has one more, the special token.
        delays: steps that each codebook comes late.
        embeddings: float32 (K, card + 1, dim).
        heads: dim -> K * card, the K heads one below the other.
        precision: of all matrices.
    """

    dim: int
    num_heads: int
    card: int
    delays: tuple[int, ...]
    max_period: float
    positional_scale: float
    embeddings: torch.Tensor
    layers: tuple[Layer, ...]
    norm_out: Norm
    heads: Linear
    precision: Precision

    @property
    def device(self) -> torch.device:
        """Where they are."""
        return self.embeddings.device

    @property
    def dtype(self) -> torch.dtype:
        """Of `Dense` matrices, and so of the keys and values that are made with them."""
        return DTYPES[self.precision]

    @property
    def step_bytes(self) -> int:
        """Bytes of weights that one step reads: every matrix once, without the cached cross K/V's."""
        matrices = [self.heads]
        for layer in self.layers:
            matrices += [layer.qkv, layer.out, layer.up, layer.down]
            matrices += [layer.cross.query, layer.cross.out] if layer.cross else []
        return sum(matrix.nbytes for matrix in matrices)


def of(lm: Any, precision: Precision) -> Weights:
    """The weights of an `audiocraft.models.LMModel` for a processor, its matrices in the given precision.

    Raises:
        PermanentError: the model has a part that this decoder does not know.
    """
    return _taken(lm, precision, MAKERS[precision], CPU)


def dense_of(lm: Any, precision: Precision, device: torch.device) -> Weights:
    """As `of`, with `Dense` matrices on a device: what the static decoder takes.

    Raises:
        PermanentError: the model has a part that this decoder does not know.
    """
    return _taken(lm, precision, dense(precision, device), device)


def _taken(lm: Any, precision: Precision, make: Maker, device: torch.device) -> Weights:
    _refuse_unknown(lm)
    transformer = lm.transformer
    return Weights(
        dim=lm.dim,
        num_heads=transformer.layers[0].self_attn.num_heads,
        card=lm.card,
        delays=tuple(lm.pattern_provider.delays),
        max_period=float(transformer.max_period),
        positional_scale=float(transformer.positional_scale),
        embeddings=torch.stack([table.weight.detach().float() for table in lm.emb]).to(device),
        layers=tuple(_layer(layer, make, device) for layer in transformer.layers),
        norm_out=_norm(lm.out_norm, device),
        heads=make(*_stacked(lm.linears)),
        precision=precision,
    )


def _layer(layer: Any, make: Maker, device: torch.device) -> Layer:
    return Layer(
        norm_self=_norm(layer.norm1, device),
        qkv=make(*_projection(layer.self_attn)),
        out=_linear(layer.self_attn.out_proj, make),
        cross=None if layer.cross_attention is None else _cross(layer, make, device),
        norm_ff=_norm(layer.norm2, device),
        up=_linear(layer.linear1, make),
        down=_linear(layer.linear2, make),
    )


def _cross(layer: Any, make: Maker, device: torch.device) -> Cross:
    weight, bias = _projection(layer.cross_attention)
    dim = weight.shape[1]
    return Cross(
        norm=_norm(layer.norm_cross, device),
        query=make(weight[:dim], None if bias is None else bias[:dim]),
        key_value=make(weight[dim:], None if bias is None else bias[dim:]),
        out=_linear(layer.cross_attention.out_proj, make),
    )


def _projection(attention: Any) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Query, key and value weights, one below the other."""
    module = attention if attention.custom else attention.mha
    bias = module.in_proj_bias
    return module.in_proj_weight.detach(), None if bias is None else bias.detach()


def _linear(module: Any, make: Maker) -> Linear:
    return make(module.weight.detach(), None if module.bias is None else module.bias.detach())


def _stacked(modules: Sequence[Any]) -> tuple[torch.Tensor, torch.Tensor | None]:
    weight = torch.cat([module.weight.detach() for module in modules])
    if modules[0].bias is None:
        return weight, None
    return weight, torch.cat([module.bias.detach() for module in modules])


def _norm(module: Any, device: torch.device) -> Norm:
    return Norm(module.weight.detach().float().to(device), module.bias.detach().float().to(device))


def _refuse_unknown(lm: Any) -> None:
    first = lm.transformer.layers[0]
    known = {
        "rotary positions": lm.transformer.positional_embedding == "sin",
        "post-norm layers": lm.out_norm is not None,
        "layer scale": type(first.layer_scale_1).__name__ == "Identity",
        "normalized queries": not first.self_attn.qk_layer_norm,
        "shared keys": first.self_attn.kv_repeat == 1,
        "a limited context": first.self_attn.past_context is None,
        "another pattern than delays": type(lm.pattern_provider).__name__ == "DelayedPatternProvider",
        "conditions that are summed": not (
            lm.fuser.fuse2cond["sum"] or lm.fuser.fuse2cond["input_interpolate"]
        ),
        "positions in cross-attention": not lm.fuser.cross_attention_pos_emb,
    }
    found = [name for name, fine in known.items() if not fine]
    if found:
        raise PermanentError(
            "unknown_model", f"This checkpoint has {', '.join(found)}, which the decoder does not know."
        )
