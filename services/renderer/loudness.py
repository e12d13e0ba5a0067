"""How loud a sound is."""

import math

import pyloudnorm

from shared.audio import Audio

SHORTEST_S = 0.4
"""One gating block of ITU-R BS.1770: anything shorter has no integrated loudness."""


def integrated_lufs(audio: Audio) -> float | None:
    """Integrated loudness after ITU-R BS.1770-4, in LUFS, to 0.1; None for silence or less than 0.4 s."""
    if audio.duration_s <= SHORTEST_S or not audio.samples.any():
        return None
    samples = audio.samples[:, :5]  # the standard weighs at most five channels
    loudness = float(pyloudnorm.Meter(audio.sample_rate_hz).integrated_loudness(samples))
    return round(loudness, 1) if math.isfinite(loudness) else None
