"""The library: lists of tracks, one track, counts."""

import math
from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.catalog.queries import Page, Sort, TrackQuery
from shared.messages.ids import is_id
from shared.messages.job import Model
from web.api import shapes
from web.api.identity import caller_of
from web.api.parameters import CATEGORY, MODEL, PAGE, PER_PAGE, SEARCH, Choice, Q, Text, WholeNumber
from web.api.problems import not_found
from web.api.views import track_views
from web.ports import Ports

SORTS: tuple[Sort, ...] = ("recent", "relevance", "popular", "rating", "plays", "trending", "duration")

FASTEST_BPM = 1000

SORT = Choice("sort", "Relevance with a search, else recent, when it is absent.", SORTS)
USER_ID = Text("user_id", "Only this person's tracks: the caller's own, or anybody's for an admin.", 64)

BPM_MIN = WholeNumber("bpm_min", "Only tracks of at least so many beats a minute.", 0, 0, FASTEST_BPM)
BPM_MAX = WholeNumber(
    "bpm_max", "Only tracks of at most so many beats a minute.", FASTEST_BPM, 0, FASTEST_BPM
)
KEY = Text("key", "Only tracks in this key, as `D minor`.", 40)
SIMILAR = WholeNumber("count", "How many tracks; more than 50 count as 50.", 10, 1, 50)


def tracks(request: Request) -> Response:
    """GET /api/library; a `user_id` that is not the caller's counts only for an admin."""
    user_id = USER_ID.of(request) or None
    if user_id is not None and not caller_of(request).may_change(user_id):
        user_id = None
    return _list(request, user_id)


def my_generations(request: Request) -> Response:
    """GET /api/my-generations: the caller's own tracks."""
    return _list(request, caller_of(request).user_id)


def track(request: Request) -> Response:
    """GET /api/library/{id}."""
    ports: Ports = request.app.state.ports
    track_id = str(request.path_params["id"])
    row = ports.library.track(track_id) if is_id(track_id) else None
    if row is None:
        raise not_found("track")
    return JSONResponse(track_views(request, [row])[0])


def similar(request: Request) -> Response:
    """GET /api/library/{id}/similar: other tracks that sound like it, the most alike first."""
    ports: Ports = request.app.state.ports
    count = SIMILAR.of(request)
    track_id = str(request.path_params["id"])
    rows = ports.library.similar(track_id, count) if is_id(track_id) else None
    if rows is None:
        raise not_found("track")
    view: shapes.SimilarTracks = {"tracks": track_views(request, rows)}
    return JSONResponse(view)


def counts(request: Request) -> Response:
    """GET /api/library/counts."""
    ports: Ports = request.app.state.ports
    counted = ports.library.counts()
    view: shapes.Counts = {
        "total": counted["total"],
        "music": counted["music"],
        "audio": counted["audio"],
    }
    return JSONResponse(view)


def search_text(request: Request) -> str:
    """What is searched for; `q` and `search` are the same."""
    return Q.of(request) or SEARCH.of(request)


def model_choice(request: Request) -> Model | None:
    """The `model` parameter."""
    return cast("Model | None", MODEL.of(request))


def _list(request: Request, user_id: str | None) -> Response:
    ports: Ports = request.app.state.ports
    text = search_text(request)
    query = TrackQuery(
        model=model_choice(request),
        search=text,
        sort=cast("Sort | None", SORT.of(request)) or ("relevance" if text else "recent"),
        categories=CATEGORY.of(request),
        user_id=user_id,
        bpm=_bpm_range(request),
        key=KEY.of(request).strip(),
        page=PAGE.of(request),
        per_page=PER_PAGE.of(request),
    )
    return JSONResponse(page_view(request, ports.library.tracks(query)))


def _bpm_range(request: Request) -> tuple[float, float] | None:
    """The tempos that are asked for; None where none are, so that sounds without a tempo are there too."""
    slowest, fastest = BPM_MIN.of(request), BPM_MAX.of(request)
    return None if (slowest, fastest) == (0, FASTEST_BPM) else (slowest, fastest)


def page_view(request: Request, found: Page) -> shapes.TrackList:
    """A page of tracks as whoever asks sees it."""
    return {
        "items": track_views(request, found.items),
        "total": found.total,
        "page": found.page,
        "pages": max(1, math.ceil(found.total / found.per_page)),
        "per_page": found.per_page,
        "total_is_exact": found.total_is_exact,
    }
