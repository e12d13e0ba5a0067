"""The radio: what to hear next."""

import random
import secrets
import time
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from services.catalog.queries import Radio, Station, TrackRow, Wish, find_station
from shared.messages.ids import is_id
from web.api import radio_shapes
from web.api.answers import JsonAnswer
from web.api.filters import filter_of
from web.api.identity import known_caller_of
from web.api.parameters import Seed, Text, WholeNumber
from web.api.playlist_views import contents, readable_playlist
from web.api.problems import invalid
from web.api.views import track_views
from web.ports import Ports

_MOST_TRACKS = 50
_MOST_EXCLUDED = 200
_ID_CHARACTERS = 36
_LONGEST_HOURS = 8760  # a year

COUNT = WholeNumber("count", "How many tracks; more than 50 count as 50.", 10, 1, _MOST_TRACKS)
FOLLOWING = WholeNumber("count", "How many tracks; more than 50 count as 50.", 5, 1, _MOST_TRACKS)
EXCLUDE = Text(
    "exclude",
    "Ids of tracks that were just heard, the last one at the end, by comma; at most 200.",
    400 * (_ID_CHARACTERS + 1),
)
HOURS = WholeNumber("hours", "How many hours back; more than 8760 count as 8760.", 168, 1, _LONGEST_HOURS)
STATION = Text("station", "Only tracks of this station; see /api/radio/stations.", 80)
SEED = Seed("seed", "Same seed and same tracks, same answer; by chance when absent.")


def shuffle(request: Request) -> Response:
    """GET /api/radio/shuffle: `count` tracks by chance."""
    return _answer(request, _radio(request).shuffled(_wish(request, COUNT), time.time(), _chance(request)))


def following(request: Request) -> Response:
    """GET /api/radio/next: what to play now; `exclude` names what was heard.

    What is well liked comes sooner, and what the caller likes or what sounds like it; what the caller heard
    within a day comes where nothing else is left, and what they dislike not at all.
    """
    wish = _wish(request, FOLLOWING)
    return _answer(request, _radio(request).next_tracks(wish, time.time(), _chance(request)))


def favourites(request: Request) -> Response:
    """GET /api/radio/favorites: the caller's favourites by chance."""
    wish, chance = _wish(request, COUNT), _chance(request)
    if wish.user_id is None:
        return _answer(request, [])  # who is not known yet keeps nothing
    wish = replace(wish, wanted=replace(wish.wanted, favourites_of=wish.user_id))
    return _answer(request, _radio(request).shuffled(wish, time.time(), chance))


def top_rated(request: Request) -> Response:
    """GET /api/radio/top-rated: what more people like than dislike, the surest first."""
    return _answer(request, _radio(request).top_rated(_wish(request, COUNT), time.time()))


def new(request: Request) -> Response:
    """GET /api/radio/new: what was made in the last `hours`, the newest first."""
    return _answer(request, _radio(request).newest(_wish(request, COUNT), HOURS.of(request), time.time()))


def from_playlist(request: Request) -> Response:
    """GET /api/radio/playlist/{id}: `count` tracks of a playlist by chance, none of them twice."""
    ports: Ports = request.app.state.ports
    count, heard, rng = COUNT.of(request), set(_excluded(request)), _chance(request)
    row = readable_playlist(request)
    if row.query is None:
        ids = [track_id for track_id in ports.library.playlists.track_ids(row.id) if track_id not in heard]
        rows = ports.library.tracks_by_id(rng.sample(ids, min(count, len(ids))))
    else:
        others = [track for track in contents(request, row).rows if track.id not in heard]
        rows = rng.sample(others, min(count, len(others)))
    return _answer(request, rows)


def _radio(request: Request) -> Radio:
    ports: Ports = request.app.state.ports
    return ports.library.radio


def _wish(request: Request, count: WholeNumber) -> Wish:
    caller = known_caller_of(request)
    return Wish(
        filter_of(request, owner=None),
        count.of(request),
        caller.user_id if caller else None,
        _station(request),
        _excluded(request),
    )


def _chance(request: Request) -> random.Random:
    seed = SEED.of(request)
    return random.Random(secrets.randbits(64) if seed is None else seed)


def _answer(request: Request, rows: list[TrackRow]) -> Response:
    view: radio_shapes.RadioTracks = {"tracks": track_views(request, rows)}
    return JsonAnswer(view)


def _station(request: Request) -> Station | None:
    text = STATION.of(request)
    station = find_station(text) if text else None
    if text and station is None:
        raise invalid([("station", f"must be an id that /api/radio/stations names, got {text[:40]!r}")])
    return station


def _excluded(request: Request) -> list[str]:
    given = [text.strip() for text in EXCLUDE.of(request).split(",")]
    ids = [text for text in given if text]
    if len(ids) > _MOST_EXCLUDED:
        raise invalid([("exclude", f"may name at most {_MOST_EXCLUDED} tracks, got {len(ids)}")])
    wrong = next((text for text in ids if not is_id(text)), None)
    if wrong is not None:
        raise invalid([("exclude", f"must be track ids with commas between, got {wrong[:40]!r}")])
    return ids
