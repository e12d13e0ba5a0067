"""A sound as 64 numbers, made so that sounds that are alike lie close together."""

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from services.analyzer.descriptors.chroma import Notes
from services.analyzer.descriptors.spectra import FRAME_RATE_HZ, Floats
from services.analyzer.descriptors.tempo import autocorrelation

SIZE = 64
_RANGE_NEPERS = np.float32(7.0)  # 61 dB below the loudest band: what is softer counts as that
_TIMBRE, _MOVEMENT, _PITCH, _RHYTHM = 20, 16, 12, 16
_RHYTHM_LAGS_S = np.geomspace(0.15, 2.4, _RHYTHM)  # from a sixteenth at 100 bpm to a bar at 100 bpm

# Root mean square distances in each group between two sounds by chance, of 100 pieces and 26 effects of the
# synthesizer: divided by them, each group says as much as any other.
_SCALES = np.repeat([5.2, 2.6, 0.47, 1.1], [_TIMBRE, _MOVEMENT, _PITCH, _RHYTHM])


def features(mel: Floats, notes: Notes, strength: Floats) -> tuple[float, ...]:
    """64 finite floats, to four digits, for Euclidean distance.

    20 of timbre: means of the mel-frequency cepstral coefficients 1 to 20, so without the
    level. 16 of movement: standard deviations of 0 to 15. 12 of pitch: square roots of the
    chroma, from C on. 16 of rhythm: likeness of the onsets to themselves 0.15 to 2.4 s later.
    """
    mel = np.maximum(mel, mel.max() - _RANGE_NEPERS)
    cepstrum = scipy.fft.dct(mel, norm="ortho", axis=1)
    likeness = autocorrelation(strength)
    lags = _RHYTHM_LAGS_S * FRAME_RATE_HZ
    found: NDArray[np.float64] = np.concatenate(
        [
            cepstrum[:, 1 : 1 + _TIMBRE].mean(axis=0),
            cepstrum[:, :_MOVEMENT].std(axis=0),
            np.sqrt(notes.chroma()),
            np.interp(lags, np.arange(len(likeness)), likeness, right=0.0),
        ]
    )
    return tuple(round(float(value), 4) for value in found / _SCALES)
