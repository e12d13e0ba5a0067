"""The finished file: 16-bit WAV that says what it is."""

import io
import json

import numpy as np
import soundfile
from numpy.typing import NDArray

from shared.audio import Audio
from shared.messages.job import Job, Take

CEILING = 10 ** (-1 / 20)
"""-1 dBFS: what a take that goes beyond full scale is scaled to. Levels are never clamped."""


def within_full_scale(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The samples, scaled as a whole when their peak is beyond full scale."""
    peak = float(np.abs(samples).max())
    return samples if peak <= 1.0 else (samples * np.float32(CEILING / peak)).astype(np.float32)


def encode(audio: Audio, job: Job, take: Take) -> bytes:
    """The sound as a 16-bit WAV file with title, artist and, as JSON in the comment, how it was made."""
    buffer = io.BytesIO()
    channels = audio.samples.shape[1]
    with soundfile.SoundFile(buffer, "w", audio.sample_rate_hz, channels, "PCM_16", format="WAV") as file:
        file.title = job.prompt
        file.artist = "Sound Box"
        file.comment = _comment(job, take)
        file.write(audio.samples)
    return buffer.getvalue()


def _comment(job: Job, take: Take) -> str:
    return json.dumps(
        {
            "ai_generated": True,
            "prompt": job.prompt,
            "model": job.model,
            "seed": take.seed,
            "engine": take.engine,
            "engine_version": take.engine_version,
            "job_id": job.job_id,
        },
        ensure_ascii=False,
    )
