"""Counts over the whole library."""

from starlette.requests import Request
from starlette.responses import Response

from web.api import deed_shapes
from web.api.answers import JsonAnswer
from web.ports import Ports


def library_stats(request: Request) -> Response:
    """GET /api/stats: how many tracks, votes and favourites there are, and tracks by category."""
    ports: Ports = request.app.state.ports
    library = ports.library
    counts, totals = library.counts(), library.crowd.totals()
    view: deed_shapes.Stats = {
        "total_generations": counts["total"],
        "music": counts["music"],
        "audio": counts["audio"],
        "total_votes": totals["votes"],
        "total_favorites": totals["favourites"],
        "categories": library.category_counts(),
    }
    return JsonAnswer(view)
