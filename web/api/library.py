"""The library: lists of tracks, one track, counts."""

from typing import Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.catalog.queries import Page, Sort, TrackQuery
from shared.messages.ids import is_id
from shared.messages.job import MODELS, Model
from web.api.bodies import choice, page_of, paging
from web.api.identity import caller_of
from web.api.problems import not_found
from web.api.views import track_view
from web.ports import Ports

SORTS: tuple[Sort, ...] = ("recent", "relevance", "popular", "rating", "plays", "trending", "duration")
_MOST_SEARCH_CHARACTERS = 500


def tracks(request: Request) -> Response:
    """GET /api/library."""
    return _list(request, request.query_params.get("user_id") or None)


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
    return JSONResponse(track_view(row))


def counts(request: Request) -> Response:
    """GET /api/library/counts."""
    ports: Ports = request.app.state.ports
    return JSONResponse(ports.library.counts())


def search_text(request: Request) -> str:
    """What is searched for; `q` and `search` are the same."""
    text = request.query_params.get("q") or request.query_params.get("search") or ""
    return text[:_MOST_SEARCH_CHARACTERS]


def model_choice(request: Request) -> Model | None:
    """The `model` parameter."""
    return cast("Model | None", choice(request, "model", MODELS))


def _list(request: Request, user_id: str | None) -> Response:
    ports: Ports = request.app.state.ports
    page, per_page = paging(request)
    text = search_text(request)
    sort = cast("Sort | None", choice(request, "sort", SORTS)) or ("relevance" if text else "recent")
    query = TrackQuery(
        model=model_choice(request), search=text, sort=sort, user_id=user_id, page=page, per_page=per_page
    )
    return JSONResponse(_view(ports.library.tracks(query)))


def _view(found: Page) -> dict[str, Any]:
    view = page_of([track_view(row) for row in found.items], found.total, found.page, found.per_page)
    return {**view, "total_is_exact": found.total_is_exact}
