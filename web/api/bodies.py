"""Reading and validating JSON bodies."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from shared.errors import MessageError
from shared.messages.command import MAX_BODY_BYTES, decode_object, field_of, sentence_of
from web.api.problems import ProblemError, invalid

M = TypeVar("M", bound=BaseModel)


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
        problems = [(field_of(item["loc"]), sentence_of(item)) for item in error.errors()]
        raise invalid(problems, in_body=True) from error


async def _read(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise ProblemError(413, f"The body may have at most {MAX_BODY_BYTES} bytes.")
    return body
