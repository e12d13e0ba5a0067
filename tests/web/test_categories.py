"""Categories over HTTP: which there are, how many tracks are in each, lists of them."""

import pytest
from starlette.testclient import TestClient

from services.catalog import taxonomy
from shared.messages.job import MODELS, Model
from tests.services.catalog.events import job_id, life, make_job
from tests.web.site import Site, assert_problem, ok

PROMPTS = {1: "calm piano", 2: "dark techno", 3: "calm techno"}


@pytest.fixture
def filled(site: Site) -> Site:
    """Three tracks of music, and rain as an effect."""
    for number, text in PROMPTS.items():
        site.project(*life(make_job(number, text)))
    site.project(*life(make_job(4, "rain", model="audio")))
    return site


def numbers(client: TestClient, path: str) -> set[int]:
    answer = ok(client.get(path))
    return {int(track["id"][-4:], 16) for track in answer.get("items", answer.get("tracks"))}


@pytest.mark.parametrize("model", MODELS)
def test_every_category_of_a_model_has_a_label_and_details(client: TestClient, model: Model) -> None:
    told = ok(client.get(f"/api/categories/{model}"))
    assert set(told) == {"categories", "details"}
    assert told["categories"] == {one.id: one.label for one in taxonomy.CATEGORIES[model].values()}
    assert told["details"].keys() == told["categories"].keys()


def test_the_details_are_told_exactly(client: TestClient) -> None:
    details = ok(client.get("/api/categories/audio"))["details"]
    assert details["dog"] == {
        "group": "animal",
        "examples": [
            "a big dog barks behind a fence",
            "a puppy whimpers at the door",
            "wolves howl across the valley",
        ],
        "ucs": "ANIMALS",
    }
    assert ok(client.get("/api/categories/music"))["details"]["jazz"]["ucs"] is None


@pytest.mark.parametrize("model", ["voice", "Music", "music%00"])
def test_an_unknown_model_has_no_categories(client: TestClient, model: str) -> None:
    sentence = assert_problem(client.get(f"/api/categories/{model}"), 404)
    assert sentence == "There is no such model; there are music and audio."


def test_counts_are_of_one_model_or_of_all_the_largest_first(filled: Site) -> None:
    told = ok(filled.client.get("/api/library/category-counts"))
    assert told == {"calm": 2, "techno": 2, "dark": 1, "piano": 1, "rain": 1}
    assert list(told) == ["calm", "techno", "dark", "piano", "rain"]
    assert ok(filled.client.get("/api/library/category-counts?model=audio")) == {"rain": 1}
    assert_problem(filled.client.get("/api/library/category-counts?model=voice"), 422, "model")


def test_an_empty_library_has_no_counts(client: TestClient) -> None:
    assert ok(client.get("/api/library/category-counts")) == {}


def test_a_track_tells_its_categories_and_who_put_it_there(filled: Site) -> None:
    track = ok(filled.client.get(f"/api/library/{job_id(1)}"))
    assert track["category"] == ["piano", "calm"]
    assert track["categories"] == [
        {"name": "piano", "source": "machine", "votes": 0},
        {"name": "calm", "source": "machine", "votes": 0},
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("category=calm", {1, 3}),
        ("category=calm&category=techno", {3}),
        ("category=calm&category=calm", {1, 3}),
        ("category=techno&search=dark", {2}),
        ("category=rain", {4}),
        ("category=rain&model=music", set()),
        ("category=", {1, 2, 3, 4}),
        ("category=jazz", set()),
    ],
)
def test_lists_and_the_radio_are_narrowed_to_categories(filled: Site, query: str, expected: set[int]) -> None:
    for path in ("/api/library", "/api/radio/shuffle", "/api/radio/next"):
        assert numbers(filled.client, f"{path}?{query}") == expected


@pytest.mark.parametrize("path", ["/api/library", "/api/my-generations", "/api/radio/shuffle"])
def test_an_unknown_category_is_refused_with_the_nearest_one(client: TestClient, path: str) -> None:
    sentence = assert_problem(client.get(f"{path}?category=jazz&category=lofi"), 422, "category")
    assert sentence == ("category must be an id that /api/categories names, got 'lofi'; did you mean lo-fi?")
    sentence = assert_problem(client.get(f"{path}?category=%00qqqqqqqq"), 422, "category")
    assert sentence == "category must be an id that /api/categories names, got '\\x00qqqqqqqq'"


def test_too_many_categories_are_refused(client: TestClient) -> None:
    query = "&".join(f"category={one}" for one in list(taxonomy.CATEGORIES["music"])[:9])
    sentence = assert_problem(client.get(f"/api/library?{query}"), 422, "category")
    assert sentence == "category may be given at most 8 times, got 9"
