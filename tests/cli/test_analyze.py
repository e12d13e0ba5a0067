"""`soundbox analyze`: any sound file is judged as the pipeline would judge it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from cli.process_table import ROOT
from shared.messages.job import Report

RATE_HZ = 32_000
Done = subprocess.CompletedProcess[str]


def analyze(*arguments: str | Path) -> Done:
    command = [sys.executable, "-m", "cli", "analyze", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    """A file with three notes."""
    time = np.arange(2 * RATE_HZ) / RATE_HZ
    notes = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220, 277, 330))
    path = tmp_path / "tune.wav"
    soundfile.write(path, 0.2 * np.asarray(notes), RATE_HZ)
    return path


@pytest.fixture
def hiss(tmp_path: Path) -> Path:
    """A file with white noise."""
    path = tmp_path / "hiss.wav"
    soundfile.write(path, np.random.default_rng(1).normal(0, 0.1, 2 * RATE_HZ), RATE_HZ)
    return path


def test_a_good_sound_gets_full_marks_and_its_numbers(tune: Path) -> None:
    done = analyze(tune)
    assert done.returncode == 0
    assert f"{tune}: 100 of 100 as music, good enough" in done.stdout
    assert "rms 0.2" in done.stdout
    assert "loudness_lufs -" in done.stdout
    assert "brightness_hz" in done.stdout
    assert max(map(len, done.stdout.splitlines()[1:])) <= 100


def test_json_has_everything_that_the_pipeline_stores(tune: Path) -> None:
    (found,) = json.loads(analyze(tune, "--json").stdout)["files"]
    report = Report.model_validate({name: found[name] for name in Report.model_fields})
    assert report.descriptors is not None
    assert len(report.descriptors.features) == 64


def test_what_is_wrong_is_told_by_name_with_a_sentence(hiss: Path) -> None:
    done = analyze(hiss)
    assert done.returncode == 0
    assert "would be tried again" in done.stdout
    assert "noise (-" in done.stdout
    assert "steady noise; up to 10% is fine for music" in done.stdout


def test_noise_is_a_fault_of_music_and_none_of_an_effect(hiss: Path) -> None:
    (music,) = json.loads(analyze(hiss, "--json").stdout)["files"]
    (effect,) = json.loads(analyze(hiss, "--json", "--kind", "audio").stdout)["files"]
    assert [issue["name"] for issue in music["issues"]] == ["noise"]
    assert (effect["issues"], effect["score"], effect["publishable"]) == ([], 100, True)


@pytest.mark.parametrize("ending", ["flac", "ogg", "mp3"])
def test_other_formats_are_judged_alike(tune: Path, ending: str) -> None:
    samples, rate_hz = soundfile.read(tune)
    other = tune.with_suffix(f".{ending}")
    soundfile.write(other, samples, rate_hz)
    first, second = json.loads(analyze(tune, other, "--json").stdout)["files"]
    assert (second["score"], second["issues"]) == (100, [])
    assert second["measures"]["rms"] == pytest.approx(first["measures"]["rms"], rel=0.02)


def test_what_is_no_sound_is_named_and_the_rest_is_judged(tune: Path, tmp_path: Path) -> None:
    empty, text, cut = tmp_path / "empty.wav", tmp_path / "text.wav", tmp_path / "cut.wav"
    empty.write_bytes(b"")
    text.write_text("no sound at all")
    cut.write_bytes(tune.read_bytes()[:20])
    missing = tmp_path / "missing.wav"
    done = analyze(empty, text, tune, cut, missing, tmp_path)
    assert done.returncode == 1
    for file in (empty, text, cut, missing, tmp_path):
        assert str(file) in done.stderr
    assert "Traceback" not in done.stderr
    assert f"{tune}: 100 of 100" in done.stdout


def test_a_wrong_kind_is_refused_with_those_that_there_are(tune: Path) -> None:
    done = analyze(tune, "--kind", "speech")
    assert done.returncode == 2
    assert "music" in done.stderr
    assert "audio" in done.stderr
