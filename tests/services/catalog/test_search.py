"""Any text a person types is a search; it finds what they mean and is never an error."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.catalog import matches
from services.catalog.queries import Library, TrackFilter, TrackQuery
from services.catalog.search import MOST_TERMS, parse
from services.catalog.spellings import index_words
from shared.messages.events import Event
from tests.services.catalog.events import entries, job_id, life, make_job, project, published

PROMPTS = {
    1: "calm piano over soft rain, 80 bpm",
    2: "Lo-Fi hip hop beat with vinyl crackle",
    3: "lofi chill beat, 90bpm",
    4: "heavy rain on a tin roof",
    5: "8-bit arcade laser 🎹",
    6: "café jazz AND NOT too loud (drums: brushed)",
    7: "lo fi tape, rainbow pads",
    8: "soft piano, then rain",
}

FINDS: list[tuple[str, set[int]]] = [
    ("piano rain", {1, 8}),
    ("RAIN PIANO", {1, 8}),
    ("calm", {1}),
    ("pia", {1, 8}),
    ("rain", {1, 4, 7, 8}),
    ("rain piano calm", {1}),
    ("rai piano", set()),
    ("p", set()),
    ('"soft rain"', {1}),
    ('"soft piano"', {8}),
    ('"rain soft"', set()),
    ('"soft ra', {1}),
    ("“soft rain”", {1}),
    ("rain -piano", {4}),
    ('rain -"soft rain"', {4, 8}),
    ("-rain -piano", {2, 3, 5, 6, 7}),
    ("rain -", {1, 4, 8}),
    ("--rain piano", set()),
    ("lo-fi", {2, 3, 7}),
    ("lofi", {2, 3, 7}),
    ("lo fi", {2, 3, 7}),
    ("LO-FI beat", {2, 3}),
    ("beat -lo-fi", set()),
    ("8-bit", {5}),
    ("8bit", {5}),
    ("80bpm", {1}),
    ("80 bpm", {1}),
    ("90 bpm", {3}),
    ("90-bpm", {3}),
    ("hiphop", {2}),
    ("cafe", {6}),
    ("CAFÉ", {6}),
    ("🎹", {5}),
    ("arcade🎹laser", {5}),
    ("🥁", set()),
    ("AND NOT loud", {6}),
    ("piano OR laser", set()),
    ("NEAR(piano rain)", set()),
    ("drums:brushed", {6}),
    ("prompt:calm", set()),
    ("(drums", {6}),
    ("calm^2", set()),
    ("pian*", {1, 8}),
    ("vinyl'; DROP TABLE tracks; --", set()),
    ("", set(PROMPTS)),
    ("   ", set(PROMPTS)),
    ('"', set(PROMPTS)),
    ("- * ( ) : ^ \" ' \\", set(PROMPTS)),
    ("\x00\n\t", set(PROMPTS)),
    ("calm\x00piano", {1}),
    ("\ud800 calm", {1}),
    ("a" * 10_000, set()),
    ("a " * 5_000, {4}),
    ("a-" * 5_000, set()),
    ('"' * 10_000, set(PROMPTS)),
    ("calm " * 2_000, {1}),
    ("𖩀", set()),
    ("हिन्दी", set()),
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library of the prompts above, without tags."""
    database = tmp_path_factory.mktemp("search") / "library.db"
    log: list[Event] = [published(make_job(number, prompt), tags={}) for number, prompt in PROMPTS.items()]
    project(database, entries(log))
    return Library(database)


@pytest.mark.parametrize(("text", "wanted"), FINDS, ids=lambda value: repr(value)[:30])
def test_a_search_finds_what_is_meant(filled: Library, text: str, wanted: set[int]) -> None:
    page = filled.tracks(TrackQuery(search=text, sort="relevance"))
    assert {int(row.id[-4:], 16) for row in page.items[: page.with_every_word]} == wanted
    assert page.with_every_word == len(wanted)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec=None), max_size=80) | st.text("\"-*():^ ab1🎹\x00'", max_size=40))
def test_no_text_is_an_error(filled: Library, text: str) -> None:
    page = filled.tracks(TrackQuery(search=text, sort="relevance"))
    assert page.total == len(page.items)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=2000))
def test_a_search_has_at_most_eight_terms(text: str) -> None:
    match = parse(text)
    assert match is None or len(match.wanted) + len(match.unwanted) == match.terms <= MOST_TERMS


def test_the_best_match_comes_first_by_relevance_and_the_newest_otherwise(
    database: Path, library: Library
) -> None:
    prompts = ["rain", "a long text in which only once and late there is a word of rain"]
    project(database, entries([published(make_job(n, text), tags={}) for n, text in enumerate(prompts, 1)]))
    ranked = library.tracks(TrackQuery(search="rain", sort="relevance"))
    recent = library.tracks(TrackQuery(search="rain", sort="recent"))
    assert [row.id for row in ranked.items] == [job_id(1), job_id(2)]
    assert [row.id for row in recent.items] == [job_id(2), job_id(1)]


def test_what_the_engine_knows_of_a_track_is_found_too(database: Path, library: Library) -> None:
    tags: dict[str, str | float] = {"genre": "synth-wave", "bpm": 112, "key": "A minor"}
    project(database, entries([published(make_job(1, "night drive"), tags=tags)]))
    for text in ("synthwave", "112 bpm", "112bpm", "a minor", "night synth"):
        assert library.tracks(TrackQuery(search=text)).total == 1, text


def test_only_published_tracks_are_found(database: Path, library: Library) -> None:
    project(database, entries(life(make_job(1))[:-1]))
    assert library.tracks(TrackQuery(search="piano")).items == []


def test_other_spellings_are_joined_and_split_words_and_names_of_symbols() -> None:
    assert index_words("lo-fi beat, 80 bpm") == "everytrack lofi fibeat beat80 80bpm"
    assert index_words("90bpm 🎹") == "everytrack u1f3b9sym 90 bpm"
    assert index_words("plain words only") == "everytrack"
    assert index_words("drum and bass") == "everytrack drumnbass dnb drum bass"


def found(library: Library, text: str) -> tuple[list[int], int]:
    """Numbers of the tracks in the order of relevance, and how many of them have every word."""
    page = library.tracks(TrackQuery(search=text, sort="relevance"))
    return [int(row.id[-4:], 16) for row in page.items], page.with_every_word


def test_tracks_with_every_word_come_first_then_those_with_some_and_rare_words_count_more(
    filled: Library,
) -> None:
    assert found(filled, "calm piano") == ([1, 8], 1)
    assert found(filled, "heavy roof laser") == ([4, 5], 0)
    ids, whole = found(filled, "rain arcade")
    assert (ids[0], sorted(ids[1:]), whole) == (5, [1, 4, 8], 0)
    assert found(filled, "rain arcade -tin -soft")[0] == [5]
    assert found(filled, '"soft rain" laser piano') == ([1], 0)


def test_words_in_a_row_come_before_the_same_words_apart(database: Path, library: Library) -> None:
    prompts = [
        "soft rain",
        "rain that is soft",
        "soft and slow rain",
        "a long, long night of soft rain again",
    ]
    project(database, entries([published(make_job(n, text), tags={}) for n, text in enumerate(prompts, 1)]))
    assert found(library, "soft rain") == ([1, 4, 2, 3], 4)
    assert found(library, "rain soft")[0][0] in (2, 1, 3)


def test_a_word_of_the_prompt_comes_before_one_that_only_the_engine_says(
    database: Path, library: Library
) -> None:
    said: list[Event] = [
        published(make_job(1, "a jazz trio late at night in a small bar"), tags={}),
        published(make_job(2, "night"), tags={"genre": "jazz"}),
    ]
    project(database, entries(said))
    assert found(library, "jazz") == ([1, 2], 2)


def test_words_that_every_sentence_has_are_not_asked_for_beside_others(filled: Library) -> None:
    assert found(filled, "over a piano with the rain")[1] == 2
    assert found(filled, "over")[1] == 1


WAYS_TO_WRITE = [
    "drum'n'bass, drum’n’bass, drum n bass, drum and bass, drum & bass, drum&bass, drumnbass, Drum-n-Bass, "
    "dnb, DnB, D&B, d'n'b",
    "R&B, RnB, r'n'b, rhythm and blues, Rhythm & Blues, rhythm'n'blues",
    "lo-fi, lofi, lo fi, Lo_Fi, lo‐fi",
    "hip hop, hip-hop, HipHop",
    "synthwave, synth-wave, synth wave",
    "walkie talkie, walkie-talkie, walkietalkie",
    "8-bit, 8bit, 8 bit",
]


@pytest.mark.parametrize("ways", [ways.split(", ") for ways in WAYS_TO_WRITE], ids=lambda ways: ways[0])
def test_a_kind_of_sound_is_found_however_it_is_written(
    database: Path, library: Library, ways: list[str]
) -> None:
    others = ["a drum kit", "deep bass", "blues guitar", "r k b", "hi hat", "wave of synths", "talkie", "bit"]
    log: list[Event] = [
        published(make_job(number, f"fast {text} here"), tags={})
        for number, text in enumerate([*ways, *others], 1)
    ]
    project(database, entries(log))
    for text in (*ways, *(f"fast {way}" for way in ways)):
        numbers, with_every_word = found(library, text)
        assert sorted(numbers[:with_every_word]) == list(range(1, len(ways) + 1)), text


def test_a_long_word_that_is_whole_is_not_taken_for_the_beginning_of_another(
    database: Path, library: Library
) -> None:
    prompts = ["electronic", "electronica", "piano"]
    project(database, entries([published(make_job(n, text), tags={}) for n, text in enumerate(prompts, 1)]))
    assert found(library, "electro") == ([1, 2], 2)
    assert found(library, "electronic") == ([1], 1)
    assert found(library, "pian") == ([3], 1)


def test_of_a_common_word_with_filters_the_newest_tracks_are_looked_at(
    database: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matches, "LOOKED_THROUGH", 10)
    log = [published(make_job(n, "rain", model="audio" if n % 2 else "music"), tags={}) for n in range(1, 31)]
    project(database, entries(log))
    page = library.tracks(TrackQuery("audio", "rain"))
    assert [int(row.id[-4:], 16) for row in page.items] == [29, 27, 25, 23, 21]
    assert (page.total, page.total_is_exact) == (5, False)
    facets = library.facets(TrackFilter(search="rain"))
    assert (facets.total, facets.is_exact, facets.models) == (10, False, {"music": 5, "audio": 5})
