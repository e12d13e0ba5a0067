"""The radio: tracks by chance, without those that were just heard."""

import random

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.messages.ids import is_id
from web.api.bodies import whole_number
from web.api.library import model_choice, search_text
from web.api.problems import invalid
from web.api.views import track_view
from web.ports import Ports

_MOST_TRACKS = 50
_MOST_EXCLUDED = 200


def shuffle(request: Request) -> Response:
    """GET /api/radio/shuffle: `count` tracks by chance."""
    return _tracks(request, 10)


def following(request: Request) -> Response:
    """GET /api/radio/next: what to play now; `exclude` names what was heard."""
    return _tracks(request, 5)


def _tracks(request: Request, usual: int) -> Response:
    ports: Ports = request.app.state.ports
    rows = ports.library.random_tracks(
        model=model_choice(request),
        search=search_text(request),
        count=whole_number(request, "count", usual, 1, _MOST_TRACKS),
        exclude=_excluded(request),
        rng=random.Random(),
    )
    return JSONResponse({"tracks": [track_view(row) for row in rows]})


def _excluded(request: Request) -> list[str]:
    given = [text.strip() for text in request.query_params.get("exclude", "").split(",")]
    ids = [text for text in given if text]
    if len(ids) > _MOST_EXCLUDED:
        raise invalid([("exclude", f"may name at most {_MOST_EXCLUDED} tracks, got {len(ids)}")])
    wrong = next((text for text in ids if not is_id(text)), None)
    if wrong is not None:
        raise invalid([("exclude", f"must be track ids with commas between, got {wrong[:40]!r}")])
    return ids
