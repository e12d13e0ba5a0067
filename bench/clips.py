"""Recorded files cut into clips as long as what people ask for."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench.sounds import Source
from shared.audio import Audio, read_wav
from shared.messages.job import Model

CLIP_S = 10.0
LEAST_S = 0.2
SILENT_PEAK = 0.001

DOUBLE = "the same file in another place"
SHORT = f"shorter than {LEAST_S:g} s"
SILENT = f"nothing above {20 * np.log10(SILENT_PEAK):g} dBFS"
REST = f"rest of a file that is shorter than {CLIP_S:g} s"


@dataclass(frozen=True)
class Clip:
    """A stretch of a file.

    Attributes:
        name: of the file, and where the clip lies in it.
    """

    name: str
    model: Model
    audio: Audio


def cut(source: Source, left_out: Counter[str]) -> Iterator[Clip]:
    """The clips of a file: a short file as a whole, a long one in stretches of 10 s.

    What is too short or holds nothing is counted in `left_out`, by the reason.
    """
    audio = read_wav(source.name, source.path.read_bytes())
    length = round(CLIP_S * audio.sample_rate_hz)
    for start in range(0, len(audio.samples), length):
        samples = audio.samples[start : start + length]
        reason = _reason(samples, audio.sample_rate_hz, start)
        if reason is not None:
            left_out[reason] += 1
            continue
        at = f", {start / audio.sample_rate_hz:g} s" if len(audio.samples) > length else ""
        yield Clip(f"{source.name}{at}", source.model, Audio(samples, audio.sample_rate_hz))


def _reason(samples: np.ndarray, rate_hz: int, start: int) -> str | None:
    """Why a stretch is no clip, if it is none."""
    if start > 0 and len(samples) < CLIP_S * rate_hz:
        return REST
    if len(samples) < LEAST_S * rate_hz:
        return SHORT
    if np.abs(samples).max() < SILENT_PEAK:
        return SILENT
    return None
