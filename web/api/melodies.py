"""POST /api/melodies: keep a melody that music may follow."""

import hashlib
import tempfile
from typing import BinaryIO

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from shared import keys
from web.api import job_shapes
from web.api.answers import JsonAnswer
from web.api.identity import caller_of
from web.api.problems import ProblemError
from web.ports import Ports

MOST_BYTES = 20 * 1024 * 1024
_TYPES = ("audio/", "application/ogg")


async def melodies(request: Request) -> Response:
    """Keep a melody for POST /generate: the body is a WAV, FLAC, Ogg or MP3 file of 1 to 60 s.

    The same sound has the same id, whoever sends it and however it is packed.
    """
    ports: Ports = request.app.state.ports
    caller_of(request)  # a token that is not valid is refused here as everywhere
    _check_type(request)
    with tempfile.TemporaryFile() as file:
        await _receive(request, file)
        wav = await to_thread.run_sync(_converted, file, limiter=ports.conversion_threads)
    melody_id = hashlib.sha256(wav).hexdigest()
    await to_thread.run_sync(ports.store.put_once, keys.melody(melody_id), wav)
    view: job_shapes.Melody = {"melody": melody_id}
    return JsonAnswer(view, 201)


def _check_type(request: Request) -> None:
    content_type = request.headers.get("content-type", "").strip().lower()
    if not content_type.startswith(_TYPES):
        given = content_type.partition(";")[0] or "no content type"
        raise ProblemError(415, f"The body must be an audio file, as audio/wav; got {given[:100]}.")


async def _receive(request: Request, file: BinaryIO) -> None:
    """Write the body into a file: many large ones at a time would fill the memory."""
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > MOST_BYTES:
                raise ProblemError(413, f"The file may have at most {MOST_BYTES} bytes.")
            file.write(chunk)
    except ClientDisconnect as error:
        raise ProblemError(400, "The connection ended in the middle of the file.") from error


def _converted(file: BinaryIO) -> bytes:
    """The melody's file as the store keeps it.

    Raises:
        ProblemError: 422, it is no melody.
    """
    from web.melodies import MelodyError, convert  # numpy comes with it, which few requests need

    try:
        return convert(file)
    except MelodyError as error:
        raise ProblemError(422, str(error)) from error
