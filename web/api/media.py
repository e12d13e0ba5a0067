"""Sounds, pictures and peaks: ranges, strong ETags, 304, names that people can read."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from services.catalog.rows import TrackRow
from shared.messages.ids import is_id
from shared.store import Store
from web.api.problems import ProblemError, invalid, not_found
from web.ports import Ports

_FILE = re.compile(r"([A-Za-z0-9_-]+)\.(wav|flac|opus|mp3|png|json)")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_IMMUTABLE = "public, max-age=31536000, immutable"
_CHUNK_BYTES = 256 * 1024
_FORMATS = ("wav",)
_SLUG_CHARACTERS = 60


def audio(request: Request) -> Response:
    """GET /audio/{file}."""
    row = _track(request, "wav")
    return _serve(request, row.audio_key, row.audio_sha256, "audio/wav")


def spectrogram(request: Request) -> Response:
    """GET /spectrogram/{file}."""
    row = _track(request, "png")
    return _serve(request, row.spectrogram_key, f"spectrogram-{row.audio_sha256}", "image/png")


def peaks(request: Request) -> Response:
    """GET /peaks/{file}: the waveform, audiowaveform's JSON."""
    row = _track(request, "json")
    return _serve(request, row.peaks_key, f"peaks-{row.audio_sha256}", "application/json")


def download(request: Request) -> Response:
    """GET /download/{file}: the sound as an attachment with a readable name."""
    wanted = request.query_params.get("format") or "wav"
    if wanted not in _FORMATS:
        raise invalid([("format", f"must be one of {', '.join(_FORMATS)}, got {wanted[:20]!r}")])
    row = _track(request, "wav")
    response = _serve(request, row.audio_key, row.audio_sha256, "audio/wav")
    name = download_name(row, "wav")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    )
    return response


def download_name(row: TrackRow, extension: str) -> str:
    """`calm-piano-over-soft-rain_3fa9c1.wav`: the prompt in plain letters and the end of the id."""
    plain = unicodedata.normalize("NFKD", row.prompt).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG_CHARACTERS].rstrip("-")
    return f"{slug or 'sound'}_{row.id[-6:]}.{extension}"


def _track(request: Request, extension: str) -> TrackRow:
    """The published track that a file name means; nothing else is ever looked for in the store."""
    match = _FILE.fullmatch(str(request.path_params["file"]))
    if match is None or match.group(2) != extension or not is_id(match.group(1)):
        raise not_found("file")
    ports: Ports = request.app.state.ports
    row = ports.library.track(match.group(1))
    if row is None:
        raise not_found("file")
    return row


def _serve(request: Request, key: str, tag: str, media_type: str) -> Response:
    etag = f'"{tag}"'
    headers = {"ETag": etag, "Cache-Control": _IMMUTABLE}
    if etag in [given.strip() for given in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    store: Store = request.app.state.ports.store
    path = store.local_path(key)
    if path is not None:
        return _from_folder(path, headers, media_type)
    return _from_remote(request, store, key, headers, media_type)


def _from_folder(path: Path, headers: dict[str, str], media_type: str) -> Response:
    if not path.is_file():
        raise ProblemError(404, "This file is not in the store any more.")
    return FileResponse(path, headers=headers, media_type=media_type)


def _from_remote(
    request: Request, store: Store, key: str, headers: dict[str, str], media_type: str
) -> Response:
    size = store.size(key)
    if size is None:
        raise ProblemError(404, "This file is not in the store any more.")
    start, end = _wanted_range(request, size, headers["ETag"])
    headers = {**headers, "Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    status = 200
    if end - start < size:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        status = 206
    body = iter(()) if request.method == "HEAD" else _chunks(store.read_range, key, start, end)
    return StreamingResponse(body, status, headers, media_type)


def _wanted_range(request: Request, size: int, etag: str) -> tuple[int, int]:
    """First byte and the one after the last of a single range; the whole for anything else."""
    given = request.headers.get("range", "")
    match = _RANGE.fullmatch(given.strip())
    if match is None or match.group(0) == "bytes=-" or request.headers.get("if-range", etag) != etag:
        return 0, size
    first, last = match.groups()
    if first == "":
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1 if last else size, size)
    if start >= end:
        raise ProblemError(416, f"The file has {size} bytes.", headers={"Content-Range": f"bytes */{size}"})
    return start, end


def _chunks(read_range: Callable[[str, int, int], bytes], key: str, start: int, end: int) -> Iterator[bytes]:
    for position in range(start, end, _CHUNK_BYTES):
        yield read_range(key, position, min(position + _CHUNK_BYTES, end))
