"""Sounds, pictures and peaks: ranges, strong ETags, 304, names that people can read."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.catalog.rows import TrackRow
from shared.messages.ids import is_id
from shared.store import Store
from web.api.conditions import is_known, wanted_range
from web.api.parameters import Choice
from web.api.problems import ProblemError, not_found
from web.ports import Ports

_FILE = re.compile(r"([A-Za-z0-9_-]+)\.(wav|flac|opus|mp3|png|json)")
_IMMUTABLE = "public, max-age=31536000, immutable"
_CHUNK_BYTES = 256 * 1024
_SLUG_CHARACTERS = 60

FORMAT = Choice("format", "What the file is wanted as.", ("wav",))


def audio(request: Request) -> Response:
    """GET /audio/{file}."""
    row = _track(request, "wav")
    return _serve(request, row.audio_key, f'"{row.audio_sha256}"', "audio/wav")


def spectrogram(request: Request) -> Response:
    """GET /spectrogram/{file}."""
    row = _track(request, "png")
    return _serve(request, row.spectrogram_key, f'"spectrogram-{row.audio_sha256}"', "image/png")


def peaks(request: Request) -> Response:
    """GET /peaks/{file}: the waveform, audiowaveform's JSON."""
    row = _track(request, "json")
    # Weak, since it may be compressed on the way.
    return _serve(request, row.peaks_key, f'W/"peaks-{row.audio_sha256}"', "application/json")


def download(request: Request) -> Response:
    """GET /download/{file}: the sound as an attachment with a readable name."""
    FORMAT.of(request)
    row = _track(request, "wav")
    response = _serve(request, row.audio_key, f'"{row.audio_sha256}"', "audio/wav")
    response.headers["Content-Disposition"] = _disposition(download_name(row, "wav"))
    return response


def download_name(row: TrackRow, extension: str) -> str:
    """`calm-piano-over-soft-rain_3fa9c1.wav`: the prompt's words, in any script, and the end of the id."""
    words = unicodedata.normalize("NFC", row.prompt).lower()
    slug = re.sub(r"[\W_]+", "-", words).strip("-")[:_SLUG_CHARACTERS].rstrip("-")
    return f"{slug or 'sound'}_{row.id[-6:]}.{extension}"


def _disposition(name: str) -> str:
    """RFC 6266: the name, and one in plain letters for what cannot read the other."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"-+", "-", plain).lstrip("-")
    if plain.startswith("_"):
        plain = f"sound{plain}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


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


def _serve(request: Request, key: str, etag: str, media_type: str) -> Response:
    headers = {"ETag": etag, "Cache-Control": _IMMUTABLE, "Accept-Ranges": "bytes"}
    if is_known(request, etag):
        return Response(status_code=304, headers=headers)
    store: Store = request.app.state.ports.store
    size = store.size(key)
    if size is None:
        raise ProblemError(404, "This file is not in the store any more.")
    part = wanted_range(request, size, etag)
    start, end = part or (0, size)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    body = iter(()) if request.method == "HEAD" else _chunks(store, key, start, end)
    return StreamingResponse(body, 200 if part is None else 206, headers, media_type)


def _chunks(store: Store, key: str, start: int, end: int) -> Iterator[bytes]:
    for position in range(start, end, _CHUNK_BYTES):
        yield store.read_range(key, position, min(position + _CHUNK_BYTES, end))
