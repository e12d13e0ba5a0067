"""Level over time: dynamic range, and silence at the ends.

Functions of samples of shape (frames, channels).
"""

import numpy as np

from services.analyzer.descriptors.spectra import Floats

SILENT_BELOW = 1e-3
"""-60 dBFS: what is below everywhere at an end is not heard as a part of the sound."""

_BLOCK_S = 0.4
_GATE_DBFS, _RELATIVE_GATE_DB = -70.0, 20.0


def dynamic_range_db(samples: Floats, sample_rate_hz: int) -> float:
    """The 95th percentile of the level less the 10th, in dB; 0 for silence and under 0.4 s.

    The loudness range of EBU Tech 3342 with its gates, but of blocks of 0.4 s and without a weighting of
    frequencies: its 3 s would leave a sound of a few seconds without any range.
    """
    size = round(_BLOCK_S * sample_rate_hz)
    count = len(samples) // size
    power = [float(np.mean(np.square(samples[n * size : (n + 1) * size]))) for n in range(count)]
    heard = np.array([one for one in power if 10 * np.log10(one + 1e-12) > _GATE_DBFS])
    if len(heard) == 0:
        return 0.0
    heard = heard[heard > heard.mean() / 10 ** (_RELATIVE_GATE_DB / 10)]
    low, high = np.percentile(10 * np.log10(heard), [10, 95])
    return float(high - low)


def silent_ends_s(samples: Floats, sample_rate_hz: int) -> tuple[float, float]:
    """Seconds below -60 dBFS at the start and at the end; both the whole length of a silent sound."""
    first = last = len(samples)
    for channel in samples.T:
        heard = (channel > SILENT_BELOW) | (channel < -SILENT_BELOW)
        if heard.any():
            first, last = min(first, int(heard.argmax())), min(last, int(heard[::-1].argmax()))
    return first / sample_rate_hz, last / sample_rate_hz
