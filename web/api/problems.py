"""Errors as RFC 9457 problem documents: one shape for every route and status."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from shared.errors import BrokerUnavailableError, IntakeFullError, StoreError, TransientError
from web.api.answers import JsonAnswer

_log = logging.getLogger("web")
RETRY_AFTER_S = 2

Problems = Sequence[tuple[str, str]]
"""(field, sentence) of each thing that is wrong."""

# What is away, told without its address: that is for the log.
_AWAY: tuple[tuple[type[TransientError], str], ...] = (
    (IntakeFullError, "Too many requests are waiting; try again in a moment."),
    (BrokerUnavailableError, "The broker cannot be reached; try again in a moment."),
    (StoreError, "The store cannot be reached; try again in a moment."),
    (TransientError, "The library is not there yet; try again in a moment."),
)


class ProblemError(Exception):
    """Ends a request with a problem document.

    Attributes:
        sentence: what is wrong, for a person.
        fields: what is wrong with which field of the request.
        in_body: whether the fields are the body's, so that a JSON Pointer can lead to them.
    """

    def __init__(
        self,
        status: int,
        sentence: str,
        fields: Problems = (),
        headers: Mapping[str, str] | None = None,
        *,
        in_body: bool = False,
    ) -> None:
        self.status = status
        self.sentence = sentence
        self.fields = fields
        self.headers = dict(headers or {})
        self.in_body = in_body
        super().__init__(sentence)


class ProblemResponse(JsonAnswer):
    """A problem document."""

    media_type = "application/problem+json"


def invalid(fields: Problems, *, in_body: bool = False) -> ProblemError:
    """422: the request is well-formed, but some of its fields are wrong."""
    sentence = "; ".join(f"{field} {text}" if field else text for field, text in fields)
    return ProblemError(422, sentence, fields, in_body=in_body)


def not_found(what: str) -> ProblemError:
    """404 with a sentence."""
    return ProblemError(404, f"There is no such {what}.")


def document(status: int, sentence: str) -> dict[str, Any]:
    """The members that every problem has."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "error": sentence,
    }


def respond(problem: ProblemError) -> Response:
    """The answer that a problem is."""
    content = document(problem.status, problem.sentence)
    if problem.fields:
        content["errors"] = [_field(problem, *pair) for pair in problem.fields]
    return ProblemResponse(content, problem.status, problem.headers)


def _field(problem: ProblemError, field: str, sentence: str) -> dict[str, str]:
    told = {"field": field, "detail": sentence, "error": sentence}
    return {**told, "pointer": _pointer(field)} if problem.in_body else told


def _pointer(field: str) -> str:
    """RFC 6901, as a URI fragment: `#/duration`."""
    parts = (part.replace("~", "~0").replace("/", "~1") for part in field.split(".") if part)
    return "#" + "".join(f"/{quote(part)}" for part in parts)


def on_problem(_request: Request, error: Exception) -> Response:
    """Handler of ProblemError."""
    assert isinstance(error, ProblemError)
    return respond(error)


def on_http_exception(request: Request, error: Exception) -> Response:
    """Handler of what Starlette raises: 404, 405 and the like."""
    assert isinstance(error, HTTPException)
    sentence = {404: "There is nothing at this address.", 405: "This address does not take that method."}.get(
        error.status_code, error.detail
    )
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
    return respond(ProblemError(error.status_code, sentence, headers=headers))


def _allowed(request: Request) -> str:
    """Every method that the address takes; several routes may share it."""
    matching = [
        route
        for route in request.app.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
    ]
    return ", ".join(sorted(set().union(*(route.methods or () for route in matching))))


def on_transient(request: Request, error: Exception) -> Response:
    """Handler of what may pass, as 503: the broker, the store or the catalog is away, the intake full."""
    _log.warning("%s %s: %s", request.method, request.url.path, error)
    sentence = next(text for kind, text in _AWAY if isinstance(error, kind))
    return respond(ProblemError(503, sentence, headers={"Retry-After": str(RETRY_AFTER_S)}))


HANDLERS: Mapping[Any, Any] = {
    ProblemError: on_problem,
    HTTPException: on_http_exception,
    TransientError: on_transient,
}
