"""Finishes an approved take: level, file, pictures, peaks."""

import hashlib

import numpy as np

from services.renderer import pictures, spectrogram, waveform, wavfile
from services.renderer.levelling import level
from shared import keys
from shared.audio import Audio, read_wav
from shared.bus.stage import Outcome
from shared.errors import PermanentError
from shared.messages.events import AudioApproved, Event, TrackPublished
from shared.messages.job import Job, Take
from shared.store import Store
from shared.tags import Origin

STAGE = "renderer"


def handle(event: Event, store: Store) -> Outcome:
    """`track.published`, after everything that it names is in the store.

    Raises:
        PermanentError: the event is no approved take, or the take is missing or no readable sound.
    """
    if not isinstance(event, AudioApproved):
        raise PermanentError("wrong_event", f"The renderer has nothing to do for {event.TYPE}.")
    levelled = level(_read(store, event.take.key), event.job.model)
    audio = levelled.audio
    job_id = event.job.job_id
    sha256 = _put_wav(store, event, audio)
    decibels = spectrogram.mel_decibels(audio)
    picture = pictures.labelled(decibels, audio.sample_rate_hz, audio.duration_s)
    _put(store, keys.spectrogram(job_id), picture)
    _put(store, keys.picture(job_id, "strip"), pictures.strip(decibels))
    _put(store, keys.peaks(job_id), waveform.peaks_json(audio))
    published = TrackPublished(
        job=event.job,
        attempt=event.attempt,
        take=event.take,
        report=event.report,
        attempts=event.attempts,
        audio_key=keys.audio(job_id),
        audio_sha256=sha256,
        spectrogram_key=keys.spectrogram(job_id),
        peaks_key=keys.peaks(job_id),
        duration_s=audio.duration_s,
        loudness_lufs=levelled.loudness_lufs,
        peaks=waveform.heights(audio),
    )
    return Outcome([published], discard=(event.take.key, *event.rejected_keys))


def _read(store: Store, key: str) -> Audio:
    try:
        audio = read_wav(key, store.read(key))
    except KeyError as error:
        raise PermanentError("take_missing", f"{key} is not in the store.") from error
    if not np.isfinite([audio.samples.max(), audio.samples.min()]).all():
        raise PermanentError("take_unreadable", f"{key} holds samples that are no numbers.")
    return audio


def _put_wav(store: Store, event: AudioApproved, audio: Audio) -> str:
    """Store the finished file, which is large and gone from memory afterwards; returns its SHA-256."""
    wav = wavfile.encode(audio, _origin(event.job, event.take), is_loop=event.job.loop)
    return hashlib.sha256(_put(store, keys.audio(event.job.job_id), wav)).hexdigest()


def _origin(job: Job, take: Take) -> Origin:
    return Origin(job.job_id, job.prompt, job.model, take.seed, take.engine, take.engine_version)


def _put(store: Store, key: str, content: bytes) -> bytes:
    """Create an object, and return the content that counts: of two renderers the first one's."""
    return content if store.put_once(key, content) else store.read(key)
