"""A backup of a Sound Box that is at work, restored elsewhere, is the same Sound Box."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

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


def test_the_same_tracks_sound_the_same_and_jobs_at_work_are_finished_elsewhere(
    running_sound_box: SoundBox, tmp_path: Path
) -> None:
    done = running_sound_box.generate("soft rain for a backup", model="audio", duration=1)
    running_sound_box.finished([done])
    open_jobs = [running_sound_box.generate("slow piano for a backup", duration=20) for _ in range(3)]
    eventually(lambda: [running_sound_box.job(one) for one in open_jobs], 10, "the library to know the jobs")
    told = {track["id"]: track for track in library(running_sound_box)}
    soundbox("backup", tmp_path / "backup.tar", "--data", running_sound_box.data)

    soundbox("restore", tmp_path / "backup.tar", "--data", tmp_path / "other")
    other = SoundBox(tmp_path / "other", "--engine", "synth")
    try:
        assert sound(other, done) == sound(running_sound_box, done)
        assert [view["status"] for view in other.finished(open_jobs)] == ["completed"] * 3
        again = {track["id"]: track for track in library(other)}
        assert {told_id: again[told_id] for told_id in told} == told
        assert again.keys() >= {done, *open_jobs}
    finally:
        assert other.stop() == 0

    soundbox("backup", tmp_path / "stopped", "--data", tmp_path / "other")
    with closing(sqlite3.connect(tmp_path / "stopped" / "library.db")) as connection:
        assert {row[0] for row in connection.execute("SELECT id FROM tracks")} == again.keys()
