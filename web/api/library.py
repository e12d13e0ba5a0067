"""The library: lists of tracks, one track, counts."""

import math
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from services.catalog.queries import Bucket, CursorError, Page, Sort, TrackQuery
from shared.messages.ids import is_id
from web.api import track_shapes
from web.api.answers import JsonAnswer
from web.api.filters import filter_of, owner_of
from web.api.identity import caller_of
from web.api.parameters import PAGE, PER_PAGE, Choice, Text, WholeNumber
from web.api.problems import invalid, not_found
from web.api.views import track_views
from web.ports import Ports

SORTS: tuple[Sort, ...] = ("recent", "relevance", "popular", "rating", "plays", "trending", "duration")

SORT = Choice("sort", "Relevance with a search, else recent, when it is absent.", SORTS)
CURSOR = Text("cursor", "`next_cursor` of the page before, of the same list; then `page` means nothing.", 200)
SIMILAR = WholeNumber("count", "How many tracks; more than 50 count as 50.", 10, 1, 50)


def tracks(request: Request) -> Response:
    """GET /api/library; a `user_id` that is not the caller's counts only for an admin."""
    return _list(request, owner_of(request))


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
    return JsonAnswer(track_views(request, [row])[0])


def similar(request: Request) -> Response:
    """GET /api/library/{id}/similar: other tracks that sound like it, the most alike first."""
    ports: Ports = request.app.state.ports
    count = SIMILAR.of(request)
    track_id = str(request.path_params["id"])
    rows = ports.library.similar(track_id, count) if is_id(track_id) else None
    if rows is None:
        raise not_found("track")
    view: track_shapes.SimilarTracks = {"tracks": track_views(request, rows)}
    return JsonAnswer(view)


def lineage(request: Request) -> Response:
    """GET /api/library/{id}/lineage: what a track was made from, what was made from it, its variations."""
    ports: Ports = request.app.state.ports
    track_id = str(request.path_params["id"])
    found = ports.library.lineage(track_id) if is_id(track_id) else None
    if found is None:
        raise not_found("track")
    view: track_shapes.Lineage = {
        "sources": track_views(request, found.sources),
        "continued_by": track_views(request, found.continued_by),
        "variations": track_views(request, found.variations),
    }
    return JsonAnswer(view)


def counts(request: Request) -> Response:
    """GET /api/library/counts."""
    ports: Ports = request.app.state.ports
    counted = ports.library.counts()
    view: track_shapes.Counts = {
        "total": counted["total"],
        "music": counted["music"],
        "audio": counted["audio"],
    }
    return JsonAnswer(view)


def facets(request: Request) -> Response:
    """GET /api/library/facets: how many tracks of a list are of each kind; parameters as for the list.

    Each quality is counted as if the parameters said nothing of it: so many there are with another choice.
    """
    ports: Ports = request.app.state.ports
    found = ports.library.facets(filter_of(request, owner_of(request)))
    view: track_shapes.Facets = {
        "total": found.total,
        "total_is_exact": found.is_exact,
        "models": found.models,
        "categories": found.categories,
        "engines": found.engines,
        "duration": [_bucket(bucket) for bucket in found.durations_s],
        "bpm": [_bucket(bucket) for bucket in found.bpm],
        "keys": found.keys,
        "loops": found.loops,
    }
    return JsonAnswer(view)


def _list(request: Request, owner: str | None) -> Response:
    ports: Ports = request.app.state.ports
    wanted = filter_of(request, owner)
    query = TrackQuery(
        **vars(wanted),
        sort=cast("Sort | None", SORT.of(request)) or ("relevance" if wanted.search else "recent"),
        page=PAGE.of(request),
        per_page=PER_PAGE.of(request),
        cursor=CURSOR.of(request) or None,
    )
    try:
        return JsonAnswer(page_view(request, ports.library.tracks(query)))
    except CursorError as error:
        raise invalid([("cursor", str(error))]) from error


def _bucket(bucket: Bucket) -> track_shapes.Bucket:
    return {"least": bucket.least, "below": bucket.below, "count": bucket.count}


def page_view(request: Request, found: Page) -> track_shapes.TrackList:
    """A page of tracks as whoever asks sees it."""
    return {
        "items": track_views(request, found.items),
        "total": found.total,
        "page": found.page,
        "pages": max(1, math.ceil(found.total / found.per_page)),
        "per_page": found.per_page,
        "total_is_exact": found.total_is_exact,
        "with_every_word": found.with_every_word,
        "next_cursor": found.next_cursor,
    }
