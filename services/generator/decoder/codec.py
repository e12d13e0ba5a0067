"""From codes to sound: the decoder of EnCodec, whole or in chunks (arXiv:2210.13438, section 3.1).

Codes become latents, a convolution and an LSTM go over the frames, and strided transposed convolutions
make samples of them. Only the LSTM remembers the past; the convolutions reach a few frames to both sides.
So a stream carries the LSTM's state, waits for the frames that the convolutions look ahead to, and gives
the samples that decoding everything at once gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name

from shared.errors import PermanentError

State = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True)
class Conv:
    """A convolution of stride 1 that keeps the length; weight norm is folded into the weight."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    dilation: int
    left: int
    right: int
    pad_mode: str

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv1d(
            _padded(x, self.left, self.right, self.pad_mode), self.weight, self.bias, 1, 0, self.dilation
        )

    def reach(self, left: int, right: int) -> tuple[int, int]:
        """How many more input frames than the output's are needed on each side."""
        return left + self.left, right + self.right


@dataclass(frozen=True)
class Upsample:
    """A transposed convolution: `stride` samples for each, trimmed to exactly that."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    stride: int
    trim_left: int
    trim_right: int

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        y = F.conv_transpose1d(x, self.weight, self.bias, self.stride)
        return y[..., self.trim_left : y.shape[-1] - self.trim_right]

    def reach(self, left: int, right: int) -> tuple[int, int]:
        """An upper bound: every input touches as many outputs as the kernel is long."""
        kernel = self.weight.shape[-1]
        return -(-(left + kernel) // self.stride), -(-(right + kernel) // self.stride)


@dataclass(frozen=True)
class Elu:
    """The activation between the convolutions."""

    alpha: float

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return F.elu(x, self.alpha)

    def reach(self, left: int, right: int) -> tuple[int, int]:
        """None beyond the output's."""
        return left, right


@dataclass(frozen=True)
class Residual:
    """A block of layers beside a way around them."""

    block: tuple["Conv | Elu", ...]
    around: Conv | None

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        y = x
        for layer in self.block:
            y = layer(y)
        return (x if self.around is None else self.around(x)) + y

    def reach(self, left: int, right: int) -> tuple[int, int]:
        """That of the block; the way around has kernels of one."""
        for layer in reversed(self.block):
            left, right = layer.reach(left, right)
        return left, right


Layer = Conv | Upsample | Elu | Residual


class Codec:
    """The decoding half of an EnCodec model.

    Attributes:
        sample_rate_hz, hop_length: samples a second, and samples a frame.
        channels: 2 where the codebooks of two sides are interleaved, else 1.
    """

    def __init__(self, model: Any) -> None:
        """Take the decoder out of an `audiocraft.models.CompressionModel`.

        Raises:
            PermanentError: it has parts that are not known here.
        """
        inner, self.channels = _mono(model)
        self.sample_rate_hz = int(model.sample_rate)
        self._tables = _codebooks(inner)
        first, self._lstm, *rest = _parts(_decoder_layers(inner))
        self._first: Conv = first
        self._upper: tuple[Layer, ...] = tuple(rest)
        strides = [layer.stride for layer in rest if isinstance(layer, Upsample)]
        self.hop_length = int(torch.tensor(strides).prod())
        self._left, self._right = _reach(self._upper)

    @property
    def look_ahead_frames(self) -> int:
        """Frames that must be known after a frame before its samples are final."""
        return self._first.right + self._right

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """Samples float32 (channels, frames * hop_length) of codes int64 (K, frames)."""
        stream = CodecStream(self)
        return torch.cat([stream.push(codes), stream.end()], dim=-1)

    def latents(self, codes: torch.Tensor) -> torch.Tensor:
        """The sum of the codebooks' vectors: (K, frames) to (channels, dimension, frames)."""
        sides = [codes] if self.channels == 1 else [codes[0::2], codes[1::2]]
        return torch.stack([self._looked_up(side) for side in sides])

    def _looked_up(self, codes: torch.Tensor) -> torch.Tensor:
        total = F.embedding(codes[0], self._tables[0])
        for k in range(1, len(codes)):
            total = total + F.embedding(codes[k], self._tables[k])
        return total.t()


class CodecStream:
    """Decodes one clip as its codes come."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._latents = torch.zeros(codec.channels, codec._tables.shape[-1], 0)
        self._latents_from = 0
        self._hidden = torch.zeros(codec.channels, codec._first.weight.shape[0], 0)
        self._hidden_from = 0
        self._state: State | None = None
        self._heard = 0  # frames that the LSTM has seen
        self._made = 0  # frames whose samples were handed out

    def push(self, codes: torch.Tensor) -> torch.Tensor:
        """Samples that became final with more codes, (K, frames); perhaps none yet."""
        self._latents = torch.cat([self._latents, self._codec.latents(codes)], dim=-1)
        return self._advance(ended=False)

    def end(self) -> torch.Tensor:
        """The rest, once no more codes come."""
        return self._advance(ended=True)

    def _advance(self, ended: bool) -> torch.Tensor:
        known = self._latents_from + self._latents.shape[-1]
        self._listen(known if ended else max(known - self._codec._first.right, self._heard), known)
        until = self._heard if ended else max(self._heard - self._codec._right, self._made)
        return self._samples(until)

    def _listen(self, until: int, known: int) -> None:
        """First convolution and LSTM over frames `_heard` .. `until`."""
        if until <= self._heard:
            return
        first = self._codec._first
        start = max(self._heard - first.left, 0)
        around = self._latents[..., start - self._latents_from :]
        # At the ends of the clip the convolution pads; inside it has its neighbours.
        y = first(around)[..., self._heard - start : until - start]
        heard, self._state = _recur(self._codec._lstm, y, self._state)
        self._hidden = torch.cat([self._hidden, heard], dim=-1)
        self._heard = until
        self._latents = self._latents[..., max(until - first.left, 0) - self._latents_from :]
        self._latents_from = max(until - first.left, 0)

    def _samples(self, until: int) -> torch.Tensor:
        """The convolutions above, over as many neighbours as they reach to."""
        codec = self._codec
        if until <= self._made:
            return torch.zeros(codec.channels, 0)
        start = max(self._made - codec._left, 0)
        y = self._hidden[..., start - self._hidden_from :]
        for layer in codec._upper:
            y = layer(y)
        hop = codec.hop_length
        made = y[:, 0, (self._made - start) * hop : (until - start) * hop]
        self._made = until
        keep = max(until - codec._left, 0)
        self._hidden = self._hidden[..., keep - self._hidden_from :]
        self._hidden_from = keep
        return made


def _recur(lstm: Any, x: torch.Tensor, state: State | None) -> tuple[torch.Tensor, State]:
    """The LSTM with its way around: (channels, dimension, frames) in and out."""
    frames_first = x.permute(2, 0, 1)
    y, state = lstm(frames_first, state)
    return (y + frames_first).permute(1, 2, 0), state


def _padded(x: torch.Tensor, left: int, right: int, mode: str) -> torch.Tensor:
    """Padding as EnCodec's: a signal too short to be reflected gets zeros behind it first."""
    if mode != "reflect":
        return F.pad(x, (left, right), mode)
    short = max(left, right) - x.shape[-1] + 1
    if short <= 0:
        return F.pad(x, (left, right), "reflect")
    padded = F.pad(F.pad(x, (0, short)), (left, right), "reflect")
    return padded[..., : padded.shape[-1] - short]


def _reach(layers: Sequence[Layer]) -> tuple[int, int]:
    left = right = 0
    for layer in reversed(layers):
        left, right = layer.reach(left, right)
    return left, right


# Taking models apart. Transformers' EnCodec and audiocraft's own name the same parts differently.


def _mono(model: Any) -> tuple[Any, int]:
    """The model of one side, and how many sides there are."""
    if type(model).__name__ == "InterleaveStereoCompressionModel":
        if model.per_timestep:
            raise PermanentError(
                "unknown_codec", "This codec interleaves its sides in time, which is not known here."
            )
        return _mono(model.model)[0], 2
    return getattr(model, "model", model), 1


def _decoder_layers(model: Any) -> list[Any]:
    decoder = model.decoder
    return list(decoder.layers if hasattr(decoder, "layers") else decoder.model)


def _codebooks(model: Any) -> torch.Tensor:
    """The codebooks' vectors, float32 (K, card, dimension)."""
    quantizer = model.quantizer
    layers = quantizer.layers if hasattr(quantizer, "layers") else quantizer.vq.layers
    return torch.stack([_table(layer) for layer in layers])


def _table(layer: Any) -> torch.Tensor:
    codebook = getattr(layer, "codebook", None)
    if not isinstance(codebook, torch.Tensor):
        codebook = layer.codebook.embed if hasattr(layer.codebook, "embed") else layer._codebook.embed
    return codebook.detach().float()


def _parts(layers: Sequence[Any]) -> list[Any]:
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
        return Residual(tuple(_parts(layer.block)), around)
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
