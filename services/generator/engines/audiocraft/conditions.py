"""From a prompt, and perhaps a melody, to what the transformer hears."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from services.generator.decoder.generation import Conditions
from services.generator.decoder.linear import CPU


@dataclass(frozen=True)
class Melody:
    """A tune to follow, for models that can.

    Attributes:
        samples: float32 (channels, samples), at the model's own rate.
    """

    samples: torch.Tensor


class Listener:
    """A model's own text encoder, melody encoder and fuser; they decide what goes where."""

    def __init__(
        self, provider: Any, fuser: Any, dim: int, sample_rate_hz: int, device: torch.device = CPU
    ) -> None:
        """Take AudioCraft's `ConditioningProvider` and `ConditionFuser`; `dim` is the transformer's.

        Text is read and everything is put together on the device; melodies are heard where the provider is.
        """
        _move_text_encoders(provider, device)
        self._device = device
        self._provider = provider
        self._fuser = fuser
        self._dim = dim
        self._sample_rate_hz = sample_rate_hz

    @property
    def hears_melodies(self) -> bool:
        """Whether the model can follow a melody."""
        return bool(self._provider.has_wav_condition)

    @property
    def melody_tokens(self) -> int:
        """Tokens that a melody, or its absence, takes up before the sound's."""
        return sum(self._provider.conditioners[name].chroma_len for name in self._provider.wav_conditions)

    def hear(self, prompt: str, melody: Melody | None = None) -> Conditions:
        """What AudioCraft makes of a prompt on its own, without padding to anybody else's.

        Raises:
            ValueError: a melody for a model that hears none.
        """
        if melody is not None and not self.hears_melodies:
            raise ValueError("this model does not follow melodies")
        provider = self._provider
        rows = [self._attributes(prompt, melody), self._attributes("", None)]
        heard = provider(provider.tokenize(rows))
        here = {name: (told.to(self._device), mask.to(self._device)) for name, (told, mask) in heard.items()}
        prefix, cross = self._fuser(torch.zeros(2, 0, self._dim, device=self._device), here)
        return Conditions(
            # The unconditional row of a text is zero; so is an empty prompt's, and then nothing is to guide.
            text=cross[0] if cross is not None and bool(cross[0].any()) else None,
            prefix=prefix if prefix.shape[1] else None,
        )

    def windows(
        self, prompt: str, melody: Melody | None, window_s: float | None
    ) -> Callable[[float], Conditions]:
        """What is heard in the window that starts at a second: the prompt, and the melody from there on.

        `window_s` is the length of a window, and None for a clip of one window only: there the melody
        encoder itself repeats what is too short; in longer clips the samples are, as in AudioCraft.
        """
        if melody is None or window_s is None:
            heard = self.hear(prompt, melody)
            return lambda _start_s: heard

        def at(start_s: float) -> Conditions:
            first, wanted = int(start_s * self._sample_rate_hz), int(window_s * self._sample_rate_hz)
            places = torch.arange(first, first + wanted) % melody.samples.shape[-1]
            return self.hear(prompt, Melody(melody.samples[..., places]))

        return at

    def _attributes(self, prompt: str, melody: Melody | None) -> Any:
        from audiocraft.modules.conditioners import ConditioningAttributes, WavCondition

        # To AudioCraft a missing melody is one sample of silence, of length 0.
        wav = torch.zeros(1, 1, 1) if melody is None else melody.samples[None]
        length = torch.tensor([0 if melody is None else wav.shape[-1]])
        heard = WavCondition(wav, length, [self._sample_rate_hz], [None])
        return ConditioningAttributes(
            text=dict.fromkeys(self._provider.text_conditions, prompt or None),
            wav=dict.fromkeys(self._provider.wav_conditions, heard),
        )


def _move_text_encoders(provider: Any, device: torch.device) -> None:
    """AudioCraft's conditioner keeps T5 out of its modules, and a note of where its tokens should go."""
    for name in provider.text_conditions:
        conditioner = provider.conditioners[name]
        conditioner.to(device)
        if "t5" in vars(conditioner):
            conditioner.t5.to(device)
        conditioner.device = device
