"""A track is published after everything it names lies in the store."""

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from services.renderer.stage import handle
from shared.errors import PermanentError
from shared.messages.events import AudioApproved, JobAccepted, TrackPublished
from shared.settings import Settings
from shared.store import Store, open_store
from tests.jobs import GOOD, a_job, a_take
from tests.sounds import sine, wav

STEREO = np.stack([sine(seconds=1.5), sine(660, seconds=1.5)], axis=1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(Settings(data=tmp_path))


def approved(store: Store, content: bytes, **job: object) -> AudioApproved:
    of = a_job(**job)
    take = a_take(of, tags={"bpm": 80.0})
    store.put(take.key, content)
    return AudioApproved(
        job=of, attempt=0, take=take, report=GOOD, attempts=1, rejected_keys=("takes/x/1.wav",)
    )


def publish(event: AudioApproved, store: Store) -> TrackPublished:
    (published,) = handle(event, store).events
    assert isinstance(published, TrackPublished)
    return published


def test_everything_that_the_track_names_is_in_the_store(store: Store) -> None:
    event = approved(store, wav(STEREO))
    track = publish(event, store)
    job_id = event.job.job_id
    assert track.audio_key == f"generated/{job_id}.wav"
    assert track.audio_sha256 == hashlib.sha256(store.read(track.audio_key)).hexdigest()
    assert store.read(track.spectrogram_key).startswith(b"\x89PNG")
    assert json.loads(store.read(track.peaks_key))["version"] == 2
    assert track.duration_s == 1.5
    assert len(track.peaks) == 100
    assert track.loudness_lufs is not None
    assert -12 < track.loudness_lufs < -5


def test_the_file_keeps_the_samples_and_says_what_it_is(store: Store) -> None:
    track = publish(approved(store, wav(STEREO), prompt="pluie d’été"), store)
    with soundfile.SoundFile(io.BytesIO(store.read(track.audio_key))) as file:
        assert (file.samplerate, file.channels, file.subtype) == (44100, 2, "PCM_16")
        assert (file.title, file.artist) == ("pluie d’été", "Sound Box")
        comment = json.loads(file.comment)
        samples = file.read()
    assert np.abs(samples - STEREO).max() < 2 / 32768
    assert comment["ai_generated"] is True
    assert (comment["seed"], comment["engine"], comment["prompt"]) == (7, "synth", "pluie d’été")


def test_a_take_beyond_full_scale_is_scaled_and_never_clamped(store: Store) -> None:
    track = publish(approved(store, wav(STEREO * 4)), store)
    samples, _ = soundfile.read(io.BytesIO(store.read(track.audio_key)))
    assert np.abs(samples).max() == pytest.approx(10 ** (-1 / 20), abs=1e-3)
    assert np.corrcoef(samples[:, 0], STEREO[:, 0])[0, 1] > 0.99999


def test_the_takes_may_go_once_the_track_is_published(store: Store) -> None:
    event = approved(store, wav(STEREO))
    assert handle(event, store).discard == (event.take.key, "takes/x/1.wav")


def test_rendering_twice_names_the_same_file(store: Store) -> None:
    event = approved(store, wav(STEREO))
    assert publish(event, store) == publish(event, store)


def test_the_file_of_a_first_renderer_counts(store: Store) -> None:
    event = approved(store, wav(STEREO))
    store.put(f"generated/{event.job.job_id}.wav", b"somebody was first")
    assert publish(event, store).audio_sha256 == hashlib.sha256(b"somebody was first").hexdigest()


def test_a_take_that_is_gone_is_a_named_failure(store: Store) -> None:
    event = approved(store, wav(STEREO))
    store.delete(event.take.key)
    with pytest.raises(PermanentError) as caught:
        handle(event, store)
    assert caught.value.code == "take_missing"


def test_another_event_is_no_work_for_the_renderer(store: Store) -> None:
    with pytest.raises(PermanentError, match=r"job\.accepted"):
        handle(JobAccepted(job=a_job()), store)
