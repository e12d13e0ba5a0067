"""What the outside may ask for. Untrusted: parsed strictly, every problem named with its field."""

import json
import unicodedata
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from shared.errors import MessageError
from shared.messages.job import (
    USUAL,
    CfgCoef,
    JobId,
    MelodyId,
    Model,
    Sampling,
    Temperature,
    Tier,
    TopK,
    TopP,
)
from shared.settings import Settings

PROMPT_CHARACTERS = (3, 500)
MIN_DURATION_S = 1.0
LEAST_ADDED_S = 0.1
"""What continuing a track has to add to it: less than a few of a codec's frames (20 ms) could vanish."""

MAX_BODY_BYTES = 64 * 1024


def clean_prompt(text: str) -> str:
    """Trim a prompt, make every run of white space or control characters one space, compose accents (NFC).

    Raises:
        ValueError: fewer than 3 or more than 500 characters are left, or it is not valid Unicode.
    """
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise ValueError("must be valid Unicode text, without lone surrogates")
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    cleaned = " ".join(unicodedata.normalize("NFC", spaced).split())
    least, most = PROMPT_CHARACTERS
    if not least <= len(cleaned) <= most:
        raise ValueError(f"must have {least} to {most} characters after trimming, got {len(cleaned)}")
    return cleaned


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


class SubmitJob(Command):
    """Make one sound."""

    TYPE = "job.submit"

    prompt: Annotated[str, AfterValidator(clean_prompt)] = Field(description="What to make.")
    model: Model = Field("music", description="`music` or `audio` (sound effects).")
    duration_s: float = Field(8.0, allow_inf_nan=False, description="Length, in seconds.")
    loop: bool = Field(False, description="Make the end run on into the start.")
    seed: int | None = Field(None, ge=0, lt=2**31, description="Same prompt and seed, same sound.")
    cfg_coef: CfgCoef = USUAL.cfg_coef
    temperature: Temperature = USUAL.temperature
    top_k: TopK = USUAL.top_k
    top_p: TopP = USUAL.top_p
    extend: JobId | None = Field(
        None, description="Id of a track to continue; `duration_s` is the length of both together."
    )
    melody: MelodyId | None = Field(None, description="Id of a melody to follow; for music only.")
    priority: Tier | None = Field(None, description="A tier below one's own; can only lower.")
    job_id: JobId | None = Field(None, description="UUID of the sender's choice; makes sending again safe.")

    @property
    def sampling(self) -> Sampling:
        """How tokens are to be drawn."""
        return Sampling(
            cfg_coef=self.cfg_coef, temperature=self.temperature, top_k=self.top_k, top_p=self.top_p
        )


class CancelJob(Command):
    """Stop a job that is not finished."""

    TYPE = "job.cancel"

    job_id: JobId


C = TypeVar("C", SubmitJob, CancelJob)
CommandName = Literal["job.submit", "job.cancel"]


def parse(kind: type[C], data: dict[str, Any]) -> C:
    """Make a command of untrusted JSON data.

    Raises:
        MessageError: a field is missing, unknown, of the wrong type or out of range; names each.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise MessageError([(field_of(item["loc"]), sentence_of(item)) for item in error.errors()]) from error


def check(command: SubmitJob, settings: Settings) -> None:
    """Refuse what the fields are fine for one by one, but not together or not here.

    Raises:
        MessageError: a duration outside of what this installation makes, or a melody for effects.
    """
    most = settings.max_duration_s(command.model)
    problems = []
    if not MIN_DURATION_S <= command.duration_s <= most:
        wanted = f"must be {MIN_DURATION_S:g} to {most:g} for {command.model}"
        problems.append(("duration_s", f"{wanted}, got {command.duration_s:g}"))
    if command.melody is not None and command.model != "music":
        problems.append(("melody", f"can be followed by music only, and model is {command.model}"))
    if problems:
        raise MessageError(problems)


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
