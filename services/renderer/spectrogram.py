"""The mel spectrogram of a sound, as numbers and as a labelled picture."""

import io
from functools import lru_cache
from pathlib import Path

import librosa
import matplotlib
import numpy as np
import scipy.fft
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from shared.audio import Audio

N_FFT = 2048
HOP_LENGTH = 512
N_MELS = 128
RANGE_DB = 80.0

WIDTH, HEIGHT = 1000, 320
_LEFT, _TOP, _RIGHT, _BOTTOM = 60, 14, 84, 36
PLOT = (_LEFT, _TOP, WIDTH - _RIGHT, HEIGHT - _BOTTOM)
"""Left, top, right and bottom of the data in the picture, in pixels."""

# The palette of the picture: magma for the data, and after it the colours of everything around.
_DATA_COLOURS = 250
_PAPER, _INK, _FAINT = 250, 251, 252
_AROUND = ((17, 16, 24), (214, 210, 222), (92, 88, 106))

_TICKS_HZ = (500, 1000, 2000, 4000, 8000, 16000)
_TICKS_DB = (0, -20, -40, -60, -80)
_TIME_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
_MOST_TIME_TICKS = 10
_BLOCK_FRAMES = 1024


def mel_decibels(audio: Audio) -> NDArray[np.float32]:
    """Power of the mono mix on the mel scale, in decibels below its loudest point.

    Centred frames of a periodic Hann window with zeros beyond the ends, Slaney mel filters from 0 Hz
    to half the sample rate; the same as librosa's melspectrogram and power_to_db(ref=max, top_db=80).

    Returns:
        float32, shape (128, 1 + frames // 512), -80 .. 0; all -80 for silence.
    """
    mono = np.pad(audio.mono, N_FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(mono, N_FFT)[::HOP_LENGTH]
    filters = _mel_filters(audio.sample_rate_hz)
    power = np.concatenate(
        [
            _power(frames[start : start + _BLOCK_FRAMES]) @ filters
            for start in range(0, len(frames), _BLOCK_FRAMES)
        ]
    )
    loudest = float(power.max())
    if loudest <= 0:
        return np.full(power.T.shape, -RANGE_DB, dtype=np.float32)
    decibels: NDArray[np.float32] = 10 * np.log10(
        np.maximum(power.T / loudest, np.float32(10 ** (-RANGE_DB / 10)))
    )
    return decibels


def draw(decibels: NDArray[np.float32], sample_rate_hz: int, duration_s: float) -> bytes:
    """The picture as PNG bytes: seconds along, Hz on a mel axis up, decibels as colour."""
    picture = Image.new("P", (WIDTH, HEIGHT), _PAPER)
    picture.putpalette(_palette())
    left, top, right, bottom = PLOT
    levels = ((decibels[::-1] + RANGE_DB) * ((_DATA_COLOURS - 1) / RANGE_DB)).astype(np.uint8)
    data = Image.fromarray(levels).resize((right - left, bottom - top), Image.Resampling.BILINEAR)
    picture.paste(Image.frombytes("P", data.size, data.tobytes()), (left, top))
    pen = ImageDraw.Draw(picture)
    _draw_frequency_axis(pen, sample_rate_hz)
    _draw_time_axis(pen, duration_s)
    _draw_scale(picture, pen)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=2)
    return buffer.getvalue()


def warm(sample_rate_hz: int = 44100) -> None:
    """Load filters, fonts and transforms, so that no job waits for them."""
    silence = Audio(np.zeros((sample_rate_hz, 2), dtype=np.float32), sample_rate_hz)
    draw(mel_decibels(silence), sample_rate_hz, silence.duration_s)


def _power(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    spectrum = scipy.fft.rfft(frames * _window(), axis=1)
    power: NDArray[np.float32] = np.square(spectrum.real) + np.square(spectrum.imag)
    return power


@lru_cache
def _window() -> NDArray[np.float32]:
    return np.hanning(N_FFT + 1)[:-1].astype(np.float32)


@lru_cache(maxsize=8)
def _mel_filters(sample_rate_hz: int) -> NDArray[np.float32]:
    """Weights from power spectrum to mel bands; float32, shape (1025, 128)."""
    weights = librosa.filters.mel(sr=sample_rate_hz, n_fft=N_FFT, n_mels=N_MELS)
    return np.ascontiguousarray(weights.T)


@lru_cache
def _palette() -> bytes:
    magma = matplotlib.colormaps["magma"](np.linspace(0, 1, _DATA_COLOURS), bytes=True)[:, :3]
    return bytes(magma.tobytes() + np.array(_AROUND, dtype=np.uint8).tobytes())


@lru_cache
def _font(size: int = 13) -> ImageFont.FreeTypeFont:
    """The font that matplotlib ships, so that every machine draws the same picture."""
    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", size)


def _draw_frequency_axis(pen: ImageDraw.ImageDraw, sample_rate_hz: int) -> None:
    left, top, _, bottom = PLOT
    highest = librosa.hz_to_mel(sample_rate_hz / 2)
    for hertz in (tick for tick in _TICKS_HZ if tick <= sample_rate_hz / 2):
        y = bottom - 1 - float(librosa.hz_to_mel(hertz) / highest) * (bottom - top - 1)
        pen.line((left - 5, y, left - 1, y), fill=_FAINT)
        pen.text((left - 9, y), _hertz(hertz), fill=_INK, font=_font(), anchor="rm")
    pen.text((left - 9, bottom), "0 Hz", fill=_INK, font=_font(), anchor="rm")


def _draw_time_axis(pen: ImageDraw.ImageDraw, duration_s: float) -> None:
    left, _, right, bottom = PLOT
    step = next((step for step in _TIME_STEPS_S if duration_s / step <= _MOST_TIME_TICKS), _TIME_STEPS_S[-1])
    for number in range(int(duration_s / step + 1e-6) + 1):
        x = left + number * step / duration_s * (right - left - 1)
        pen.line((x, bottom, x, bottom + 4), fill=_FAINT)
        pen.text((x, bottom + 8), f"{number * step:.6g} s", fill=_INK, font=_font(), anchor="mt")


def _draw_scale(picture: Image.Image, pen: ImageDraw.ImageDraw) -> None:
    """The colour bar, with decibels beside it."""
    _, top, right, bottom = PLOT
    height = bottom - top
    ramp = np.linspace(_DATA_COLOURS - 1, 0, height).astype(np.uint8)
    bar = Image.frombytes("P", (12, height), np.repeat(ramp[:, None], 12, axis=1).tobytes())
    picture.paste(bar, (right + 14, top))
    for decibels in _TICKS_DB:
        y = top - decibels / RANGE_DB * (height - 1)
        anchor = {0: "lt", -80: "lb"}.get(decibels, "lm")
        pen.text((right + 31, y), f"{decibels} dB", fill=_INK, font=_font(), anchor=anchor)


def _hertz(value: int) -> str:
    return f"{value // 1000} kHz" if value >= 1000 else f"{value} Hz"
