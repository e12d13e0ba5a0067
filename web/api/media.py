"""Sounds, pictures and peaks: ranges, strong ETags, 304, names that people can read."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.catalog.rows import TrackRow
from shared import keys
from shared.errors import PermanentError
from shared.messages.ids import is_id
from shared.store import Store
from shared.tags import Origin
from web.api import track_shapes
from web.api.answers import JsonAnswer
from web.api.conditions import is_known, wanted_range
from web.api.parameters import Choice
from web.api.problems import RETRY_AFTER_S, ProblemError, not_found
from web.ports import Ports
from web.workshop import WorkshopFullError

_FILE = re.compile(r"([A-Za-z0-9_-]+)(?:\.(wav|flac|opus|mp3|png|json))?")
_ID_CHARACTERS = 36
_IMMUTABLE = "public, max-age=31536000, immutable"
CHUNK_BYTES = 256 * 1024
_SLUG_CHARACTERS = 60
MISSING = "This file is not in the store any more."

_MEDIA_TYPES = {"wav": "audio/wav", "flac": "audio/flac", "opus": "audio/ogg", "mp3": "audio/mpeg"}

FORMAT = Choice("format", "What the file is wanted as, whatever its name ends with.", tuple(_MEDIA_TYPES))


def audio(request: Request) -> Response:
    """GET /audio/{file}."""
    row = _track(request, "wav")
    return _serve(request, row.audio_key, f'"{row.audio_sha256}"', "audio/wav")


async def spectrogram(request: Request) -> Response:
    """GET /spectrogram/{file}: ID.png, or ID-KIND.png: strip, 2x, light, light-2x, card."""
    stem, _ = _parts(request, ("png",))
    track_id, kind = stem[:_ID_CHARACTERS], stem[_ID_CHARACTERS:].removeprefix("-")
    if stem != track_id and (kind not in keys.PICTURES or stem != f"{track_id}-{kind}"):
        raise not_found("file")
    row = await to_thread.run_sync(_row, request, track_id)
    if not kind:
        tag, key = f'"spectrogram-{row.audio_sha256}"', row.spectrogram_key
    else:
        tag, key = f'"{kind}-{row.audio_sha256}"', keys.picture(row.id, kind)
        await _ensure(request, tag, key, partial(_picture, _store(request), row, kind), row.audio_key)
    return await to_thread.run_sync(_serve, request, key, tag, "image/png")


async def generate_spectrogram(request: Request) -> Response:
    """GET /generate-spectrogram/{file}: where the picture of a sound is; it is drawn if it is not there."""
    stem, _ = _parts(request, ("wav", ""))
    row = await to_thread.run_sync(_row, request, stem)
    await _make(request, row.spectrogram_key, partial(_picture, _store(request), row, ""), row.audio_key)
    view: track_shapes.SpectrogramMade = {"spectrogram": f"/spectrogram/{row.id}.png"}
    return JsonAnswer(view)


def peaks(request: Request) -> Response:
    """GET /peaks/{file}: the waveform, audiowaveform's JSON."""
    row = _track(request, "json")
    # Weak, since it may be compressed on the way.
    return _serve(request, row.peaks_key, f'W/"peaks-{row.audio_sha256}"', "application/json")


async def download(request: Request) -> Response:
    """GET /download/{file}: the sound in a format, as an attachment with a readable name."""
    wanted = FORMAT.of(request)
    stem, ending = _parts(request, (*_MEDIA_TYPES, "") if wanted else tuple(_MEDIA_TYPES))
    row = await to_thread.run_sync(_row, request, stem)
    extension = wanted or ending
    if extension == "wav":
        tag, key = f'"{row.audio_sha256}"', row.audio_key
    else:
        tag, key = f'"{extension}-{row.audio_sha256}"', keys.download(row.id, extension)
        await _ensure(request, tag, key, partial(_encoded, _store(request), row, extension), row.audio_key)
    response = await to_thread.run_sync(_serve, request, key, tag, _MEDIA_TYPES[extension])
    response.headers["Content-Disposition"] = disposition(download_name(row, extension))
    return response


async def file_in(request: Request, row: TrackRow, extension: str) -> str:
    """The key of a track's sound in a format, made unless it is there.

    Raises:
        ProblemError: 503, too much is being made; 404 or 422, it cannot be made.
    """
    if extension == "wav":
        return row.audio_key
    key = keys.download(row.id, extension)
    await _make(request, key, partial(_encoded, _store(request), row, extension), row.audio_key)
    return key


def download_name(row: TrackRow, extension: str) -> str:
    """`calm-piano-over-soft-rain_3fa9c1.wav`: the prompt's words, in any script, and the end of the id."""
    return f"{slug(row.prompt) or 'sound'}_{row.id[-6:]}.{extension}"


def slug(text: str) -> str:
    """The words of a text, in any script, as a part of a file's name: at most 60 characters, maybe none."""
    words = unicodedata.normalize("NFC", text).lower()
    return re.sub(r"[\W_]+", "-", words).strip("-")[:_SLUG_CHARACTERS].rstrip("-")


def disposition(name: str) -> str:
    """RFC 6266: the name, and one in plain letters for what cannot read the other."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"-+", "-", plain).lstrip("-")
    if plain.startswith("_"):
        plain = f"sound{plain}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


def _parts(request: Request, endings: tuple[str, ...]) -> tuple[str, str]:
    """Stem and ending of the file's name, as far as there can be such a file."""
    match = _FILE.fullmatch(str(request.path_params["file"]))
    if match is None or (match.group(2) or "") not in endings:
        raise not_found("file")
    return match.group(1), match.group(2) or ""


def _track(request: Request, extension: str) -> TrackRow:
    stem, _ = _parts(request, (extension,))
    return _row(request, stem)


def _row(request: Request, track_id: str) -> TrackRow:
    """The published track of an id; nothing else is ever looked for in the store."""
    row = _ports(request).library.track(track_id) if is_id(track_id) else None
    if row is None:
        raise not_found("file")
    return row


def _ports(request: Request) -> Ports:
    ports: Ports = request.app.state.ports
    return ports


def _store(request: Request) -> Store:
    return _ports(request).store


async def _ensure(request: Request, etag: str, key: str, make: Callable[[], bytes], source: str) -> None:
    """Have a file that is made on first use, unless the client has it already."""
    if not is_known(request, etag):
        await _make(request, key, make, source)


async def _make(request: Request, key: str, make: Callable[[], bytes], source: str) -> None:
    try:
        await _ports(request).workshop.ensure(_store(request), key, make, source)
    except WorkshopFullError as error:
        later = {"Retry-After": str(RETRY_AFTER_S)}
        raise ProblemError(
            503, "Too many files are being made; try again in a moment.", headers=later
        ) from error
    except PermanentError as error:
        raise ProblemError(422, f"This file cannot be made: {error}") from error


def _master(store: Store, row: TrackRow) -> bytes:
    try:
        return store.read(row.audio_key)
    except KeyError as error:
        raise ProblemError(404, MISSING) from error


def _picture(store: Store, row: TrackRow, kind: str) -> bytes:
    from services.renderer.variants import make  # numpy comes with it, which few requests need

    return make(kind, row.audio_key, _master(store, row), row.prompt)


def _encoded(store: Store, row: TrackRow, extension: str) -> bytes:
    from web.formats.encoding import encode

    origin = Origin(row.id, row.prompt, row.model, row.seed, row.engine, row.engine_version)
    return encode(_master(store, row), extension, origin, is_loop=row.is_loop)


def _serve(request: Request, key: str, etag: str, media_type: str) -> Response:
    headers = {"ETag": etag, "Cache-Control": _IMMUTABLE, "Accept-Ranges": "bytes"}
    if is_known(request, etag):
        return Response(status_code=304, headers=headers)
    store = _store(request)
    size = store.size(key)
    if size is None:
        raise ProblemError(404, MISSING)
    part = wanted_range(request, size, etag)
    start, end = part or (0, size)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    body = iter(()) if request.method == "HEAD" else _chunks(store, key, start, end)
    return StreamingResponse(body, 200 if part is None else 206, headers, media_type)


def _chunks(store: Store, key: str, start: int, end: int) -> Iterator[bytes]:
    for position in range(start, end, CHUNK_BYTES):
        yield store.read_range(key, position, min(position + CHUNK_BYTES, end))
