"""What a melody model hears of a melody: the twelve pitch classes over time, by torch alone."""

from typing import Any

import torch

STEMS = ("drums", "bass", "other", "vocals")
"""What demucs takes a mix apart into; AudioCraft keeps the last two."""


class Spectrogram(torch.nn.Module):  # type: ignore[misc]  # torch is not typed here
    """Power spectrogram as torchaudio's `transforms.Spectrogram` makes it.

    The frames of `center` are padded by reflection and weighted with a periodic Hann window; `normalized`
    divides the spectrum by the root of the window's energy. The window is a buffer of that name, because
    checkpoints contain it.
    """

    def __init__(
        self,
        *,
        n_fft: int,
        win_length: int,
        hop_length: int,
        power: float,
        center: bool,
        pad: int,
        normalized: bool,
    ) -> None:
        super().__init__()
        if pad:
            raise ValueError(f"pad is {pad}; only 0 is known here")
        self._stft = {"n_fft": n_fft, "win_length": win_length, "hop_length": hop_length, "center": center}
        self._power = power
        self._normalized = normalized
        self.register_buffer("window", torch.hann_window(win_length))

    def forward(self, waveform: torch.Tensor) -> torch.Tensor:
        """Float (..., samples) to (..., n_fft // 2 + 1, frames)."""
        flat = waveform.reshape(-1, waveform.shape[-1])
        spectrum = torch.stft(flat, window=self.window, pad_mode="reflect", return_complex=True, **self._stft)
        if self._normalized:
            spectrum = spectrum / self.window.pow(2.0).sum().sqrt()
        return spectrum.abs().pow(self._power).reshape(*waveform.shape[:-1], *spectrum.shape[-2:])


class Mix:
    """In the place of demucs: a model that takes nothing apart, so that all of a melody's sound counts."""

    sources = STEMS
    samplerate = 32_000  # of MusicGen: nothing is resampled on the way
    audio_channels = 1

    def to(self, _device: Any) -> "Mix":
        """Itself; it has no weights to move."""
        return self


def mix_model(_name: str) -> Mix:
    """As `demucs.pretrained.get_model`."""
    return Mix()


def mix_as_melody(_model: Mix, mix: torch.Tensor, **_options: Any) -> torch.Tensor:
    """As `demucs.apply.apply_model`: (batch, channels, samples) to (batch, stems, channels, samples)."""
    stems = mix.new_zeros(mix.shape[0], len(STEMS), *mix.shape[1:])
    stems[:, STEMS.index("other")] = mix
    return stems


def convert(waveform: torch.Tensor, from_rate: float, to_rate: float, channels: int) -> torch.Tensor:
    """As `demucs.audio.convert_audio`, with AudioCraft's own."""
    from audiocraft.data.audio_utils import convert_audio

    return convert_audio(waveform, from_rate, to_rate, channels)
