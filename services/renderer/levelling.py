"""How loud a sound is published: one gain for all of it, never a clamp."""

from dataclasses import dataclass

import numpy as np

from shared import loudness
from shared.audio import Audio
from shared.messages.job import Model

MUSIC_LUFS = -14.0
"""What streaming services play music at, so that it fits beside other music."""

MOST_PEAK_DB = -1.0
"""True peak, EBU R128's ceiling: lossy formats and converters need the room above."""

MOST_GAIN_DB = 12.0
"""No take is raised by more: what is quieter is quiet on purpose, and its noise would come up."""

_ROUNDING_DB = 0.001  # 16-bit rounding may lift the highest sample by half a step


@dataclass(frozen=True)
class Levelled:
    """A sound at the level at which it is published.

    Attributes:
        gain_db: what was done to the take, at most 12.
        loudness_lufs: integrated loudness after it, to 0.1; None for silence or less than 0.4 s.
        true_peak_db: after it, 0 being full scale; minus infinity for silence.
    """

    audio: Audio
    gain_db: float
    loudness_lufs: float | None
    true_peak_db: float


def level(audio: Audio, model: Model) -> Levelled:
    """Music to -14 LUFS, effects to a true peak of -1 dB; no true peak above -1 dB, no gain above 12 dB.

    Music whose peaks stand higher than -1 dB at -14 LUFS stays quieter than that. What has no loudness
    is levelled by its peak, and silence stays silence.
    """
    measured = loudness.measure(audio)
    peak_db = loudness.decibels(loudness.true_peak(audio.samples))
    lufs = measured.integrated_lufs()
    gain_db = min(MOST_GAIN_DB, MOST_PEAK_DB - _ROUNDING_DB - peak_db)
    if model == "music" and lufs is not None:
        gain_db = min(gain_db, MUSIC_LUFS - lufs)
    if not audio.samples.any():
        gain_db = 0.0
    after = measured.integrated_lufs(gain_db)
    return Levelled(
        Audio(audio.samples * np.float32(10 ** (gain_db / 20)), audio.sample_rate_hz),
        gain_db,
        None if after is None else round(after, 1),
        peak_db + gain_db,
    )
