"""The CloudEvents 1.0 envelope around every message, in structured JSON."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from shared.errors import MessageError
from shared.messages.event import ByPerson, Event
from shared.messages.events import EVENTS
from shared.messages.ids import derived_id

CONTENT_TYPE = "application/cloudevents+json"
_ESCAPE = b"\\u"  # we write none but for control characters, so that the look behind it costs nothing
_ITS_BEGIN = b"\\"  # one byte is looked for in a sixth of the time


@dataclass(frozen=True)
class Recorded:
    """A fact with what the envelope says about it.

    Attributes:
        id: derived from job, stage, attempt and type, so a repeated publish carries the same id.
        source: the stage that published it, as `/soundbox/<stage>`.
        time: when it was first published, UTC, to the millisecond.
    """

    event: Event
    id: str
    source: str
    time: datetime

    @property
    def stage(self) -> str:
        """Name of the stage that published the fact."""
        return self.source.rsplit("/", 1)[-1]


def record(event: Event, stage: str, now: datetime, fact_id: str | None = None) -> Recorded:
    """Put a fact into its envelope. `now` must be timezone-aware; see `id_of_deed` for `fact_id`."""
    return Recorded(
        event=event,
        id=fact_id or derived_id(event.subject, stage, event.attempt_number, event.TYPE),
        source=f"/soundbox/{stage}",
        time=now.astimezone(UTC).replace(microsecond=now.microsecond // 1000 * 1000),
    )


def id_of_deed(fact: ByPerson, command_id: str) -> str:
    """The id of a fact that a person's command led to.

    Of the person, too: nobody can take away the effect of another one's command by sending its id first.
    """
    return derived_id("deed", fact.user_id, command_id, fact.TYPE, fact.subject)


def encode(recorded: Recorded) -> bytes:
    """The envelope as UTF-8 JSON; the trace id is the job's id."""
    event = recorded.event
    return json.dumps(
        {
            "specversion": "1.0",
            "id": recorded.id,
            "source": recorded.source,
            "type": event.TYPE,
            "subject": event.subject,
            "time": recorded.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "schemaversion": event.VERSION,
            "traceparent": f"00-{event.subject.replace('-', '')}-{recorded.id.replace('-', '')[:16]}-01",
            "data": event.model_dump(mode="json"),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def decode(body: bytes) -> Recorded:
    """Read a fact back.

    Raises:
        MessageError: not an envelope of a known event, or its data is not what the type promises.
    """
    try:
        outer = _read(body)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise MessageError([("", f"must be a CloudEvents envelope in JSON: {error}")]) from error
    if not isinstance(outer, dict):
        raise MessageError([("", f"must be a CloudEvents envelope, got {type(outer).__name__}")])
    if _ITS_BEGIN in body and _ESCAPE in body and not _is_text(outer):
        raise MessageError([("", "must be valid Unicode text, without lone surrogates")])
    kind = EVENTS.get(str(outer.get("type")))
    if kind is None:
        raise MessageError([("type", f"must be one of {', '.join(EVENTS)}, got {outer.get('type')!r}")])
    return Recorded(
        event=_data(kind, _upcast(kind, outer)),
        id=_text(outer, "id"),
        source=_text(outer, "source"),
        time=_time(_text(outer, "time")),
    )


def _read(body: bytes) -> Any:
    """JSON as the standard library reads it, by a faster reader where that can."""
    try:
        return from_json(body, cache_strings="keys")
    except ValueError:  # refuses some of what the other takes: half characters, other encodings, deep nesting
        return json.loads(body)


def _upcast(kind: type[Event], outer: dict[str, Any]) -> Any:
    """The data as the newest version has them; those of a version that we do not know yet as they are."""
    data, version = outer.get("data"), outer.get("schemaversion", 1)
    if type(version) is not int or version < 1:
        raise MessageError([("schemaversion", f"must be a whole number from 1 on, got {version!r}")])
    if not isinstance(data, dict):
        return data
    try:
        for upcast in kind.UPCASTS[version - 1 :]:
            data = upcast(data)
    except (LookupError, TypeError, ValueError) as error:
        raise MessageError(
            [("data", f"must be data of version {version} of {kind.TYPE}: {error!r}")]
        ) from error
    return data


def _is_text(value: object) -> bool:
    """Whether UTF-8 can say it again; JSON can spell half a character."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _data(kind: type[Event], data: Any) -> Event:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        problems = [(".".join(["data", *map(str, item["loc"])]), item["msg"]) for item in error.errors()]
        raise MessageError(problems) from error


def _text(outer: dict[str, Any], name: str) -> str:
    value = outer.get(name)
    if not isinstance(value, str) or not value:
        raise MessageError([(name, f"must be a text that is not empty, got {value!r}")])
    return value


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise MessageError([("time", f"must be an RFC 3339 time, got {text!r}")]) from error
    if time.tzinfo is None:
        raise MessageError([("time", f"must have a time zone, got {text!r}")])
    return time.astimezone(UTC)
