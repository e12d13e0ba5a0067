"""POST /generate: hand a job to the intake."""

from datetime import UTC, datetime
from typing import Any

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.errors import MessageError
from shared.messages.commands import SubmitJob, check_duration, parse
from shared.messages.ids import derived_id, new_id
from shared.messages.job import Model
from web.api.bodies import read_body
from web.api.identity import Caller, caller_of
from web.api.problems import invalid
from web.api.status import estimated_wait_s
from web.api.views import links
from web.ports import Ports
from web.submissions import Submission

_MOST_KEY_CHARACTERS = 255


class GenerateBody(BaseModel):
    """What to make. The prompt and the durations are checked as the broker's intake checks them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    prompt: Any = Field(None, json_schema_extra={"type": "string", "minLength": 3, "maxLength": 500})
    duration: Any = Field(8.0, json_schema_extra={"type": "number"}, description="Seconds.")
    model: Any = Field("music", json_schema_extra={"enum": ["music", "audio"]})
    loop: Any = Field(False, json_schema_extra={"type": "boolean"})
    seed: Any = Field(None, json_schema_extra={"type": ["integer", "null"], "minimum": 0})
    priority: Any = Field(
        None,
        json_schema_extra={"enum": ["free", "standard", "premium", "admin", None]},
        description="A tier below one's own.",
    )
    variations: int = Field(1, ge=1, le=4, description="How many different takes of the same prompt.")
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who asks.")


async def generate(request: Request) -> Response:
    """Make one sound, or up to four variations: 202 with the jobs' ids."""
    ports: Ports = request.app.state.ports
    caller = caller_of(request)
    body = await read_body(request, GenerateBody)
    commands = _commands(ports, caller, body, _job_ids(request, ports, caller, body))
    for command in commands:
        await to_thread.run_sync(ports.commands.submit, command)
        ports.submissions.add(_submission(command, caller))
    job_ids = [command.job_id for command in commands]
    wait_s = await to_thread.run_sync(estimated_wait_s, ports, commands[0].model)
    position = await to_thread.run_sync(_position, ports, commands[0].model)
    return JSONResponse(
        {
            "success": True,
            "job_id": job_ids[0],
            "job_ids": job_ids,
            "position": position,
            "estimated_wait_s": wait_s,
            "links": links(str(job_ids[0])),
        },
        202,
        {"Location": f"/job/{job_ids[0]}"},
    )


def _job_ids(request: Request, ports: Ports, caller: Caller, body: GenerateBody) -> list[str]:
    """Fresh ids, or with an idempotency key the ids that this key always gives."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return [new_id() for _ in range(body.variations)]
    if not 1 <= len(key) <= _MOST_KEY_CHARACTERS:
        raise invalid(
            [("Idempotency-Key", f"must have 1 to {_MOST_KEY_CHARACTERS} characters, got {len(key)}")]
        )
    if not ports.submissions.same_key(caller.user_id, key, body.model_dump()):
        raise invalid([("Idempotency-Key", "was used for another request before")])
    return [derived_id("idempotency", caller.user_id, key, number) for number in range(body.variations)]


def _commands(ports: Ports, caller: Caller, body: GenerateBody, job_ids: list[str]) -> list[SubmitJob]:
    """The commands for the intake.

    Raises:
        ProblemError: 422 with each field that is wrong.
    """
    data = body.model_dump(exclude={"variations", "user_id", "duration"}, exclude_unset=True)
    if "duration" in body.model_fields_set:
        data["duration_s"] = body.duration
    try:
        found = []
        for number, job_id in enumerate(job_ids):
            seed = None if body.seed is None else {"seed": _varied(body.seed, number)}
            found.append(parse(SubmitJob, {**data, **(seed or {}), "job_id": job_id, "token": caller.token}))
        check_duration(found[0], ports.settings)
    except MessageError as error:
        renamed = [("duration" if field == "duration_s" else field, text) for field, text in error.problems]
        raise invalid(renamed) from error
    return found


def _varied(seed: Any, number: int) -> Any:
    """Variations of one seed are that seed and the ones after it."""
    return seed if number == 0 or not isinstance(seed, int) else (seed + number) % 2**31


def _submission(command: SubmitJob, caller: Caller) -> Submission:
    return Submission(
        job_id=str(command.job_id),
        user_id=caller.user_id,
        prompt=command.prompt,
        model=command.model,
        duration_s=command.duration_s,
        loop=command.loop,
        seed=command.seed,
        created_at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )


def _position(ports: Ports, model: Model) -> int:
    """The place in the queue that a job handed in now can expect, if no one has a higher tier."""
    return ports.library.queue_lengths()[model] + 1
