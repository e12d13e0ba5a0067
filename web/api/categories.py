"""Which categories there are, and how many tracks are in each."""

from starlette.requests import Request
from starlette.responses import Response

from services.catalog import taxonomy
from shared.messages.job import MODELS
from web.api import track_shapes
from web.api.answers import JsonAnswer
from web.api.filters import model_choice
from web.api.problems import not_found
from web.ports import Ports


def categories(request: Request) -> Response:
    """GET /api/categories/{model}: the labels of the model's categories by id, with more of each."""
    model = request.path_params["model"]
    if model not in MODELS:
        raise not_found(f"model; there are {' and '.join(MODELS)}")
    found = taxonomy.CATEGORIES[model].values()
    view: track_shapes.Categories = {
        "categories": {one.id: one.label for one in found},
        "details": {
            one.id: {"group": one.group, "examples": list(one.examples), "ucs": one.ucs} for one in found
        },
    }
    return JsonAnswer(view)


def category_counts(request: Request) -> Response:
    """GET /api/library/category-counts: tracks in each category, the largest first."""
    ports: Ports = request.app.state.ports
    return JsonAnswer(ports.library.category_counts(model_choice(request)))
