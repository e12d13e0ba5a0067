"""Reading a take's WAV file: bounded, and with one clear error for everything that is no sound."""

import io
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import soundfile
from numpy.typing import NDArray

from shared.errors import PermanentError

MOST_CHANNELS = 8
MOST_SECONDS = 3600.0


@dataclass(frozen=True)
class Audio:
    """A sound in memory.

    Attributes:
        samples: float32, shape (frames, channels), full scale at 1.0, at least one frame.
        sample_rate_hz: frames a second.
    """

    samples: NDArray[np.float32]
    sample_rate_hz: int

    @property
    def duration_s(self) -> float:
        """Length in seconds, exact to the frame."""
        return len(self.samples) / self.sample_rate_hz

    @cached_property
    def mono(self) -> NDArray[np.float32]:
        """The mean of the channels; shape (frames,)."""
        return mix(self.samples)


def mix(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of the channels of samples (frames, channels); shape (frames,), for mono a view of them."""
    channels = samples.shape[1]
    if channels == 1:
        return samples[:, 0]
    mixed: NDArray[np.float32] = samples @ np.full(channels, 1 / channels, dtype=np.float32)
    return mixed


def read_wav(key: str, content: bytes) -> Audio:
    """Decode an audio file's bytes; `key` names it in errors.

    Raises:
        PermanentError: `take_unreadable`: damaged, empty, not audio, or larger than a take can be.
    """
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            _check_header(key, file.frames, file.channels, file.samplerate)
            samples = file.read(dtype="float32", always_2d=True)
            rate = file.samplerate
    except soundfile.LibsndfileError as error:
        raise PermanentError(
            "take_unreadable", f"{key} is no readable audio file: {error.error_string}"
        ) from error
    if len(samples) == 0:
        raise PermanentError("take_unreadable", f"{key} holds no samples.")
    return Audio(samples, rate)


def _check_header(key: str, frames: int, channels: int, rate: int) -> None:
    """The header decides how much memory reading takes, so it is not believed blindly."""
    if not 1 <= channels <= MOST_CHANNELS:
        raise PermanentError(
            "take_unreadable", f"{key} has {channels} channels; wanted 1 to {MOST_CHANNELS}."
        )
    if rate < 1000 or frames / rate > MOST_SECONDS:
        raise PermanentError(
            "take_unreadable",
            f"{key} claims {frames} frames at {rate} Hz; wanted at most {MOST_SECONDS:g} s.",
        )
