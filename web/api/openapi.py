"""GET /openapi.json: OpenAPI 3.1, made of the routes and of the models that validate."""

import inspect
import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from web.api.generate import GenerateBody

_BODIES: dict[str, type[BaseModel]] = {"generate": GenerateBody}
_LEFT_OUT = ("page", "static")
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def openapi(request: Request) -> Response:
    """The description of this API."""
    return JSONResponse(describe(request.app.routes))


def describe(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """OpenAPI 3.1 of the routes; descriptions are the handlers' own."""
    paths: dict[str, Any] = {}
    for route in routes:
        if isinstance(route, Route) and route.name not in _LEFT_OUT:
            entry = paths.setdefault(_PARAMETER.sub(r"{\1}", route.path), {})
            for method in sorted((route.methods or set()) - {"HEAD"}):
                entry[method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sound Box", "version": "1", "summary": "Music and sound effects from text."},
        "paths": paths,
        "components": {"schemas": {"Problem": _problem_schema()}},
    }


def _operation(route: Route) -> dict[str, Any]:
    text = inspect.cleandoc(route.endpoint.__doc__ or "")
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": text.splitlines()[0] if text else route.name,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _PARAMETER.findall(route.path)
        ],
        "responses": {
            "default": {"description": "The answer, or a problem document."},
            "4XX": {
                "description": "A problem.",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    }
    body = _BODIES.get(route.name)
    if body is not None:
        schema = body.model_json_schema()
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _problem_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "RFC 9457 problem document.",
        "required": ["type", "title", "status", "detail", "error"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "error": {"type": "string", "description": "The sentence for a person."},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"field": {"type": "string"}, "error": {"type": "string"}},
                },
            },
        },
    }
