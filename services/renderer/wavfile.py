"""The finished file: 16-bit WAV that says what it is, and where it loops.

Chunks as in Microsoft's "Multimedia Programming Interface and Data Specifications 1.0" (1991), and
`smpl` as in its "New Multimedia Data Types and Data Techniques" (1994). Written here, in one go: the
library that reads them can write no loop points.
"""

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from shared.audio import Audio
from shared.tags import ARTIST, Origin

_PCM = 1
_BYTES = 2
_BLOCK_FRAMES = 2**16
_MIDDLE_C = 60
_FORWARD = 0


def encode(audio: Audio, origin: Origin, *, is_loop: bool) -> bytes:
    """The sound as a WAV file, tagged; a loop runs from the first sample to the last.

    Samples beyond full scale are a ValueError: levels are set before, never clamped here.
    """
    pcm = _as_pcm(audio.samples)
    chunks: list[bytes | memoryview] = [
        _chunk(b"fmt ", _format(audio)),
        _chunk(b"LIST", b"INFO" + b"".join(_information(origin))),
    ]
    if is_loop:
        chunks.append(_chunk(b"smpl", _loop(audio)))
    chunks += [struct.pack("<4sI", b"data", pcm.nbytes), pcm.data.cast("B")]
    length = len(b"WAVE") + sum(map(len, chunks))
    return b"".join((struct.pack("<4sI", b"RIFF", length), b"WAVE", *chunks))


def _as_pcm(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """A block at a time, so that a long sound does not take its room in memory once more."""
    pcm = np.empty(samples.shape, "<i2")
    for start in range(0, len(samples), _BLOCK_FRAMES):
        block = np.rint(samples[start : start + _BLOCK_FRAMES] * np.float32(2**15))
        if block.min() < -(2**15) or block.max() > 2**15 - 1:
            raise ValueError("samples beyond full scale")
        pcm[start : start + _BLOCK_FRAMES] = block
    return pcm


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)


def _format(audio: Audio) -> bytes:
    channels = audio.samples.shape[1]
    frame_bytes = channels * _BYTES
    rate = audio.sample_rate_hz
    return struct.pack("<HHIIHH", _PCM, channels, rate, rate * frame_bytes, frame_bytes, 8 * _BYTES)


def _information(origin: Origin) -> Iterator[bytes]:
    """Title, artist, software, licence (as copyright), and all of it in the comment; UTF-8."""
    words = {
        b"INAM": origin.prompt,
        b"IART": ARTIST,
        b"ISFT": f"{ARTIST}, {origin.engine} {origin.engine_version}",
        b"ICOP": origin.license,
        b"ICMT": origin.comment,
    }
    for name, text in words.items():
        if text:
            yield _chunk(name, text.replace("\0", " ").encode() + b"\0")


def _loop(audio: Audio) -> bytes:
    """One loop over the whole sound; its end is the last sample that is played."""
    period_ns = round(1e9 / audio.sample_rate_hz)
    head = struct.pack("<9I", 0, 0, period_ns, _MIDDLE_C, 0, 0, 0, 1, 0)
    return head + struct.pack("<6I", 0, _FORWARD, 0, len(audio.samples) - 1, 0, 0)
