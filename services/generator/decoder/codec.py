"""From codes to sound: the decoder of EnCodec, whole or in chunks (arXiv:2210.13438, section 3.1).

Codes become latents, a convolution and an LSTM go over the frames, and strided transposed convolutions
make samples of them. Only the LSTM remembers the past; the convolutions reach a few frames to both sides.
So a stream carries the LSTM's state, waits for the frames that the convolutions look ahead to, and gives
the samples that decoding everything at once gives. Streams that are equally far are decoded at once.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name

from services.generator.decoder import codec_source
from services.generator.decoder.codec_layers import Conv, Layer, Upsample, on, reach
from services.generator.decoder.linear import CPU
from services.generator.decoder.static.graphs import Recordings


class Window(NamedTuple):
    """What is to be made of what a stream holds; frames, counted from the first that it holds of each.

    Attributes:
        latents: how many it holds.
        heard, until: the LSTM has heard the latents before the one, and is to hear those before the other.
        hidden: how many outputs of the LSTM it holds.
        made, end: samples were made of those before the one, and are to be made before the other.
    """

    latents: int
    heard: int
    until: int
    hidden: int
    made: int
    end: int

    @property
    def is_idle(self) -> bool:
        """Whether too little is known for anything to be made."""
        return self.until <= self.heard and self.end <= self.made


class Codec:
    """The decoding half of an EnCodec model.

    Attributes:
        sample_rate_hz, hop_length: samples a second, and samples a frame.
        channels: 2 where the codebooks of two sides are interleaved, else 1.
        device: where codes are taken and samples are made.
        left, right: frames that the convolutions above the LSTM reach to both sides.
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
        self.first: Conv = first
        self._upper: tuple[Layer, ...] = tuple(rest)
        strides = [layer.stride for layer in rest if isinstance(layer, Upsample)]
        self.hop_length = int(torch.tensor(strides).prod())
        self.left, self.right = reach(self._upper)
        self._recordings = Recordings(device)

    @property
    def look_ahead_frames(self) -> int:
        """Frames that must be known after a frame before its samples are final."""
        return self.first.right + self.right

    @property
    def is_quicker_together(self) -> bool:
        """Whether several streams at once take less time than each on its own; they may round otherwise."""
        return bool(self.device.type == "cuda")

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """Samples float32 (channels, frames * hop_length) of codes int64 (K, frames)."""
        stream = CodecStream(self)
        return torch.cat([stream.push(codes), stream.end()], dim=-1)

    def latents(self, codes: torch.Tensor) -> torch.Tensor:
        """The sum of the codebooks' vectors: (K, frames) to (channels, dimension, frames)."""
        codes = codes.to(self.device)
        sides = [codes] if self.channels == 1 else [codes[0::2], codes[1::2]]
        return torch.stack([self._looked_up(side) for side in sides])

    def nothing(self) -> tuple[torch.Tensor, ...]:
        """Latents, outputs of the LSTM and its two states before a clip, for each channel."""
        width, layers = self.first.weight.shape[0], int(self._lstm.num_layers)
        return (
            torch.zeros(self.channels, self._tables.shape[-1], 0, device=self.device),
            torch.zeros(self.channels, width, 0, device=self.device),
            *torch.zeros(2, layers, self.channels, int(self._lstm.hidden_size), device=self.device),
        )

    def make(self, window: Window, held: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
        """Samples (sides, n), outputs of the LSTM and its states, of what is held of any number of sides."""
        if window.is_idle:  # a graph of nothing cannot be recorded
            return self._make(window, *held)
        return self._recordings.run(window, lambda *held: self._make(window, *held), held)

    def _make(
        self, window: Window, latents: torch.Tensor, hidden: torch.Tensor, *state: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        if window.until > window.heard:
            # At the ends of the clip the convolution pads; inside it has its neighbours.
            x = self.first(latents)[..., window.heard : window.until].permute(2, 0, 1)
            y, state = self._lstm(x, tuple(one.contiguous() for one in state))
            hidden = torch.cat([hidden, (y + x).permute(1, 2, 0)], dim=-1)
        samples = torch.zeros(len(hidden), 0, device=self.device)
        if window.end > window.made:
            y = hidden
            for layer in self._upper:
                y = layer(y)
            samples = y[:, 0, window.made * self.hop_length : window.end * self.hop_length]
        return samples, hidden, *state

    def _looked_up(self, codes: torch.Tensor) -> torch.Tensor:
        total = F.embedding(codes[0], self._tables[0])
        for k in range(1, len(codes)):
            total = total + F.embedding(codes[k], self._tables[k])
        return total.t()


class CodecStream:
    """Decodes one clip as its codes come."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self._latents, self._hidden, *self._states = codec.nothing()
        self._heard = self._made = 0  # of the frames held of each, those that are only there to be reached

    def push(self, codes: torch.Tensor) -> torch.Tensor:
        """Samples that became final with more codes, (K, frames); perhaps none yet."""
        return push([self], [codes])[0]

    def end(self) -> torch.Tensor:
        """The rest, once no more codes come."""
        return end([self])[0]

    def _take(self, codes: torch.Tensor) -> None:
        self._latents = torch.cat([self._latents, self.codec.latents(codes)], dim=-1)

    def _window(self, ended: bool) -> Window:
        known, hidden = self._latents.shape[-1], self._hidden.shape[-1]
        until = known if ended else max(known - self.codec.first.right, self._heard)
        heard = hidden + until - self._heard
        end = heard if ended else max(heard - self.codec.right, self._made)
        return Window(known, self._heard, until, hidden, self._made, end)

    def _held(self) -> tuple[torch.Tensor, ...]:
        return self._latents, self._hidden, *self._states

    def _keep(self, window: Window, hidden: torch.Tensor, states: Sequence[torch.Tensor]) -> None:
        """Go on, and forget the frames that nothing reaches back to."""
        gone = max(window.until - self.codec.first.left, 0)
        self._latents, self._heard = self._latents[..., gone:], window.until - gone
        gone = max(window.end - self.codec.left, 0)
        self._hidden, self._made = hidden[..., gone:], window.end - gone
        self._states = list(states)


def push(streams: Sequence[CodecStream], codes: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """As `CodecStream.push` for several streams of one codec."""
    for stream, more in zip(streams, codes, strict=True):
        stream._take(more)
    return _advance(streams, ended=False)


def end(streams: Sequence[CodecStream]) -> list[torch.Tensor]:
    """As `CodecStream.end` for several streams of one codec."""
    return _advance(streams, ended=True)


def _advance(streams: Sequence[CodecStream], ended: bool) -> list[torch.Tensor]:
    alike: dict[tuple[Window, int], list[CodecStream]] = {}
    for place, stream in enumerate(streams):
        alone = 0 if stream.codec.is_quicker_together else place
        alike.setdefault((stream._window(ended), alone), []).append(stream)
    samples: dict[int, torch.Tensor] = {}
    for (window, _), members in alike.items():
        made = _made(window, members)
        samples |= {id(stream): part for stream, part in zip(members, made, strict=True)}
    return [samples[id(stream)] for stream in streams]


def _made(window: Window, streams: Sequence[CodecStream]) -> list[torch.Tensor]:
    """The samples of streams that are equally far, which go on."""
    codec = streams[0].codec
    latents, hidden, *states = zip(*(stream._held() for stream in streams), strict=True)
    held = [torch.cat(latents), torch.cat(hidden), *(torch.cat(parts, dim=1) for parts in states)]
    samples, outputs, *after = codec.make(window, held)
    for place, stream in enumerate(streams):
        sides = slice(place * codec.channels, (place + 1) * codec.channels)
        stream._keep(window, outputs[sides], [one[:, sides] for one in after])
    return list(samples.split(codec.channels))
