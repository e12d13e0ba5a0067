"""A finished sound in the formats that people use, with its tags."""

import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from shared.errors import PermanentError
from shared.tags import ARTIST, Origin
from web.formats import id3, vorbis_comments

_BLOCK_FRAMES = 2**16
_OPUS_CLOCK_HZ = 48_000  # RFC 7845: what positions in an Opus file count in, whatever its rate


@dataclass(frozen=True)
class _Codec:
    """How libsndfile is asked for a format.

    Attributes:
        rates_hz: sample rates that it knows, rising; empty for any.
        settings: quality, where the format has one.
    """

    format: str
    subtype: str
    most_channels: int
    rates_hz: tuple[int, ...] = ()
    settings: tuple[tuple[str, object], ...] = ()

    def rate_hz(self, of_master: int) -> int:
        """The lowest rate that loses nothing, or the highest there is."""
        return next((rate for rate in self.rates_hz if rate >= of_master), (of_master, *self.rates_hz)[-1])


_CODECS = {
    "flac": _Codec("FLAC", "PCM_16", 8),
    "opus": _Codec("OGG", "OPUS", 8, (8_000, 12_000, 16_000, 24_000, 48_000)),
    "mp3": _Codec(
        "MP3",
        "MPEG_LAYER_III",
        2,
        (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000),
        (("bitrate_mode", "VARIABLE"), ("compression_level", 0.2)),  # LAME's V2, about 190 kbit/s of music
    ),
}
EXTENSIONS = ("wav", *_CODECS)


def encode(master: bytes, extension: str, origin: Origin, *, is_loop: bool) -> bytes:
    """The finished WAV file as FLAC, Ogg Opus or MP3, read and written a block at a time.

    FLAC keeps every sample. Opus and MP3 get the nearest higher sample rate that they know. A loop runs
    from the first sample to the last: FLAC and Opus say so with LOOPSTART and LOOPLENGTH, in samples.

    Raises:
        PermanentError: `sound_unreadable`, the file is damaged; `too_many_channels`.
    """
    codec = _CODECS[extension]
    try:
        with soundfile.SoundFile(io.BytesIO(master)) as sound:
            if sound.channels > codec.most_channels:
                raise PermanentError(
                    "too_many_channels",
                    f"The sound has {sound.channels} channels; {extension} holds {codec.most_channels}.",
                )
            seconds = sound.frames / sound.samplerate
            content = _written(sound, codec)
            clock_hz = _OPUS_CLOCK_HZ if extension == "opus" else sound.samplerate
    except soundfile.LibsndfileError as error:
        raise PermanentError("sound_unreadable", "The sound's file is damaged.") from error
    if extension == "mp3":
        return _with_id3(content, origin)
    comments = _comments(origin, round(seconds * clock_hz) if is_loop else None)
    tagged = vorbis_comments.in_flac if extension == "flac" else vorbis_comments.in_opus
    return tagged(content, comments)


def _written(sound: soundfile.SoundFile, codec: _Codec) -> bytes:
    """The file without tags; made in a file, since libsndfile asks Python for every piece of a buffer."""
    rate_hz = codec.rate_hz(sound.samplerate)
    with tempfile.TemporaryDirectory(prefix="soundbox-") as folder:
        path = Path(folder) / "sound"
        with soundfile.SoundFile(
            path,
            "w",
            rate_hz,
            sound.channels,
            codec.subtype,
            format=codec.format,
            **dict(codec.settings),
        ) as file:
            for block in _resampled(sound, rate_hz):
                file.write(block)
        return path.read_bytes()


def _resampled(sound: soundfile.SoundFile, rate_hz: int) -> Iterator[NDArray[np.float32]]:
    if rate_hz == sound.samplerate:
        yield from sound.blocks(_BLOCK_FRAMES, dtype="float32", always_2d=True)
        return
    resampler = soxr.ResampleStream(sound.samplerate, rate_hz, sound.channels, "float32")
    for block in sound.blocks(_BLOCK_FRAMES, dtype="float32", always_2d=True):
        yield resampler.resample_chunk(block)
    yield resampler.resample_chunk(np.zeros((0, sound.channels), np.float32), last=True)


def _comments(origin: Origin, loop_samples: int | None) -> list[tuple[str, str]]:
    comments = [
        ("TITLE", origin.prompt),
        ("ARTIST", ARTIST),
        ("COMMENT", origin.comment),
        ("ENCODER", ARTIST),
        ("AI_GENERATED", "true"),
    ]
    if origin.license:
        comments.append(("LICENSE", origin.license))
    if loop_samples is not None:
        comments += [("LOOPSTART", "0"), ("LOOPLENGTH", str(loop_samples))]
    return comments


def _with_id3(content: bytes, origin: Origin) -> bytes:
    texts = {"TIT2": origin.prompt, "TPE1": ARTIST, "TSSE": ARTIST}
    if origin.license:
        texts["TCOP"] = origin.license
    return id3.in_mp3(content, texts, origin.comment, {"AI_GENERATED": "true"})
