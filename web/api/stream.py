"""GET /job/{id}/stream: a sound while it is still being made.

Its length is known from the start, so the answer is an ordinary WAV file of the right length whose
bytes come as they are made: parts while the engine works, the rest at once when the take is there.
"""

import asyncio
import contextlib
import io
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass

import soundfile
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from services.catalog.rows import JobRow
from shared import keys
from shared.messages.ids import is_id
from shared.store import Store
from shared.streams import Format, as_pcm
from web.api.problems import ProblemError, not_found
from web.api.views import has_ended
from web.ports import Ports

_LOOK_EACH_S = 0.1
_BEGIN_WITHIN_S = 25.0  # below what browsers and proxies wait for the first byte
_RETRY_AFTER_S = 5
_BYTES = 2


async def stream(request: Request) -> Response:
    """The sound while it is being made, 6 dB down; a redirect to the file once it is finished."""
    ports: Ports = request.app.state.ports
    job_id = str(request.path_params["id"])
    if not is_id(job_id):
        raise not_found("job")
    for _ in range(int(_BEGIN_WITHIN_S / _LOOK_EACH_S)):
        row = await to_thread.run_sync(ports.library.job, job_id)
        if row is not None and row.status == "completed":
            return RedirectResponse(f"/audio/{job_id}.wav", 307)
        if row is not None and has_ended(row):
            raise ProblemError(409, f"This job has no sound: it is {row.status}.")
        if row is None and ports.submissions.find(job_id) is None:
            raise not_found("job")
        begun = None if row is None else await to_thread.run_sync(_begun, ports.store, row)
        if row is not None and begun is not None:
            return _answer(ports, begun, with_body=request.method != "HEAD")
        await asyncio.sleep(_LOOK_EACH_S)
    later = {"Retry-After": str(_RETRY_AFTER_S)}
    raise ProblemError(503, "Nothing of this sound is made yet; try again in a moment.", headers=later)


@dataclass(frozen=True)
class _Attempt:
    """What is streamed: one attempt of a job, in a format, of a length in bytes."""

    job_id: str
    number: int
    format: Format
    length: int


def _begun(store: Store, row: JobRow) -> _Attempt | None:
    """The attempt in work, once its first part or its take is there."""
    known = _parts_format(store, row) or _take_format(store, row)
    if known is None or row.duration_s is None:
        return None
    frames = round(row.duration_s * known.sample_rate_hz)
    return _Attempt(row.job_id, row.attempt, known, frames * known.channels * _BYTES)


def _parts_format(store: Store, row: JobRow) -> Format | None:
    key = keys.stream_format(keys.stream(row.job_id, row.attempt))
    try:
        return Format.model_validate_json(store.read(key))
    except KeyError:
        return None


def _take_format(store: Store, row: JobRow) -> Format | None:
    try:
        info = soundfile.info(io.BytesIO(store.read(keys.take(row.job_id, row.attempt))))
    except KeyError:
        return None
    return Format(sample_rate_hz=info.samplerate, channels=info.channels)


def _answer(ports: Ports, attempt: _Attempt, with_body: bool) -> Response:
    head = wav_head(attempt.format, attempt.length)
    headers = {"Content-Length": str(len(head) + attempt.length), "Cache-Control": "no-store"}
    if not with_body:
        return Response(None, 200, headers, "audio/wav")
    return StreamingResponse(_body(ports, attempt, head), 200, headers, "audio/wav")


async def _body(ports: Ports, attempt: _Attempt, head: bytes) -> AsyncIterator[bytes]:
    """The file; it ends early when the attempt ends without a take."""
    yield head
    sent = number = 0
    while sent < attempt.length:
        part = await to_thread.run_sync(_part, ports.store, attempt, number)
        number += part is not None
        if part is None:
            part = await to_thread.run_sync(_rest, ports.store, attempt, sent)
        if part is not None:
            part = part[: attempt.length - sent]
            sent += len(part)
            yield part
        elif await to_thread.run_sync(_has_moved_on, ports, attempt):
            return
        else:
            await asyncio.sleep(_LOOK_EACH_S)


def _part(store: Store, attempt: _Attempt, number: int) -> bytes | None:
    try:
        return store.read(keys.stream_part(keys.stream(attempt.job_id, attempt.number), number))
    except KeyError:
        return None


def _rest(store: Store, attempt: _Attempt, sent: int) -> bytes | None:
    """What is left of a sound that is finished, as loud as its parts; silence where it is too short."""
    for key in (keys.take(attempt.job_id, attempt.number), keys.audio(attempt.job_id)):
        with contextlib.suppress(KeyError):
            samples, _ = soundfile.read(io.BytesIO(store.read(key)), dtype="float32", always_2d=True)
            return as_pcm(samples)[sent : attempt.length].ljust(attempt.length - sent, b"\0")
    return None


def _has_moved_on(ports: Ports, attempt: _Attempt) -> bool:
    """Whether nothing more will come of the attempt: the job has ended, or another attempt is in work."""
    row = ports.library.job(attempt.job_id)
    return row is None or has_ended(row) or row.attempt != attempt.number


def wav_head(known: Format, length: int) -> bytes:
    """The 44 bytes before `length` bytes of 16-bit samples in a WAV file (RIFF, format 1)."""
    frame_bytes = known.channels * _BYTES
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + length,
        b"WAVE",
        b"fmt ",
        16,
        1,
        known.channels,
        known.sample_rate_hz,
        known.sample_rate_hz * frame_bytes,
        frame_bytes,
        8 * _BYTES,
        b"data",
        length,
    )
