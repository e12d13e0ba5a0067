"""All that can be done over HTTP is done once, and has the fields that the original server's clients read."""

from typing import Any

import httpx2
import pytest

from shared import keys
from shared.messages.ids import new_id
from shared.messages.live import WorkerBeat
from shared.tokens import issue
from tests.sounds import sine, wav
from tests.waiting import eventually
from tests.web.crowd import Crowded
from tests.web.described import DOCUMENT, template
from tests.web.site import PEAKS, PNG
from web.api.health import NEEDED

# They stay open, or end in a way of their own: test_events.py and test_stream.py.
_STREAMS = {("get", "/api/events"), ("get", "/job/{id}/stream")}
_TRACK = {
    "id", "filename", "prompt", "model", "duration", "is_loop", "quality_score", "quality_issues",
    "spectrogram", "peaks", "upvotes", "downvotes", "score", "plays", "category", "categories", "user_id",
    "engine", "seed", "bpm", "key", "loudness_lufs", "created_at", "license",
}  # fmt: skip
_JOB = {
    "id", "status", "phase", "progress", "progress_pct", "position", "attempt", "retry_count", "prompt",
    "model", "duration", "seed", "engine", "quality", "quality_issues", "filename", "spectrogram", "error",
    "created_at", "completed_at",
}  # fmt: skip
_TRACKS = {"items", "total", "page", "pages", "per_page"}
_PLAYLIST = {"id", "name", "description", "track_count", "is_owner", "tracks"}
_SUGGESTED = {"success", "message", "current_votes", "threshold", "consensus_reached"}
_SUGGESTIONS = {"suggestions", "user_suggestions", "current_categories", "threshold"}
Row = tuple[str, str, Any, int, set[str]]

# Method, path, body, status, and the fields that clients read; {id} is a track, {list} a playlist.
TRACKS: list[Row] = [
    ("get", "/api/library", None, 200, _TRACKS),
    ("get", "/api/library/counts", None, 200, {"total", "music", "audio"}),
    ("get", "/api/library/category-counts", None, 200, set()),
    ("get", "/api/library/facets", None, 200, {"total", "models", "categories", "engines"}),
    ("get", "/api/library/zip?id={id}", None, 200, set()),
    ("get", "/api/library/{id}", None, 200, _TRACK),
    ("get", "/api/library/{id}/similar", None, 200, {"tracks"}),
    ("get", "/api/library/{id}/lineage", None, 200, {"sources", "continued_by", "variations"}),
    ("post", "/api/library/{id}/vote", {"vote": 1}, 200, {"success", "upvotes", "downvotes", "user_vote"}),
    ("post", "/api/library/votes", {"generation_ids": ["{id}"]}, 200, {"{id}"}),
    ("get", "/api/library/{id}/feedback", None, 200, {"positive_reasons", "negative_reasons", "total_votes"}),
    ("post", "/api/library/{id}/suggest-tag", {"category": "jazz"}, 200, _SUGGESTED),
    ("get", "/api/library/{id}/tag-suggestions", None, 200, _SUGGESTIONS),
    ("post", "/api/library/{id}/cancel-tag", {"category": "jazz"}, 200, _SUGGESTED),
    ("post", "/api/favorites/{id}", None, 200, {"success"}),
    ("get", "/api/favorites", None, 200, _TRACKS),
    ("post", "/api/favorites/check", {"generation_ids": ["{id}"]}, 200, {"{id}"}),
    ("delete", "/api/favorites/{id}", None, 200, {"success"}),
    ("post", "/api/track/{id}/play", {}, 200, {"success", "play_count", "unique_plays"}),
    ("get", "/api/track/{id}/stats", None, 200, {"play_count", "unique_plays"}),
    ("get", "/api/trending", None, 200, _TRACKS),
    ("get", "/api/most-played", None, 200, _TRACKS),
    ("get", "/api/history/plays", None, 200, {"history", "has_more"}),
    ("get", "/api/history/votes", None, 200, {"history", "has_more"}),
    ("get", "/api/my-generations", None, 200, _TRACKS),
    ("get", "/history", None, 200, set()),
    ("post", "/rate", {"filename": "{id}.wav", "rating": 5}, 200, {"success", "filename", "rating"}),
    ("get", "/api/categories/music", None, 200, {"categories"}),
    ("get", "/audio/{id}.wav", None, 200, set()),
    ("get", "/download/{id}.wav", None, 200, set()),
    ("get", "/spectrogram/{id}.png", None, 200, set()),
    ("get", "/generate-spectrogram/{id}", None, 200, {"spectrogram"}),
    ("get", "/peaks/{id}.json", None, 200, {"version", "data"}),
    ("get", "/embed/{id}", None, 200, set()),
    ("get", "/oembed?url={here}/track/{id}", None, 200, {"type", "version", "html"}),
    *(
        ("get", f"/api/radio/{name}", None, 200, {"tracks"})
        for name in ("shuffle", "next", "favorites", "top-rated", "new")
    ),
    ("get", "/api/radio/stations", None, 200, {"stations"}),
    ("get", "/api/radio/stations/all/now", None, 200, {"now_playing", "up_next", "history"}),
    ("get", "/radio/all.m3u", None, 200, set()),
    ("get", "/radio/all.pls", None, 200, set()),
]
PLAYLISTS: list[Row] = [
    ("get", "/api/playlists", None, 200, _TRACKS),
    ("get", "/api/playlists/{list}", None, 200, _PLAYLIST),
    ("put", "/api/playlists/{list}", {"name": "Night"}, 200, _PLAYLIST),
    ("post", "/api/playlists/{list}/tracks", {"generation_id": "{id}"}, 200, {"success", "track_count"}),
    ("put", "/api/playlists/{list}/reorder", {"track_ids": ["{id}"]}, 200, _PLAYLIST),
    *(("get", f"/api/playlists/{{list}}.{ending}", None, 200, set()) for ending in ("m3u8", "xspf", "jspf")),
    ("get", "/api/radio/playlist/{list}", None, 200, {"tracks"}),
    ("post", "/api/playlists/{list}/duplicate", {}, 201, _PLAYLIST),
    ("post", "/api/playlists/{list}/share", {}, 200, {"success", "share"}),
    ("delete", "/api/playlists/{list}/share", None, 200, {"success", "share"}),
    ("delete", "/api/playlists/{list}/tracks/{id}", None, 200, {"success", "removed"}),
    ("delete", "/api/playlists/{list}", None, 204, set()),
]
JOBS: list[Row] = [
    ("get", "/job/{job}", None, 200, _JOB),
    ("get", "/queue-status", None, 200, {"queue_length", "current_job", "jobs", "total"}),
    ("get", "/api/queue", None, 200, {"queue_length", "current_job", "jobs", "total"}),
    ("get", "/status", None, 200, {"models", "engine", "gpu", "queue_length", "estimated_wait", "workers"}),
    ("post", "/api/queue/pause", {}, 200, {"success", "paused"}),
    ("post", "/api/queue/resume", {}, 200, {"success", "paused"}),
    ("post", "/api/queue/{job}/cancel", None, 200, {"success", "status"}),
    ("post", "/random-prompt", {"model": "music"}, 200, {"prompt"}),
]
ABOUT: list[Row] = [
    ("get", "/livez", None, 200, set()),
    ("get", "/readyz", None, 200, {"checks"}),
    ("get", "/metrics", None, 200, set()),
    ("get", "/api/stats", None, 200, {"total_generations", "total_votes", "total_favorites", "categories"}),
    ("get", "/api/stats/system", None, 200, {"version", "total_generations", "checks"}),
    ("post", "/api/log-error", {"message": "x is null"}, 204, set()),
    ("get", "/api/manifest", None, 200, {"name", "version", "base_url", "endpoints", "discovery"}),
    ("get", "/.well-known/agent-card.json", None, 200, {"name", "version", "capabilities", "skills"}),
    ("get", "/llms.txt", None, 200, set()),
    ("get", "/openapi.json", None, 200, {"openapi", "info", "paths"}),
    ("get", "/asyncapi.json", None, 200, {"asyncapi", "info", "channels", "operations"}),
    ("post", "/api/sign-in", {"token": "{token}"}, 200, {"success", "user_id", "tier"}),
    ("post", "/api/sign-out", None, 204, set()),
]
LAST: Row = ("delete", "/api/library/{id}", None, 204, set())


class Doing:
    """Somebody who goes through rows, and what they have done so far."""

    def __init__(self, who: httpx2.Client, names: dict[str, str]) -> None:
        self._who, self.names = who, names
        self.done: set[tuple[str, str | None]] = set()

    def do(self, row: Row) -> Any:
        """Ask as the row says and look at the answer; returns its JSON, None if it has none."""
        method, path, body, status, fields = row
        answer = self._send(method, self._filled(path), json=self._filled(body))
        assert answer.status_code == status, (method, path, answer.text)
        if "json" not in answer.headers.get("content-type", ""):
            assert fields == set(), path
            return None
        told = answer.json()
        assert isinstance(told, list) or told.keys() >= set(self._filled(list(fields))), (method, path, told)
        return told

    def send(self, path: str, body: bytes, content_type: str) -> Any:
        """Send a file, of which something new is made; returns the JSON of the answer."""
        answer = self._send("post", path, content=body, headers={"Content-Type": content_type})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def _send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        answer = self._who.request(method, path, **more)
        self.done.add((method, template(answer.request.url.path, method)))
        return answer

    def _filled(self, value: Any) -> Any:
        """The value, the names in braces replaced."""
        if isinstance(value, str):
            for name, meant in self.names.items():
                value = value.replace(f"{{{name}}}", meant)
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        if isinstance(value, dict):
            return {name: self._filled(item) for name, item in value.items()}
        return value


@pytest.fixture
def doing(served: Crowded) -> Doing:
    """An admin with a track whose files are there."""
    chief = f"chief-{new_id()[-12:]}"
    track = served.a_track(user_id=chief)
    store = served.ports.store
    store.put(keys.audio(track), wav(sine()))
    store.put(keys.spectrogram(track), PNG)
    store.put(keys.peaks(track), PEAKS)
    token = issue(served.settings, chief, "admin")
    return Doing(served.listener(chief, "admin"), {"id": track, "token": token, "here": served.url})


def test_everything_that_is_described_can_be_done(served: Crowded, doing: Doing) -> None:
    served.notice(*(WorkerBeat(worker=name, service=name) for name in NEEDED))
    eventually(lambda: httpx2.get(f"{served.url}/readyz").is_success)
    for row in (*ABOUT, *TRACKS):
        doing.do(row)
    body = {"name": "Evening", "generation_ids": ["{id}"]}
    doing.names["list"] = doing.do(("post", "/api/playlists", body, 201, _PLAYLIST))["id"]
    for row in PLAYLISTS:
        doing.do(row)
    imported = doing.send(
        "/api/playlists/import?name=a",
        f"{served.url}/audio/{doing.names['id']}.wav".encode(),
        "audio/x-mpegurl",
    )
    assert imported.keys() >= {"success", "matched", "unknown"}
    assert doing.send("/api/melodies", wav(sine()), "audio/wav").keys() == {"melody"}
    wish = ("post", "/generate", {"prompt": "soft rain"}, 202, {"success", "job_id", "position"})
    doing.names["job"] = doing.do(wish)["job_id"]
    for row in (*JOBS, LAST):
        doing.do(row)

    described = {(method, path) for path, entry in DOCUMENT["paths"].items() for method in entry}
    assert doing.done == described - _STREAMS
