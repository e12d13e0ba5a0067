"""Conditional requests (RFC 9110): what the client has already, and which part it wants."""

import re

from starlette.requests import Request

from web.api.problems import ProblemError

_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.IGNORECASE)


def is_known(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` names the file's ETag, weak or strong, so that 304 is the answer."""
    given = [text.strip() for text in request.headers.get("if-none-match", "").split(",")]
    return "*" in given or etag.removeprefix("W/") in [text.removeprefix("W/") for text in given]


def wanted_range(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    """First byte and the one after the last of the part that is asked for; None for the whole.

    Several ranges at once, other units and malformed ranges give the whole, as RFC 9110 allows; so does
    an `If-Range` of another file.

    Raises:
        ProblemError: 416, the part lies beyond the file.
    """
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or not _is_same_file(request, etag):
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        start, end = max(0, size - int(suffix)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= end:
        raise ProblemError(416, f"The file has {size} bytes.", headers={"Content-Range": f"bytes */{size}"})
    return start, end


def _is_same_file(request: Request, etag: str) -> bool:
    """Whether there is no `If-Range`, or it names this very file; a weak ETag promises too little."""
    given = request.headers.get("if-range")
    return given is None or (given == etag and not etag.startswith("W/"))
