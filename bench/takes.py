"""Takes of the synthesizer in a store, as stages find them."""

import io

import numpy as np
import soundfile

from services.generator.engines.engine import Request
from services.generator.engines.synth.engine import SynthEngine
from shared import keys
from shared.audio import Audio
from shared.messages.ids import new_id
from shared.messages.job import Job, Take
from shared.store import Store

PROMPT = "calm piano over soft rain"
RATE_HZ = 44_100


def music(duration_s: float) -> Audio:
    """A piece of the synthesizer, the same one every time; 44.1 kHz, stereo."""
    request = Request(new_id(), PROMPT, "music", duration_s, loop=False, seed=1)
    (sound,) = SynthEngine().generate([request], lambda _job_id, _fraction: True)
    assert sound is not None
    return Audio(sound.samples, sound.sample_rate_hz)


def longer(audio: Audio, duration_s: float) -> Audio:
    """A piece over and over, until it is so long."""
    times = round(duration_s / audio.duration_s) + 1
    samples = np.tile(audio.samples, (times, 1))[: round(duration_s * audio.sample_rate_hz)]
    return Audio(samples, audio.sample_rate_hz)


def wav(audio: Audio) -> bytes:
    """A take's file."""
    buffer = io.BytesIO()
    soundfile.write(buffer, audio.samples, audio.sample_rate_hz, format="WAV", subtype="FLOAT")
    return buffer.getvalue()


def stored(store: Store, content: bytes, duration_s: float) -> tuple[Job, Take]:
    """A new job, and its take of this content in the store."""
    job = Job(
        job_id=new_id(),
        prompt=PROMPT,
        model="music",
        duration_s=duration_s,
        seed=1,
        tier="free",
        user_id="bench",
        priority=0,
    )
    take = Take(
        key=keys.take(job.job_id, 0),
        sha256="0" * 64,
        duration_s=duration_s,
        sample_rate_hz=RATE_HZ,
        channels=2,
        seed=1,
        engine="synth",
        engine_version="1",
        elapsed_ms=0,
    )
    store.put(take.key, content)
    return job, take
