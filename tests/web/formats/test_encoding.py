"""A sound in every format sounds the same, says what it is, and loops where it should."""

import io
import json

import numpy as np
import pytest
import soundfile
import soxr
from numpy.typing import NDArray

from services.renderer import wavfile
from shared.errors import PermanentError
from shared.tags import Origin
from tests.sounds import audio, sine, wav
from web.formats import id3, vorbis_comments
from web.formats.encoding import encode

PROMPT = "тихий дождь, 雨の音 & “pluie”"
ORIGIN = Origin("0" * 8, PROMPT, "music", 7, "synth", "1")
FORMATS = ("flac", "opus", "mp3")


def master(rate_hz: int = 44100, channels: int = 2, seconds: float = 1.5) -> bytes:
    tones = [sine(300 * (number + 1), seconds, 0.4, rate_hz) for number in range(channels)]
    return wavfile.encode(audio(np.stack(tones, axis=1), rate_hz), ORIGIN, is_loop=False)


@pytest.mark.parametrize("rate_hz", [11025, 16000, 22050, 32000, 44100, 48000, 96000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("extension", FORMATS)
def test_the_sound_is_the_same(extension: str, channels: int, rate_hz: int) -> None:
    given, _ = soundfile.read(io.BytesIO(master(rate_hz, channels)), always_2d=True)
    content = encode(master(rate_hz, channels), extension, ORIGIN, is_loop=False)
    found, found_hz = soundfile.read(io.BytesIO(content), always_2d=True)
    assert found.shape[1] == channels
    if extension == "flac":
        assert (found_hz, found.tolist()) == (rate_hz, given.tolist())
        return
    expected = soxr.resample(given, rate_hz, found_hz)
    assert 0 <= len(found) - len(expected) < 0.1 * found_hz
    middle = slice(found_hz // 4, found_hz)
    for channel in range(channels):
        assert _likeness(found[middle, channel], expected[middle, channel]) > 0.99


def _likeness(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Of two spectra, 1 for the same: encoders may delay a sound a little."""
    spectra = [np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) for samples in (one, other)]
    return float(np.corrcoef(spectra[0], spectra[1])[0, 1])


@pytest.mark.parametrize("extension", FORMATS)
def test_a_player_reads_what_the_sound_is(extension: str) -> None:
    with soundfile.SoundFile(io.BytesIO(encode(master(), extension, ORIGIN, is_loop=False))) as file:
        assert (file.title, file.artist) == (PROMPT, "Sound Box")
        comment = json.loads(file.comment)
    assert comment == {
        "ai_generated": True,
        "prompt": PROMPT,
        "model": "music",
        "seed": 7,
        "engine": "synth",
        "engine_version": "1",
        "license": "CC0-1.0",
        "job_id": "0" * 8,
    }


def test_licence_and_mark_have_fields_of_their_own() -> None:
    flac, opus, mp3 = (encode(master(), extension, ORIGIN, is_loop=False) for extension in FORMATS)
    for comments in (vorbis_comments.of_flac(flac), vorbis_comments.of_opus(opus)):
        assert dict(comments)["LICENSE"] == "CC0-1.0"
        assert dict(comments)["AI_GENERATED"] == "true"
        assert "LOOPSTART" not in dict(comments)
    frames = dict(id3.of_mp3(mp3))
    assert frames["TCOP"] == b"\x03CC0-1.0"
    assert frames["TXXX"] == b"\x03AI_GENERATED\0true"
    assert frames["TIT2"].decode() == "\x03" + PROMPT


def test_a_loop_has_its_points_in_samples() -> None:
    flac = dict(vorbis_comments.of_flac(encode(master(32000), "flac", ORIGIN, is_loop=True)))
    opus = dict(vorbis_comments.of_opus(encode(master(32000), "opus", ORIGIN, is_loop=True)))
    assert (flac["LOOPSTART"], flac["LOOPLENGTH"]) == ("0", str(48000))
    assert (opus["LOOPSTART"], opus["LOOPLENGTH"]) == ("0", str(72000))  # Opus counts at 48 kHz


@pytest.mark.parametrize("extension", FORMATS)
def test_the_longest_prompt_fits(extension: str) -> None:
    origin = Origin("0" * 8, "𓀀" * 500, "music", 7, "synth", "1")
    with soundfile.SoundFile(io.BytesIO(encode(master(), extension, origin, is_loop=True))) as file:
        assert file.title == "𓀀" * 500
        assert len(file.read()) >= 1.5 * file.samplerate


@pytest.mark.parametrize("content", [b"", b"RIFF" + bytes(99), b"text" * 99])
@pytest.mark.parametrize("extension", FORMATS)
def test_a_damaged_file_is_a_named_failure(extension: str, content: bytes) -> None:
    with pytest.raises(PermanentError) as caught:
        encode(content, extension, ORIGIN, is_loop=False)
    assert caught.value.code == "sound_unreadable"


def test_what_a_format_cannot_hold_is_a_named_failure() -> None:
    with pytest.raises(PermanentError, match="4 channels; mp3 holds 2") as caught:
        encode(wav(np.zeros((9999, 4))), "mp3", ORIGIN, is_loop=False)
    assert caught.value.code == "too_many_channels"


def test_comments_come_back_as_they_went_in() -> None:
    comments = [("TITLE", "a=b\n"), ("EMPTY", ""), ("TITLE", "é雨")]
    assert vorbis_comments.unpack(vorbis_comments.pack(comments)) == comments
    for length in range(len(vorbis_comments.pack(comments))):
        with pytest.raises(ValueError, match="cut off"):
            vorbis_comments.unpack(vorbis_comments.pack(comments)[:length])


@pytest.mark.parametrize("content", [b"", b"fLaC", b"OggS", b"OggS" + bytes(40), b"nothing" * 20])
def test_tags_are_put_into_nothing_but_what_they_are_for(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"FLAC|Ogg"):
        vorbis_comments.in_flac(content, [])
    with pytest.raises(ValueError, match="Ogg"):
        vorbis_comments.in_opus(content, [])


def test_a_second_tag_replaces_the_first() -> None:
    once = encode(master(), "mp3", ORIGIN, is_loop=False)
    again = id3.in_mp3(once, {"TIT2": "other"}, "", {})
    assert [name for name, _ in id3.of_mp3(again)] == ["TIT2", "COMM"]
    with soundfile.SoundFile(io.BytesIO(again)) as file:
        assert file.title == "other"
