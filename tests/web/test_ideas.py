"""Prompts that nobody wrote: what they say, and POST /random-prompt."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from services.catalog import taxonomy
from shared.messages.commands import PROMPT_CHARACTERS
from shared.messages.job import MODELS, Model
from tests.web.site import assert_problem, ok
from web.prompts.composing import TEMPLATES, compose

ALL = [(model, category) for model in MODELS for category in taxonomy.CATEGORIES[model]]
SEEDS = range(300)

# What no single prompt may say of one sound.
CLASHES = (
    ("calm", "aggressive"),
    ("peaceful", "brutal"),
    ("gentle", "furious"),
    ("happy", "sad"),
    ("cheerful", "ominous"),
    ("serene", "high-energy"),
    ("lonely", "upbeat"),
    ("spooky", "sunny"),
    ("barely moving", "fast-paced"),
    ("unhurried", "driving"),
)


@pytest.mark.parametrize("model", MODELS)
def test_there_are_at_least_sixty_different_templates(model: Model) -> None:
    assert len(set(TEMPLATES[model])) == len(TEMPLATES[model]) >= 60


@pytest.mark.parametrize(("model", "category"), ALL, ids=[category for _, category in ALL])
def test_a_prompt_for_a_category_is_guessed_as_it(model: Model, category: str) -> None:
    made = [compose(model, category, seed) for seed in range(12)]
    assert [prompt for prompt in made if category not in taxonomy.guess(prompt, model)] == []
    assert len(set(made)) > 8


@pytest.mark.parametrize("model", MODELS)
def test_prompts_vary_and_may_be_asked_for(model: Model) -> None:
    made = [compose(model, None, seed) for seed in SEEDS]
    assert len(set(made)) > 0.9 * len(made)
    least, most = PROMPT_CHARACTERS
    assert all(least <= len(prompt) <= most and "{" not in prompt for prompt in made)
    first_guesses = {taxonomy.guess(prompt, model)[:1] for prompt in made}
    assert len(first_guesses) > 25


def test_no_prompt_contradicts_itself() -> None:
    made = [compose("music", None, seed) for seed in range(2000)]
    clashing = [text for text in made for one, other in CLASHES if one in text and other in text]
    assert clashing == []


def test_a_seed_makes_the_same_prompt_and_another_one_another() -> None:
    assert compose("music", "jazz", 7) == compose("music", "jazz", 7)
    assert compose("music", "jazz", 7) != compose("music", "jazz", 8)
    assert compose("music", None, 7) != compose("audio", None, 7)


def test_an_article_fits_to_the_word_behind_it() -> None:
    made = [compose(model, None, seed) for model in MODELS for seed in range(1500)]
    wrong = ("a elven", "a overdriven", "a analogue", "a RPG", "an ukulele", "a old", "an grand")
    assert [text for text in made for phrase in wrong if f" {phrase}" in f" {text}"] == []


@pytest.mark.parametrize(
    "body", [{}, {"model": "audio"}, {"category": "jazz"}, {"model": "audio", "category": "rain", "seed": 3}]
)
def test_a_prompt_is_all_that_is_answered(client: TestClient, body: dict[str, Any]) -> None:
    told = ok(client.post("/random-prompt", json=body))
    assert list(told) == ["prompt"]
    if "category" in body:
        assert body["category"] in taxonomy.guess(told["prompt"], body.get("model", "music"))


def test_no_body_asks_for_music(client: TestClient) -> None:
    assert ok(client.post("/random-prompt"))["prompt"]


def test_a_seed_is_kept_to_and_chance_is_not_always_the_same(client: TestClient) -> None:
    body = {"model": "music", "seed": 5}
    first, again = (ok(client.post("/random-prompt", json=body))["prompt"] for _ in range(2))
    assert first == again == compose("music", None, 5)
    assert len({ok(client.post("/random-prompt", json={}))["prompt"] for _ in range(8)}) > 1


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({"model": "voice"}, "model", "model "),
        ({"seed": -1}, "seed", "seed "),
        ({"seed": 2**31}, "seed", "seed "),
        ({"seed": 1.5}, "seed", "seed "),
        ({"seed": True}, "seed", "seed "),
        ({"category": 7}, "category", "category "),
        ({"colour": "red"}, "colour", "colour "),
        (
            {"category": "rain"},
            "category",
            "category must be an id that /api/categories/music names, got 'rain'",
        ),
        (
            {"model": "audio", "category": "dogs"},
            "category",
            "category must be an id that /api/categories/audio names, got 'dogs'; did you mean dog?",
        ),
    ],
)
def test_a_wrong_wish_is_refused(client: TestClient, body: dict[str, Any], field: str, sentence: str) -> None:
    assert assert_problem(client.post("/random-prompt", json=body), 422, field).startswith(sentence)


def test_a_body_that_is_no_json_is_refused(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    assert_problem(client.post("/random-prompt", content="{", headers=headers), 400)
    assert_problem(client.post("/random-prompt", content="model=audio"), 415)
