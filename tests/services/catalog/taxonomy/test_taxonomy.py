"""What a prompt is guessed as, and whether the files of categories hold what they promise."""

from pathlib import Path

import pytest

from services.catalog import rows, taxonomy
from services.catalog.taxonomy.category import Category, TaxonomyError, load
from services.catalog.taxonomy.matching import Matcher, tokens
from shared.messages.job import MODELS, Model
from tests.services.catalog.taxonomy import prompts

ALL = [(model, found) for model in MODELS for found in taxonomy.CATEGORIES[model].values()]
TABLE = [
    (model, *line.partition(" ->")[::2])
    for model, text in (("music", prompts.MUSIC), ("audio", prompts.AUDIO))
    for line in text.strip().splitlines()
]
AIRS = {"calm", "warm", "bright", "dark", "wild"}
MUSIC_GROUPS = {"genre", "mood", "instrument", "use"}
RESERVED = {"music", "effects", "all", "favourites", "top-rated", "new", "trending", "surprise"}
"""Names of stations, which share their addresses with categories."""


def make(name: str, *words: str, weak: tuple[str, ...] = (), unwanted: tuple[str, ...] = ()) -> Category:
    return Category(name, name, "use", words, weak, unwanted, (), (name,), (name,), None)


def test_there_are_enough_categories_and_prompts_to_tell() -> None:
    assert len(taxonomy.CATEGORIES["music"]) >= 60
    assert len(taxonomy.CATEGORIES["audio"]) >= 50
    assert len(TABLE) >= 120


@pytest.mark.parametrize(("model", "prompt", "expected"), TABLE)
def test_a_prompt_is_guessed_as(model: Model, prompt: str, expected: str) -> None:
    assert taxonomy.guess(prompt, model) == tuple(expected.split())


@pytest.mark.parametrize(("model", "found"), ALL, ids=[found.id for _, found in ALL])
def test_the_examples_of_a_category_are_guessed_as_it(model: Model, found: Category) -> None:
    assert 2 <= len(found.examples) <= 3
    assert [text for text in found.examples if found.id not in taxonomy.guess(text, model)] == []


def test_every_id_is_an_address_of_its_own() -> None:
    ids = [found.id for _, found in ALL]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & RESERVED
    assert all(
        found.isascii() and found == found.lower() and found.replace("-", "").isalnum() for found in ids
    )


def test_every_category_can_be_named_and_made_up() -> None:
    for model, found in ALL:
        assert found.label
        assert found.words
        assert found.fill
        assert model == "audio" or (found.group in MUSIC_GROUPS and found.airs and set(found.airs) <= AIRS)
        assert model == "music" or found.airs == ()
    labels = [found.label for _, found in ALL]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("text", ["lo-fi", "lofi", "Lo Fi", "LO‑FI", "lo_fi", "(lo-fi)", "lo-fi's"])
def test_hyphens_spaces_and_capitals_do_not_matter(text: str) -> None:
    assert taxonomy.guess(f"some {text} thing", "music") == ("lo-fi",)


def test_a_phrase_is_found_as_whole_words_only() -> None:
    for inside in ("assassin", "raindeer", "grape", "something", "therapist", "unhappy"):
        assert taxonomy.guess(inside, "music") == ()


def test_a_phrase_does_not_reach_across_punctuation() -> None:
    matcher = Matcher([make("hop", "hip hop"), make("kit", "drum kit")])
    assert matcher.find("hip hop, drum kits") == ("hop", "kit")
    assert matcher.find("hip, hop. drum; kit") == ()


def test_the_longest_phrase_hides_those_inside_of_it() -> None:
    matcher = Matcher([make("rain", "rain"), make("stick", "rain stick"), make("ice", "ice cream truck")])
    assert matcher.find("a rain stick") == ("stick",)
    assert matcher.find("ice cream rain") == ("rain",)


def test_what_speaks_against_a_category_leaves_the_others_alone() -> None:
    matcher = Matcher(
        [make("bell", "bell"), make("door", "door"), make("knob", "knob", unwanted=("door bell",))]
    )
    assert matcher.find("a knob and a door bell") == ("door", "bell")


def test_hints_count_only_together_or_beside_a_word() -> None:
    matcher = Matcher([make("jazz", "jazz", weak=("trio", "brushes")), make("pop", "pop")])
    assert matcher.find("a trio") == ()
    assert matcher.find("a trio, a trio and a trio") == ()
    assert matcher.find("a trio with brushes") == ("jazz",)
    assert matcher.find("pop jazz trio") == ("jazz", "pop")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("piano without drums", ("piano",)),
        ("no drums, only piano", ("piano",)),
        ("no drums or piano", ()),
        ("no drums and a piano", ("piano",)),
        ("not a very long and slow piano", ("piano",)),
        ("drums, no", ("drums",)),
    ],
)
def test_what_is_not_wanted_does_not_count(text: str, expected: tuple[str, ...]) -> None:
    assert Matcher([make("piano", "piano"), make("drums", "drum")]).find(text) == expected


@pytest.mark.parametrize("text", ["fly", "flies", "bush", "bushes", "box", "boxes", "toy", "toys", "bees"])
def test_the_last_word_may_be_in_the_plural(text: str) -> None:
    assert Matcher([make("found", "fly", "bush", "box", "toy", "bee")]).find(text) == ("found",)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\0", "🎹" * 500, "é" * 500, "no " * 250, "- -- &&& '''", "\ud800", "ﬁre", "s s s", "(" * 500],
)
def test_any_text_is_a_prompt(text: str) -> None:
    for model in MODELS:
        assert len(taxonomy.guess(text, model)) <= taxonomy.MOST_GUESSED


def test_accents_and_ligatures_are_read_over() -> None:
    assert tokens("Café ﬁre, Séance") == ["cafe", "fire", ",", "seance"]


def test_never_more_than_four_categories_are_guessed() -> None:
    everything = ", ".join(found.words[0] for found in taxonomy.CATEGORIES["music"].values())
    assert len(taxonomy.guess(everything, "music")) == taxonomy.MOST_GUESSED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lofi", "lo-fi"),
        ("Lo-Fi", "lo-fi"),
        ("drum and bass", "drum-and-bass"),
        ("jaz", "jazz"),
        ("q", None),
    ],
)
def test_the_nearest_category_is_spelt_alike(text: str, expected: str | None) -> None:
    assert taxonomy.nearest(text) == expected


def test_the_nearest_category_is_of_the_model_that_is_asked_for() -> None:
    assert taxonomy.nearest("trains", "audio") == "train"
    assert taxonomy.nearest("trains", "music") in taxonomy.CATEGORIES["music"]


def test_another_taxonomy_makes_the_rows_anew() -> None:
    assert taxonomy.version() == rows.PROJECTION & 0xFFFFFFFF


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ('[one]\nlabel = "One"', r"x\.toml: one lacks examples, fill, group, words"),
        (
            '[one]\nlabel = "One"\ngroup = "use"\nwords = []\nfill = []\nexamples = []\nlike = 1',
            r"x\.toml: one has the unknown keys like",
        ),
    ],
)
def test_a_file_with_a_mistake_says_where_it_is(tmp_path: Path, table: str, complaint: str) -> None:
    (tmp_path / "x.toml").write_text(table)
    with pytest.raises(TaxonomyError, match=complaint):
        load(tmp_path / "x.toml")
