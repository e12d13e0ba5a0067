"""Finishes an approved take: file, picture, peaks, loudness."""

import hashlib

from services.renderer import loudness, spectrogram, waveform, wavfile
from shared import keys
from shared.audio import Audio, read_wav
from shared.bus.stage import Outcome
from shared.errors import PermanentError
from shared.messages.events import AudioApproved, Event, TrackPublished
from shared.store import Store

STAGE = "renderer"


def handle(event: Event, store: Store) -> Outcome:
    """`track.published`, after everything that it names is in the store.

    Raises:
        PermanentError: the event is no approved take, or the take is missing or no readable sound.
    """
    if not isinstance(event, AudioApproved):
        raise PermanentError("wrong_event", f"The renderer has nothing to do for {event.TYPE}.")
    audio = _read(store, event.take.key)
    job_id = event.job.job_id
    decibels = spectrogram.mel_decibels(audio)
    picture = spectrogram.draw(decibels, audio.sample_rate_hz, audio.duration_s)
    wav = _put(store, keys.audio(job_id), wavfile.encode(audio, event.job, event.take))
    _put(store, keys.spectrogram(job_id), picture)
    _put(store, keys.peaks(job_id), waveform.peaks_json(audio))
    published = TrackPublished(
        job=event.job,
        attempt=event.attempt,
        take=event.take,
        report=event.report,
        attempts=event.attempts,
        audio_key=keys.audio(job_id),
        audio_sha256=hashlib.sha256(wav).hexdigest(),
        spectrogram_key=keys.spectrogram(job_id),
        peaks_key=keys.peaks(job_id),
        duration_s=audio.duration_s,
        loudness_lufs=loudness.integrated_lufs(audio),
        peaks=waveform.heights(audio),
    )
    return Outcome([published], discard=(event.take.key, *event.rejected_keys))


def _read(store: Store, key: str) -> Audio:
    try:
        audio = read_wav(key, store.read(key))
    except KeyError as error:
        raise PermanentError("take_missing", f"{key} is not in the store.") from error
    return Audio(wavfile.within_full_scale(audio.samples), audio.sample_rate_hz)


def _put(store: Store, key: str, content: bytes) -> bytes:
    """Create an object, and return the content that counts: of two renderers the first one's."""
    return content if store.put_once(key, content) else store.read(key)
