"""A sound's card for links in messages and feeds: its title, its spectrogram, and who made it."""

from functools import lru_cache

import numpy as np
from matplotlib.ft2font import FT2Font
from numpy.typing import NDArray
from PIL import ImageDraw, ImageFont

from services.renderer.canvas import INK, font, font_file, paste_data, png, sheet

WIDTH, HEIGHT = 1200, 630
"""What sites that show links crop to: 1.91 to 1."""

_MARGIN = 64
_DATA = (_MARGIN, 290, WIDTH - _MARGIN, 510)
_BASELINE = 574
_TITLE_SIZES = (64, 56, 48, 40)
_MOST_LINES = 3
_LINE = 1.22  # of the size
_SMALL = 30
_SOFT = 170


def draw(decibels: NDArray[np.float32], prompt: str, facts: str, product: str = "Sound Box") -> bytes:
    """The card as PNG of 1200 x 630 pixels; characters that the font lacks are left out.

    Args:
        decibels: shape (128, frames), -80 .. 0.
        facts: a few words about the sound, as its length.
    """
    title = drawable(prompt) or product

    def ink(pen: ImageDraw.ImageDraw) -> None:
        _write_title(pen, title)
        pen.text((_MARGIN, _BASELINE), product, fill=INK, font=font(_SMALL, bold=True), anchor="ls")
        pen.text((WIDTH - _MARGIN, _BASELINE), facts, fill=_SOFT, font=font(_SMALL), anchor="rs")

    picture = sheet((WIDTH, HEIGHT), ink)
    paste_data(picture, decibels, _DATA)
    return png(picture, "dark", small=True)


def drawable(text: str) -> str:
    """The text in one line, without what the font has no shape for: no reader is helped by empty boxes."""
    known = _characters()
    return " ".join("".join(char if ord(char) in known else " " for char in text).split())


@lru_cache
def _characters() -> frozenset[int]:
    return frozenset(FT2Font(str(font_file(bold=True))).get_charmap())


def _write_title(pen: ImageDraw.ImageDraw, title: str) -> None:
    """In the largest letters in which it takes two lines, or in three of the smallest, cut if need be."""
    for size in _TITLE_SIZES:
        lines = _lines(title, font(size, bold=True))
        if len(lines) <= 2 or size == _TITLE_SIZES[-1]:
            break
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], _cut(" ".join(lines[_MOST_LINES - 1 :]), font(size, bold=True))]
    for number, line in enumerate(lines):
        place = (_MARGIN, 60 + number * size * _LINE)
        pen.text(place, line, fill=INK, font=font(size, bold=True), anchor="lt")


def _lines(text: str, letters: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _fits(longer, letters):
            lines[-1] = longer
        else:
            lines += _pieces(word, letters)
    return [line for line in lines if line]


def _pieces(word: str, letters: ImageFont.FreeTypeFont) -> list[str]:
    """A word in as many pieces as it needs."""
    pieces = [""]
    for char in word:
        if not _fits(pieces[-1] + char, letters):
            pieces.append("")
        pieces[-1] += char
    return pieces


def _cut(text: str, letters: ImageFont.FreeTypeFont) -> str:
    while text and not _fits(f"{text}…", letters):
        text = text[:-1].rstrip()
    return f"{text}…"


def _fits(text: str, letters: ImageFont.FreeTypeFont) -> bool:
    return letters.getlength(text) <= WIDTH - 2 * _MARGIN
