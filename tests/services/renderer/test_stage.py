"""A track is published after everything it names lies in the store."""

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile

from services.renderer.stage import handle
from shared.errors import PermanentError, StoreError
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
    assert store.read(f"spectrograms/{job_id}-strip.png").startswith(b"\x89PNG")
    assert track.loudness_lufs == -14.0


def test_the_loudness_that_is_told_is_that_of_the_file(store: Store) -> None:
    for of in (STEREO, STEREO * 0.001, STEREO * 9):
        track = publish(approved(store, wav(of)), store)
        samples, rate_hz = soundfile.read(io.BytesIO(store.read(track.audio_key)))
        measured = pyloudnorm.Meter(rate_hz, filter_class="DeMan").integrated_loudness(samples)
        assert track.loudness_lufs == pytest.approx(measured, abs=0.06)


def test_the_file_keeps_the_samples_and_says_what_it_is(store: Store) -> None:
    track = publish(approved(store, wav(STEREO), prompt="pluie d’été"), store)
    with soundfile.SoundFile(io.BytesIO(store.read(track.audio_key))) as file:
        assert (file.samplerate, file.channels, file.subtype) == (44100, 2, "PCM_16")
        assert (file.title, file.artist) == ("pluie d’été", "Sound Box")
        comment = json.loads(file.comment)
        samples = file.read()
        assert file.copyright == "CC0-1.0"
    factor = np.abs(samples).max() / np.abs(STEREO).max()
    assert np.abs(samples - factor * STEREO).max() < 2 / 32768
    assert comment["ai_generated"] is True
    assert (comment["seed"], comment["engine"], comment["prompt"]) == (7, "synth", "pluie d’été")


def test_an_effect_beyond_full_scale_is_scaled_and_never_clamped(store: Store) -> None:
    track = publish(approved(store, wav(STEREO * 4), model="audio"), store)
    samples, _ = soundfile.read(io.BytesIO(store.read(track.audio_key)))
    assert np.abs(samples).max() == pytest.approx(10 ** (-1 / 20), abs=2e-3)
    assert np.corrcoef(samples[:, 0], STEREO[:, 0])[0, 1] > 0.99999


def test_a_loop_says_so_in_its_file_and_nothing_else_does(store: Store) -> None:
    frames = len(STEREO)
    for loop in (True, False):
        track = publish(approved(store, wav(STEREO), loop=loop), store)
        with soundfile.SoundFile(io.BytesIO(store.read(track.audio_key))) as file:
            assert (f"Start :     0  End : {frames - 1} " in file.extra_info) == loop
            assert file.frames == frames


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF", b"no sound at all" * 99, wav(STEREO)[:30], wav(STEREO[:0])],
    ids=["empty", "a beginning", "text", "half a header", "no samples"],
)
def test_what_is_no_sound_is_a_named_failure(store: Store, content: bytes) -> None:
    with pytest.raises(PermanentError) as caught:
        handle(approved(store, content), store)
    assert caught.value.code == "take_unreadable"


def test_a_header_with_an_impossible_rate_is_a_named_failure(store: Store) -> None:
    with pytest.raises(PermanentError, match="1 Hz") as caught:
        handle(approved(store, wav(np.zeros(100), rate_hz=1)), store)
    assert caught.value.code == "take_unreadable"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_a_named_failure(store: Store, value: float) -> None:
    samples = STEREO.copy()
    samples[1000, 1] = value
    with pytest.raises(PermanentError, match="no numbers") as caught:
        handle(approved(store, wav(samples)), store)
    assert caught.value.code == "take_unreadable"


@pytest.mark.parametrize("rate_hz", [16000, 48000])
@pytest.mark.parametrize("frames", [1, 100, 3000])
def test_the_shortest_sounds_are_published(store: Store, rate_hz: int, frames: int) -> None:
    track = publish(approved(store, wav(sine(seconds=1, rate_hz=rate_hz)[1 : frames + 1], rate_hz)), store)
    assert track.duration_s == frames / rate_hz
    assert soundfile.info(io.BytesIO(store.read(track.audio_key))).frames == frames


def test_silence_is_published_as_silence(store: Store) -> None:
    track = publish(approved(store, wav(np.zeros((44100, 2)))), store)
    samples, _ = soundfile.read(io.BytesIO(store.read(track.audio_key)))
    assert track.loudness_lufs is None
    assert not samples.any()
    assert set(track.peaks) == {0}


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


@pytest.mark.parametrize("folder", ["generated", "spectrograms", "peaks"])
def test_nothing_is_published_unless_all_of_it_is_stored(store: Store, tmp_path: Path, folder: str) -> None:
    event = approved(store, wav(STEREO))
    (tmp_path / "store" / folder).write_text("a file where a folder is wanted")
    with pytest.raises(StoreError):
        handle(event, store)


def test_another_event_is_no_work_for_the_renderer(store: Store) -> None:
    with pytest.raises(PermanentError, match=r"job\.accepted"):
        handle(JobAccepted(job=a_job()), store)
