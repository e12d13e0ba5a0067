"""Where things lie in the store. Every key is made here, of ids that were validated before."""

import re

MOST_ATTEMPTS = 3
"""As many as messages can tell apart: see `Attempt`."""

PICTURES = ("strip", "2x", "light", "light-2x", "card")
"""The kinds of pictures that a finished sound may have beside its spectrogram."""

DOWNLOADS = ("flac", "opus", "mp3")
"""The formats that a finished sound may lie in beside WAV."""


LASTING = ("records", "generated", "spectrograms", "peaks", "melodies", "cancelled", "deleted", "paused")
"""Folders of what cannot be made again from the log, of jobs that have ended; pictures come along."""

_JOB_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def job_of(key: str) -> str | None:
    """The job that a key belongs to; None for a melody, which many jobs may follow."""
    found = _JOB_ID.search(key)
    return found and found[0]


def take(job_id: str, attempt: int) -> str:
    """The untouched audio of one attempt."""
    return f"takes/{job_id}/{attempt}.wav"


def takes(job_id: str) -> tuple[str, ...]:
    """The takes of all attempts that a job may have."""
    return tuple(take(job_id, attempt) for attempt in range(MOST_ATTEMPTS))


def audio(job_id: str) -> str:
    """The finished sound."""
    return f"generated/{job_id}.wav"


def spectrogram(job_id: str) -> str:
    """The finished picture."""
    return f"spectrograms/{job_id}.png"


def picture(job_id: str, kind: str) -> str:
    """Another picture of a finished sound: a strip for lists, for another theme or scale, a card."""
    return f"spectrograms/{job_id}-{kind}.png"


def download(job_id: str, extension: str) -> str:
    """The finished sound in another format."""
    return f"downloads/{job_id}.{extension}"


def peaks(job_id: str) -> str:
    """The waveform's peaks, audiowaveform version 2 JSON."""
    return f"peaks/{job_id}.json"


def of_track(job_id: str) -> tuple[str, ...]:
    """Everything that a track may have in the store; the sound that all else is made of comes first."""
    return (
        audio(job_id),
        spectrogram(job_id),
        peaks(job_id),
        *(picture(job_id, kind) for kind in PICTURES),
        *(download(job_id, extension) for extension in DOWNLOADS),
    )


def melody(melody_id: str) -> str:
    """A melody that music may follow: mono WAV; its id is the SHA-256 of the file."""
    return f"melodies/{melody_id}.wav"


def stage_record(stage: str, job_id: str, attempt: int) -> str:
    """What a stage published for an attempt, so that doing it again publishes the same."""
    return f"records/{stage}/{job_id}/{attempt}.json"


def work_mark(stage: str, job_id: str, attempt: int, number: int) -> str:
    """A sign that work began; one that stays means that the worker died in it."""
    return f"marks/{stage}/{job_id}/{attempt}/{number}"


def tombstone(job_id: str) -> str:
    """A sign that the job was cancelled."""
    return f"cancelled/{job_id}.json"


def deletion(job_id: str) -> str:
    """The fact that the job's track was deleted, so that deleting it again publishes the same."""
    return f"deleted/{job_id}.json"


def paused(model: str) -> str:
    """There while the model is paused: the fact that says so, which generators look for."""
    return f"paused/{model}.json"


def switched(fact_id: str) -> str:
    """A pause or its end that was carried out, so that doing it again publishes the same."""
    return f"switched/{fact_id}.json"


def stream(job_id: str, attempt: int) -> str:
    """Where the parts of an attempt lie while it is made; no object itself."""
    return f"streams/{job_id}/{attempt}"


def stream_format(stream: str) -> str:
    """The format of a stream's parts."""
    return f"{stream}/format.json"


def stream_part(stream: str, number: int) -> str:
    """A part of a stream, numbered from 0."""
    return f"{stream}/{number}.pcm"
