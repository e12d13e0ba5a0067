"""Melodies that people bring: any usual audio file, made into the one form that engines are given."""

import io
from typing import BinaryIO

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from shared.audio import MOST_CHANNELS
from shared.errors import SoundBoxError

LEAST_S, MOST_S = 1.0, 60.0

RATE_HZ = 32_000
"""Of MusicGen, the only engine that follows melodies."""

_SAMPLE_RATES_HZ = (4_000, 192_000)
_LEAST_PEAK = 1e-4  # -80 dBFS: below it is silence with a little noise
_SNIFFED_BYTES = 12
_UNKNOWN_LENGTH = 0x7FFFFFFF  # what encoders that write into a pipe put for "I can't know", or more
_OGG_PAGE = b"OggS"
_OGG_LAST_PAGE = 4  # this bit of a page's sixth byte; this and the next of RFC 3533
_LARGEST_OGG_PAGE_BYTES = 65_307


class MelodyError(SoundBoxError):
    """A file cannot be used as a melody; says why, for a person."""


def convert(file: BinaryIO) -> bytes:
    """The sound of a WAV, FLAC, Ogg or MP3 file as a mono 16-bit WAV file at 32 kHz.

    Files with the same sound give the same bytes. What is louder than full scale is scaled down as a
    whole; a melody is as well heard for it.

    Raises:
        MelodyError: no such file, damaged, cut off, silent, or not 1 to 60 s long.
    """
    _check_outside(file)
    try:
        with soundfile.SoundFile(file) as sound:
            _check_header(sound)
            mono = _mono(sound)
            resampled = soxr.resample(_within_full_scale(mono), sound.samplerate, RATE_HZ)
    except soundfile.LibsndfileError as error:
        raise MelodyError("The file is damaged or cut off.") from error
    buffer = io.BytesIO()
    soundfile.write(buffer, _within_full_scale(resampled), RATE_HZ, format="WAV", subtype="PCM_16")
    return buffer.getvalue()


def _check_outside(file: BinaryIO) -> None:
    """Let nothing near the decoders but what they are for, and nothing whose end is missing."""
    size = file.seek(0, io.SEEK_END)
    if size == 0:
        raise MelodyError("The file is empty.")
    file.seek(0)
    head = file.read(_SNIFFED_BYTES)
    if head[:4] == b"RIFF" and head[8:] == b"WAVE":
        promised = int.from_bytes(head[4:8], "little")
        whole = promised + 8 <= size or promised >= _UNKNOWN_LENGTH
    elif head[:4] == _OGG_PAGE:
        whole = _ends_with_last_ogg_page(file, size)
    elif head[:4] == b"fLaC" or head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1:2] >= b"\xe0"):
        whole = True  # their decoders notice
    else:
        raise MelodyError("The file must be WAV, FLAC, Ogg or MP3; it is none of these.")
    if not whole:
        raise MelodyError("The file is cut off: its end is missing.")
    file.seek(0)


def _ends_with_last_ogg_page(file: BinaryIO, size: int) -> bool:
    file.seek(max(0, size - _LARGEST_OGG_PAGE_BYTES))
    end = file.read()
    page = end.rfind(_OGG_PAGE)
    flags = end[page + 5 : page + 6] if page >= 0 else b""
    return bool(flags and flags[0] & _OGG_LAST_PAGE)


def _check_header(sound: soundfile.SoundFile) -> None:
    """The header decides how much there is to read, so it is looked at first."""
    least, most = _SAMPLE_RATES_HZ
    if not least <= sound.samplerate <= most:
        raise MelodyError(f"The file has {sound.samplerate} samples a second; wanted {least} to {most}.")
    if not 1 <= sound.channels <= MOST_CHANNELS:
        raise MelodyError(f"The file has {sound.channels} channels; wanted 1 to {MOST_CHANNELS}.")
    _check_length(sound.frames / sound.samplerate)


def _check_length(length_s: float) -> None:
    if not LEAST_S <= length_s <= MOST_S:
        raise MelodyError(f"The melody is {length_s:.4g} s long; wanted {LEAST_S:g} to {MOST_S:g} s.")


def _mono(sound: soundfile.SoundFile) -> NDArray[np.float32]:
    """The mean of the channels, float32 (frames,); read a second at a time, for headers may lie."""
    seconds = []
    for _ in range(int(MOST_S) + 1):
        block = sound.read(sound.samplerate, dtype="float32", always_2d=True)
        if len(block) == 0:
            break
        with np.errstate(over="ignore", invalid="ignore"):  # seen below
            seconds.append(block.mean(axis=1, dtype=np.float32))
    mono = np.concatenate(seconds) if seconds else np.zeros(0, np.float32)
    if len(mono) < sound.frames:
        raise MelodyError("The file is cut off: its end is missing.")
    _check_length(len(mono) / sound.samplerate)
    if not np.isfinite(mono).all():
        raise MelodyError("The file holds samples that are no numbers.")
    if np.abs(mono).max() < _LEAST_PEAK:
        raise MelodyError("The melody is silent.")
    return mono


def _within_full_scale(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return samples / np.float32(max(1.0, np.abs(samples).max()))
