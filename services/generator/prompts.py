"""The sounds that a job names: the track that it continues, the melody that it follows."""

from collections.abc import Collection
from dataclasses import dataclass

from services.generator.engines.engine import Ability, AudioPrompt
from shared import keys
from shared.audio import read_wav
from shared.errors import PermanentError
from shared.messages.commands import LEAST_ADDED_S
from shared.messages.job import Job
from shared.store import Store

MOST_BYTES = 256 * 1024 * 1024
"""Keeps a strange object from filling the memory. Two minutes, the longest music that an installation makes
unless it is told otherwise, have 21 MB (16 bit, stereo, 44.1 kHz)."""


@dataclass(frozen=True)
class Prompts:
    """What an engine is given beside the words; each is None where the job names none."""

    start: AudioPrompt | None = None
    melody: AudioPrompt | None = None


def check(job: Job, engine: str, abilities: Collection[Ability]) -> None:
    """Refuse a job that asks for more than the engine can do.

    `sampling` is not asked for: an engine that draws no tokens makes the sound all the same.

    Raises:
        PermanentError: `cannot_extend` or `cannot_follow_melody`.
    """
    if job.extend is not None and "extend" not in abilities:
        raise PermanentError(
            "cannot_extend", f"The engine {engine} cannot continue a track with the model {job.model}."
        )
    if job.melody is not None and "melody" not in abilities:
        raise PermanentError(
            "cannot_follow_melody", f"The engine {engine} cannot follow a melody with the model {job.model}."
        )


def load(job: Job, store: Store) -> Prompts:
    """Fetch the sounds that the job names.

    Raises:
        PermanentError: `unknown_track` or `unknown_melody`: there is none of that id. `too_short`: the track
            is as long as what is asked for. `take_unreadable`: it cannot be read, or is too large.
        StoreError: the store is away.
    """
    return Prompts(
        start=None if job.extend is None else _start(job, job.extend, store),
        melody=None if job.melody is None else _melody(job.melody, store),
    )


def _start(job: Job, track_id: str, store: Store) -> AudioPrompt:
    start = _read(store, keys.audio(track_id), "unknown_track", f"There is no track {track_id} to continue.")
    if job.duration_s < start.duration_s + LEAST_ADDED_S:
        raise PermanentError(
            "too_short",
            f"The track to continue has {start.duration_s:g} s already; asked for were {job.duration_s:g} s "
            "of both together.",
        )
    return start


def _melody(melody_id: str, store: Store) -> AudioPrompt:
    return _read(store, keys.melody(melody_id), "unknown_melody", f"There is no melody {melody_id}.")


def _read(store: Store, key: str, code: str, missing: str) -> AudioPrompt:
    size = store.size(key)
    if size is None:
        raise PermanentError(code, missing)
    if size > MOST_BYTES:
        raise PermanentError("take_unreadable", f"{key} has {size} bytes; wanted at most {MOST_BYTES}.")
    try:
        audio = read_wav(key, store.read(key))
    except KeyError as error:  # deleted since
        raise PermanentError(code, missing) from error
    return AudioPrompt(audio.samples, audio.sample_rate_hz)
