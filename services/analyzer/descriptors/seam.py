"""How well a sound runs on from its end into its start."""

import numpy as np

from services.analyzer.descriptors.spectra import FRAME_RATE_HZ, Floats, spectra

_SIDE_S = 0.5
_NEAR_S = 0.2  # so much on either side holds all that is compared
_COMPARED_FRAMES = FRAME_RATE_HZ // 10  # 100 ms on either side of the join
_USUAL = 90  # percentile of the changes within the sound that a join may be as large as
_LEAST_CHANGE = 0.15  # nepers, 1.3 dB: smaller changes are not heard
_STEPS_S, _STEPS_EVERY = 2, 4  # so much of the sound tells how far its samples usually jump
_USUAL_STEP = 99
_LEAST_STEP = 2e-3


def seam_score(mono: Floats, sample_rate_hz: int, mel: Floats) -> float:
    """Likeness of the two sides of the join of end and start, 0 .. 1; 0 for less than a second.

    1 where neither the spectrum nor the samples jump more at the join than nine moments in ten do within
    the sound (of its samples 99 in 100); 0.5 where one of them jumps twice as far.

    Args:
        mono: the sound, shape (n,).
        mel: log mel spectrum of the whole sound, shape (frames, bands).
    """
    side = round(_SIDE_S * sample_rate_hz)
    if len(mono) < 2 * side:
        return 0.0
    near = round(_NEAR_S * sample_rate_hz)
    joined = spectra(np.concatenate([mono[-near:], mono[:near]]), sample_rate_hz).mel
    middle = len(joined) // 2
    change = float(_changes(joined)[middle - _COMPARED_FRAMES])
    usual = max(_LEAST_CHANGE, float(np.percentile(_changes(mel), _USUAL)))
    step = abs(float(mono[0]) - float(mono[-1]))
    steps = np.abs(np.diff(mono[: _STEPS_S * sample_rate_hz])[::_STEPS_EVERY])
    usual_step = max(_LEAST_STEP, float(np.percentile(steps, _USUAL_STEP)))
    return min(1.0, usual / max(change, 1e-9)) * min(1.0, usual_step / max(step, 1e-9))


def _changes(mel: Floats) -> Floats:
    """Mean difference between the 100 ms before and after each moment that has both."""
    sums = np.cumsum(np.pad(mel, ((1, 0), (0, 0))), axis=0, dtype=np.float64)
    means = (sums[_COMPARED_FRAMES:] - sums[:-_COMPARED_FRAMES]) / _COMPARED_FRAMES
    changes: Floats = np.abs(means[_COMPARED_FRAMES:] - means[:-_COMPARED_FRAMES]).mean(axis=1)
    return changes
