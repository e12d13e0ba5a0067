"""A whole Sound Box on AudioCraft: a job goes in over HTTP and a labelled track comes out."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from cli.broker_node import BrokerNode
from services.generator.engines.audiocraft.engine import AudioCraftEngine
from services.generator.engines.engine import Request
from shared.settings import load
from tests.running import SoundBox
from tests.services.generator.engines.audiocraft.checkpoints import AUDIO, SMALL
from tests.waiting import eventually


@pytest.fixture(scope="module")
def box(hub: Path, broker: BrokerNode, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundBox]:
    """A Sound Box whose engine finds the tiny checkpoints; the hub's folder is in its environment."""
    environment = {"SOUNDBOX_PRECISION": "fp32", "SOUNDBOX_MAX_ATTEMPTS": "1", "OMP_NUM_THREADS": "1"}
    box = SoundBox(tmp_path_factory.mktemp("box"), "--engine", "audiocraft", environment=environment)
    yield box
    assert box.stop() == 0


def test_jobs_become_tracks_that_name_engine_model_and_seed(box: SoundBox) -> None:
    song = box.generate("calm piano over soft rain", duration=2, seed=11)
    effect = box.generate("footsteps on gravel", model="audio", duration=1.5, seed=12)
    made, effect_made = box.finished([song, effect], timeout=150)
    assert [made["status"], effect_made["status"]] == ["completed", "completed"]
    assert (made["engine"], made["model"], made["seed"]) == ("audiocraft", "music", 11)
    track = eventually(lambda: box.client.get(f"/api/library/{song}").json())
    assert (track["engine"], track["seed"], track["license"]) == ("audiocraft", 11, "CC-BY-NC-4.0")
    samples, rate = soundfile.read(io.BytesIO(box.client.get(f"/audio/{track['filename']}").content))
    assert (len(samples), rate) == (64_000, 32_000)


def test_the_track_sounds_as_the_engine_alone_does(box: SoundBox, hub: Path) -> None:
    job_id = box.generate("epic drums", duration=1, seed=21)
    (job,) = box.finished([job_id])
    published, _ = soundfile.read(io.BytesIO(box.client.get(f"/audio/{job['filename']}").content))
    engine = AudioCraftEngine(load({"SOUNDBOX_PRECISION": "fp32"}))
    request = Request("1", "epic drums", "music", 1.0, loop=False, seed=21)
    (sound,) = engine.generate([request], lambda _job_id, _fraction: True)
    assert sound is not None
    middle = slice(3_200, -3_200)  # its ends may be faded
    assert np.corrcoef(published[middle], sound.samples[middle, 0])[0, 1] > 0.9999


def test_the_state_of_both_models_is_shown(box: SoundBox) -> None:
    def ready() -> bool:
        status = box.client.get("/status").json()
        return bool(
            status["models"] == {"music": "ready", "audio": "ready"} and status["engine"] == "audiocraft"
        )

    assert eventually(ready, 60, "both models to be ready")
    assert {SMALL.name, AUDIO.name} == {load({}).music_model, load({}).audio_model}


def test_a_job_is_stopped_in_the_middle(box: SoundBox) -> None:
    job_id = box.generate("an endless jazz", duration=120)
    eventually(lambda: box.job(job_id)["status"] == "processing", 30)
    assert box.client.post(f"/api/queue/{job_id}/cancel", json={}).status_code == 200
    (job,) = box.finished([job_id], timeout=30)
    assert job["status"] == "cancelled"
