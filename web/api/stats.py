"""Counts over the whole library."""

from starlette.requests import Request
from starlette.responses import Response

from web.api import deed_shapes
from web.api.answers import JsonAnswer
from web.ports import Ports


def library_stats(request: Request) -> Response:
    """GET /api/stats: how many tracks, votes and favourites there are, and tracks by category."""
    return JsonAnswer(stats_view(request.app.state.ports))


def stats_view(ports: Ports) -> deed_shapes.Stats:
    """The counts, as the library shows them now."""
    library = ports.library
    counts, totals = library.counts(), library.crowd.totals()
    return {
        "total_generations": counts["total"],
        "music": counts["music"],
        "audio": counts["audio"],
        "total_votes": totals["votes"],
        "total_favorites": totals["favourites"],
        "categories": library.category_counts(),
    }
