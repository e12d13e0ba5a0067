"""The whole report about a sound against the textbook's way, and the analyzer at full load on one core.

The textbook's way is one call after another of librosa, pyloudnorm and scipy for what the report says: level,
loudness, true peak, flatness, brightness, hiss, silence at the ends, tempo, key, onsets, timbre and rhythm.
Clicks, gaps, cut tops and faults of channels, which the report has too, have no such call and cost it
nothing.
"""

import multiprocessing
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import pyloudnorm
import scipy.signal
from numpy.typing import NDArray

from bench import takes
from bench.figures import Figure
from bench.one_core import keep_to_one_core, median_ms, milliseconds
from services.analyzer.descriptors import describe
from services.analyzer.ends import SILENT_BELOW
from services.analyzer.measures import measure
from services.analyzer.report import report_on
from services.analyzer.spectrum import HIGH_BAND_HZ, N_FFT
from services.analyzer.stage import handle
from shared.audio import Audio
from shared.messages.events import AudioGenerated
from shared.settings import Settings
from shared.store import Store, open_store

RATE_HZ = 32_000
SOUND_S, JOB_S, LONG_S = 10.0, 8.0, 300.0

TOLERANCES = {
    "rms": 1e-5,
    "flatness": 1e-4,
    "high_band_share": 1e-4,
    "brightness_hz": 1.0,
    "loudness_lufs": 0.05,
    "true_peak_db": 0.1,
    "leading_silence_s": 0.001,
    "trailing_silence_s": 0.001,
}
"""How far each number may lie from that of librosa, pyloudnorm or scipy."""

_ROOT = Path(__file__).resolve().parent.parent
_ANALYZE = r"""
import re, sys, time
from pathlib import Path
from services.analyzer.__main__ import make_work
from shared.messages.events import AudioGenerated
from shared.settings import Settings
from shared.store import open_store

settings = Settings(data=Path(sys.argv[1]))
work = make_work(settings, open_store(settings))
event = AudioGenerated.model_validate_json(sys.stdin.read())
started = time.perf_counter()
work(event)
took_ms = 1000 * (time.perf_counter() - started)
most_kib = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text()).group(1)
print(took_ms, int(most_kib) * 1024 / 1e6)
"""


def run(times: int = 30, jobs: int = 100) -> list[Figure]:
    """Measure the report and its numbers, then jobs one after another in a process on one core."""
    spawned = multiprocessing.get_context("spawn").Pool
    with spawned(1) as process:
        found = process.apply(_reports, (times,))
    with spawned(1) as process:
        found += process.apply(_jobs, (jobs,))
    with tempfile.TemporaryDirectory(prefix="soundbox-bench-") as folder:
        with spawned(1) as process:
            event = process.apply(_long_take, (folder,))
        found += _long_job(folder, event)
    return found


def sound() -> Audio:
    """Ten seconds of the synthesizer at MusicGen's rate, one channel."""
    samples = librosa.resample(takes.music(SOUND_S).mono, orig_sr=takes.RATE_HZ, target_sr=RATE_HZ)
    return Audio(samples.astype(np.float32)[:, None], RATE_HZ)


def ours(audio: Audio) -> dict[str, Any]:
    """The numbers of the report."""
    report = report_on(audio, "music")
    assert report.descriptors is not None
    return {**report.measures, **report.descriptors.model_dump()}


def theirs(audio: Audio) -> dict[str, Any]:
    """The same numbers, and others of the same kind, from one call after another."""
    samples, rate_hz = audio.samples[:, 0], audio.sample_rate_hz
    whole = np.pad(samples, (0, -len(samples) % N_FFT))
    magnitude = np.abs(librosa.stft(y=whole, n_fft=N_FFT, hop_length=N_FFT, center=False))
    rms = librosa.feature.rms(y=whole, frame_length=N_FFT, hop_length=N_FFT, center=False)
    flatness = librosa.feature.spectral_flatness(y=whole, n_fft=N_FFT, hop_length=N_FFT, center=False)
    return {
        "rms": float(np.sqrt(np.square(rms).sum() * N_FFT / len(samples))),
        "flatness": float(np.median(flatness)),
        "high_band_share": _high_share(magnitude, rate_hz),
        "brightness_hz": _brightness_hz(whole, rate_hz, magnitude),
        "loudness_lufs": pyloudnorm.Meter(rate_hz, filter_class="DeMan").integrated_loudness(samples),
        "true_peak_db": _true_peak_db(samples),
        **_silent_ends_s(samples, rate_hz),
        **_musical(samples, rate_hz),
    }


def _high_share(magnitude: NDArray[np.float32], rate_hz: int) -> float:
    power = np.square(magnitude)
    high = librosa.fft_frequencies(sr=rate_hz, n_fft=N_FFT) >= HIGH_BAND_HZ
    return float(power[high].sum() / power.sum())


def _brightness_hz(samples: NDArray[np.float32], rate_hz: int, magnitude: NDArray[np.float32]) -> float:
    centroids = librosa.feature.spectral_centroid(
        y=samples, sr=rate_hz, n_fft=N_FFT, hop_length=N_FFT, center=False
    )
    return float(np.average(centroids[0], weights=magnitude.sum(axis=0)))


def _true_peak_db(samples: NDArray[np.float32]) -> float:
    """As ITU-R BS.1770-4 draws it, annex 2: four times the rate, the highest sample, decibels."""
    oversampled = scipy.signal.resample_poly(samples, 4, 1)
    return float(20 * np.log10(np.abs(oversampled).max()))


def _silent_ends_s(samples: NDArray[np.float32], rate_hz: int) -> dict[str, float]:
    heard = np.flatnonzero(np.abs(samples) > SILENT_BELOW)
    return {
        "leading_silence_s": heard[0] / rate_hz,
        "trailing_silence_s": (len(samples) - 1 - heard[-1]) / rate_hz,
    }


def _musical(samples: NDArray[np.float32], rate_hz: int) -> dict[str, Any]:
    """Tempo, key, onsets, timbre and rhythm; estimates, which differ from ours as any two do."""
    tempo, _ = librosa.beat.beat_track(y=samples, sr=rate_hz)
    return {
        "bpm": float(np.atleast_1d(tempo)[0]),
        "chroma": librosa.feature.chroma_cqt(y=samples, sr=rate_hz).mean(axis=1),
        "onsets": len(librosa.onset.onset_detect(y=samples, sr=rate_hz)),
        "timbre": librosa.feature.mfcc(y=samples, sr=rate_hz).mean(axis=1),
        "rhythm": librosa.feature.tempogram(y=samples, sr=rate_hz).mean(axis=1),
    }


def _reports(times: int) -> list[Figure]:
    keep_to_one_core()
    audio = sound()
    ours_ms = median_ms(lambda: report_on(_fresh(audio), "music"), times)
    theirs_ms = median_ms(lambda: theirs(audio), max(3, times // 5))
    return [
        Figure("report about 10 s at 32 kHz", ours_ms, "ms", theirs_ms, aim=25),
        Figure("times as fast as call by call", theirs_ms / ours_ms, "x", aim=10, at_least=True),
        Figure("measures alone", median_ms(lambda: measure(_fresh(audio)), times), "ms"),
        Figure("descriptors alone", median_ms(lambda: describe(_fresh(audio), "music"), times), "ms"),
        *_differences(audio),
    ]


def _fresh(audio: Audio) -> Audio:
    """The same sound, of which nothing has been worked out yet."""
    return Audio(audio.samples, audio.sample_rate_hz)


def _differences(audio: Audio) -> list[Figure]:
    mine, others = ours(audio), theirs(audio)
    return [
        Figure(
            name,
            float(abs(mine[name] - others[name])),
            "",
            aim=tolerance,
            table="differences to call by call",
        )
        for name, tolerance in TOLERANCES.items()
    ]


def _jobs(count: int) -> list[Figure]:
    keep_to_one_core()
    content = takes.wav(takes.music(JOB_S))
    with tempfile.TemporaryDirectory(prefix="soundbox-bench-") as folder:
        store = open_store(Settings(data=Path(folder)))
        events = [_generated(store, content, JOB_S) for _ in range(count + 3)]
        for event in events[:3]:  # warm-up
            handle(event, store, 3)
        took_ms = [milliseconds(lambda event=event: handle(event, store, 3)) for event in events[3:]]  # type: ignore[misc]
    return [
        Figure("analyzer, a job of 8 s, 44.1 kHz, stereo", statistics.median(took_ms), "ms"),
        Figure("analyzer on one core", 1000 * count / sum(took_ms), "jobs/s"),
    ]


def _generated(store: Store, content: bytes, duration_s: float) -> AudioGenerated:
    job, take = takes.stored(store, content, duration_s)
    return AudioGenerated(job=job, attempt=0, take=take)


def _long_take(folder: str) -> str:
    """A take of five minutes, made by a process whose memory does not count."""
    content = takes.wav(takes.longer(takes.music(JOB_S), LONG_S))
    return _generated(open_store(Settings(data=Path(folder))), content, LONG_S).model_dump_json()


def _long_job(folder: str, event: str) -> list[Figure]:
    """In a process that has loaded what the analyzer's own has, and nothing else."""
    command = [sys.executable, "-c", _ANALYZE, folder]
    output = subprocess.run(command, input=event, capture_output=True, text=True, check=True, cwd=_ROOT)
    took_ms, memory_mb = map(float, output.stdout.split())
    return [
        Figure("analyzer, a job of 5 minutes", took_ms, "ms"),
        Figure("analyzer's memory at 5 minutes", memory_mb, "MB", aim=400),
    ]
