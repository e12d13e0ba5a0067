"""The radio: tracks by chance, without those that were just heard."""

import random

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.messages.ids import is_id
from web.api import shapes
from web.api.filters import filter_of
from web.api.parameters import Text, WholeNumber
from web.api.playlist_views import contents, readable_playlist
from web.api.problems import invalid
from web.api.views import track_views
from web.ports import Ports

_MOST_TRACKS = 50
_MOST_EXCLUDED = 200
_ID_CHARACTERS = 36

SHUFFLED = WholeNumber("count", "How many tracks; more than 50 count as 50.", 10, 1, _MOST_TRACKS)
FOLLOWING = WholeNumber("count", "How many tracks; more than 50 count as 50.", 5, 1, _MOST_TRACKS)
EXCLUDE = Text(
    "exclude", "Ids of tracks that were just heard, by comma; at most 200.", 400 * (_ID_CHARACTERS + 1)
)


def shuffle(request: Request) -> Response:
    """GET /api/radio/shuffle: `count` tracks by chance."""
    return _tracks(request, SHUFFLED)


def following(request: Request) -> Response:
    """GET /api/radio/next: what to play now; `exclude` names what was heard."""
    return _tracks(request, FOLLOWING)


def _tracks(request: Request, count: WholeNumber) -> Response:
    ports: Ports = request.app.state.ports
    rows = ports.library.random_tracks(
        filter_of(request, owner=None),
        count=count.of(request),
        exclude=_excluded(request),
        rng=random.Random(),
    )
    view: shapes.RadioTracks = {"tracks": track_views(request, rows)}
    return JSONResponse(view)


def from_playlist(request: Request) -> Response:
    """GET /api/radio/playlist/{id}: `count` tracks of a playlist by chance, none of them twice."""
    ports: Ports = request.app.state.ports
    count, heard = SHUFFLED.of(request), set(_excluded(request))
    row = readable_playlist(request)
    if row.query is None:
        ids = [track_id for track_id in ports.library.playlists.track_ids(row.id) if track_id not in heard]
        rows = ports.library.tracks_by_id(random.sample(ids, min(count, len(ids))))
    else:
        others = [track for track in contents(request, row).rows if track.id not in heard]
        rows = random.sample(others, min(count, len(others)))
    view: shapes.RadioTracks = {"tracks": track_views(request, rows)}
    return JSONResponse(view)


def _excluded(request: Request) -> list[str]:
    given = [text.strip() for text in EXCLUDE.of(request).split(",")]
    ids = [text for text in given if text]
    if len(ids) > _MOST_EXCLUDED:
        raise invalid([("exclude", f"may name at most {_MOST_EXCLUDED} tracks, got {len(ids)}")])
    wrong = next((text for text in ids if not is_id(text)), None)
    if wrong is not None:
        raise invalid([("exclude", f"must be track ids with commas between, got {wrong[:40]!r}")])
    return ids
