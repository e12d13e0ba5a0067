"""A drawing in two inks on paper, with magma data in it: eight bits a pixel, kept as PNG."""

import io
import zlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Literal

import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from services.renderer.spectrogram import RANGE_DB

Theme = Literal["dark", "light"]

INK, FAINT = 255, 120
"""How much ink a pen lays on: all of it for words, less for ticks."""

# The palette: magma for data, and after it a ramp from paper to ink, which smooth letters need.
_DATA_COLOURS = 112  # 0.7 dB each; more are not told apart and take a quarter more room
_RAMP = 32
_PAPER_AND_INK: dict[Theme, tuple[tuple[int, int, int], tuple[int, int, int]]] = {
    "dark": ((17, 16, 24), (222, 218, 230)),
    "light": ((251, 253, 252), (24, 40, 46)),
}

Box = tuple[int, int, int, int]


def sheet(size: tuple[int, int], draw: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    """Paper with what `draw` drew on it: ink as grey, of which 0 is none."""
    ink = Image.new("L", size, 0)
    draw(ImageDraw.Draw(ink))
    return ink.point([_DATA_COLOURS + value * _RAMP // 256 for value in range(256)])


def paste_data(picture: Image.Image, decibels: NDArray[np.float32], box: Box) -> None:
    """Lay decibels, shape (bands, frames), -80 .. 0, over the box: low bands below."""
    left, top, right, bottom = box
    levels = (decibels[::-1] + RANGE_DB) * ((_DATA_COLOURS - 1) / RANGE_DB)
    data = Image.fromarray(levels.astype(np.uint8))
    if data.width > 2 * (right - left):  # the loudest of each place, not one by chance
        data = Image.fromarray(_thinned(levels.astype(np.uint8), right - left))
    picture.paste(data.resize((right - left, bottom - top), Image.Resampling.BILINEAR), (left, top))


def _thinned(levels: NDArray[np.uint8], places: int) -> NDArray[np.uint8]:
    starts = np.linspace(0, levels.shape[1], places, endpoint=False).astype(int)
    loudest: NDArray[np.uint8] = np.maximum.reduceat(levels, starts, axis=1)
    return loudest


def png(picture: Image.Image, theme: Theme, *, small: bool = False) -> bytes:
    """The picture's file; a `small` one is a third smaller and takes three times as long."""
    coloured = Image.frombytes("P", picture.size, picture.tobytes())
    coloured.putpalette(_palette(theme))
    buffer = io.BytesIO()
    if small:
        coloured.save(buffer, "PNG", compress_level=6)
    else:
        coloured.save(buffer, "PNG", compress_level=1, compress_type=zlib.Z_RLE)
    return buffer.getvalue()


@lru_cache
def _palette(theme: Theme) -> bytes:
    magma = matplotlib.colormaps["magma"](np.linspace(0, 1, _DATA_COLOURS), bytes=True)[:, :3]
    paper, ink = (np.array(colour) for colour in _PAPER_AND_INK[theme])
    ramp = paper + (ink - paper) * np.linspace(0, 1, _RAMP)[:, None]
    return bytes(magma.tobytes() + ramp.round().astype(np.uint8).tobytes())


@lru_cache(maxsize=32)
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font that matplotlib ships, so that every machine draws the same picture."""
    return ImageFont.truetype(font_file(bold=bold), size)


def font_file(*, bold: bool = False) -> Path:
    """Where that font lies."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name
