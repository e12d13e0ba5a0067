"""What holds for every answer: its headers, who may ask from where, what is compressed; and the page."""

import io
import json
import re
from pathlib import Path

import pytest
from httpx2 import Response
from PIL import Image
from starlette.testclient import TestClient

from shared.settings import load
from tests.services.catalog.events import job_id, life, make_job
from tests.web.site import Site, assert_problem
from web.api.page import STATIC
from web.app import create_app

GZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/library",
        "/status",
        "/static/favicon.svg",
        "/static/js/missing.js",
        "/sw.js",
        "/nothing",
        "/livez",
        f"/audio/{job_id(1)}.wav",
        "/job/x",
    ],
)
def test_every_answer_tells_the_browser_to_be_careful(site: Site, path: str) -> None:
    site.publish(make_job(1))
    headers = site.client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", ["/static/js/app.js", "/static/css/base.css"])
def test_a_script_or_style_obeys_the_policy_of_its_document_and_carries_none(
    client: TestClient, path: str
) -> None:
    headers = client.get(path).headers
    assert not {"content-security-policy", "cross-origin-opener-policy"} & set(headers)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/status", "/api/queue", "/api/my-generations", "/api/library", "/job/x"])
def test_what_depends_on_who_asks_and_when_is_kept_nowhere(client: TestClient, path: str) -> None:
    assert client.get(path).headers["cache-control"] == "no-store"


def at(site: Site, **settings: str) -> TestClient:
    """The site under other settings."""
    given = load({f"SOUNDBOX_{name.upper()}": value for name, value in settings.items()})
    changed = site.settings.model_copy(update={name: getattr(given, name) for name in settings})
    return TestClient(create_app(changed, site.ports), base_url="http://127.0.0.1")


@pytest.mark.parametrize(
    ("host", "fine"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:5309", True),
        ("localhost:5309", True),
        ("LOCALHOST", True),
        ("[::1]:5309", True),
        ("192.168.1.5:8080", True),  # through a tunnel: no page elsewhere has figures for its name
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("evil.example:5309", False),
        ("", False),
        ("evil.example@127.0.0.1", True),  # nothing a browser can send; the name is the part that counts
    ],
)
def test_on_loopback_no_foreign_name_is_answered(client: TestClient, host: str, fine: bool) -> None:
    answer = client.get("/status", headers={"Host": host})
    if fine:
        assert answer.status_code == 200
    else:
        assert "SOUNDBOX_PUBLIC_URL" in assert_problem(answer, 403)
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("header", ["Host", "Origin"])
def test_a_header_that_is_no_address_is_400(client: TestClient, header: str) -> None:
    for value in ("http://[::1", "//[", "[::1") if header == "Origin" else ("[", "[::1", "[zz]"):
        answer = client.post("/generate", json={}, headers={header: value})
        assert answer.status_code in (400, 403)
        assert_problem(answer, answer.status_code)


def test_behind_a_proxy_its_name_is_answered_too_and_no_other(site: Site) -> None:
    client = at(site, public_url="https://sounds.example.org")
    assert client.get("/status", headers={"Host": "sounds.example.org"}).status_code == 200
    assert client.get("/status", headers={"Host": "127.0.0.1:5309"}).status_code == 200
    assert_problem(client.get("/status", headers={"Host": "evil.example"}), 403)


def test_on_a_network_any_name_is_answered_until_the_public_one_is_known(site: Site) -> None:
    client = at(site, host="0.0.0.0")
    assert client.get("/status", headers={"Host": "music-room.local:5309"}).status_code == 200
    client = at(site, host="0.0.0.0", public_url="http://music-room.local:5309")
    for host in ("music-room.local:5309", "192.168.1.5:5309", "localhost:5309"):
        assert client.get("/status", headers={"Host": host}).status_code == 200
    refused = client.get("/status", headers={"Host": "evil.example"})
    assert "localhost and music-room.local" in assert_problem(refused, 403)


def post(client: TestClient, **headers: str) -> Response:
    """A request that is refused for its body once it is let in."""
    return client.post("/generate", json={}, headers={key.replace("_", "-"): v for key, v in headers.items()})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://127.0.0.1"},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "http://LOCALHOST:5309", "Host": "localhost:5309"},
    ],
)
def test_the_page_itself_and_programs_may_post(client: TestClient, headers: dict[str, str]) -> None:
    assert_problem(post(client, **headers), 422, "prompt")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8000"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Origin": ""},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_another_site_may_not_post(client: TestClient, headers: dict[str, str]) -> None:
    answer = post(client, **headers)
    assert "other sites" in assert_problem(answer, 403)
    cancel = client.post(
        f"/api/queue/{job_id(1)}/cancel", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    assert_problem(cancel, 403)


def test_a_token_is_proof_enough_since_no_other_site_can_send_one(site: Site) -> None:
    assert_problem(post(site.listener("ada"), Origin="http://evil.example"), 422, "prompt")


def test_behind_a_proxy_the_page_may_post_from_its_public_address(site: Site) -> None:
    client = at(site, public_url="https://sounds.example.org")
    assert_problem(post(client, Origin="https://sounds.example.org"), 422, "prompt")
    assert_problem(post(client, Origin="https://other.example.org"), 403)


def test_json_and_the_page_are_compressed_and_small_answers_are_not(site: Site) -> None:
    site.project(*(event for number in range(1, 20) for event in life(make_job(number))))
    for path in ("/api/library", "/openapi.json", "/", "/static/js/app.js"):
        answer = site.client.get(path, headers=GZIP)
        assert answer.headers["content-encoding"] == "gzip"
        assert "accept-encoding" in answer.headers["vary"].lower()
    assert "content-encoding" not in site.client.get("/livez", headers=GZIP).headers
    plain = site.client.get("/api/library", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers


def test_sounds_and_pictures_are_never_compressed(site: Site) -> None:
    site.publish(make_job(1))
    for path in (f"/audio/{job_id(1)}.wav", f"/download/{job_id(1)}.wav", f"/spectrogram/{job_id(1)}.png"):
        for more in ({}, {"Range": "bytes=0-4999"}):
            assert "content-encoding" not in site.client.get(path, headers=GZIP | more).headers


@pytest.mark.parametrize("path", ["/", "/generate", "/library", "/radio", f"/track/{job_id(1)}"])
def test_every_view_is_the_one_document(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    document = (STATIC / "index.html").read_text(encoding="utf-8")
    assert answer.text.partition('<meta name="viewport"')[2] == document.partition('<meta name="viewport"')[2]
    assert client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_every_file_that_the_document_names_is_there_with_its_type(client: TestClient) -> None:
    named = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get("/").text))
    assert len(named) > 3
    types = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    for path in named:
        answer = client.get(path)
        assert answer.status_code == 200, path
        wanted = types.get(Path(path).suffix)
        assert wanted is None or answer.headers["content-type"].startswith(wanted)


def test_a_file_of_the_page_that_is_known_is_304_until_it_changes(client: TestClient) -> None:
    first = client.get("/static/js/app.js")
    etag = first.headers["etag"]
    for given in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = client.get("/static/js/app.js", headers={"If-None-Match": given})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get("/static/js/app.js", headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get("/static/js/app.js", headers={"Range": "bytes=0-1"}).content == first.content


@pytest.mark.parametrize(
    "path",
    [
        "../app.py",
        "%2e%2e/app.py",
        "..%2fapp.py",
        "js/../../app.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "js",
        "js/",
        "js/app.js%00",
        "js/app.js%00.css",
        "js//app.js",
        "JS/APP.JS",
        ".hidden.js",
        "a" * 300 + ".js",
        "a/" * 3000 + "x.js",
        "é.js",
        "js\\app.js",
    ],
)
def test_nothing_but_the_files_of_the_page_is_reached(client: TestClient, path: str) -> None:
    assert_problem(client.get("/static/" + path), 404)


def test_the_service_worker_names_every_file_of_the_page(client: TestClient) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    names = json.loads(re.findall(r"const FILES = (\[.*\]);", answer.text)[0])
    assert {"/static/js/app.js", "/static/css/views.css", "/static/manifest.webmanifest"} < set(names)
    assert "/static/sw.js" not in names
    assert [name for name in names if client.get(name).status_code != 200] == []
    assert re.search(r'const VERSION = "[0-9a-f]{16}";', answer.text)


def test_the_icons_of_the_manifest_are_there_in_the_sizes_that_it_tells(client: TestClient) -> None:
    icons = json.loads((STATIC / "manifest.webmanifest").read_text(encoding="utf-8"))["icons"]
    pictures = [icon for icon in icons if icon["type"] == "image/png"]
    assert {icon["sizes"] for icon in pictures} == {"192x192", "512x512"}
    for icon in pictures:
        size = Image.open(io.BytesIO(client.get(icon["src"]).content)).size
        assert icon["sizes"] == "{}x{}".format(*size)
