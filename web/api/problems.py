"""Errors as RFC 9457 problem documents: one shape for every route and status."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.errors import TransientError

_log = logging.getLogger("web")
RETRY_AFTER_S = 2

Problems = Sequence[tuple[str, str]]
"""(field, sentence) of each thing that is wrong."""


class ProblemError(Exception):
    """Ends a request with a problem document.

    Attributes:
        sentence: what is wrong, for a person.
        fields: what is wrong with which field of the request.
    """

    def __init__(
        self, status: int, sentence: str, fields: Problems = (), headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.sentence = sentence
        self.fields = fields
        self.headers = dict(headers or {})
        super().__init__(sentence)


class ProblemResponse(JSONResponse):
    """A problem document."""

    media_type = "application/problem+json"


def invalid(fields: Problems) -> ProblemError:
    """422: the request is well-formed, but some of its fields are wrong."""
    sentence = "; ".join(f"{field} {text}" if field else text for field, text in fields)
    return ProblemError(422, sentence, fields)


def not_found(what: str) -> ProblemError:
    """404 with a sentence."""
    return ProblemError(404, f"There is no such {what}.")


def unavailable(sentence: str) -> ProblemError:
    """503: try again in a moment."""
    return ProblemError(503, sentence, headers={"Retry-After": str(RETRY_AFTER_S)})


def respond(problem: ProblemError) -> Response:
    """The answer that a problem is."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.sentence,
        "error": problem.sentence,
    }
    if problem.fields:
        content["errors"] = [{"field": field, "error": text} for field, text in problem.fields]
    return ProblemResponse(content, problem.status, problem.headers)


def on_problem(_request: Request, error: Exception) -> Response:
    """Handler of ProblemError."""
    assert isinstance(error, ProblemError)
    return respond(error)


def on_http_exception(_request: Request, error: Exception) -> Response:
    """Handler of what Starlette raises: 404, 405 and the like."""
    assert isinstance(error, HTTPException)
    sentence = {404: "There is nothing at this address.", 405: "This address does not take that method."}.get(
        error.status_code, error.detail
    )
    return respond(ProblemError(error.status_code, sentence, headers=error.headers))


def on_transient(_request: Request, error: Exception) -> Response:
    """Handler of what may pass: the broker, the store or the catalog is away."""
    return respond(unavailable(str(error)))


def on_defect(request: Request, error: Exception) -> Response:
    """Handler of everything else: logged here, and only admitted outside."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return respond(ProblemError(500, "Something went wrong here; it has been noted in the log."))


HANDLERS: Mapping[Any, Any] = {
    ProblemError: on_problem,
    HTTPException: on_http_exception,
    TransientError: on_transient,
    Exception: on_defect,
}
