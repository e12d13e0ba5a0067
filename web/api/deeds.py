"""Doing something with a track: handed in as a command, answered when the library shows it."""

import asyncio
from typing import Any, TypeVar

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.rows import TrackRow
from shared.errors import MessageError
from shared.messages.command import Deed, parse
from shared.messages.envelope import id_of_deed
from shared.messages.ids import derived_id, is_id, new_id
from web.api.answers import JsonAnswer
from web.api.identity import Caller, caller_of
from web.api.intake import hand_in
from web.api.keys import key_of, other_request
from web.api.problems import invalid, not_found
from web.ports import Ports

PATIENCE_S = 2.0
"""How long an answer waits for the library to show what was done."""

D = TypeVar("D", bound=Deed)


def track_of(request: Request) -> TrackRow:
    """The track that the address names; not to be called on the event loop.

    Raises:
        ProblemError: 404, there is none.
    """
    ports: Ports = request.app.state.ports
    track_id = str(request.path_params["id"])
    row = ports.library.track(track_id) if is_id(track_id) else None
    if row is None:
        raise not_found("track")
    return row


def command_of(request: Request, kind: type[D], data: dict[str, Any], names: dict[str, str]) -> D:
    """The command of a request, checked as the intake will check it.

    `names` says what the request calls fields that the command calls otherwise. With an idempotency
    key the command's id is the one that this key always gives.

    Raises:
        ProblemError: 422 with each field that is wrong, or the key was used for something else.
    """
    caller = caller_of(request)
    key = key_of(request)
    try:
        command = parse(
            kind, {**data, "token": caller.token, "command_id": _command_id(caller, kind.TYPE, key)}
        )
    except MessageError as error:
        renamed = [(_renamed(field, names), text) for field, text in error.problems]
        raise invalid(renamed, in_body=True) from error
    ports: Ports = request.app.state.ports
    if key is not None and not ports.submissions.same_key(caller.user_id, f"{kind.TYPE} {key}", data):
        raise other_request()
    return command


async def do(request: Request, command: Deed) -> bool:
    """Hand a command in; whether the library shows what it led to, within two seconds.

    Raises:
        IntakeFullError: too many commands wait.
        BrokerUnavailableError: the broker cannot be reached.
    """
    ports: Ports = request.app.state.ports
    fact = command.fact(caller_of(request).user_id)
    fact_id = id_of_deed(fact, str(command.command_id))
    database = await to_thread.run_sync(ports.library.identity)
    with ports.live.awaiting(fact_id, database) as shown:
        await hand_in(ports, command)
        try:
            await asyncio.wait_for(shown.wait(), PATIENCE_S)
        except TimeoutError:
            # Notices may be lost; the library itself knows.
            return await to_thread.run_sync(ports.library.crowd.has_seen, fact_id)
    return True


def answer(view: Any, *, is_shown: bool) -> Response:
    """200 with what is, or 202 with what will be."""
    return JsonAnswer(view, 200 if is_shown else 202)


def _command_id(caller: Caller, name: str, key: str | None) -> str:
    return new_id() if key is None else derived_id("idempotency", caller.user_id, name, key)


def _renamed(field: str, names: dict[str, str]) -> str:
    first, dot, rest = field.partition(".")
    return f"{names.get(first, first)}{dot}{rest}"
