"""GET /livez and /readyz."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from shared.errors import StoreError, TransientError
from web.api import shapes
from web.api.answers import JsonAnswer
from web.api.problems import RETRY_AFTER_S, ProblemResponse, document
from web.ports import Ports

NEEDED = ("ingest", "generator", "analyzer", "renderer", "catalog")
_PROBE_KEY = "health/web"


def livez(_request: Request) -> Response:
    """Whether the process answers; nothing else is looked at."""
    return PlainTextResponse("ok")


def readyz(request: Request) -> Response:
    """Whether a job handed in now would be worked on: 200 or 503, with each check."""
    checks = check(request.app.state.ports)
    complaints = [found["error"] for found in checks.values() if not found["ok"]]
    view: shapes.Readiness = {"ready": not complaints, "checks": checks}
    if not complaints:
        return JsonAnswer(view)
    problem = document(503, " ".join(complaints))
    return ProblemResponse({**problem, **view}, 503, {"Retry-After": str(RETRY_AFTER_S)})


def check(ports: Ports) -> dict[str, shapes.Check]:
    """Each part by name: whether it is well, and if not, what is missing."""
    heard = {beat.service for beat in ports.live.workers()}
    checks = {
        "catalog_database": _result(_database_complaint(ports)),
        "broker": _result(None if ports.commands.connected else "The broker cannot be reached."),
        "store": _result(_store_complaint(ports)),
    }
    for service in NEEDED:
        checks[service] = _result(None if service in heard else f"No {service} was heard in the last 15 s.")
    return checks


def _result(complaint: str | None) -> shapes.Check:
    return {"ok": True} if complaint is None else {"ok": False, "error": complaint}


def _database_complaint(ports: Ports) -> str | None:
    try:
        ports.library.offset()
    except TransientError as error:
        return str(error)
    return None


def _store_complaint(ports: Ports) -> str | None:
    try:
        ports.store.put(_PROBE_KEY, b"ok")
    except StoreError as error:
        return str(error)
    return None
