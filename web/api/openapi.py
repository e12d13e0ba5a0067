"""GET /openapi.json: OpenAPI 3.1, made of the routes, of the types of the answers and of what validates."""

import inspect
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from shared.messages.job import MODELS
from web.api import (
    about_shapes,
    archives,
    deed_shapes,
    embed,
    events,
    history,
    ideas,
    job_shapes,
    legacy,
    library,
    log_error,
    media,
    pausing,
    playlist_files,
    playlist_shapes,
    playlist_sharing,
    playlist_tracks,
    playlist_views,
    playlists,
    plays,
    radio,
    radio_shapes,
    shapes,
    signing_in,
    suggestions,
    track_shapes,
    votes,
)
from web.api.filters import NARROWING, OWNER, USER_ID
from web.api.generate import GenerateBody
from web.api.keys import KEY_HEADER
from web.api.parameters import MODEL, PAGE, PER_PAGE, Parameter
from web.api.schemas import REFERENCE, Schemas

_LEFT_OUT = ("page", "static", "service_worker")
_PATH_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_PATTERNS = {
    "station": r"^[a-z0-9]+([-_][a-z0-9]+)*$",
    "model": f"^({'|'.join(MODELS)})$",
    "id": r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "track_id": r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "file": r"^[A-Za-z0-9_-]+(\.(wav|flac|opus|mp3|png|json))?$",
}


@dataclass(frozen=True)
class Operation:
    """What one address does, beside what its handler's docstring says.

    Attributes:
        answer: type of the JSON that comes back.
        media_type: of what comes back instead of JSON; empty where nothing does.
        other_types: what it may be as well.
        file: range of media types of the file that is sent instead of a JSON `body`.
        other_statuses: what else may come with the same answer.
        problems: statuses of the problems that it knows.
    """

    answer: Any = None
    media_type: str = "application/json"
    other_types: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    headers: tuple[str, ...] = ()
    body: type[BaseModel] | None = None
    file: str | None = None
    status: int = 200
    other_statuses: tuple[int, ...] = ()
    problems: tuple[int, ...] = ()


_LIST: tuple[Parameter, ...] = (PAGE, PER_PAGE, library.CURSOR, library.SORT, *NARROWING)
_FILE_PROBLEMS = (404, 416, 503)
_OF_FILES = ("Range", "If-Range", "If-None-Match")
_BODY_PROBLEMS = (400, 401, 413, 415, 422, 503)
_SORTED = (PAGE, PER_PAGE, plays.LIMIT, MODEL)
_OWN_PROBLEMS = (401, 404, 503)
_HISTORY = (history.LIMIT, history.OFFSET, USER_ID)


def _deed(
    answer: Any, body: type[BaseModel] | None = None, *, status: int = 200, more: tuple[int, ...] = ()
) -> Operation:
    """Something that people do with a track or a playlist; `more` are further problems that it knows."""
    problems = (401, 404, 422, 503) if body is None else (*_BODY_PROBLEMS, 404)
    return Operation(
        answer,
        body=body,
        headers=(KEY_HEADER,),
        status=status,
        other_statuses=(202,),
        problems=(*problems, *more),
    )


def _playlist_file(media_type: str) -> Operation:
    return Operation(media_type=media_type, parameters=(playlist_views.SHARE,), problems=_OWN_PROBLEMS)


def _radio(*parameters: Parameter) -> Operation:
    narrowing = (*NARROWING, radio.STATION, radio.EXCLUDE, *parameters)
    return Operation(radio_shapes.RadioTracks, parameters=narrowing, problems=(401, 422, 503))


OPERATIONS = {
    "generate": Operation(
        job_shapes.Accepted,
        body=GenerateBody,
        headers=(KEY_HEADER,),
        status=202,
        problems=(400, 401, 413, 415, 422, 503),
    ),
    "job": Operation(job_shapes.JobView, problems=(404, 503)),
    "stream": Operation(media_type="audio/wav", problems=(404, 409, 503)),
    "queue": Operation(job_shapes.Queue, problems=(401, 503)),
    "queue_status": Operation(job_shapes.Queue, problems=(401, 503)),
    "pause_queue": _deed(job_shapes.QueueSwitched, pausing.SwitchBody, more=(403,)),
    "resume_queue": _deed(job_shapes.QueueSwitched, pausing.SwitchBody, more=(403,)),
    "cancel": Operation(job_shapes.Cancelling, problems=(401, 403, 404, 409, 503)),
    "sign_in": Operation(shapes.SignedIn, body=signing_in.SignInBody, problems=(400, 401, 413, 415, 422)),
    "sign_out": Operation(media_type="", status=204),
    "melodies": Operation(
        job_shapes.Melody, file="audio/*", status=201, problems=(400, 401, 413, 415, 422, 503)
    ),
    "random_prompt": Operation(job_shapes.RandomPrompt, body=ideas.IdeaBody, problems=(400, 413, 415, 422)),
    "status": Operation(job_shapes.Status, problems=(503,)),
    "events": Operation(
        media_type="text/event-stream",
        parameters=(events.TOPICS,),
        headers=("Last-Event-ID",),
        problems=(401, 422, 503),
    ),
    "tracks": Operation(track_shapes.TrackList, parameters=(*_LIST, *OWNER), problems=(401, 422, 503)),
    "my_generations": Operation(track_shapes.TrackList, parameters=_LIST, problems=(401, 422, 503)),
    "facets": Operation(track_shapes.Facets, parameters=(*NARROWING, *OWNER), problems=(401, 422, 503)),
    "archive": Operation(
        media_type="application/zip", parameters=(archives.IDS, media.FORMAT), problems=(401, 404, 422, 503)
    ),
    "counts": Operation(track_shapes.Counts, problems=(503,)),
    "categories": Operation(track_shapes.Categories, problems=(404,)),
    "category_counts": Operation(track_shapes.CategoryCounts, parameters=(MODEL,), problems=(422, 503)),
    "track": Operation(track_shapes.Track, problems=(401, 404, 503)),
    "similar": Operation(
        track_shapes.SimilarTracks, parameters=(library.SIMILAR,), problems=(401, 404, 422, 503)
    ),
    "lineage": Operation(track_shapes.Lineage, problems=(401, 404, 503)),
    "vote": _deed(deed_shapes.Voted, votes.VoteBody),
    "votes": Operation(dict[str, deed_shapes.Vote], body=votes.TracksBody, problems=_BODY_PROBLEMS),
    "feedback": Operation(deed_shapes.Feedback, problems=(401, 404, 503)),
    "suggest_tag": _deed(deed_shapes.TagSuggested, suggestions.TagBody),
    "cancel_tag": _deed(deed_shapes.TagSuggested, suggestions.TagBody),
    "tag_suggestions": Operation(deed_shapes.TagSuggestions, problems=(401, 404, 503)),
    "delete_track": Operation(
        media_type="",
        headers=(KEY_HEADER,),
        status=204,
        other_statuses=(202,),
        problems=(401, 403, 404, 422, 503),
    ),
    "favourites": Operation(
        track_shapes.TrackList, parameters=(PAGE, PER_PAGE, MODEL), problems=(401, 422, 503)
    ),
    "are_favourites": Operation(dict[str, bool], body=votes.TracksBody, problems=_BODY_PROBLEMS),
    "keep_favourite": _deed(deed_shapes.Favourite),
    "drop_favourite": _deed(deed_shapes.Favourite),
    "playlists": Operation(
        playlist_shapes.PlaylistList,
        parameters=(PAGE, PER_PAGE, playlists.TRACK_ID),
        problems=(401, 422, 503),
    ),
    "create_playlist": _deed(playlist_shapes.Playlist, playlists.PlaylistBody, status=201, more=(409,)),
    "playlist": Operation(
        playlist_shapes.Playlist,
        parameters=(playlist_views.SHARE, PAGE, playlist_views.TRACKS_PER_PAGE),
        problems=(*_OWN_PROBLEMS, 422),
    ),
    "m3u8": _playlist_file("audio/x-mpegurl"),
    "xspf": _playlist_file("application/xspf+xml"),
    "jspf": _playlist_file("application/jspf+json"),
    "import_playlist": Operation(
        playlist_shapes.Imported,
        file="*/*",
        parameters=(playlist_files.NAME,),
        headers=(KEY_HEADER,),
        status=201,
        other_statuses=(202,),
        problems=(400, 401, 409, 413, 422, 503),
    ),
    "from_playlist": Operation(
        radio_shapes.RadioTracks,
        parameters=(radio.COUNT, radio.EXCLUDE, radio.SEED, playlist_views.SHARE),
        problems=(*_OWN_PROBLEMS, 422),
    ),
    "change_playlist": _deed(playlist_shapes.Playlist, playlists.ChangeBody),
    "delete_playlist": Operation(
        media_type="",
        headers=(KEY_HEADER,),
        status=204,
        other_statuses=(202,),
        problems=(*_OWN_PROBLEMS, 422),
    ),
    "copy_playlist": replace(
        _deed(playlist_shapes.Playlist, playlists.CopyBody, status=201, more=(409,)),
        parameters=(playlist_views.SHARE,),
    ),
    "add_tracks": _deed(playlist_shapes.TracksAdded, playlist_tracks.TracksToAdd, more=(409,)),
    "remove_track": _deed(playlist_shapes.TrackRemoved, more=(409,)),
    "reorder_tracks": _deed(playlist_shapes.Playlist, playlist_tracks.Order, more=(409,)),
    "share_playlist": _deed(playlist_shapes.Shared, playlist_sharing.ShareBody),
    "unshare_playlist": _deed(playlist_shapes.Shared),
    "play": _deed(deed_shapes.Played, plays.PlayBody),
    "stats": Operation(deed_shapes.PlayCounts, problems=(404, 503)),
    "trending": Operation(track_shapes.TrackList, parameters=_SORTED, problems=(401, 422, 503)),
    "most_played": Operation(track_shapes.TrackList, parameters=_SORTED, problems=(401, 422, 503)),
    "played": Operation(deed_shapes.PlayHistory, parameters=_HISTORY, problems=(401, 422, 503)),
    "voted": Operation(deed_shapes.VoteHistory, parameters=_HISTORY, problems=(401, 422, 503)),
    "library_stats": Operation(deed_shapes.Stats, problems=(503,)),
    "system_stats": Operation(about_shapes.SystemStats, problems=(401, 403, 503)),
    "history": Operation(
        list[track_shapes.Track], parameters=(MODEL, legacy.LIMIT, USER_ID), problems=(401, 422, 503)
    ),
    "rate": _deed(deed_shapes.Rated, legacy.RateBody),
    "shuffle": _radio(radio.COUNT, radio.SEED),
    "following": _radio(radio.FOLLOWING, radio.SEED),
    "favourites_radio": _radio(radio.COUNT, radio.SEED),
    "top_rated": _radio(radio.COUNT),
    "new": _radio(radio.COUNT, radio.HOURS),
    "stations": Operation(radio_shapes.Stations, problems=(401, 503)),
    "on_air": Operation(radio_shapes.OnAir, problems=(401, 404, 503)),
    "m3u": Operation(media_type="audio/x-mpegurl", problems=(401, 404, 503)),
    "pls": Operation(media_type="audio/x-scpls", problems=(401, 404, 503)),
    "audio": Operation(media_type="audio/wav", headers=_OF_FILES, problems=_FILE_PROBLEMS),
    "spectrogram": Operation(media_type="image/png", headers=_OF_FILES, problems=(404, 416, 422, 503)),
    "generate_spectrogram": Operation(track_shapes.SpectrogramMade, problems=(404, 422, 503)),
    "peaks": Operation(headers=_OF_FILES, problems=_FILE_PROBLEMS),
    "download": Operation(
        media_type="audio/wav",
        other_types=("audio/flac", "audio/ogg", "audio/mpeg"),
        parameters=(media.FORMAT,),
        headers=_OF_FILES,
        problems=(404, 416, 422, 503),
    ),
    "embed": Operation(media_type="text/html", parameters=(embed.THEME,), problems=(404, 422, 503)),
    "oembed": Operation(
        track_shapes.Embedding,
        parameters=(embed.URL, embed.FORMAT, embed.MAX_WIDTH, embed.MAX_HEIGHT),
        problems=(404, 422, 501, 503),
    ),
    "livez": Operation(media_type="text/plain"),
    "readyz": Operation(shapes.Readiness, problems=(503,)),
    "metrics": Operation(media_type="text/plain", problems=(503,)),
    "log_error": Operation(
        media_type="", body=log_error.PageErrorBody, status=204, problems=(400, 401, 413, 415, 422, 429)
    ),
    "manifest": Operation(about_shapes.Manifest, problems=(503,)),
    "agent_card": Operation(about_shapes.AgentCard),
    "llms": Operation(media_type="text/plain"),
    "openapi": Operation(),
    "asyncapi": Operation(),
}


def openapi(request: Request) -> Response:
    """The description of this API, which is made once."""
    state = request.app.state
    if not hasattr(state, "openapi"):
        state.openapi = json.dumps(describe(request.app.routes)).encode()
    return Response(state.openapi, media_type="application/json")


def describe(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """OpenAPI 3.1 of the routes; descriptions are the handlers' own."""
    schemas = Schemas()
    paths: dict[str, Any] = {}
    for route in routes:
        if isinstance(route, Route) and route.name not in _LEFT_OUT:
            entry = paths.setdefault(_PATH_PARAMETER.sub(r"{\1}", route.path), {})
            for method in sorted((route.methods or set()) - {"HEAD"}):
                entry[method.lower()] = _operation(route, OPERATIONS[route.name], schemas)
    schemas.reference(shapes.Problem)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sound Box", "version": "1", "summary": "Music and sound effects from text."},
        "paths": paths,
        "components": {"schemas": schemas.found},
    }


def _operation(route: Route, operation: Operation, schemas: Schemas) -> dict[str, Any]:
    text = inspect.cleandoc(route.endpoint.__doc__ or "")
    described: dict[str, Any] = {
        "operationId": route.name,
        "summary": text.splitlines()[0],
        "parameters": _parameters(route, operation),
        "responses": _answers(operation, schemas) | _problems(operation),
    }
    if operation.file is not None:
        described["requestBody"] = {"required": True, "content": {operation.file: {}}}
    if operation.body is not None:
        content = {"application/json": {"schema": schemas.reference(operation.body)}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameters(route: Route, operation: Operation) -> list[dict[str, Any]]:
    in_path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": _PATTERNS[name]},
        }
        for name in _PATH_PARAMETER.findall(route.path)
    ]
    in_query = [
        {"name": parameter.name, "in": "query", "description": parameter.says, "schema": parameter.schema}
        for parameter in operation.parameters
    ]
    in_header = [{"name": name, "in": "header", "schema": {"type": "string"}} for name in operation.headers]
    return in_path + in_query + in_header


def _answers(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    statuses = (operation.status, *operation.other_statuses)
    answers = {str(status): _answer(operation, schemas) for status in statuses}
    if "Range" in operation.headers:
        answers["206"] = _answer(operation, schemas) | {"description": "The part that was asked for."}
        answers["304"] = {"description": "It is still as `If-None-Match` says."}
    return answers


def _answer(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    schema = schemas.reference(operation.answer) if operation.answer else {}
    types = (operation.media_type, *operation.other_types)
    if not operation.media_type:
        return {"description": "Nothing more is said."}
    return {"description": "The answer.", "content": {name: {"schema": schema} for name in types}}


def _problems(operation: Operation) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": REFERENCE.format(model="Problem")}}}
    problem = {"description": "A problem.", "content": content}
    return {str(status): problem for status in operation.problems} | {"default": problem}
