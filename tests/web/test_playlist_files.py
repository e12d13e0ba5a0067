"""Playlists as files: what is written is read again, and hostile files are refused."""

import json
from xml.etree import ElementTree

import pytest

from shared.messages.playlists import PlaylistCreated
from tests.services.catalog.events import job_id, make_job, published
from tests.web.site import Site, assert_problem, ok
from web.playlist_reading import MOST_ENTRIES, PlaylistFileError, read
from web.playlist_writing import WRITERS, Entry, File

NASTY = "a <b> & \"c\", 'd' ]]> é 雨"
FILE = File(
    job_id(100),
    NASTY,
    "for <evenings>",
    [
        Entry(job_id(1), NASTY, f"http://box.example/audio/{job_id(1)}.wav", 8.0),
        Entry(job_id(2), "rain", f"http://box.example/audio/{job_id(2)}.wav", 12.36),
    ],
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><playlist version="1" xmlns="http://xspf.org/ns/0/">'
    "<title>&c;</title><trackList/></playlist>"
)
THIEF = (
    '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><playlist xmlns="http://xspf.org/ns/0/">'
    "<title>&x;</title><trackList/></playlist>"
)


@pytest.mark.parametrize("ending", sorted(WRITERS))
def test_what_is_written_is_read_again(ending: str) -> None:
    _, write = WRITERS[ending]
    found = read(write(FILE).encode())
    assert found.name == NASTY
    assert [(entry.title, entry.track_id) for entry in found.entries] == [
        (NASTY, job_id(1)),
        ("rain", job_id(2)),
    ]


def test_m3u8_has_a_line_for_every_thing() -> None:
    _, write = WRITERS["m3u8"]
    assert write(FILE).splitlines() == [
        "#EXTM3U",
        f"#PLAYLIST:{NASTY}",
        f"#EXTINF:8,{NASTY}",
        f"http://box.example/audio/{job_id(1)}.wav",
        "#EXTINF:12,rain",
        f"http://box.example/audio/{job_id(2)}.wav",
    ]


def test_xspf_is_of_its_namespace_with_milliseconds() -> None:
    _, write = WRITERS["xspf"]
    root = ElementTree.fromstring(write(FILE))
    space = {"x": "http://xspf.org/ns/0/"}
    assert root.tag == "{http://xspf.org/ns/0/}playlist"
    assert root.get("version") == "1"
    assert root.findtext("x:annotation", namespaces=space) == "for <evenings>"
    durations = [node.text for node in root.iterfind("x:trackList/x:track/x:duration", space)]
    assert durations == ["8000", "12360"]


def test_what_xml_cannot_hold_is_replaced_and_a_break_begins_no_line() -> None:
    file = File(job_id(100), "a\x0bb\nc", "", [Entry(job_id(1), "x\nhttp://evil/", "http://box/", 1.0)])
    assert ElementTree.fromstring(WRITERS["xspf"][1](file))[0].text == "a\ufffdb\nc"
    assert "\nhttp://evil" not in WRITERS["m3u8"][1](file)
    assert json.loads(WRITERS["jspf"][1](file))["playlist"]["title"] == "a\x0bb\nc"


@pytest.mark.parametrize(
    ("place", "number"),
    [
        (job_id(1), 1),
        (f"urn:uuid:{job_id(1)}", 1),
        (f"/audio/{job_id(1)}.wav", 1),
        (f"https://other.example:8443/box/download/{job_id(1)}.mp3?x=1#t=3", 1),
        (f"  http://127.0.0.1:5309/track/{job_id(1)} ", 1),
        (f"{job_id(1)}.flac", 1),
        (f"/other/{job_id(1)}.wav", None),
        (f"/audio/{job_id(1)}.exe", None),
        (f"/audio/{job_id(1)}.wav/more", None),
        (f"x{job_id(1)}", None),
        ("/home/me/song.mp3", None),
        ("javascript:alert(1)", None),
    ],
)
def test_a_sound_is_known_by_its_address_or_its_id(place: str, number: int | None) -> None:
    (entry,) = read(f"#EXTM3U\n{place}\n".encode()).entries
    assert entry.track_id == (None if number is None else job_id(number))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (BOMB.encode(), "document type"),
        (THIEF.encode(), "document type"),
        (BOMB.encode("utf-16"), "document type"),
        (b"<playlist><title>", "must begin with <playlist xmlns="),
        (b'<playlist xmlns="http://xspf.org/ns/0/"><title>', "no element found"),
        (b'<playlist xmlns="http://xspf.org/ns/0/"><title>&what;</title></playlist>', "undefined entity"),
        (b'<playlist xmlns="http://xspf.org/ns/0/">' + b"<a>" * 100_000, "nested too deep"),
        (b'<?xml version="1.0" encoding="klingon"?><playlist/>', "unknown encoding"),
        (b"{", "is no JSON"),
        (b"[" * 100_000, None),
        (b'{"playlist":' + b"[" * 100_000, "is no JSON"),
        (b'{"playlist": []}', "JSPF must have"),
        (b'{"playlist": {"track": {}}}', "JSPF must have"),
        (b"#EXTM3U\n\xff\xfe", "must be in UTF-8"),
        (b"x\n" * (MOST_ENTRIES + 1), "at most 5,000 entries; this one has 5,001"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_playlist_is_refused(body: bytes, said: str | None) -> None:
    if said is None:
        assert [entry.track_id for entry in read(body).entries] == [None]
        return
    with pytest.raises(PlaylistFileError, match=said.replace("(", r"\(")):
        read(body)


def test_entries_without_shape_are_entries_that_nobody_knows() -> None:
    tracks = [None, 7, {}, {"location": 5, "title": ["x"]}, {"location": [1, f"/audio/{job_id(1)}.wav"]}]
    found = read(json.dumps({"playlist": {"title": 5, "track": tracks}}).encode())
    assert found.name == ""
    assert [entry.track_id for entry in found.entries] == [None, None, None, None, job_id(1)]


def test_a_playlist_is_downloaded_in_each_form(site: Site) -> None:
    for number in (1, 2):
        site.project(published(make_job(number, prompt=f"rain & {number}")))
    made = PlaylistCreated(
        user_id="ada", playlist_id=job_id(100), name="Évening rain", track_ids=(job_id(2), job_id(1))
    )
    site.do(made, "made")
    ada = site.listener("ada")
    for ending, (media_type, _) in WRITERS.items():
        answer = ada.get(f"/api/playlists/{job_id(100)}.{ending}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert f"filename*=UTF-8''%C3%A9vening-rain_000064.{ending}" in answer.headers["content-disposition"]
        found = read(answer.content)
        assert (found.name, [entry.track_id for entry in found.entries]) == (
            "Évening rain",
            [job_id(2), job_id(1)],
        )
        assert found.entries[0].places[0] == f"http://127.0.0.1/audio/{job_id(2)}.wav"
        assert_problem(site.listener("eve").get(f"/api/playlists/{job_id(100)}.{ending}"), 404)
    assert_problem(ada.get(f"/api/playlists/{job_id(100)}.exe"), 404)


def test_the_radio_plays_a_playlist_without_what_was_heard(site: Site) -> None:
    ids = tuple(job_id(number) for number in range(1, 6))
    site.project(*(published(make_job(number)) for number in range(1, 8)))
    site.do(PlaylistCreated(user_id="ada", playlist_id=job_id(100), name="a", track_ids=ids), "plain")
    site.do(PlaylistCreated(user_id="ada", playlist_id=job_id(101), name="b", query="q=piano"), "smart")
    ada = site.listener("ada")

    def heard(playlist: int, **query: str) -> list[str]:
        told = ok(ada.get(f"/api/radio/playlist/{job_id(playlist)}", params=query))
        return [track["id"] for track in told["tracks"]]

    assert sorted(heard(100)) == list(ids)
    assert len(set(heard(100, count="3"))) == 3
    assert sorted(heard(100, exclude=",".join(ids[:3]))) == list(ids[3:])
    assert sorted(heard(101)) == [job_id(number) for number in range(1, 8)]
    assert len(heard(101, exclude=ids[0])) == 6
    assert_problem(site.listener("eve").get(f"/api/radio/playlist/{job_id(100)}"), 404)


def test_a_search_that_cannot_be_read_any_more_finds_nothing(site: Site) -> None:
    site.project(published(make_job(1)))
    site.do(PlaylistCreated(user_id="ada", playlist_id=job_id(100), name="b", query="sort=worst&=%ff"), "x")
    told = ok(site.listener("ada").get(f"/api/playlists/{job_id(100)}"))
    assert (told["track_count"], told["tracks"]) == (0, [])
