"""Reading and validating what comes in: JSON bodies and query parameters."""

import math
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from shared.errors import MessageError
from shared.messages.commands import MAX_BODY_BYTES, decode_object, field_of, sentence_of
from web.api.problems import ProblemError, invalid

M = TypeVar("M", bound=BaseModel)
_MOST_PER_PAGE = 100
_MOST_PAGE = 1_000_000


async def read_body(request: Request, model: type[M]) -> M:
    """The body as a validated model; an empty body counts as an empty object.

    Raises:
        ProblemError: 413 too large, 415 no JSON, 400 broken JSON, 422 fields are wrong.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await _read(request)
    if content_type != "application/json" and not (body == b"" and content_type == ""):
        raise ProblemError(
            415, f"The body must be application/json, got {content_type or 'no content type'}."
        )
    try:
        data = decode_object(body or b"{}")
    except MessageError as error:
        raise ProblemError(400, f"The body {error}.") from error
    return validate(model, data)


def validate(model: type[M], data: dict[str, Any]) -> M:
    """The data as a model.

    Raises:
        ProblemError: 422 with each field that is wrong.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise invalid([(field_of(item["loc"]), sentence_of(item)) for item in error.errors()]) from error


async def _read(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise ProblemError(413, f"The body may have at most {MAX_BODY_BYTES} bytes.")
    return body


def whole_number(request: Request, name: str, default: int, least: int, most: int) -> int:
    """A query parameter that is a whole number; one above `most` counts as `most`.

    Raises:
        ProblemError: 422, it is no number or below `least`.
    """
    text = request.query_params.get(name)
    if text is None or text == "":
        return default
    if not text.removeprefix("-").isdecimal() or len(text) > 18 or int(text) < least:
        raise invalid([(name, f"must be a whole number from {least} on, got {text[:40]!r}")])
    return min(int(text), most)


def choice(request: Request, name: str, options: tuple[str, ...]) -> str | None:
    """A query parameter that is one of some words; None when it is absent or empty.

    Raises:
        ProblemError: 422, it is another word.
    """
    text = request.query_params.get(name) or None
    if text is not None and text not in options:
        raise invalid([(name, f"must be one of {', '.join(options)}, got {text[:40]!r}")])
    return text


def paging(request: Request) -> tuple[int, int]:
    """`page` from 1 (default 1) and `per_page` 1 .. 100 (default 20; more counts as 100)."""
    return (
        whole_number(request, "page", 1, 1, _MOST_PAGE),
        whole_number(request, "per_page", 20, 1, _MOST_PER_PAGE),
    )


def page_of(items: list[Any], total: int, page: int, per_page: int) -> dict[str, Any]:
    """A list's answer."""
    return {
        "items": items,
        "total": total,
        "page": page,
        "pages": max(1, math.ceil(total / per_page)),
        "per_page": per_page,
    }
