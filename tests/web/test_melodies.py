"""A melody is any usual audio file of a minute at most; whatever else is sent is refused with a sentence."""

import hashlib
import io
import re
from typing import Any

import anyio
import numpy as np
import pytest
import soundfile
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from starlette.testclient import TestClient

from services.generator import prompts
from shared import keys
from tests.jobs import a_job
from tests.sounds import sine, wav
from tests.web.site import ADDRESS, Site, assert_problem, ok
from web.api import melodies
from web.melodies import RATE_HZ, MelodyError, convert

TUNE = np.stack([sine(440, 2.0), sine(660, 2.0, level=0.3)], axis=1)


def packed(samples: ArrayLike, kind: str, subtype: str, rate_hz: int = 44100) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.asarray(samples, dtype=np.float32), rate_hz, format=kind, subtype=subtype)
    return buffer.getvalue()


PACKED = {
    "wav": packed(TUNE, "WAV", "PCM_24"),
    "flac": packed(TUNE, "FLAC", "PCM_16"),
    "vorbis": packed(TUNE, "OGG", "VORBIS"),
    "opus": packed(np.stack([sine(440, 2.0, rate_hz=48000)] * 2, axis=1), "OGG", "OPUS", 48000),
    "mp3": packed(TUNE, "MP3", "MPEG_LAYER_III"),
}


def send(client: TestClient, body: bytes, content_type: str | None = "audio/wav") -> Response:
    headers = {} if content_type is None else {"Content-Type": content_type}
    return client.post("/api/melodies", content=body, headers=headers)


def said(site: Site, body: bytes) -> str:
    """Why a file is no melody."""
    return assert_problem(send(site.client, body), 422)


@pytest.mark.parametrize("kind", PACKED)
def test_any_usual_file_is_kept_as_mono_wav_at_32_khz_under_the_hash_of_itself(site: Site, kind: str) -> None:
    answer = send(site.client, PACKED[kind])
    melody = ok(answer, 201)["melody"]
    assert answer.json() == {"melody": melody}
    kept = site.ports.store.read(keys.melody(melody))
    assert hashlib.sha256(kept).hexdigest() == melody
    info = soundfile.info(io.BytesIO(kept))
    assert (info.format, info.subtype, info.samplerate, info.channels) == ("WAV", "PCM_16", 32000, 1)
    assert info.duration == pytest.approx(2.0, abs=0.06)
    samples, _ = soundfile.read(io.BytesIO(kept))
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    assert np.argmax(spectrum) * RATE_HZ / len(samples) == pytest.approx(440, abs=1)


def test_the_same_sound_is_one_melody_whoever_sends_it_and_however_it_is_packed(site: Site) -> None:
    quiet = np.round(TUNE * 20000) / 32768  # what 16 bits can hold
    first = ok(send(site.client, packed(quiet, "WAV", "PCM_16")), 201)["melody"]
    for body in (packed(quiet, "FLAC", "PCM_16"), packed(quiet, "WAV", "FLOAT")):
        assert ok(send(site.visitor(), body), 201)["melody"] == first
    assert list(site.ports.store.keys("melodies")) == [keys.melody(first)]


def test_what_was_kept_is_what_the_generator_finds(site: Site) -> None:
    melody = ok(send(site.client, PACKED["flac"], "audio/flac"), 201)["melody"]
    found = prompts.load(a_job(melody=melody), site.ports.store).melody
    assert found is not None
    assert (found.samples.shape, found.sample_rate_hz) == ((64000, 1), 32000)
    body = {"prompt": "a brass band", "melody": melody}
    assert "broker" in assert_problem(
        site.client.post("/generate", json=body), 503
    )  # nothing else is missing


def test_what_is_louder_than_full_scale_is_scaled_and_not_cut(site: Site) -> None:
    melody = ok(send(site.client, wav(sine(440, 2.0, level=4.0))), 201)["melody"]
    samples, _ = soundfile.read(io.BytesIO(site.ports.store.read(keys.melody(melody))))
    assert 0.98 < np.abs(samples).max() <= 1.0
    assert np.sqrt(np.mean(samples**2)) == pytest.approx(1 / np.sqrt(2), abs=0.01)


@pytest.mark.parametrize(
    "content_type", ["audio/mpeg", "AUDIO/WAV; codecs=1", "application/ogg", "audio/x-wav"]
)
def test_the_file_itself_says_what_it_is_within_the_types_of_sounds(site: Site, content_type: str) -> None:
    ok(send(site.client, PACKED["wav"], content_type), 201)


@pytest.mark.parametrize("content_type", [None, "", "application/json", "multipart/form-data", "video/mp4"])
def test_a_body_of_another_type_is_not_even_read(site: Site, content_type: str | None) -> None:
    sentence = assert_problem(send(site.client, PACKED["wav"], content_type), 415)
    assert "must be an audio file" in sentence
    assert list(site.ports.store.keys("melodies")) == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The file is empty."),
        (b"R", "must be WAV, FLAC, Ogg or MP3"),
        (b"<!doctype html><title>No sound</title>", "must be WAV, FLAC, Ogg or MP3"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "must be WAV, FLAC, Ogg or MP3"),
        (packed(TUNE, "AIFF", "PCM_16"), "must be WAV, FLAC, Ogg or MP3"),
        (b"RIFF\x04\x00\x00\x00WAVE", "damaged or cut off"),
        (b"fLaC" + bytes(300), "damaged or cut off"),
        (b"ID3" + bytes(300), "damaged or cut off"),
        (b"\xff\xfb" + bytes(300), "damaged or cut off"),
        (b"OggS" + bytes(300), "cut off"),
        (wav(sine(440, 0.9)), "is 0.9 s long; wanted 1 to 60 s"),
        (wav(sine(440, 60.1, rate_hz=8000), 8000), "is 60.1 s long; wanted 1 to 60 s"),
        (packed(np.zeros(8000 * 3600), "FLAC", "PCM_16", 8000), "is 3600 s long; wanted 1 to 60 s"),
        (wav(np.zeros(88200)), "is silent"),
        (wav(np.full(88200, np.nan)), "samples that are no numbers"),
        (wav([np.inf, -np.inf] * 44100), "samples that are no numbers"),
        (wav(np.zeros((8000, 9)), 8000), "has 9 channels; wanted 1 to 8"),
        (wav(sine(100, 2.0, rate_hz=1000), 1000), "has 1000 samples a second; wanted 4000 to 192000"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else re.sub(r"\W+", " ", value),
)
def test_what_is_no_melody_is_refused_with_the_reason(site: Site, body: bytes, sentence: str) -> None:
    assert sentence in said(site, body)
    assert list(site.ports.store.keys("melodies")) == []


@pytest.mark.parametrize("kind", PACKED)
def test_a_file_that_was_cut_off_is_refused(site: Site, kind: str) -> None:
    assert "cut off" in said(site, PACKED[kind][: len(PACKED[kind]) // 2])
    assert "cut off" in said(site, PACKED[kind][:40])


def test_a_wav_file_from_a_pipe_that_does_not_know_its_length_is_taken(site: Site) -> None:
    unknown = b"\xff\xff\xff\xff"
    body = bytearray(wav(sine(440, 2.0), subtype="PCM_16"))
    data = body.index(b"data")
    body[4:8] = body[data + 4 : data + 8] = unknown
    ok(send(site.client, bytes(body)), 201)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(sorted(PACKED)),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=20),
    cut=st.floats(0, 1),
)
def test_however_a_file_is_damaged_it_is_a_melody_or_one_clear_error(
    kind: str, changes: list[tuple[float, int]], cut: float
) -> None:
    damaged = bytearray(PACKED[kind])
    for place, value in changes:
        damaged[int(place**3 * len(damaged))] = value  # headers more often than the rest
    try:
        kept = convert(io.BytesIO(bytes(damaged[: round(cut * len(damaged))])))
    except MelodyError:
        return
    assert 1 <= soundfile.info(io.BytesIO(kept)).duration <= 60


def test_a_file_that_is_too_large_is_refused_while_it_comes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(melodies, "MOST_BYTES", 100_000)
    assert "at most 100000 bytes" in assert_problem(send(site.client, bytes(100_001)), 413)
    assert "WAV" in said(site, bytes(100_000))


def test_the_longest_melody_fits_into_the_largest_file() -> None:
    loudest_bytes = 60 * 48000 * 2 * 3  # 24-bit stereo at 48 kHz
    assert loudest_bytes < melodies.MOST_BYTES


def test_a_wrong_token_is_refused_before_anything_is_read(site: Site) -> None:
    headers = {"Authorization": "Bearer wrong", "Content-Type": "audio/wav"}
    assert_problem(site.client.post("/api/melodies", content=PACKED["wav"], headers=headers), 401)


def test_another_site_sends_no_melodies_in_a_visitors_name(site: Site) -> None:
    headers = {"Origin": "http://elsewhere.example", "Content-Type": "audio/wav"}
    assert_problem(site.client.post("/api/melodies", content=PACKED["wav"], headers=headers), 403)


def test_a_store_that_is_away_is_said(site: Site) -> None:
    folder = site.ports.store.local_path("melodies")
    assert folder is not None
    folder.touch()  # a file where the folder should be
    assert "store" in assert_problem(send(site.client, PACKED["wav"]), 503)


def test_a_connection_that_ends_in_the_middle_is_no_defect(site: Site) -> None:
    messages: list[Any] = [
        {"type": "http.request", "body": b"RIFF", "more_body": True},
        {"type": "http.disconnect"},
    ]
    answered: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def answer(message: Any) -> None:
        answered.append(message)

    async def ask() -> None:
        await site.app(
            {
                "type": "http",
                "method": "POST",
                "path": "/api/melodies",
                "raw_path": b"/api/melodies",
                "query_string": b"",
                "headers": [
                    (b"host", ADDRESS.removeprefix("http://").encode()),
                    (b"content-type", b"audio/wav"),
                ],
                "scheme": "http",
                "http_version": "1.1",
                "server": ("127.0.0.1", 80),
                "client": ("127.0.0.1", 1),
                "root_path": "",
                "app": site.app,
                "state": {},
            },
            receive,
            answer,
        )

    anyio.run(ask)
    assert answered[0]["status"] == 400
