"""Level over time."""

import numpy as np

from services.analyzer.descriptors.spectra import Floats

_BLOCK_S = 0.4
_GATE_DBFS, _RELATIVE_GATE_DB = -70.0, 20.0


def dynamic_range_db(samples: Floats, sample_rate_hz: int) -> float:
    """The 95th percentile of the level less the 10th, in dB; 0 for silence and under 0.4 s.

    The samples have the shape (frames, channels).

    The loudness range of EBU Tech 3342 with its gates, but of blocks of 0.4 s and without a weighting of
    frequencies: its 3 s would leave a sound of a few seconds without any range.
    """
    size = round(_BLOCK_S * sample_rate_hz)
    count = len(samples) // size
    blocks = (samples[n * size : (n + 1) * size].ravel() for n in range(count))
    power = [float(block @ block) / len(block) for block in blocks]
    heard = np.array([one for one in power if 10 * np.log10(one + 1e-12) > _GATE_DBFS])
    if len(heard) == 0:
        return 0.0
    heard = heard[heard > heard.mean() / 10 ** (_RELATIVE_GATE_DB / 10)]
    low, high = np.percentile(10 * np.log10(heard), [10, 95])
    return float(high - low)
