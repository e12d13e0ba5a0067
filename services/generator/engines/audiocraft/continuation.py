"""Continuing a sound: its codes for the model, and the seam between it and what is made of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from services.generator.decoder.generation import Windows
from services.generator.engines.engine import AudioPrompt
from shared.errors import PermanentError

_JOIN_S = 0.02
"""The sound that is continued fades into what the codec makes of its end over so many seconds."""


class Encoder:
    """The half of the codec that makes codes of samples: AudioCraft's own, for it runs once a job."""

    def __init__(self, codec: Any) -> None:
        """Take an `audiocraft.models.CompressionModel`."""
        self._codec = codec
        self.sample_rate_hz = int(codec.sample_rate)
        self.hop_length = round(codec.sample_rate / codec.frame_rate)

    def codes(self, samples: torch.Tensor) -> torch.Tensor:
        """Codes int64 (K, frames) of float32 (channels, frames * hop_length)."""
        codes, _scale = self._codec.encode(samples[None])
        return codes[0]

    def samples(self, prompt: AudioPrompt, channels: int | None = None) -> torch.Tensor:
        """A prompt as float32 (channels, samples) at the codec's rate, by default in its channels."""
        from audiocraft.data.audio_utils import convert_audio

        given = torch.from_numpy(np.ascontiguousarray(prompt.samples.T))
        wanted = self._codec.channels if channels is None else channels
        return convert_audio(given, prompt.sample_rate_hz, self.sample_rate_hz, wanted)


@dataclass(frozen=True)
class Start:
    """What a sound continues, in whole frames.

    Attributes:
        samples: float32 (samples, channels), as it was given but for its rate.
        codes: int64 (K, frames) of its end: all of it if it fits into a window.
        left_out: frames before those.
    """

    samples: NDArray[np.float32]
    codes: torch.Tensor
    left_out: int

    def lead(self, hop_length: int) -> NDArray[np.float32]:
        """The samples of the frames that are left out."""
        return self.samples[: self.left_out * hop_length]

    def join(self, decoded: NDArray[np.float32], at: int, rate: int) -> NDArray[np.float32]:
        """Samples that the codec made, from sample `at` of the sound on, under what was there before."""
        overlap = self.samples[at : at + len(decoded)]
        if len(overlap) == 0:
            return decoded
        fade = round(_JOIN_S * rate)
        places = np.arange(at, at + len(overlap)) - (len(self.samples) - fade)
        rise = np.clip(places / fade, 0, 1).astype(np.float32)[:, None]
        return np.concatenate(
            [overlap * (1 - rise) + decoded[: len(overlap)] * rise, decoded[len(overlap) :]]
        )


def start_of(prompt: AudioPrompt, encoder: Encoder, windows: Windows, frames: int) -> Start:
    """The start of a clip of `frames` frames.

    Like AudioCraft, all of it is given to the model; what would fill a window is not, only what a next
    window would get.

    Raises:
        PermanentError: it is as long as the clip.
    """
    samples = encoder.samples(prompt)
    known = samples.shape[-1] // encoder.hop_length
    if known >= frames:
        raise PermanentError(
            "start_too_long",
            f"The sound to continue is {prompt.duration_s:g} s long, which leaves nothing to add.",
        )
    left_out = 0 if known < windows.longest else known - (windows.longest - windows.stride)
    samples = samples[:, : known * encoder.hop_length]
    codes = encoder.codes(samples[:, left_out * encoder.hop_length :])
    return Start(samples.t().contiguous().numpy(), codes[:, : known - left_out], left_out)
