"""What every command has, and how untrusted data are made one: strictly, each problem with its field."""

import json
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import MessageError
from shared.messages.event import ByPerson
from shared.messages.job import JobId

MAX_BODY_BYTES = 64 * 1024


class Command(BaseModel):
    """Something the outside asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    TYPE: ClassVar[str]

    token: str | None = Field(
        None, max_length=4096, repr=False, description="Signed token: who asks, which tier."
    )
    reply_to: str | None = Field(
        None, max_length=255, description="Queue that receives the answer of the intake: accepted or refused."
    )


class Deed(Command):
    """Something a person does with what is there. It needs a token; sent again it is the same deed."""

    command_id: JobId | None = Field(
        None, description="UUID of the sender's choice; makes sending again safe. Default: the message's id."
    )

    def fact(self, user_id: str) -> ByPerson:
        """What is true once this person has done it."""
        raise TypeError(f"{type(self).__name__} does not say what it leads to")


C = TypeVar("C", bound=Command)


def parse(kind: type[C], data: dict[str, Any]) -> C:
    """Make a command of untrusted JSON data.

    Raises:
        MessageError: a field is missing, unknown, of the wrong type or out of range; names each.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise MessageError([(field_of(item["loc"]), sentence_of(item)) for item in error.errors()]) from error


def decode_object(body: bytes) -> dict[str, Any]:
    """Read untrusted bytes as one JSON object.

    Raises:
        MessageError: too large, not UTF-8, not JSON, nested too deep, a key twice, or not an object.
    """
    if len(body) > MAX_BODY_BYTES:
        raise MessageError([("", f"must have at most {MAX_BODY_BYTES} bytes, got {len(body)}")])
    try:
        data = json.loads(body, object_pairs_hook=_unique_keys, parse_constant=_refuse_constant)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise MessageError([("", f"must be a JSON object in UTF-8: {error}")]) from error
    if not isinstance(data, dict):
        raise MessageError([("", f"must be a JSON object, got {type(data).__name__}")])
    return data


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands in it twice")
    return found


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def field_of(location: tuple[int | str, ...]) -> str:
    """The name of the field that a validation error is about; a long one is cut."""
    return _shown(".".join(str(part) for part in location))


def sentence_of(item: Any) -> str:
    """A validation error as what was wanted and what was given; a token is never shown."""
    if item["type"] == "missing":
        return "is missing"
    if item["type"] == "extra_forbidden":
        return "is not a known field"
    wanted = item["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    text = wanted if wanted.startswith("must") else f"must be {wanted}" if wanted != item["msg"] else wanted
    if ", got" in text or "token" in item["loc"]:
        return text
    return f"{text}, got {_shown(json.dumps(item['input'], ensure_ascii=False, default=str))}"


def _shown(given: str) -> str:
    """What somebody gave, cut; lone surrogates, which JSON can spell and UTF-8 can't, as their escapes."""
    cut = given if len(given) <= 60 else given[:57] + "…"
    return cut.encode(errors="backslashreplace").decode()
