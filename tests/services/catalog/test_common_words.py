"""What is found by words in memory is what the index of words finds."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.catalog import columns, common_words, matches, word_index
from services.catalog.database import open_catalog
from services.catalog.projection import apply
from services.catalog.queries import Library, Sort, TrackFilter, TrackQuery
from services.catalog.reader import Readers
from services.catalog.schema import start_over
from shared.messages.event import Event
from tests.services.catalog.crowd import Log, deleted
from tests.services.catalog.events import make_job, published

WORDS = [
    "soft",
    "rain",
    "piano",
    "lo-fi",
    "Night",
    "café",
    "80",
    "bpm",
    "80bpm",
    "rainy",
    "rainforest",
    "nightfall",
]
RARE = ["harp", "raindrop", "pianola"]
GENRES = ["soft rain", "night", "lo-fi", "jazz"]
FEW = 8
"""In this small library a word in more tracks than this is common."""
SORTS: tuple[Sort, ...] = ("relevance", "recent", "popular", "duration")


class Both(NamedTuple):
    """Two readers of one library."""

    quick: Library
    plain: Library


def prompt(rng: random.Random) -> str:
    words = rng.choices(WORDS, k=rng.randint(1, 6))
    return " ".join([*words, rng.choice(RARE)] if rng.random() < 0.1 else words)


def tracks(first: int, last: int) -> list[Event]:
    rng = random.Random(first)
    return [
        published(
            make_job(n, prompt(rng), duration_s=1.0 + n % 30, model="audio" if n % 3 else "music"),
            tags={"genre": rng.choice(GENRES)} if n % 4 == 0 else {},
        )
        for n in range(first, last)
    ]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """A library whose common words are known; since then tracks were deleted and others published."""
    database = tmp_path_factory.mktemp("words") / "library.db"
    with pytest.MonkeyPatch.context() as patch:
        for module in (common_words, word_index):
            patch.setattr(module, "COMMON", FEW)
        log = Log(*tracks(1, 150))
        fill(database, log)
        quick, plain = Library(database), Library(database)
        quick.prepare()
        for event in (*map(deleted, (3, 50, 51, 52, 100, 149)), *tracks(150, 170)):
            log.append(event)
        fill(database, log)
        yield Both(quick, plain)


def fill(database: Path, log: Log) -> None:
    with open_catalog(database) as connection:
        apply(connection, log.entries)


TERM = st.sampled_from(
    [*WORDS, *RARE, "ra", "rai", "nigh", "cafe", "lofi", "lo", "fi", "jazz", "the", "a", "zzz"]
)
WANTED = st.lists(TERM, min_size=1, max_size=4).map(" ".join)
PHRASE = st.lists(TERM, min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"')
SEARCH = st.lists(
    st.one_of(WANTED, PHRASE, TERM.map("-{}".format), PHRASE.map("-{}".format)), min_size=1, max_size=3
).map(" ".join)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=SEARCH,
    sort=st.sampled_from(SORTS),
    model=st.sampled_from([None, "music"]),
    looked_through=st.sampled_from([5000, 12, 3]),
)
def test_common_words_find_what_the_index_of_words_finds(
    both: Both, text: str, sort: Sort, model: str | None, looked_through: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matches, "LOOKED_THROUGH", looked_through)
        query = TrackQuery(search=text, sort=sort, model=model, per_page=100)  # type: ignore[arg-type]
        assert both.quick.tracks(query) == both.plain.tracks(query)
        assert both.quick.facets(TrackFilter(search=text)) == both.plain.facets(TrackFilter(search=text))


def test_the_words_that_more_than_a_few_tracks_have_are_known(both: Both, database: Path) -> None:
    known = read(both.quick).words
    assert {"soft", "rain", "lo", "fi", "lofi", "cafe", "80bpm"} <= set(known)
    assert not {"harp", "everywhere"} & set(known)
    assert read(both.plain).words == {}


def read(library: Library) -> common_words.CommonWords:
    with library._readers.snapshot() as connection:
        return library._columns.view(connection).words


def test_what_is_known_of_another_database_is_not_used(
    database: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common_words, "COMMON", 1)
    fill(database, Log(*[published(make_job(n, "rain"), tags={}) for n in range(1, 6)]))
    library.prepare()
    assert len(read(library).words["rain"].numbers) == 5
    with open_catalog(database) as connection:
        start_over(connection)
    fill(database, Log(*[published(make_job(n, "wind"), tags={}) for n in range(1, 6)]))
    assert read(library).words == {}
    assert library.tracks(TrackQuery(search="rain wind")).with_every_word == 0
    library.prepare()
    assert "wind" in read(library).words


def test_words_are_read_again_when_many_tracks_are_new(
    database: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common_words, "COMMON", 1)
    monkeypatch.setattr(columns, "_MOST_NEW", 3)
    log = Log(*[published(make_job(n, "rain"), tags={}) for n in range(1, 4)])
    for more, known in ((0, 3), (3, 3), (1, 7)):
        for _ in range(more):
            log.append(published(make_job(len(log.entries) + 1, "rain"), tags={}))
        fill(database, log)
        library.prepare()
        assert read(library).last == known


def test_no_more_places_are_kept_than_there_is_room_for(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common_words, "COMMON", 1)
    prompts = ["rain rain", "rain. Wind", "sun of wind", "sun"]
    fill(database, Log(*[published(make_job(n, text), tags={}) for n, text in enumerate(prompts, 1)]))
    with Readers(database).snapshot() as connection:
        everything = common_words.read(connection).words
        sizes = {word: len(found.numbers) for word, found in everything.items()}
        assert sizes == {"everytrack": 4, "rain": 3, "sun": 2, "wind": 2}
        monkeypatch.setattr(common_words, "_MOST_PLACES", 7)
        assert set(common_words.read(connection).words) == {"everytrack", "rain"}


def test_a_reader_cannot_write_after_words_were_read(database: Path) -> None:
    fill(database, Log(published(make_job(1), tags={})))
    readers = Readers(database)
    with readers.snapshot() as connection:
        common_words.read(connection)
        assert connection.execute("PRAGMA query_only").fetchone()[0] == 1
        assert connection.execute("SELECT count(*) FROM sqlite_temp_master").fetchone()[0] == 0
    readers.close()


def test_more_threads_than_processors_are_answered_one_after_another(both: Both) -> None:
    query = TrackQuery(search="soft rain", sort="relevance")
    with ThreadPoolExecutor(32) as threads:
        pages = list(threads.map(both.quick.tracks, [query] * 200))
    assert pages == [both.plain.tracks(query)] * 200
