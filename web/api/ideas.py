"""POST /random-prompt: an idea for somebody who has none."""

import secrets
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from services.catalog import taxonomy
from shared.messages.job import Model
from web.api import job_shapes
from web.api.answers import JsonAnswer
from web.api.bodies import read_body
from web.api.parameters import unknown_category
from web.api.problems import invalid
from web.prompts import compose

_SEEDS = 2**31


class IdeaBody(BaseModel):
    """What the prompt should be for."""

    model_config = ConfigDict(extra="forbid", strict=True, title="RandomPromptRequest")

    model: Model = Field("music", description="Which model the prompt is for.")
    category: str | None = Field(None, description="A category of that model that the prompt then asks for.")
    seed: int | None = Field(
        None,
        ge=0,
        lt=_SEEDS,
        description="Same seed, model and category, same prompt; else by chance.",
    )
    user_id: Any = Field(None, description="Ignored.")


async def random_prompt(request: Request) -> Response:
    """POST /random-prompt: a prompt that nobody wrote."""
    body = await read_body(request, IdeaBody)
    if body.category is not None and body.category not in taxonomy.CATEGORIES[body.model]:
        raise invalid([("category", unknown_category(body.category, body.model))], in_body=True)
    seed = secrets.randbelow(_SEEDS) if body.seed is None else body.seed
    view: job_shapes.RandomPrompt = {"prompt": compose(body.model, body.category, seed)}
    return JsonAnswer(view)
