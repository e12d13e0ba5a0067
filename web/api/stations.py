"""Stations of the radio, and what each of them plays now."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from services.catalog.queries import OnAir, Slot, Station, find_station
from services.catalog.taxonomy import BY_ID
from web import playlist_writing
from web.api import radio_shapes, track_shapes
from web.api.answers import JsonAnswer
from web.api.identity import known_caller_of
from web.api.playlist_views import public_address
from web.api.problems import not_found
from web.api.views import track_views
from web.playlist_writing import Entry, File
from web.ports import Ports
from web.share_links import written

_MOST_ENTRIES = 50


def stations(request: Request) -> Response:
    """GET /api/radio/stations: every station; a category with at least 8 tracks has one."""
    ports: Ports = request.app.state.ports
    found = ports.library.radio.stations(_listener(request), time.time())
    view: radio_shapes.Stations = {"stations": [_station(station, count) for station, count in found]}
    return JsonAnswer(view)


def on_air(request: Request) -> Response:
    """GET /api/radio/stations/{station}/now: what everybody hears there now, what follows, what was.

    It follows from the clock, the station's tracks and the hour; there is no stream to keep up.
    """
    ports: Ports = request.app.state.ports
    station, user_id, now_s = _of_path(request), _listener(request), time.time()
    found, rows = ports.library.radio.on_air(station, user_id, now_s)
    tracks = dict(zip(rows, track_views(request, list(rows.values())), strict=True))

    def told(slots: tuple[Slot, ...]) -> list[radio_shapes.Broadcast]:
        return [_broadcast(slot, tracks[slot.number]) for slot in slots]

    view: radio_shapes.OnAir = {
        "station": _station(station, ports.library.radio.count(station, user_id, now_s)),
        "time": _time(now_s),
        "now_playing": _now_playing(found.now, tracks, now_s),
        "up_next": told(found.up_next),
        "history": told(found.history),
    }
    return JsonAnswer(view)


def m3u(request: Request) -> Response:
    """GET /radio/{station}.m3u: what the station plays from now on, for any player."""
    return _file(request, "audio/x-mpegurl", playlist_writing.m3u8)


def pls(request: Request) -> Response:
    """GET /radio/{station}.pls: what the station plays from now on, for any player."""
    return _file(request, "audio/x-scpls", playlist_writing.pls)


def _file(request: Request, media_type: str, write: Callable[[File], str]) -> Response:
    ports: Ports = request.app.state.ports
    station, address = _of_path(request), public_address(request)
    found, rows = ports.library.radio.on_air(station, _listener(request), time.time(), _MOST_ENTRIES - 1)
    tracks = [rows[slot.number] for slot in _from_now(found)]
    entries = [
        Entry(track.id, track.prompt, f"{address}/audio/{track.id}.wav", track.duration_s) for track in tracks
    ]
    body = write(File(station.id, station.name, station.description, entries))
    return Response(body, media_type=media_type)


def _from_now(found: OnAir) -> list[Slot]:
    return [found.now, *found.up_next] if found.now else []


def _listener(request: Request) -> str | None:
    """Who listens; to listen alone is no reason to remember somebody."""
    caller = known_caller_of(request)
    return caller.user_id if caller else None


def _of_path(request: Request) -> Station:
    station = find_station(str(request.path_params["station"]))
    if station is None:
        raise not_found("station")
    return station


def _station(station: Station, count: int) -> radio_shapes.Station:
    return {
        "id": station.id,
        "name": station.name,
        "description": station.description,
        "count": count,
        "model": station.model,
        "group": BY_ID[station.category].group if station.category else None,
    }


def _broadcast(slot: Slot, track: track_shapes.Track) -> radio_shapes.Broadcast:
    return {"track": track, "starts_at": _time(slot.starts_s), "ends_at": _time(slot.ends_s)}


def _now_playing(
    slot: Slot | None, tracks: dict[int, track_shapes.Track], now_s: float
) -> radio_shapes.NowPlaying | None:
    if slot is None:
        return None
    position_s = min(max(0.0, now_s - slot.starts_s), slot.duration_s)
    return {**_broadcast(slot, tracks[slot.number]), "position_s": round(position_s, 3)}


def _time(time_s: float) -> str:
    return written(datetime.fromtimestamp(time_s, UTC))
