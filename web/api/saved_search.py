"""A search that was saved: the parameters of GET /api/library, as one text, read again when it is wanted."""

from dataclasses import replace
from typing import cast
from urllib.parse import quote

from starlette.requests import Request

from services.catalog.queries import Sort, TrackQuery, TrackRow
from services.catalog.track_query import MOST_PER_PAGE
from shared.messages.playlists import MOST_TRACKS
from shared.tokens import Identity
from web.api.filters import MINE, NARROWING, filter_of, owner_of
from web.api.identity import Caller
from web.api.library import SORT
from web.api.problems import ProblemError, invalid
from web.ports import Ports

_PARAMETERS = (*NARROWING, MINE, SORT)
_AS_THEY_ARE = "%&=+,:/?@!$'()*;~"  # letters beyond ASCII as their escapes, all else as it was given
_NAMES = tuple(parameter.name for parameter in _PARAMETERS)


def query_of(text: str, owner: str) -> TrackQuery:
    """What the text asks for; `mine` and `favorites` are those of the playlist's owner, whoever reads it.

    Raises:
        ProblemError: 422, it has a parameter that is wrong or that no saved search has.
    """
    saved = Request(
        {
            "type": "http",
            "method": "GET",
            "headers": [],
            "query_string": quote(text, safe=_AS_THEY_ARE).encode(),
        }
    )
    saved.state.caller = Caller(Identity(owner, "free"), token="")
    unknown = next((name for name in saved.query_params if name not in _NAMES), None)
    if unknown is not None:
        wanted = f"may have {', '.join(_NAMES)}"
        raise invalid([("query", f"{wanted}, got {unknown[:40]!r}")], in_body=True)
    wanted_tracks = filter_of(saved, owner_of(saved))
    sort = cast("Sort | None", SORT.of(saved))
    return TrackQuery(**vars(wanted_tracks), sort=sort or ("relevance" if wanted_tracks.search else "recent"))


def checked_query(text: str | None, owner: str) -> str | None:
    """The text without a leading `?`, if it can be read as a search.

    Raises:
        ProblemError: 422 about the field `query`.
    """
    if text is None:
        return None
    query = text.removeprefix("?")
    try:
        query_of(query, owner)
    except ProblemError as error:
        sentence = "; ".join(f"{field} {said}" for field, said in error.fields if field != "query")
        if not sentence:
            raise
        raise invalid(
            [("query", f"must be parameters of GET /api/library: {sentence}")], in_body=True
        ) from error
    return query


def found(ports: Ports, query: TrackQuery, limit: int, offset: int) -> tuple[list[TrackRow], int]:
    """A part of the first 1,000 tracks that a search finds; and how many of them there are in all."""
    first, last = offset // MOST_PER_PAGE, -(-min(offset + limit, MOST_TRACKS) // MOST_PER_PAGE)
    rows: list[TrackRow] = []
    total = 0
    for number in range(first, max(last, first + 1)):
        page = ports.library.tracks(replace(query, page=number + 1, per_page=MOST_PER_PAGE))
        total = min(page.total, MOST_TRACKS)
        rows += page.items
        if len(page.items) < MOST_PER_PAGE:
            break
    start = offset - first * MOST_PER_PAGE
    return rows[start : start + limit][: max(0, MOST_TRACKS - offset)], total
