"""A take as it is listened to: every sample a number, and its spectrum worked out at most once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from services.analyzer.spectrum import Spectrum, spectrum
from shared.audio import Audio


@dataclass(frozen=True)
class Heard:
    """A sound with silence where samples were no numbers.

    Attributes:
        invalid_share: of the samples that were NaN or infinite, 0 .. 1.
    """

    audio: Audio
    invalid_share: float

    @cached_property
    def spectrum(self) -> Spectrum:
        """The spectrum of the mean of the channels."""
        return spectrum(self.audio.mono, self.audio.sample_rate_hz)


def hear(take: Audio | Heard) -> Heard:
    """Make a take ready to be measured and described; one that is ready already stays as it is."""
    if isinstance(take, Heard):
        return take
    if np.isfinite([take.samples.max(), take.samples.min()]).all():  # a NaN is both
        return Heard(take, 0.0)
    finite = np.isfinite(take.samples)
    samples = np.where(finite, take.samples, np.float32(0))
    return Heard(Audio(samples, take.sample_rate_hz), 1.0 - float(finite.mean()))
