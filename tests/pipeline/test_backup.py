"""A backup of a Sound Box that is at work, restored elsewhere, is the same Sound Box."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline.test_from_prompt_to_library import library
from tests.running import ROOT, SoundBox
from tests.waiting import eventually


def soundbox(*arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def sound(sound_box: SoundBox, job_id: str) -> bytes:
    answer = sound_box.client.get(f"/audio/{job_id}.wav")
    assert answer.status_code == 200
    return answer.content


@pytest.mark.timeout(300)
def test_the_same_tracks_sound_the_same_and_jobs_at_work_are_finished_elsewhere(
    running_sound_box: SoundBox, tmp_path: Path
) -> None:
    done = running_sound_box.generate("soft rain for a backup", model="audio", duration=1)
    running_sound_box.finished([done])
    open_jobs = [running_sound_box.generate("slow piano for a backup", duration=20) for _ in range(3)]
    eventually(lambda: [running_sound_box.job(one) for one in open_jobs], 10, "the library to know the jobs")
    soundbox("backup", tmp_path / "backup.tar", "--data", running_sound_box.data)
    told = {track["id"]: track for track in library(running_sound_box)}

    soundbox("restore", tmp_path / "backup.tar", "--data", tmp_path / "other")
    other = SoundBox(tmp_path / "other", "--engine", "synth")
    try:
        assert sound(other, done) == sound(running_sound_box, done)
        views = other.finished(open_jobs)
        assert [view["status"] for view in views] == ["completed"] * 3
        again = {track["id"]: track for track in library(other)}
        running_sound_box.finished(open_jobs)
        assert told.keys() <= again.keys() | set(open_jobs)
        assert again[done] == told[done]
    finally:
        assert other.stop() == 0

    soundbox("backup", tmp_path / "stopped", "--data", tmp_path / "other")
    assert "Restored" in soundbox("restore", tmp_path / "stopped", "--data", tmp_path / "third")
    third = SoundBox(tmp_path / "third", "--engine", "synth")
    try:
        assert {track["id"]: track for track in library(third)} == again
    finally:
        assert third.stop() == 0
