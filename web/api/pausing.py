"""Pausing the queue and resuming it."""

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from shared.messages.job import MODELS, Model
from shared.messages.queue import PauseQueue, ResumeQueue
from web.api import job_shapes
from web.api.bodies import read_body
from web.api.deeds import answer, command_of, do
from web.api.identity import caller_of
from web.api.problems import ProblemError
from web.ports import Ports


class SwitchBody(BaseModel):
    """What is to be paused or resumed."""

    model_config = ConfigDict(extra="forbid", strict=True, title="SwitchRequest")

    model: Model | None = Field(None, description="`music` or `audio`; null for both.")


async def pause_queue(request: Request) -> Response:
    """POST /api/queue/pause: for admins. What runs is finished; the rest waits, and new jobs are taken in."""
    return await _switch(request, PauseQueue)


async def resume_queue(request: Request) -> Response:
    """POST /api/queue/resume: for admins. Jobs that wait are begun again."""
    return await _switch(request, ResumeQueue)


async def _switch(request: Request, kind: type[PauseQueue] | type[ResumeQueue]) -> Response:
    if caller_of(request).identity.tier != "admin":
        raise ProblemError(403, "Only admins may do this.")
    ports: Ports = request.app.state.ports
    body = await read_body(request, SwitchBody)
    command = command_of(request, kind, {"models": [body.model] if body.model else list(MODELS)}, {})
    is_shown = await do(request, command)
    paused = await to_thread.run_sync(ports.library.paused)
    if not is_shown:
        paused |= dict.fromkeys(command.models, kind is PauseQueue)
    view: job_shapes.QueueSwitched = {"success": True, "paused": paused, "pending": not is_shown}
    return answer(view, is_shown=is_shown)
