"""What people ask of a library, as addresses of the API; with the query that a textbook would write."""

import json
import random
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from bench import made_up

Sql = tuple[str, tuple[str | float, ...]]

SORTS = ("relevance", "recent", "popular", "plays", "trending", "duration")
_DEEP_PAGE = 1000
_PER_PAGE = 20
_CURSOR_STEPS = 50
_KNOWN_IDS = 500

_WORDS = made_up.vocabulary()
_CATEGORIES = ("piano", "ambient", "rain", "calm", "jazz", "cinematic", "techno", "drone")
_COMMON = _WORDS.common(40)
_RARE = _WORDS.rare(200)


@dataclass(frozen=True)
class Question:
    """One kind of request.

    Attributes:
        path: address of one such request, by chance.
        textbook: the same in plain SQL; None where no textbook says how.
    """

    name: str
    path: Callable[[random.Random], str]
    textbook: Callable[[random.Random], Sql] | None = None


LIVENESS = Question("liveness", lambda _rng: "/livez")


def questions(connection: sqlite3.Connection, get: Callable[[str], bytes]) -> list[Question]:
    """All of them; `get` answers an address, which the ones that page by cursor need."""
    return [
        *_lists(),
        *_searches(),
        *_filters(),
        *_deep(get),
        *_numbers(),
        *_radio(_ids(connection)),
    ]


def _lists() -> list[Question]:
    def newest(_rng: random.Random) -> str:
        return "/api/library"

    return [
        Question("newest", newest, _fixed("SELECT * FROM tracks ORDER BY created_at DESC LIMIT 20")),
        *(
            Question(f"by {sort}", partial(_path, f"/api/library?sort={sort}"), _sorted(sort))
            for sort in _COLUMNS
        ),
        Question(
            "one model",
            partial(_path, "/api/library?model=audio&sort=popular"),
            _fixed(
                "SELECT * FROM tracks WHERE model = 'audio' "
                "ORDER BY popularity DESC, created_at DESC LIMIT 20"
            ),
        ),
    ]


_COLUMNS = {
    "popular": "popularity",
    "rating": "rating",
    "plays": "plays",
    "trending": "trend",
    "duration": "duration_s",
}


def _searches() -> list[Question]:
    return [
        *(
            Question(
                f"{kind} by {sort}",
                partial(_search, words, 1, sort),
                partial(_like, words, 1) if sort == "recent" else None,
            )
            for kind, words in (("a common word", _COMMON), ("a rare word", _RARE))
            for sort in SORTS
        ),
        Question("two common words", partial(_search, _COMMON, 2, "relevance"), partial(_like, _COMMON, 2)),
        Question("four common words", partial(_search, _COMMON, 4, "relevance")),
        Question("a phrase of two common words", partial(_search, _COMMON, 2, "relevance", quoted=True)),
        Question("a common word and a rare one", _mixed),
        Question("the beginning of a word", _beginning),
        Question("a word and not another", _without),
    ]


def _filters() -> list[Question]:
    return [
        Question("tempo and key", _tempo_and_key, _tempo_and_key_sql),
        Question("one category, by popular", _category, _category_sql),
        Question("two categories", lambda rng: _category(rng) + f"&category={rng.choice(_CATEGORIES)}"),
        Question("a person's tracks", lambda rng: f"/api/my-generations?page={rng.randint(1, 3)}"),
        Question("a common word, one model, a tempo", _word_and_tempo),
        Question("what does not loop, by popular", partial(_path, "/api/library?loop=false&sort=popular")),
    ]


def _deep(get: Callable[[str], bytes]) -> list[Question]:
    start = (_DEEP_PAGE - 1) * _PER_PAGE
    return [
        Question(
            f"page {_DEEP_PAGE} of the newest",
            partial(_path, f"/api/library?page={_DEEP_PAGE}"),
            _fixed(f"SELECT * FROM tracks ORDER BY created_at DESC LIMIT 20 OFFSET {start}"),
        ),
        Question(
            f"page {_DEEP_PAGE} of the most popular effects",
            partial(_path, f"/api/library?page={_DEEP_PAGE}&sort=popular&model=audio"),
        ),
        Question(
            f"page {_DEEP_PAGE} of what does not loop",
            partial(_path, f"/api/library?page={_DEEP_PAGE}&sort=rating&loop=false"),
        ),
        *(
            Question(f"page by page by {sort}", _Walk(get, f"/api/library?sort={sort}&model=music").next_path)
            for sort in ("recent", "popular", "duration")
        ),
        Question("page by page, a tempo", _Walk(get, "/api/library?bpm_min=90&bpm_max=120").next_path),
    ]


class _Walk:
    """A list from its beginning on, each page found by the cursor of the one before."""

    def __init__(self, get: Callable[[str], bytes], path: str) -> None:
        self._path = path
        self._cursors: list[str] = []
        cursor = ""
        for _ in range(_CURSOR_STEPS):
            cursor = json.loads(get(f"{path}&cursor={cursor}"))["next_cursor"]
            if cursor is None:
                break
            self._cursors.append(cursor)

    def next_path(self, rng: random.Random) -> str:
        """Address of a page by chance, as somebody asks for it who has come so far."""
        return f"{self._path}&cursor={rng.choice(self._cursors) if self._cursors else ''}"


def _numbers() -> list[Question]:
    return [
        Question(
            "facets of everything",
            partial(_path, "/api/library/facets"),
            _fixed("SELECT model, engine, is_loop, count(*) FROM tracks GROUP BY 1, 2, 3"),
        ),
        Question(
            "counts by category",
            partial(_path, "/api/library/category-counts"),
            _fixed("SELECT category, count(*) FROM track_categories GROUP BY category"),
        ),
        Question("facets of a common word", lambda rng: f"/api/library/facets?q={rng.choice(_COMMON)}"),
        Question("facets of a tempo", _facets_of_a_tempo),
        Question(
            "counts",
            partial(_path, "/api/library/counts"),
            _fixed("SELECT model, count(*) FROM tracks GROUP BY model"),
        ),
    ]


def _radio(ids: Sequence[str]) -> list[Question]:
    return [
        Question(
            "shuffle",
            partial(_path, "/api/radio/shuffle"),
            _fixed("SELECT * FROM tracks ORDER BY random() LIMIT 10"),
        ),
        Question(
            "shuffle in a category", lambda rng: f"/api/radio/shuffle?category={rng.choice(_CATEGORIES)}"
        ),
        Question("shuffle with a common word", lambda rng: f"/api/radio/shuffle?q={rng.choice(_COMMON)}"),
        Question("stations", partial(_path, "/api/radio/stations")),
        Question(
            "what a station plays now", lambda rng: f"/api/radio/stations/{rng.choice(_CATEGORIES)}/now"
        ),
        Question("next on a station", lambda rng: f"/api/radio/next?station={rng.choice(_CATEGORIES)}"),
        Question("next, 20 excluded", lambda rng: f"/api/radio/next?exclude={','.join(rng.sample(ids, 20))}"),
    ]


def _facets_of_a_tempo(rng: random.Random) -> str:
    least = rng.randint(60, 110)
    return f"/api/library/facets?bpm_min={least}&bpm_max={least + 30}"


def _path(path: str, _rng: random.Random) -> str:
    return path


def _search(words: Sequence[str], count: int, sort: str, rng: random.Random, *, quoted: bool = False) -> str:
    text = " ".join(rng.sample(words, count))
    return f"/api/library?sort={sort}&q=" + quote(f'"{text}"' if quoted else text)


def _mixed(rng: random.Random) -> str:
    return "/api/library?q=" + quote(f"{rng.choice(_COMMON)} {rng.choice(_RARE)}")


def _beginning(rng: random.Random) -> str:
    return f"/api/library?q={quote(rng.choice(_COMMON)[:3])}"


def _without(rng: random.Random) -> str:
    wanted, unwanted = rng.sample(_COMMON, 2)
    return "/api/library?q=" + quote(f"{wanted} -{unwanted}")


def _category(rng: random.Random) -> str:
    return f"/api/library?sort=popular&category={rng.choice(_CATEGORIES)}"


def _category_sql(rng: random.Random) -> Sql:
    return (
        "SELECT t.* FROM tracks t JOIN track_categories c ON c.number = t.number WHERE c.category = ? "
        "ORDER BY t.popularity DESC, t.created_at DESC LIMIT 20",
        (rng.choice(_CATEGORIES),),
    )


def _tempo_and_key(rng: random.Random) -> str:
    slowest = rng.randint(70, 130)
    return f"/api/library?bpm_min={slowest}&bpm_max={slowest + 10}&key=D%20minor&sort=popular"


def _tempo_and_key_sql(rng: random.Random) -> Sql:
    slowest = rng.randint(70, 130)
    return (
        "SELECT * FROM tracks WHERE bpm BETWEEN ? AND ? AND key = 'D minor' "
        "ORDER BY popularity DESC, created_at DESC LIMIT 20",
        (slowest, slowest + 10),
    )


def _word_and_tempo(rng: random.Random) -> str:
    slowest = rng.randint(70, 130)
    word = quote(rng.choice(_COMMON))
    return f"/api/library?q={word}&model=music&bpm_min={slowest}&bpm_max={slowest + 5}&sort=duration"


def _like(words: Sequence[str], count: int, rng: random.Random) -> Sql:
    chosen = rng.sample(words, count)
    where = " AND ".join("prompt LIKE ?" for _ in chosen)
    sql = f"SELECT * FROM tracks WHERE {where} ORDER BY created_at DESC LIMIT 20"
    return sql, tuple(f"%{word}%" for word in chosen)


def _fixed(sql: str) -> Callable[[random.Random], Sql]:
    return lambda _rng: (sql, ())


def _sorted(sort: str) -> Callable[[random.Random], Sql]:
    return _fixed(f"SELECT * FROM tracks ORDER BY {_COLUMNS[sort]} DESC, created_at DESC LIMIT 20")


def _ids(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT id FROM tracks ORDER BY number DESC LIMIT ?", (_KNOWN_IDS,))
    return [row[0] for row in rows]
