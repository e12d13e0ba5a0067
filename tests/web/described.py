"""Checks every answer that the tests of the web get against /openapi.json, as it comes."""

from typing import TypeVar

import httpx2
from starlette.routing import Match

from tests.web.schema import complaints
from web.api.openapi import describe
from web.routes import ROUTES

Client = TypeVar("Client", bound=httpx2.Client)
DOCUMENT = describe(ROUTES)


def checked(client: Client) -> Client:
    """The client, whose every answer from an address of the API has to be as described."""
    client.event_hooks = {**client.event_hooks, "response": [_check]}
    return client


def template(path: str, method: str) -> str | None:
    """The address as /openapi.json writes it, or None for the page, its files and what is nowhere."""
    scope = {"type": "http", "path": path, "root_path": "", "method": method.upper()}
    for route in ROUTES:
        if route.matches(scope)[0] is Match.FULL:
            return route.path if method in DOCUMENT["paths"].get(route.path, {}) else None
    return None


def _check(answer: httpx2.Response) -> None:
    """Look at one answer; raises AssertionError if it is none that the description promises."""
    asked = answer.request.method.lower()
    method = "get" if asked == "head" else asked
    path = template(answer.request.url.path, method)
    if path is None:
        return
    responses, status = DOCUMENT["paths"][path][method]["responses"], str(answer.status_code)
    assert status in responses or not answer.is_success, f"{status} of {method} {path} is not described"
    content = responses.get(status, responses["default"]).get("content")
    content_type = answer.headers.get("content-type", "").partition(";")[0]
    if content is None:
        assert not content_type, f"{method} {path} has a body that is not described"
        return
    assert content_type in content, f"{content_type} is not among the types of {method} {path}: {[*content]}"
    if "json" in content_type and asked != "head" and status != "206":
        answer.read()
        found = complaints(answer.json(), content[content_type]["schema"], DOCUMENT)
        assert found == [], f"{method} {path}: {found}"
