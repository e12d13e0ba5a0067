"""The picture of a sound against the textbook's way, and the whole renderer at full load on one core."""

import io
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import librosa
import librosa.display
import matplotlib as mpl
import numpy as np
from matplotlib import pyplot
from numpy.typing import NDArray

from bench import takes
from bench.figures import Figure
from bench.one_core import keep_to_one_core, median_ms, milliseconds
from services.renderer import levelling, pictures, spectrogram
from services.renderer.stage import handle
from shared.audio import Audio
from shared.messages.events import AudioApproved
from shared.messages.job import Report
from shared.settings import Settings
from shared.store import Store, open_store

RATE_HZ = 32_000
PICTURE_S, JOB_S, LONG_S = 10.0, 8.0, 300.0
_DOTS_PER_INCH = 100
_ROOT = Path(__file__).resolve().parent.parent
_RENDER = r"""
import re, sys, time
from pathlib import Path
from services.renderer.__main__ import make_work
from shared.messages.events import AudioApproved
from shared.settings import Settings
from shared.store import open_store

settings = Settings(data=Path(sys.argv[1]))
work = make_work(settings, open_store(settings))
event = AudioApproved.model_validate_json(sys.stdin.read())
started = time.perf_counter()
work(event)
took_ms = 1000 * (time.perf_counter() - started)
most_kib = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text()).group(1)
print(took_ms, int(most_kib) * 1024 / 1e6)
"""


def run(times: int = 30, jobs: int = 100) -> list[Figure]:
    """Measure the picture and its numbers, then jobs one after another in a process on one core."""
    with tempfile.TemporaryDirectory(prefix="soundbox-bench-") as folder:
        with multiprocessing.get_context("spawn").Pool(1) as process:
            found = process.apply(_pictures, (times,))
            found += process.apply(_jobs, (jobs,))
            event = process.apply(_long_take, (folder,))
        return found + _long_job(folder, event)


def _pictures(times: int) -> list[Figure]:
    keep_to_one_core()
    mpl.use("Agg")
    samples = librosa.resample(_music(PICTURE_S).mono, orig_sr=44_100, target_sr=RATE_HZ)
    audio = Audio(samples[:, None], RATE_HZ)
    pictures.warm(RATE_HZ)
    ours_ms = median_ms(lambda: _ours(audio), times)
    theirs_ms = median_ms(lambda: _theirs(samples), max(3, times // 5))
    difference = np.abs(spectrogram.mel_decibels(audio) - _their_decibels(samples)).max()
    return [
        Figure("picture of 10 s at 32 kHz", ours_ms, "ms", theirs_ms, aim=40),
        Figure("times as fast as librosa and savefig", theirs_ms / ours_ms, "x", aim=8, at_least=True),
        Figure("largest difference to librosa", float(difference), "dB", aim=0.05),
    ]


def _ours(audio: Audio) -> bytes:
    return pictures.labelled(spectrogram.mel_decibels(audio), RATE_HZ, audio.duration_s)


def _their_decibels(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    power = librosa.feature.melspectrogram(
        y=samples,
        sr=RATE_HZ,
        n_fft=spectrogram.N_FFT,
        hop_length=spectrogram.HOP_LENGTH,
        n_mels=spectrogram.N_MELS,
    )
    decibels: NDArray[np.float32] = librosa.power_to_db(power, ref=np.max)
    return decibels


def _theirs(samples: NDArray[np.float32]) -> bytes:
    """As librosa's own gallery draws it, at the same size."""
    size = (pictures.WIDTH / _DOTS_PER_INCH, pictures.HEIGHT / _DOTS_PER_INCH)
    figure, axes = pyplot.subplots(figsize=size, dpi=_DOTS_PER_INCH)
    image = librosa.display.specshow(
        _their_decibels(samples),
        sr=RATE_HZ,
        hop_length=spectrogram.HOP_LENGTH,
        x_axis="time",
        y_axis="mel",
        cmap="magma",
        ax=axes,
    )
    figure.colorbar(image, ax=axes, format="%+2.0f dB")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DOTS_PER_INCH)
    pyplot.close(figure)
    return buffer.getvalue()


def _jobs(count: int) -> list[Figure]:
    keep_to_one_core()
    pictures.warm()
    take = takes.wav(_music(JOB_S))
    with tempfile.TemporaryDirectory(prefix="soundbox-bench-") as folder:
        store = open_store(Settings(data=Path(folder)))
        events = [_approved(store, take, JOB_S) for _ in range(count + 3)]
        for event in events[:3]:  # warm-up
            handle(event, store)
        took_ms = [milliseconds(lambda event=event: handle(event, store)) for event in events[3:]]  # type: ignore[misc]
    return [
        Figure("renderer, a job of 8 s, 44.1 kHz, stereo", statistics.median(took_ms), "ms", aim=25),
        Figure("renderer on one core", 1000 * count / sum(took_ms), "jobs/s"),
    ]


def _long_take(folder: str) -> str:
    """An approved take of five minutes, made by a process whose memory does not count."""
    take = takes.wav(takes.longer(_music(JOB_S), LONG_S))
    return _approved(open_store(Settings(data=Path(folder))), take, LONG_S).model_dump_json()


def _long_job(folder: str, event: str) -> list[Figure]:
    """In a process that has loaded what the renderer's own has, and nothing else."""
    command = [sys.executable, "-c", _RENDER, folder]
    output = subprocess.run(command, input=event, capture_output=True, text=True, check=True, cwd=_ROOT)
    took_ms, memory_mb = map(float, output.stdout.split())
    return [
        Figure("renderer, a job of 5 minutes", took_ms, "ms"),
        Figure("renderer's memory at 5 minutes", memory_mb, "MB", aim=400),
    ]


def _music(duration_s: float) -> Audio:
    return levelling.level(takes.music(duration_s), "music").audio


def _approved(store: Store, content: bytes, duration_s: float) -> AudioApproved:
    job, take = takes.stored(store, content, duration_s)
    return AudioApproved(job=job, attempt=0, take=take, report=Report(score=100), attempts=1)
