"""The page: one document for every view, and the files that it loads."""

import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from web.api.identity import caller_of
from web.api.problems import not_found

STATIC = Path(__file__).resolve().parent.parent / "static"
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
    """The document; a visitor without a cookie gets one."""
    caller_of(request)
    return _serve(request, STATIC / "index.html")


def static(request: Request) -> Response:
    """GET /static/{path}: a file of the page."""
    path = (STATIC / str(request.path_params["path"])).resolve()
    if not path.is_relative_to(STATIC) or path.suffix not in _TYPES or not path.is_file():
        raise not_found("file")
    return _serve(request, path)


def _serve(request: Request, path: Path) -> Response:
    stat = path.stat()
    etag = f'"{_digest(path, stat.st_mtime_ns, stat.st_size)}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if etag in [
        given.strip().removeprefix("W/") for given in request.headers.get("if-none-match", "").split(",")
    ]:
        return Response(status_code=304, headers=headers)
    return FileResponse(path, headers=headers, media_type=_TYPES[path.suffix])


@lru_cache(maxsize=256)
def _digest(path: Path, _changed_ns: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]
