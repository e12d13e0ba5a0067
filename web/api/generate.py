"""POST /generate: hand a job to the intake."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.queries import JobRow
from shared.errors import MessageError, TransientError
from shared.messages.command import parse
from shared.messages.commands import MIN_DURATION_S, PROMPT_CHARACTERS, SubmitJob, check
from shared.messages.ids import derived_id, new_id
from shared.messages.job import MODELS, TIERS, USUAL, Model, Sampling
from web.api import job_shapes, references
from web.api.answers import JsonAnswer
from web.api.bodies import read_body
from web.api.identity import Caller, caller_of
from web.api.intake import hand_in
from web.api.keys import key_of, other_request
from web.api.problems import invalid
from web.api.status import estimated_wait_s
from web.api.views import links
from web.ports import Ports
from web.submissions import Submission

_SAMPLING: dict[str, Any] = Sampling.model_json_schema()["properties"]


class GenerateBody(BaseModel):
    """What to make.

    `cfg_coef`, `temperature`, `top_k` and `top_p` say how tokens are drawn. The built-in synthesizer draws
    none and ignores them, as does every engine without the ability `sampling` in GET /status. `extend` and
    `melody` need the abilities of these names: without them the job fails.
    """

    # Most fields are checked as the broker's intake checks them: by the command.

    model_config = ConfigDict(
        extra="forbid", strict=True, title="GenerateRequest", json_schema_extra={"required": ["prompt"]}
    )

    prompt: Any = Field(
        default_factory=lambda: None,  # and so no default for whoever reads the description
        json_schema_extra={
            "type": "string",
            "minLength": PROMPT_CHARACTERS[0],
            "maxLength": PROMPT_CHARACTERS[1],
        },
        description="White space at both ends does not count.",
    )
    duration: Any = Field(
        8.0,
        json_schema_extra={"type": "number", "minimum": MIN_DURATION_S},
        description="Seconds; the most is in `limits` of GET /status.",
    )
    model: Any = Field("music", json_schema_extra={"enum": list(MODELS)})
    loop: Any = Field(
        False, json_schema_extra={"type": "boolean"}, description="Make the end run on into the start."
    )
    seed: Any = Field(
        None,
        json_schema_extra={"type": ["integer", "null"], "minimum": 0, "exclusiveMaximum": 2**31},
        description="Same prompt and seed, same sound; a variation takes the next seed.",
    )
    priority: Any = Field(
        None, json_schema_extra={"enum": [*TIERS, None]}, description="A tier below one's own."
    )
    variations: int = Field(1, ge=1, le=4, description="How many different takes of the same prompt.")
    cfg_coef: Any = Field(USUAL.cfg_coef, json_schema_extra=_SAMPLING["cfg_coef"])
    temperature: Any = Field(USUAL.temperature, json_schema_extra=_SAMPLING["temperature"])
    top_k: Any = Field(USUAL.top_k, json_schema_extra=_SAMPLING["top_k"])
    top_p: Any = Field(USUAL.top_p, json_schema_extra=_SAMPLING["top_p"])
    extend: Any = Field(
        None,
        json_schema_extra={"type": ["string", "null"]},
        description="Id of a track of the same model to continue; `duration` is the length of both together.",
    )
    melody: Any = Field(
        None,
        json_schema_extra={"type": ["string", "null"], "pattern": job_shapes.MELODY_ID},
        description="Id that POST /api/melodies gave, of a melody to follow; for music only.",
    )
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who asks.")


async def generate(request: Request) -> Response:
    """Make one sound, or up to four variations: 202 with the jobs' ids."""
    ports: Ports = request.app.state.ports
    caller = caller_of(request)
    body = await read_body(request, GenerateBody)
    key = key_of(request)
    commands = _commands(ports, caller, body, _job_ids(caller, key, body.variations))
    await to_thread.run_sync(references.check, ports, commands[0])
    known = await to_thread.run_sync(_known, ports, caller, key, body, commands) if key else set()
    # Looked up before anything is handed in: a library that is away must not leave half of it done.
    outlook = await to_thread.run_sync(_outlook, ports, commands[0].model)
    handed_in = await _hand_in_all(ports, caller, commands, known)
    return _accepted(handed_in, len(commands) - len(handed_in), *outlook)


async def _hand_in_all(
    ports: Ports, caller: Caller, commands: Sequence[SubmitJob], known: set[str]
) -> list[str]:
    """The ids of the jobs that the intake holds, at least one; `known` ones are not sent again.

    Raises:
        TransientError: the intake did not even take the first.
    """
    handed_in: list[str] = []
    for command in commands:
        job_id = str(command.job_id)
        if job_id not in known:
            try:
                await hand_in(ports, command)
            except TransientError:
                if handed_in:
                    break  # what is in will be made: the answer has to name it
                raise
            ports.submissions.add(_submission(command, caller))
        handed_in.append(job_id)
    return handed_in


def _accepted(job_ids: list[str], not_taken: int, position: int, wait_s: float | None) -> Response:
    view: job_shapes.Accepted = {
        "success": True,
        "job_id": job_ids[0],
        "job_ids": job_ids,
        "not_taken": not_taken,
        "position": position,
        "estimated_wait_s": wait_s,
        "links": links(job_ids[0]),
    }
    return JsonAnswer(view, 202, {"Location": f"/job/{job_ids[0]}"})


def _job_ids(caller: Caller, key: str | None, count: int) -> list[str]:
    """Fresh ids, or with an idempotency key the ids that this key always gives."""
    if key is None:
        return [new_id() for _ in range(count)]
    return [derived_id("idempotency", caller.user_id, key, number) for number in range(count)]


def _known(
    ports: Ports, caller: Caller, key: str, body: GenerateBody, commands: Sequence[SubmitJob]
) -> set[str]:
    """The jobs that an earlier request with this key made; the library knows them after a restart, too.

    Raises:
        ProblemError: 422, the key was used for another request.
    """
    rows = {row.job_id: row for row in ports.library.jobs_by_id([str(c.job_id) for c in commands])}
    made = {job_id for job_id, row in rows.items() if row.status != "refused"}
    for command in commands:
        row = rows.get(str(command.job_id))
        if row is not None and row.job_id in made and _asked(command) != _asked(row):
            raise other_request()
    if not ports.submissions.same_key(caller.user_id, key, body.model_dump(exclude={"user_id"})):
        raise other_request()
    return made


def _asked(what: SubmitJob | JobRow) -> tuple[object, ...]:
    """What a request asked for, but for the seed, which an accepted job has in any case."""
    return (
        what.prompt,
        what.model,
        what.duration_s,
        what.loop,
        what.sampling,
        what.extend,
        what.melody,
    )


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
        check(found[0], ports.settings)
    except MessageError as error:
        renamed = [("duration" if field == "duration_s" else field, text) for field, text in error.problems]
        raise invalid(renamed, in_body=True) from error
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
        sampling=command.sampling,
        extend=command.extend,
        melody=command.melody,
        created_at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )


def _outlook(ports: Ports, model: Model) -> tuple[int, float | None]:
    """Place in the queue that a job handed in now can expect if no one has precedence, and the wait in s."""
    return ports.library.queue_lengths()[model] + 1, estimated_wait_s(ports, model)
