"""The page: one document for every view, and the files that it loads."""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.errors import TransientError
from shared.messages.ids import is_id
from web.api import heads, problems
from web.api.addresses import base_url_of
from web.api.conditions import is_known
from web.api.heads import Head
from web.api.identity import caller_of
from web.api.problems import not_found
from web.api.views import engine_label

STATIC = Path(__file__).resolve().parent.parent / "static"
_FILE = re.compile(r"[A-Za-z0-9._-]{1,60}(/[A-Za-z0-9._-]{1,60}){0,5}")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}


def page(request: Request) -> Response:
    """The document, with the head of the view that the address names; a new visitor gets a cookie."""
    caller_of(request)
    content = _document(_head(request))
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if is_known(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=_TYPES[".html"])


def _document(head: Head) -> bytes:
    text = (STATIC / "index.html").read_text(encoding="utf-8")
    return text.replace(heads.MARK, head.markup(), 1).encode()


def _head(request: Request) -> Head:
    """A library that is away keeps nobody from the page: the view tells it."""
    base_url = base_url_of(request)
    track_id = request.path_params.get("id")
    if track_id is not None and is_id(track_id):
        try:
            row = request.app.state.ports.library.track(track_id)
        except TransientError:
            row = None
        if row is not None:
            return heads.of_track(row, engine_label(row.engine), base_url)
    return heads.of_view(request.url.path, base_url)


def on_http_exception(request: Request, error: Exception) -> Response:
    """Handler of what Starlette raises: somebody at a wrong address sees the page, a program a problem."""
    assert isinstance(error, HTTPException)
    browses = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")
    if error.status_code != 404 or not browses:
        return problems.on_http_exception(request, error)
    caller_of(request)
    content = _document(heads.of_view(request.url.path, base_url_of(request)))
    return Response(content, 404, media_type=_TYPES[".html"])


def static(request: Request) -> Response:
    """GET /static/{path}: a file of the page."""
    name = str(request.path_params["path"])
    # No path is made of anything else: a null byte or a name beyond the system's limits is no file of ours.
    if _FILE.fullmatch(name) is None or ".." in name or Path(name).suffix not in _TYPES:
        raise not_found("file")
    path = STATIC / name
    if not path.is_file():
        raise not_found("file")
    return _serve(request, path)


def service_worker(_request: Request) -> Response:
    """GET /sw.js: the service worker. It names every file of the page, and changes when one of them does."""
    files = sorted(path for path in STATIC.rglob("*") if path.suffix in _TYPES and path != STATIC / "sw.js")
    names = [f"/static/{path.relative_to(STATIC).as_posix()}" for path in files if path.suffix != ".html"]
    stats = [(path, path.stat()) for path in files]
    digests = "".join(_digest(path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)
    version = hashlib.sha256(digests.encode()).hexdigest()[:16]
    script = (STATIC / "sw.js").read_text(encoding="utf-8")
    script = script.replace("const FILES = [];", f"const FILES = {json.dumps(names)};", 1)
    script = script.replace('const VERSION = "";', f'const VERSION = "{version}";', 1)
    return Response(script, headers={"Cache-Control": "no-cache"}, media_type=_TYPES[".js"])


def _serve(request: Request, path: Path) -> Response:
    stat = path.stat()
    # Weak: compressed or not, the file is the same.
    etag = f'W/"{_digest(path, stat.st_mtime_ns, stat.st_size)}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if is_known(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(path.read_bytes(), headers=headers, media_type=_TYPES[path.suffix])


@lru_cache(maxsize=256)
def _digest(path: Path, _changed_ns: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]
