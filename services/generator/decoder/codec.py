"""From codes to sound: the decoder of EnCodec, whole or in chunks (arXiv:2210.13438, section 3.1).

Codes become latents, a convolution and an LSTM go over the frames, and strided transposed convolutions
make samples of them. Only the LSTM remembers the past; the convolutions reach a few frames to both sides.
So a stream carries the LSTM's state, waits for the frames that the convolutions look ahead to, and gives
the samples that decoding everything at once gives.
"""

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name

from services.generator.decoder import codec_source
from services.generator.decoder.codec_layers import Conv, Layer, Upsample, on, reach
from services.generator.decoder.linear import CPU

State = tuple[torch.Tensor, torch.Tensor]


class Codec:
    """The decoding half of an EnCodec model.

    Attributes:
        sample_rate_hz, hop_length: samples a second, and samples a frame.
        channels: 2 where the codebooks of two sides are interleaved, else 1.
        device: where codes are taken and samples are made.
    """

    def __init__(self, model: Any, device: torch.device = CPU) -> None:
        """Take the decoder out of an `audiocraft.models.CompressionModel`, and onto a device.

        Raises:
            PermanentError: it has parts that are not known here.
        """
        inner, self.channels = codec_source.mono(model)
        self.device = device
        self.sample_rate_hz = int(model.sample_rate)
        self._tables = codec_source.codebooks(inner).to(device)
        parts = codec_source.parts(codec_source.decoder_layers(inner))
        first, self._lstm, *rest = [on(device, part) for part in parts]
        self._first: Conv = first
        self._upper: tuple[Layer, ...] = tuple(rest)
        strides = [layer.stride for layer in rest if isinstance(layer, Upsample)]
        self.hop_length = int(torch.tensor(strides).prod())
        self._left, self._right = reach(self._upper)

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
        codes = codes.to(self.device)
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
        self._latents = torch.zeros(codec.channels, codec._tables.shape[-1], 0, device=codec.device)
        self._latents_from = 0
        self._hidden = torch.zeros(codec.channels, codec._first.weight.shape[0], 0, device=codec.device)
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
            return torch.zeros(codec.channels, 0, device=codec.device)
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
