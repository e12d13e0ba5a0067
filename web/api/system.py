"""GET /api/stats/system: what an admin wants to know of the installation."""

import time

from starlette.requests import Request
from starlette.responses import Response

from shared.version import VERSION
from web.api import about_shapes, health
from web.api.answers import JsonAnswer
from web.api.identity import caller_of
from web.api.problems import ProblemError
from web.api.stats import stats_view
from web.ports import Ports

_DAY_S = 86_400


def system_stats(request: Request) -> Response:
    """GET /api/stats/system: the counts, how many sounds were made lately, and each part; for admins."""
    if caller_of(request).identity.tier != "admin":
        raise ProblemError(403, "Only admins may see this.")
    ports: Ports = request.app.state.ports
    library, now_s = ports.library, time.time()
    view: about_shapes.SystemStats = {
        **stats_view(ports),
        "version": VERSION,
        "generation_rate": {
            "last_24h": library.published_since(now_s - _DAY_S),
            "last_7d": library.published_since(now_s - 7 * _DAY_S),
            "last_30d": library.published_since(now_s - 30 * _DAY_S),
        },
        "queue_lengths": library.queue_lengths(),
        "workers": len(ports.live.workers()),
        "log_offset": library.offset(),
        "database_bytes": ports.settings.database.stat().st_size,
        "checks": health.check(ports),
    }
    return JsonAnswer(view)
