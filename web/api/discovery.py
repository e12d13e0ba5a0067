"""How programs find out what this Sound Box is and can do: its manifest, its agent card, /llms.txt."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from shared.messages.job import MODELS
from shared.version import VERSION
from web.api import about_shapes
from web.api.addresses import base_url_of
from web.api.answers import JsonAnswer
from web.api.heads import NAME
from web.api.status import abilities, model_state
from web.ports import Ports

DESCRIPTION = "Music and sound effects from text prompts, made on one's own machine."
_PATHS = {
    "manifest": "/api/manifest",
    "openapi": "/openapi.json",
    "asyncapi": "/asyncapi.json",
    "agent_card": "/.well-known/agent-card.json",
    "llms": "/llms.txt",
    "metrics": "/metrics",
}
_CAPABILITIES = ("generate", "library", "votes", "playlists", "radio", "events")
_NO_API = ("page", "static", "service_worker")


@dataclass(frozen=True)
class _Skill:
    """Something to ask for; `route` names its address in the table of routes."""

    id: str
    name: str
    description: str
    tags: tuple[str, ...]
    examples: tuple[str, ...]
    route: str


_SKILLS = (
    _Skill(
        "generate-music",
        "Make music",
        "Makes music from a prompt: POST it with model `music`, then follow the job.",
        ("audio", "music", "generation"),
        ("calm piano over soft rain, 80 bpm", "driving synthwave in D minor"),
        "generate",
    ),
    _Skill(
        "generate-sfx",
        "Make a sound effect",
        "Makes a sound effect from a prompt: POST it with model `audio`, then follow the job.",
        ("audio", "sound effects", "generation"),
        ("footsteps on gravel, then a door", "rain on a tin roof"),
        "generate",
    ),
    _Skill(
        "check-status",
        "Follow a job",
        "Tells how far a job is, and the files of the track when it is completed.",
        ("jobs",),
        ("Is my sound ready?",),
        "job",
    ),
    _Skill(
        "search-library",
        "Search the library",
        "Finds tracks by words, phrases, category, tempo, key, length, score.",
        ("search", "library"),
        ("rain without thunder", "waltzes of 90 to 120 bpm"),
        "tracks",
    ),
    _Skill(
        "get-radio-track",
        "Listen to the radio",
        "Gives the next tracks of a station; it doesn't repeat what was heard lately.",
        ("radio",),
        ("Play something calm.",),
        "following",
    ),
)


def manifest(request: Request) -> Response:
    """GET /api/manifest: what this Sound Box is and can do, and every address of its API."""
    ports: Ports = request.app.state.ports
    workers, counts = ports.live.workers(), ports.library.counts()
    view: about_shapes.Manifest = {
        "name": NAME,
        "description": DESCRIPTION,
        "version": VERSION,
        "base_url": base_url_of(request),
        "capabilities": list(_CAPABILITIES),
        "models": {
            model: {
                "state": model_state(workers, model),
                "max_duration": ports.settings.max_duration_s(model),
                "abilities": abilities(workers, model),
            }
            for model in MODELS
        },
        "library": {
            "total_tracks": counts["total"],
            "total_music": counts["music"],
            "total_sfx": counts["audio"],
        },
        "auth": {"open_access": True, "methods": ["cookie", "bearer"]},
        "endpoints": list(_endpoints(request)),
        "discovery": _discovery(request),
    }
    return JsonAnswer(view)


def agent_card(request: Request) -> Response:
    """GET /.well-known/agent-card.json: an Agent2Agent card of the API; no other protocol is spoken."""
    base, found = base_url_of(request), _discovery(request)
    view: about_shapes.AgentCard = {
        "name": NAME,
        "description": DESCRIPTION,
        "version": VERSION,
        "url": base,
        "documentationUrl": found["llms"],
        "supportedInterfaces": [
            {"url": base, "protocolBinding": "https://spec.openapis.org/oas/3.1", "protocolVersion": "3.1.0"}
        ],
        "capabilities": {"streaming": False, "pushNotifications": False},
        "defaultInputModes": ["application/json"],
        "defaultOutputModes": ["application/json", "audio/wav"],
        "skills": [_skill(request, skill) for skill in _SKILLS],
        "openapi": found["openapi"],
        "manifest": found["manifest"],
    }
    return JsonAnswer(view)


def llms(request: Request) -> Response:
    """GET /llms.txt: what a language model needs to use the API, as Markdown."""
    found = _discovery(request)
    lines = [
        f"# {NAME}",
        "",
        f"> {DESCRIPTION} A job is asked for, followed, and becomes a track of the library.",
        "",
        "Errors are `application/problem+json` with a sentence in `error` and the fields in `errors`.",
        "Without a token one is a guest, by a cookie; `Authorization: Bearer TOKEN` says otherwise.",
        "",
        "## What can be asked for",
        "",
        *(_llms_line(request, skill) for skill in _SKILLS),
        "",
        "## Descriptions",
        "",
        f"- [OpenAPI]({found['openapi']}): every address, parameter and shape",
        f"- [AsyncAPI]({found['asyncapi']}): the messages on the broker",
        f"- [Manifest]({found['manifest']}): models, limits and counts of this installation",
        "",
        "## Optional",
        "",
        f"- [Agent card]({found['agent_card']}): the same skills for agents",
        f"- [Metrics]({found['metrics']}): gauges in the text format of Prometheus",
        "",
    ]
    return PlainTextResponse("\n".join(lines), media_type="text/plain; charset=utf-8")


def _llms_line(request: Request, skill: _Skill) -> str:
    route = _route(request, skill.route)
    return f"- [{skill.name}]({base_url_of(request)}{route.path}): `{_method(route)}`. {skill.description}"


def _skill(request: Request, skill: _Skill) -> about_shapes.Skill:
    route = _route(request, skill.route)
    return {
        "id": skill.id,
        "name": skill.name,
        "description": skill.description,
        "tags": list(skill.tags),
        "examples": list(skill.examples),
        "endpoint": {"method": _method(route), "path": route.path},
    }


def _endpoints(request: Request) -> Iterator[about_shapes.Endpoint]:
    for route in request.app.routes:
        if route.name not in _NO_API:
            summary = inspect.cleandoc(route.endpoint.__doc__ or "").splitlines()[0]
            yield {"method": _method(route), "path": route.path, "summary": summary}


def _route(request: Request, name: str) -> Route:
    found: Route = next(route for route in request.app.routes if route.name == name)
    return found


def _method(route: Route) -> str:
    (method,) = (route.methods or set()) - {"HEAD"}
    return method


def _discovery(request: Request) -> about_shapes.Discovery:
    base = base_url_of(request)
    return {
        "manifest": base + _PATHS["manifest"],
        "openapi": base + _PATHS["openapi"],
        "asyncapi": base + _PATHS["asyncapi"],
        "agent_card": base + _PATHS["agent_card"],
        "llms": base + _PATHS["llms"],
        "metrics": base + _PATHS["metrics"],
    }
