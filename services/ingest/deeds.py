"""Deciding about what people do with tracks. Nothing is recorded: a deed done again is the same fact."""

from datetime import UTC, datetime
from typing import Any

from services.ingest.admission import RefusalError, Verify, identify
from shared.errors import MessageError
from shared.messages import envelope
from shared.messages.command import Deed, parse
from shared.messages.deeds import DEEDS
from shared.messages.envelope import Recorded
from shared.messages.ids import is_id
from shared.tokens import Identity

BY_NAME: dict[str, type[Deed]] = {kind.TYPE: kind for kind in DEEDS}


def command_id(data: dict[str, Any], message_id: str | None, fresh: str) -> str:
    """The id of a command: its own, else its message's if that is a UUID, else the fresh one."""
    own = data.get("command_id")
    if isinstance(own, str) and is_id(own):
        return own
    return message_id if message_id is not None and is_id(message_id) else fresh


def read(kind: type[Deed], data: dict[str, Any], verify: Verify) -> tuple[Deed, Identity]:
    """A deed and who does it.

    Raises:
        RefusalError: a field is wrong, or there is no token, or not one of ours.
    """
    try:
        command = parse(kind, data)
    except MessageError as error:
        raise RefusalError("invalid_request", tuple(error.problems)) from error
    if command.token is None:
        raise RefusalError("token_needed", (("token", "is needed for this: it says who does it"),))
    return command, identify(command.token, verify)


def recorded(command: Deed, who: Identity, command_id: str, stage: str) -> Recorded:
    """The fact that they did it; a command that comes again gives the same id."""
    fact = command.fact(who.user_id)
    return envelope.record(fact, stage, datetime.now(UTC), envelope.id_of_deed(fact, command_id))
