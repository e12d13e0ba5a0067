"""Sounds, pictures and peaks: whole, in parts, once, and nothing that is not a published track's."""

import asyncio
import hashlib
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, unquote

import pytest
import soundfile
from httpx2 import Response
from PIL import Image
from starlette.testclient import TestClient

from services.renderer import variants
from shared import keys
from tests.services.catalog.events import accepted, job_id, make_job
from tests.sounds import sine, wav
from tests.waiting import eventually
from tests.web.site import PEAKS, PNG, WAV, Site, assert_problem
from web.workshop import AT_ONCE, MOST_WAITING

SIZE = len(WAV)
FILES = {"audio": "wav", "spectrogram": "png", "peaks": "json"}


# What somebody may ask for in the place of a file's name.
STRANGE = (
    "../secrets/token.key",
    "..%2f..%2fsecrets%2ftoken.key",
    "%2e%2e%2fstore%2fgenerated%2f{id}.wav",
    "..\\..\\secrets\\token.key",
    "{id}.wav%00.png",
    "{id}%00.wav",
    "%00",
    "{id}",
    "{id}.",
    "{id}.WAV",
    "{id}.exe",
    "{id}.wav.exe",
    "{id}.mp3",
    "{id}/0.wav",
    " {id}.wav",
    "{upper}.wav",
    "~.wav",
    "token.key",
    "é.wav",
    "a" * 5000 + ".wav",
    "%ff%fe.wav",
    "{id}.wav%0d%0aSet-Cookie:a=b",
)


@pytest.fixture
def track(site: Site) -> str:
    """Path of a published track's sound."""
    return f"/audio/{site.publish(make_job(1))}.wav"


@pytest.mark.parametrize(
    ("kind", "extension", "content", "content_type"),
    [
        ("audio", "wav", WAV, "audio/wav"),
        ("spectrogram", "png", PNG, "image/png"),
        ("peaks", "json", PEAKS, "application/json"),
        ("download", "wav", WAV, "audio/wav"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_file_of_a_track_comes_whole_and_may_be_kept_for_ever(
    site: Site, track: str, method: str, kind: str, extension: str, content: bytes, content_type: str
) -> None:
    headers = {"Accept-Encoding": "identity"}  # peaks are JSON, which is compressed on the way otherwise
    answer = site.client.request(method, f"/{kind}/{job_id(1)}.{extension}", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type
    assert answer.headers["content-length"] == str(len(content))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["etag"]
    assert answer.content == (content if method == "GET" else b"")


@pytest.mark.parametrize(
    ("wanted", "first", "end"),
    [
        ("bytes=0-", 0, SIZE),
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=10000-", 10_000, SIZE),
        (f"bytes={SIZE - 1}-{SIZE + 1000}", SIZE - 1, SIZE),
        ("bytes=-1", SIZE - 1, SIZE),
        ("bytes=-100", SIZE - 100, SIZE),
        (f"bytes=-{SIZE + 1}", 0, SIZE),
        ("Bytes=5-6", 5, 7),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_part_is_206(
    client: TestClient, track: str, method: str, wanted: str, first: int, end: int
) -> None:
    answer = client.request(method, track, headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {first}-{end - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(end - first)
    assert answer.content == (WAV[first:end] if method == "GET" else b"")


@pytest.mark.parametrize(
    "wanted", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 9}", "bytes=-0", f"bytes={10**17}-"]
)
def test_a_part_beyond_the_end_is_416_with_the_size(client: TestClient, track: str, wanted: str) -> None:
    answer = client.get(track, headers={"Range": wanted})
    assert str(SIZE) in assert_problem(answer, 416)
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=0-9,20-29",
        "bytes=" + ",".join(f"{number}-{number}" for number in range(500)),
        "bytes=9-5",
        "bytes=-",
        "bytes=",
        "bytes=a-b",
        "bytes=0x1-2",
        "bytes=1-2-3",
        "bytes=--1",
        f"bytes={'9' * 30}-",
        "seconds=1-2",
        "garbage",
        "",
    ],
)
def test_a_range_that_is_not_one_part_is_the_whole(client: TestClient, track: str, wanted: str) -> None:
    answer = client.get(track, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, WAV)


def test_parts_put_together_are_the_file(client: TestClient, site: Site) -> None:
    content = hashlib.shake_128(b"sound").digest(700_001)  # more than one piece of the server's reading
    site.publish(make_job(2), content)
    path, parts = f"/audio/{job_id(2)}.wav", b""
    while len(parts) < len(content):
        answer = client.get(path, headers={"Range": f"bytes={len(parts)}-{len(parts) + 299_999}"})
        assert answer.status_code == 206
        parts += answer.content
    assert parts == content == client.get(path).content


@pytest.mark.parametrize("given", ["{}", "W/{}", '"other", {}', "*"])
def test_what_the_client_has_already_is_304(client: TestClient, track: str, given: str) -> None:
    etag = client.get(track).headers["etag"]
    answer = client.get(track, headers={"If-None-Match": given.format(etag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert "immutable" in answer.headers["cache-control"]


def test_something_else_than_what_the_client_has_comes_whole(client: TestClient, track: str) -> None:
    assert client.get(track, headers={"If-None-Match": '"other"'}).status_code == 200


def test_if_range_gives_a_part_of_the_same_file_only(client: TestClient, track: str) -> None:
    etag = client.get(track).headers["etag"]

    def status(if_range: str) -> int:
        return client.get(track, headers={"Range": "bytes=0-9", "If-Range": if_range}).status_code

    assert status(etag) == 206
    assert status('"other"') == status(f"W/{etag}") == status("Wed, 01 Jan 2025 00:00:00 GMT") == 200


def test_sound_picture_and_peaks_have_tags_of_their_own(client: TestClient, site: Site, track: str) -> None:
    site.publish(make_job(2))
    paths = [f"/{kind}/{job_id(n)}.{ending}" for n in (1, 2) for kind, ending in FILES.items()]
    assert len({client.get(path).headers["etag"] for path in paths}) == len(paths)


@pytest.mark.parametrize("kind", ["audio", "spectrogram", "peaks", "download"])
def test_nothing_but_the_file_of_a_track_is_reached(site: Site, client: TestClient, kind: str) -> None:
    own = site.publish(make_job(0xABCDEF))
    formats = {"{id}.mp3"} if kind == "download" else set()
    for file in set(STRANGE) - formats:
        assert_problem(client.get(f"/{kind}/" + file.format(id=own, upper=own.upper())), 404)


@pytest.mark.parametrize(("kind", "ending"), [("audio", "png"), ("spectrogram", "wav"), ("peaks", "wav")])
def test_a_file_is_found_under_its_own_kind_only(
    client: TestClient, track: str, kind: str, ending: str
) -> None:
    assert_problem(client.get(f"/{kind}/{job_id(1)}.{ending}"), 404)


def test_a_take_that_is_not_published_is_not_reached(site: Site, client: TestClient) -> None:
    site.project(accepted(make_job(1)))
    site.ports.store.put(keys.audio(job_id(1)), WAV)
    assert_problem(client.get(f"/audio/{job_id(1)}.wav"), 404)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_listed_track_whose_file_is_gone_is_404(site: Site, track: str, method: str) -> None:
    site.ports.store.delete(keys.audio(job_id(1)), keys.spectrogram(job_id(1)), keys.peaks(job_id(1)))
    for kind, ending in FILES.items():
        answer = site.client.request(method, f"/{kind}/{job_id(1)}.{ending}")
        assert answer.status_code == 404
    assert "not in the store" in assert_problem(site.client.get(track), 404)


def names(answer: Response) -> tuple[str, str]:
    """The plain and the full name that a download has."""
    head, plain, full = answer.headers["content-disposition"].split("; ")
    assert head == "attachment"
    assert plain.startswith('filename="')
    return plain[10:-1], unquote(full.removeprefix("filename*=UTF-8''"))


@pytest.mark.parametrize(
    ("prompt", "plain", "full"),
    [
        ("Calm piano, over SOFT rain!", "calm-piano-over-soft-rain_000001.wav", None),
        ("Überraschung für Zoë", "uberraschung-fur-zoe_000001.wav", "überraschung-für-zoë_000001.wav"),
        ("тихий дождь", "sound_000001.wav", "тихий-дождь_000001.wav"),
        ("雨の音 in Tokyo", "in-tokyo_000001.wav", "雨の音-in-tokyo_000001.wav"),
        ("🎉🎹🎉", "sound_000001.wav", None),
        ('a"; filename="evil.exe', "a-filename-evil-exe_000001.wav", None),
        ("x\r\nSet-Cookie: a=b\r\n\r\n<script>", "x-set-cookie-a-b-script_000001.wav", None),
        ("../../etc/passwd", "etc-passwd_000001.wav", None),
        ("C:\\con\\aux", "c-con-aux_000001.wav", None),
        ("w" * 500, "w" * 60 + "_000001.wav", None),
    ],
)
def test_a_download_has_a_readable_name_and_its_header_takes_nothing_in(
    site: Site, client: TestClient, prompt: str, plain: str, full: str | None
) -> None:
    site.publish(make_job(1, prompt))
    answer = client.get(f"/download/{job_id(1)}.wav")
    assert names(answer) == (plain, full or plain)
    assert "set-cookie" not in answer.headers
    assert quote(full or plain) in answer.headers["content-disposition"]
    assert answer.content == WAV


def test_the_longest_name_in_any_script_fits_a_file_system(site: Site, client: TestClient) -> None:
    site.publish(make_job(1, "𓀀" * 500))
    _, full = names(client.get(f"/download/{job_id(1)}.wav"))
    assert len(full.encode()) <= 255


def test_a_download_in_a_format_that_is_not_known_is_refused(client: TestClient, track: str) -> None:
    assert client.get(f"/download/{job_id(1)}.wav?format=wav").status_code == 200
    assert_problem(client.get(f"/download/{job_id(1)}.wav?format=exe"), 422, "format")


SOUND = wav(sine(seconds=1), subtype="PCM_16")
TYPES = {"flac": "audio/flac", "opus": "audio/ogg", "mp3": "audio/mpeg"}


@pytest.mark.parametrize("extension", TYPES)
def test_a_format_is_made_when_somebody_asks_and_kept(site: Site, client: TestClient, extension: str) -> None:
    site.publish(make_job(1, "Calm piano", loop=True), SOUND)
    key = keys.download(job_id(1), extension)
    assert not site.ports.store.exists(key)
    answer = client.get(f"/download/{job_id(1)}.{extension}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, TYPES[extension])
    assert names(answer) == (f"calm-piano_000001.{extension}", f"calm-piano_000001.{extension}")
    assert "immutable" in answer.headers["cache-control"]
    with soundfile.SoundFile(io.BytesIO(answer.content)) as file:
        assert file.title == "Calm piano"
        assert json.loads(file.comment)["ai_generated"] is True
    assert site.ports.store.read(key) == answer.content
    assert client.get(f"/download/{job_id(1)}?format={extension}").content == answer.content
    assert client.get(f"/download/{job_id(1)}.wav?format={extension}").content == answer.content


@pytest.mark.parametrize("extension", TYPES)
def test_a_made_format_has_head_ranges_and_a_tag_of_its_own(
    site: Site, client: TestClient, extension: str
) -> None:
    site.publish(make_job(1), SOUND)
    path = f"/download/{job_id(1)}.{extension}"
    head = client.head(path)
    whole = client.get(path)
    assert head.headers["content-length"] == str(len(whole.content))
    part = client.get(path, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    etag = whole.headers["etag"]
    assert etag not in (client.get(f"/download/{job_id(1)}.wav").headers["etag"], f"W/{etag}")
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("strip", (480, 96)),
        ("2x", (2000, 640)),
        ("light", (1000, 320)),
        ("light-2x", (2000, 640)),
        ("card", (1200, 630)),
    ],
)
def test_other_pictures_are_made_when_somebody_asks_and_kept(
    site: Site, client: TestClient, kind: str, size: tuple[int, int]
) -> None:
    site.publish(make_job(1), SOUND)
    answer = client.get(f"/spectrogram/{job_id(1)}-{kind}.png")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.content)).size == size
    assert site.ports.store.read(keys.picture(job_id(1), kind)) == answer.content
    etag = answer.headers["etag"]
    assert etag != client.get(f"/spectrogram/{job_id(1)}.png").headers["etag"]
    again = client.get(f"/spectrogram/{job_id(1)}-{kind}.png", headers={"If-None-Match": etag})
    assert again.status_code == 304


@pytest.mark.parametrize("kind", ["-", "-3x", "strip", "-strip-", "-strip.png", "--strip", "-STRIP"])
def test_there_are_no_pictures_of_other_kinds(site: Site, client: TestClient, kind: str) -> None:
    site.publish(make_job(1), SOUND)
    assert_problem(client.get(f"/spectrogram/{job_id(1)}{kind}.png"), 404)


def test_all_kinds_of_pictures_can_be_asked_for() -> None:
    assert keys.PICTURES == variants.KINDS


def test_a_file_that_cannot_be_made_says_why_and_is_not_kept(
    site: Site, client: TestClient, track: str
) -> None:
    assert "damaged" in assert_problem(client.get(f"/download/{job_id(1)}.flac"), 422)
    assert "no readable" in assert_problem(client.get(f"/spectrogram/{job_id(1)}-card.png"), 422)
    assert not site.ports.store.exists(keys.download(job_id(1), "flac"))
    site.ports.store.delete(keys.audio(job_id(1)))
    for path in (f"/download/{job_id(1)}.mp3", f"/spectrogram/{job_id(1)}-light.png"):
        assert_problem(client.get(path), 404)


def test_a_crowd_gets_files_or_is_told_to_come_again(site: Site, client: TestClient) -> None:
    release = threading.Event()

    def wait() -> bytes:
        assert release.wait(30)
        return b""

    site.publish(make_job(1), SOUND)
    workshop = site.ports.workshop
    most = AT_ONCE + MOST_WAITING
    with ThreadPoolExecutor(most) as visitors:
        for number in range(most):
            made = workshop.ensure(site.ports.store, f"waiting/{number}", wait, keys.audio(job_id(1)))
            visitors.submit(asyncio.run, made)
        try:
            eventually(lambda: workshop.waited_for == most)
            refused = client.get(f"/download/{job_id(1)}.mp3")
            assert "try again" in assert_problem(refused, 503)
            assert int(refused.headers["retry-after"]) > 0
            assert client.get(f"/download/{job_id(1)}.wav").content == SOUND
        finally:
            release.set()
    assert client.get(f"/download/{job_id(1)}.mp3").status_code == 200
