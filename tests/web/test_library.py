"""Lists of tracks, one track, and counts."""

from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from tests.services.catalog.events import job_id, life, make_job, published
from tests.web.site import Site, assert_problem, ok

TEXTS = {1: "calm piano over soft rain", 2: 'loud "guitar" & drums', 3: "🎹 piano 🎉", 4: "thunder and rain"}


# What somebody may type into the search box, or send in its place.
SEARCHES: tuple[str | bytes, ...] = (
    '"',
    '"""',
    "'; DROP TABLE tracks; --",
    'guitar" OR "rain',
    "prompt : piano",
    "piano NEAR(rain, 5)",
    "piano AND NOT (rain",
    "{prompt} : x",
    "^piano",
    "pia*no*",
    "* - + ( ) : ^ { }",
    "-",
    "- -piano",
    "AND OR NOT NEAR",
    "\x00",
    "piano\x00rain",
    "\ufeff\u200b\u202e",
    "é" * 10_000,
    "a " * 5_000,
    "🎹" * 5_000,
    "%",
    "_",
    "\\",
    "\ud800".encode("utf-8", "surrogatepass"),
    b"\xff\xfe",
)


@pytest.fixture
def filled(site: Site) -> Site:
    """Four tracks: three of music, one effect."""
    for number, text in TEXTS.items():
        site.project(*life(make_job(number, text, model="audio" if number == 4 else "music", user_id="ada")))
    return site


def numbers(client: TestClient, query: str = "", path: str = "/api/library") -> list[int]:
    answer = ok(client.get(f"{path}?{query}"))
    return [int(track["id"][-4:], 16) for track in answer.get("items", answer.get("tracks"))]


def test_a_track_is_told_exactly(filled: Site) -> None:
    track = ok(filled.client.get(f"/api/library/{job_id(1)}"))
    assert track == {
        "id": job_id(1),
        "filename": f"{job_id(1)}.wav",
        "audio_url": f"/audio/{job_id(1)}.wav",
        "prompt": "calm piano over soft rain",
        "model": "music",
        "duration": 8.0,
        "is_loop": False,
        "quality_score": 95,
        "quality_issues": [],
        "spectrogram": f"{job_id(1)}.png",
        "spectrogram_url": f"/spectrogram/{job_id(1)}.png",
        "peaks": list(range(100)),
        "peaks_url": f"/peaks/{job_id(1)}.json",
        "upvotes": 0,
        "downvotes": 0,
        "score": 0,
        "plays": 0,
        "user_vote": 0,
        "is_favorite": False,
        "category": ["piano", "nature-scene", "calm"],
        "categories": [
            {"name": name, "source": "machine", "votes": 0} for name in ("piano", "nature-scene", "calm")
        ],
        "user_id": "ada",
        "engine": "synth",
        "engine_label": "built-in synthesizer",
        "engine_version": "1",
        "seed": 1,
        "cfg_coef": 3.0,
        "temperature": 1.0,
        "top_k": 250,
        "top_p": 0.0,
        "extend": None,
        "melody": None,
        "bpm": 80,
        "key": None,
        "tags": {"bpm": 80, "genre": "lo-fi"},
        "measured": None,
        "loudness_lufs": -14.0,
        "sample_rate_hz": 32000,
        "channels": 2,
        "attempts": 1,
        "created_at": "2026-03-01T12:00:04.000Z",
        "license": "CC0-1.0",
        "ai_generated": True,
    }
    assert ok(filled.client.get("/api/library"))["items"][-1] == track


def test_a_track_of_the_weights_has_their_licence(site: Site) -> None:
    site.project(published(make_job(1), engine="audiocraft"), published(make_job(2), engine="my.own:Engine"))
    tracks = {track["id"]: track for track in ok(site.client.get("/api/library"))["items"]}
    assert tracks[job_id(1)]["license"] == "CC-BY-NC-4.0"
    assert tracks[job_id(2)]["license"] is None
    assert tracks[job_id(2)]["engine_label"] == "my.own:Engine"


def test_counts_are_by_model(filled: Site) -> None:
    assert ok(filled.client.get("/api/library/counts")) == {"total": 4, "music": 3, "audio": 1}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", (1, 20, 1, 4)),
        ("per_page=3", (1, 3, 2, 3)),
        ("per_page=3&page=2", (2, 3, 2, 1)),
        ("per_page=100", (1, 100, 1, 4)),
        ("per_page=101", (1, 100, 1, 4)),
        ("per_page=999999999", (1, 100, 1, 4)),
        ("page=2", (2, 20, 1, 0)),
        ("page=999999999999999999", (1_000_000, 20, 1, 0)),
        ("page=&per_page=", (1, 20, 1, 4)),
        ("page=1&page=2&per_page=3", (2, 3, 2, 1)),
    ],
)
def test_pages_say_what_they_are(filled: Site, query: str, expected: tuple[int, int, int, int]) -> None:
    view = ok(filled.client.get(f"/api/library?{query}"))
    assert (view["page"], view["per_page"], view["pages"], len(view["items"])) == expected
    assert (view["total"], view["total_is_exact"]) == (4, True)


@pytest.mark.parametrize("name", ["page", "per_page"])
@pytest.mark.parametrize("value", ["0", "-1", "one", "1.5", "1e3", "--1", "0x10", "9" * 19, "²", "%00"])
def test_a_page_is_a_whole_number_from_one_on(client: TestClient, name: str, value: str) -> None:
    sentence = assert_problem(client.get(f"/api/library?{name}={value}"), 422, name)
    assert sentence.startswith(f"{name} must be a whole number from 1 on, got ")


def test_an_empty_library_is_one_empty_page(client: TestClient) -> None:
    assert ok(client.get("/api/library")) == {
        "items": [],
        "total": 0,
        "page": 1,
        "pages": 1,
        "per_page": 20,
        "total_is_exact": True,
        "with_every_word": 0,
        "next_cursor": None,
    }


def test_the_newest_are_first_and_a_model_can_be_chosen(filled: Site) -> None:
    assert numbers(filled.client) == [4, 3, 2, 1]
    assert numbers(filled.client, "model=music") == [3, 2, 1]
    assert numbers(filled.client, "model=audio") == [4]


@pytest.mark.parametrize(
    "sort", ["recent", "relevance", "popular", "rating", "plays", "trending", "duration"]
)
def test_every_sort_shows_every_track(filled: Site, sort: str) -> None:
    assert sorted(numbers(filled.client, f"sort={sort}")) == [1, 2, 3, 4]
    assert sorted(numbers(filled.client, f"sort={sort}&q=piano")) == [1, 3]


def test_the_longest_are_first_by_duration(site: Site) -> None:
    for number, seconds in ((1, 2.0), (2, 9.0), (3, 5.0)):
        site.project(*life(make_job(number, duration_s=seconds)))
    assert numbers(site.client, "sort=duration") == [2, 3, 1]


@pytest.mark.parametrize(("name", "value"), [("sort", "random"), ("sort", "RECENT"), ("model", "speech")])
def test_a_word_that_is_no_choice_is_refused(client: TestClient, name: str, value: str) -> None:
    sentence = assert_problem(client.get(f"/api/library?{name}={value}"), 422, name)
    assert f"got '{value}'" in sentence


@pytest.mark.parametrize("name", ["q", "search"])
def test_words_of_the_prompt_find_it(filled: Site, name: str) -> None:
    assert set(numbers(filled.client, f"{name}=piano")) == {1, 3}
    assert numbers(filled.client, f"{name}=rain&model=audio") == [4]
    assert numbers(filled.client, f"{name}=nothing of the kind") == []


@pytest.mark.parametrize("path", ["/api/library", "/api/my-generations", "/api/radio/shuffle"])
def test_no_search_text_is_an_error(filled: Site, path: str) -> None:
    for text in SEARCHES:
        answer = filled.client.get(f"{path}?q={quote(text)}")
        assert answer.status_code == 200, answer.text
    assert ok(filled.client.get("/api/library/counts"))["total"] == 4


def test_quotes_make_a_phrase_a_minus_leaves_out_and_symbols_are_words(filled: Site) -> None:
    assert numbers(filled.client, "q=" + quote('"soft rain"')) == [1]
    assert numbers(filled.client, "q=" + quote("piano -rain")) == [3]
    assert numbers(filled.client, "q=" + quote("🎉")) == [3]
    assert numbers(filled.client, "q=" + quote('"guitar" & drums')) == [2]


def test_the_next_cursor_leads_through_the_whole_list_once(filled: Site) -> None:
    for narrow in ("", "&q=rain", "&model=music", "&min_score=50", "&sort=plays"):
        whole = numbers(filled.client, f"per_page=100{narrow}")
        view = ok(filled.client.get(f"/api/library?per_page=2{narrow}"))
        seen = view["items"]
        while view["next_cursor"] is not None:
            view = ok(filled.client.get(f"/api/library?per_page=2{narrow}&cursor={view['next_cursor']}"))
            seen += view["items"]
        assert [int(track["id"][-4:], 16) for track in seen] == whole


def test_a_cursor_that_is_none_of_the_list_is_refused(filled: Site) -> None:
    cursor = ok(filled.client.get("/api/library?per_page=2&sort=plays"))["next_cursor"]
    for query in (
        "cursor=x",
        f"cursor={cursor}",
        f"sort=plays&loop=0&cursor={cursor}",
        "cursor=" + "W" * 900,
    ):
        assert_problem(filled.client.get(f"/api/library?{query}"), 422, "cursor")


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("duration_min=5", [3, 2]),
        ("duration_max=5", [3, 1]),
        ("duration_min=4.5&duration_max=6", [3]),
        ("duration_min=&duration_max=", [3, 2, 1]),
        ("loop=true", [2]),
        ("loop=0", [3, 1]),
        ("engine=synth", [3, 2]),
        ("engine=nobody", []),
        ("min_score=95", [3, 2, 1]),
        ("min_score=96", []),
        ("min_score=1000", []),
        ("bpm_min=75&bpm_max=85&model=music", [3, 2, 1]),
        ("key=C%20major", []),
        ("duration_min=5&loop=1&engine=synth", [2]),
    ],
)
def test_lists_counts_and_the_radio_are_narrowed_down_alike(
    site: Site, query: str, wanted: list[int]
) -> None:
    for number, seconds in ((1, 2.0), (2, 9.0), (3, 5.0)):
        job = make_job(number, duration_s=seconds, loop=number == 2)
        site.project(published(job, engine="audiocraft" if number == 1 else "synth"))
    assert numbers(site.client, query) == wanted
    assert ok(site.client.get(f"/api/library/facets?{query}"))["total"] == len(wanted)
    assert sorted(numbers(site.client, query, "/api/radio/next")) == sorted(wanted)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("duration_min", "-1"),
        ("duration_max", "3601"),
        ("duration_min", "nan"),
        ("duration_max", "inf"),
        ("duration_min", "long"),
        ("loop", "maybe"),
        ("mine", "2"),
        ("min_score", "-1"),
        ("min_score", "good"),
    ],
)
def test_a_filter_that_is_wrong_is_named(client: TestClient, name: str, value: str) -> None:
    for path in ("/api/library", "/api/library/facets"):
        sentence = assert_problem(client.get(path, params={name: value}), 422, name)
        assert sentence.startswith(f"{name} must ")


def test_mine_are_the_callers_own_tracks(filled: Site) -> None:
    ada, eve = filled.listener("ada"), filled.listener("eve")
    assert numbers(ada, "mine=true") == [4, 3, 2, 1]
    assert numbers(eve, "mine=true") == []
    assert numbers(eve, "mine=true&user_id=ada") == []
    assert numbers(eve, "mine=false") == [4, 3, 2, 1]
    assert ok(eve.get("/api/library/facets?mine=1"))["total"] == 0


def test_facets_count_a_list_by_its_qualities(filled: Site) -> None:
    assert ok(filled.client.get("/api/library/facets?q=rain")) == {
        "total": 2,
        "total_is_exact": True,
        "models": {"music": 1, "audio": 1},
        "categories": {"calm": 1, "nature-scene": 1, "piano": 1, "rain": 1, "thunder": 1},
        "engines": {"synth": 2},
        "duration": [
            {"least": None, "below": 5, "count": 0},
            {"least": 5, "below": 10, "count": 2},
            {"least": 10, "below": 20, "count": 0},
            {"least": 20, "below": 30, "count": 0},
            {"least": 30, "below": 60, "count": 0},
            {"least": 60, "below": 120, "count": 0},
            {"least": 120, "below": None, "count": 0},
        ],
        "bpm": [
            {"least": None, "below": 60, "count": 0},
            {"least": 60, "below": 80, "count": 0},
            {"least": 80, "below": 100, "count": 2},
            {"least": 100, "below": 120, "count": 0},
            {"least": 120, "below": 140, "count": 0},
            {"least": 140, "below": 160, "count": 0},
            {"least": 160, "below": None, "count": 0},
        ],
        "keys": {},
        "loops": 0,
    }


def test_tracks_with_some_of_the_words_follow_and_are_told_apart(filled: Site) -> None:
    view = ok(filled.client.get("/api/library?q=soft thunder"))
    assert [int(track["id"][-4:], 16) for track in view["items"]] == [4, 1]
    assert (view["total"], view["with_every_word"]) == (2, 0)
