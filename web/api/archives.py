"""Several tracks in one file: a zip archive, written while it is read."""

import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import PurePath

import anyio
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.catalog.rows import TrackRow
from shared.store import Store
from web.api.media import CHUNK_BYTES, FORMAT, MISSING, disposition, download_name, file_in
from web.api.parameters import Ids
from web.api.problems import RETRY_AFTER_S, ProblemError
from web.ports import Ports
from web.workshop import WorkshopFullError

MOST_IN_ONE = 100
IDS = Ids("id", f"Id of a track; given several times, for at most {MOST_IN_ONE}.", MOST_IN_ONE)
_NAME = "sound-box.zip"
_TRIES = 30
_REGULAR_FILE = 0o100644 << 16


async def archive(request: Request) -> Response:
    """GET /api/library/zip: up to 100 tracks in one zip file, in a format, stored as they are."""
    ports: Ports = request.app.state.ports
    extension = FORMAT.of(request) or "wav"
    ids = IDS.of(request)
    rows = await to_thread.run_sync(ports.library.tracks_by_id, ids)
    there = {row.id for row in rows}
    unknown = next((track_id for track_id in ids if track_id not in there), None)
    if unknown is not None:
        raise ProblemError(404, f"There is no track {unknown}.")
    if not await to_thread.run_sync(_are_there, ports.store, rows):
        raise ProblemError(404, MISSING)
    # The first is made before the answer begins, so that what goes wrong can still be said.
    await file_in(request, rows[0], extension)
    headers = {"Content-Disposition": disposition(_NAME), "Cache-Control": "private, no-store"}
    body = iter(()) if request.method == "HEAD" else _written(request, rows, extension)
    return StreamingResponse(body, headers=headers, media_type="application/zip")


class _Pipe:
    """What a zip file writes to: it cannot go back, and keeps nothing that was taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def close(self) -> None:
        """There is nothing to give back."""

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


async def _written(request: Request, rows: Sequence[TrackRow], extension: str) -> AsyncIterator[bytes]:
    """The archive's bytes, never more than a chunk of them in memory; it breaks off where a file is gone."""
    pipe = _Pipe()
    store: Store = request.app.state.ports.store
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, row in zip(_names(rows, extension), rows, strict=True):
            key = await _patiently(request, row, extension)
            with archive.open(_entry(name, row), "w") as member:
                async for chunk in _chunks(store, key):
                    member.write(chunk)
                    yield pipe.taken()
    yield pipe.taken()


async def _patiently(request: Request, row: TrackRow, extension: str) -> str:
    """The key of a file, made when it is its turn: the workshop may be full of other people's."""
    for _ in range(_TRIES - 1):
        try:
            return await file_in(request, row, extension)
        except ProblemError as error:
            if not isinstance(error.__cause__, WorkshopFullError):
                raise
            await anyio.sleep(RETRY_AFTER_S)
    return await file_in(request, row, extension)


async def _chunks(store: Store, key: str) -> AsyncIterator[bytes]:
    size = await to_thread.run_sync(store.size, key)
    if size is None:
        raise ProblemError(404, MISSING)
    for start in range(0, size, CHUNK_BYTES):
        yield await to_thread.run_sync(store.read_range, key, start, min(start + CHUNK_BYTES, size))


def _are_there(store: Store, rows: Sequence[TrackRow]) -> bool:
    return all(store.exists(row.audio_key) for row in rows)


def _entry(name: str, row: TrackRow) -> zipfile.ZipInfo:
    made = datetime.fromisoformat(row.created_at)
    entry = zipfile.ZipInfo(name, (made.year, made.month, made.day, made.hour, made.minute, made.second))
    entry.external_attr = _REGULAR_FILE
    return entry


def _names(rows: Sequence[TrackRow], extension: str) -> list[str]:
    """A name for each track, all of them different."""
    names: dict[str, None] = {}
    for row in rows:
        name = wanted = download_name(row, extension)
        number = 1
        while name in names:
            number += 1
            name = f"{PurePath(wanted).stem}-{number}.{extension}"
        names[name] = None
    return list(names)
