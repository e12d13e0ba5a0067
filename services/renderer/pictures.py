"""A sound's spectrogram as pictures: labelled with its scales, and as a bare strip."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from services.renderer.canvas import FAINT, INK, Theme, font, paste_data, png, sheet
from services.renderer.spectrogram import RANGE_DB, hz_to_mel, mel_decibels
from shared.audio import Audio

WIDTH, HEIGHT = 1000, 320
PLOT = (60, 14, 916, 284)
"""Left, top, right and bottom of the data in the labelled picture, in pixels at scale 1."""
STRIP_WIDTH, STRIP_HEIGHT = 480, 96

_FONT_SIZE = 13
_BAR_WIDTH = 12
_TICKS_HZ = (500, 1000, 2000, 4000, 8000, 16000)
_LEAST_TICK_GAP = 16  # pixels at scale 1 between the middles of two labels
_TICKS_DB = (0, -20, -40, -60, -80)
_TIME_STEPS_S = (0.0001, 0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
_MOST_TIME_TICKS = 10


@dataclass(frozen=True)
class Look:
    """How a labelled picture is drawn: on which paper, and with how many pixels for one."""

    theme: Theme = "dark"
    scale: int = 1

    def pixels(self, *values: float) -> tuple[int, ...]:
        """Places at scale 1 in the pixels of this look."""
        return tuple(round(value * self.scale) for value in values)


USUAL = Look()


def labelled(
    decibels: NDArray[np.float32],
    sample_rate_hz: int,
    duration_s: float,
    look: Look = USUAL,
    *,
    small: bool = False,
) -> bytes:
    """The picture with its axes as PNG: seconds along, Hz on a mel axis up, decibels as colour."""
    picture = _axes(sample_rate_hz, duration_s, look).copy()
    left, top, right, bottom = look.pixels(*PLOT)
    paste_data(picture, decibels, (left, top, right, bottom))
    bar_left, bar_right = look.pixels(PLOT[2] + 14, PLOT[2] + 14 + _BAR_WIDTH)
    ramp = np.linspace(-RANGE_DB, 0, 256, dtype=np.float32)[:, None]
    paste_data(picture, ramp, (bar_left, top, bar_right, bottom))
    return png(picture, look.theme, small=small)


def strip(decibels: NDArray[np.float32]) -> bytes:
    """The data alone as PNG of 480 x 96 pixels: for lists, on any paper."""
    picture = Image.new("L", (STRIP_WIDTH, STRIP_HEIGHT))
    paste_data(picture, decibels, (0, 0, STRIP_WIDTH, STRIP_HEIGHT))
    return png(picture, "dark")


def warm(sample_rate_hz: int = 44100) -> None:
    """Load filters, fonts and transforms, so that no job waits for them."""
    silence = Audio(np.zeros((sample_rate_hz, 2), dtype=np.float32), sample_rate_hz)
    labelled(mel_decibels(silence), sample_rate_hz, silence.duration_s)


@lru_cache(maxsize=16)
def _axes(sample_rate_hz: int, duration_s: float, look: Look) -> Image.Image:
    """All but the data: the same for every sound of a length and rate."""

    def draw(pen: ImageDraw.ImageDraw) -> None:
        pen.fontmode = "L"
        _draw_frequencies(pen, sample_rate_hz, look)
        _draw_times(pen, duration_s, look)
        _draw_decibels(pen, look)

    width, height = look.pixels(WIDTH, HEIGHT)
    return sheet((width, height), draw)


def _draw_frequencies(pen: ImageDraw.ImageDraw, sample_rate_hz: int, look: Look) -> None:
    left, top, _, bottom = PLOT
    highest = float(hz_to_mel(sample_rate_hz / 2))
    last = float(bottom)
    _write(pen, look, (left - 9, bottom), "0 Hz", "rm")
    for hertz in (tick for tick in _TICKS_HZ if tick <= sample_rate_hz / 2):
        y = bottom - float(hz_to_mel(hertz)) / highest * (bottom - top)
        if last - y >= _LEAST_TICK_GAP:
            _tick(pen, look, (left - 5, y, left - 1, y))
            _write(pen, look, (left - 9, y), f"{hertz // 1000} kHz" if hertz >= 1000 else f"{hertz} Hz", "rm")
            last = y


def _draw_times(pen: ImageDraw.ImageDraw, duration_s: float, look: Look) -> None:
    left, _, right, bottom = PLOT
    step = next((step for step in _TIME_STEPS_S if duration_s / step <= _MOST_TIME_TICKS), _TIME_STEPS_S[-1])
    for number in range(int(duration_s / step + 1e-6) + 1):
        x = left + number * step / duration_s * (right - left)
        _tick(pen, look, (x, bottom, x, bottom + 4))
        _write(pen, look, (x, bottom + 8), _time(number * step, duration_s), "mt")


def _draw_decibels(pen: ImageDraw.ImageDraw, look: Look) -> None:
    _, top, right, bottom = PLOT
    for decibels in _TICKS_DB:
        y = top - decibels / RANGE_DB * (bottom - top)
        anchor = {0: "lt", -80: "lb"}.get(decibels, "lm")
        _write(pen, look, (right + 31, y), f"{decibels} dB".replace("-", "\N{MINUS SIGN}"), anchor)


def _tick(pen: ImageDraw.ImageDraw, look: Look, line: tuple[float, float, float, float]) -> None:
    pen.line(look.pixels(*line), fill=FAINT, width=look.scale)


def _write(pen: ImageDraw.ImageDraw, look: Look, place: tuple[float, float], words: str, anchor: str) -> None:
    x, y = look.pixels(*place)
    pen.text((x, y), words, fill=INK, font=font(_FONT_SIZE * look.scale), anchor=anchor)


def _time(seconds: float, duration_s: float) -> str:
    if duration_s < 0.1:
        return f"{seconds * 1000:.6g} ms"
    if duration_s < 120:
        return f"{seconds:.6g} s"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
