"""Takes as files: float WAV, so that nothing is clamped before the analyzer has seen it."""

import hashlib
import io

import numpy as np
import soundfile

from services.generator.engines.engine import Sound
from shared.errors import PermanentError


def encode(sound: Sound) -> bytes:
    """The sound as a 32-bit float WAV file.

    Raises:
        PermanentError: the engine's samples are no sound at all: empty, or of another shape or type.
    """
    samples = sound.samples
    if samples.ndim != 2 or samples.shape[0] == 0 or samples.dtype != np.float32:
        raise PermanentError(
            "engine_output",
            f"The engine gave {samples.dtype} of shape {samples.shape}; wanted float32 frames by channels.",
        )
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, sound.sample_rate_hz, format="WAV", subtype="FLOAT")
    return buffer.getvalue()


def describe(wav: bytes) -> tuple[str, float, int, int]:
    """SHA-256 (hex), duration in seconds, sample rate in Hz and channels of a WAV file's bytes."""
    info = soundfile.info(io.BytesIO(wav))
    return hashlib.sha256(wav).hexdigest(), info.frames / info.samplerate, info.samplerate, info.channels
