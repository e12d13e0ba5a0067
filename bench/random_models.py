"""Models of the real dimensions, or tiny ones, with random weights: speed and parity need no trained ones.

Built from audiocraft's own classes, so what is measured against is audiocraft itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from services.generator.engines.audiocraft import standins

standins.install()

from audiocraft.models.encodec import HFEncodecCompressionModel  # noqa: E402 - after the stand-ins
from audiocraft.models.lm import LMModel  # noqa: E402
from audiocraft.modules.codebooks_patterns import DelayedPatternProvider  # noqa: E402
from audiocraft.modules.conditioners import (  # noqa: E402
    ConditionFuser,
    ConditioningAttributes,
    ConditioningProvider,
    TextConditioner,
)
from audiocraft.modules.transformer import set_efficient_attention_backend  # noqa: E402
from transformers import EncodecConfig, EncodecModel  # noqa: E402

set_efficient_attention_backend("torch")

FRAME_RATE_HZ = 50
DELAYS = (0, 1, 2, 3)


@dataclass(frozen=True)
class Size:
    """Dimensions of a language model (audiocraft's config/model/lm) and of its codec.

    Attributes:
        filters: channels of the codec's last layer; 64 in the released ones.
        ratios: upsampling of the codec's four layers.
        delays: of the codebooks, one each.
        prepends: whether conditions stand before the tokens, as the melody models have it.
    """

    layers: int
    dim: int
    heads: int
    card: int = 2048
    filters: int = 64
    ratios: tuple[int, ...] = (8, 5, 4, 4)
    delays: tuple[int, ...] = DELAYS
    prepends: bool = False

    @property
    def sample_rate_hz(self) -> int:
        """Samples a second that the codec makes."""
        return FRAME_RATE_HZ * int(torch.tensor(self.ratios).prod())


SIZES = {
    "small": Size(24, 1024, 16),
    "medium": Size(48, 1536, 24),
    "large": Size(48, 2048, 32),
    "audiogen-medium": Size(48, 1536, 24, ratios=(8, 5, 4, 2)),
}


class WordsAsNoise(TextConditioner):  # type: ignore[misc]
    """Stands for the text encoder, which is no part of decoding: a random vector a word."""

    def __init__(self, dim: int) -> None:
        super().__init__(dim, dim)
        self._vectors = torch.nn.Embedding(1009, dim)

    def tokenize(self, x: Sequence[str | None]) -> list[list[int]]:
        """Numbers of the words."""
        return [[sum(word.encode()) % 1009 for word in (text or "").split()] for text in x]

    def forward(self, inputs: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Embeddings (texts, words, dim), zero beyond a text's words, and their mask."""
        longest = max(1, *(len(words) for words in inputs))
        here = self._vectors.weight.device
        padded = torch.tensor([words + [0] * (longest - len(words)) for words in inputs], device=here)
        mask = torch.tensor(
            [[1] * len(words) + [0] * (longest - len(words)) for words in inputs], device=here
        )
        return self._vectors(padded) * mask[..., None], mask


def language_model(size: Size, seed: int = 0) -> Any:
    """An audiocraft `LMModel` as MusicGen's, with random weights."""
    torch.manual_seed(seed)
    cross, prepend = ([], ["description"]) if size.prepends else (["description"], [])
    fuser = ConditionFuser({"cross": cross, "prepend": prepend, "sum": [], "input_interpolate": []})
    return LMModel(
        DelayedPatternProvider(len(size.delays), list(size.delays)),
        ConditioningProvider({"description": WordsAsNoise(size.dim)}),
        fuser,
        n_q=len(size.delays),
        card=size.card,
        dim=size.dim,
        num_heads=size.heads,
        num_layers=size.layers,
        hidden_scale=4,
        norm="layer_norm",
        norm_first=True,
        activation="gelu",
        bias_proj=False,
        bias_ff=False,
        bias_attn=False,
        causal=True,
        memory_efficient=True,
        cross_attention=not size.prepends,
        dropout=0.0,
        weight_init="gaussian",
        depthwise_init="current",
        zero_bias_init=True,
    ).eval()


def compression_model(size: Size, seed: int = 0) -> Any:
    """An audiocraft `CompressionModel` as MusicGen's, with random weights."""
    torch.manual_seed(seed)
    model = EncodecModel(
        EncodecConfig(
            target_bandwidths=[2.2],
            sampling_rate=size.sample_rate_hz,
            audio_channels=1,
            normalize=False,
            num_filters=size.filters,
            num_residual_layers=1,
            upsampling_ratios=list(size.ratios),
            norm_type="weight_norm",
            use_causal_conv=False,
            pad_mode="reflect",
            num_lstm_layers=2,
            codebook_size=2048,
            codebook_dim=128,
            hidden_size=128,
            use_conv_shortcut=False,
        )
    ).eval()
    for layer in model.quantizer.layers:
        layer.codebook.embed.normal_(0, 0.5)
    return HFEncodecCompressionModel(model).eval()


def description(text: str) -> Any:
    """Audiocraft's attributes of a prompt."""
    return ConditioningAttributes(text={"description": text or None})


def embedded(lm: Any, text: str) -> torch.Tensor | None:
    """What a model hears of a prompt alone: float32 (words, dim), or None for an empty one."""
    if not text:
        return None
    provider = lm.condition_provider
    found: torch.Tensor = provider(provider.tokenize([description(text)]))["description"][0][0]
    return found
