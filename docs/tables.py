"""Writes the tables of the documents from the code that they describe.

A table stands between `<!-- table: NAME -->` and `<!-- end -->`. After a change of settings, queues
or messages: `PYTHONPATH=. .venv/bin/python docs/tables.py`. A test compares every document with it.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from bench.damages import DAMAGES
from bench.sounds import PACKAGES
from services.analyzer.quality import CHECKS, Check
from shared.bus import topology
from shared.messages import job
from shared.messages.commands import COMMANDS
from shared.messages.events import EVENTS
from shared.messages.live import LIVE, Gpu
from shared.settings import PREFIX, Settings

FOLDER = Path(__file__).resolve().parent
PARTS = (job.Job, job.Sampling, job.Take, job.Report, job.Descriptors, job.Issue, job.JudgedTake, Gpu)

_PLACE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

# What fields mean that say it by their name wherever they occur.
_MEANINGS = {
    "attempt": "Which take of the job, from 0.",
    "attempts": "How many takes were made.",
    "audio_key": "Store key of the finished WAV file.",
    "audio_sha256": "Of the finished file's bytes.",
    "bpm_confidence": "How sure the tempo is.",
    "busy": "Ids of the jobs in work.",
    "channels": "Of the audio.",
    "code": "Stable reason for a program.",
    "duration_s": "Length in seconds.",
    "engine": "Name of the engine.",
    "engine_version": "Its version.",
    "issues": "What is wrong, if anything.",
    "job": "The request, as it was admitted.",
    "job_id": "Id of the job.",
    "key_confidence": "How sure the key is.",
    "model": "`music` or `audio` (sound effects).",
    "models": "State of each model.",
    "peaks_key": "Store key of the waveform's peaks.",
    "report": "What the analyzer found in it.",
    "sample_rate_hz": "Frames a second.",
    "score": "100 is without a flaw.",
    "seed": "That the engine used.",
    "service": "Name of the service.",
    "spectrogram_key": "Store key of the picture.",
    "stage": "The stage that gave up.",
    "take": "The take.",
    "tier": "Of who asked.",
    "user_id": "Who asked.",
    "worker": "Name of the process.",
}


def main() -> None:
    """Bring every document's tables up to date."""
    for path in sorted(FOLDER.glob("*.md")):
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")


def renewed(text: str) -> str:
    """A document with its tables as the code wants them now."""
    return _PLACE.sub(lambda place: f"{place[1]}{TABLES[place[2]]()}\n{place[3]}", text)


def settings() -> str:
    """Every environment variable, its default and its meaning."""
    schema = Settings.model_json_schema()["properties"]
    rows = [
        (f"`{PREFIX}{name.upper()}`", _default(field.default), _limits(schema[name], field.description or ""))
        for name, field in Settings.model_fields.items()
    ]
    return _table(("Variable", "Default", "Meaning"), rows)


def exchanges() -> str:
    """Every exchange."""
    return _table(("Exchange", "Kind"), [(f"`{one.name}`", one.kind) for one in topology.EXCHANGES])


def queues() -> str:
    """Every queue with what is bound to it."""
    rows = [(f"`{queue.name}`", _kind(queue), _bindings(queue)) for queue in topology.QUEUES]
    return _table(("Queue", "Kind", "Receives"), rows)


def commands() -> str:
    """The fields of every command."""
    return "\n\n".join(_described(f"`{kind.TYPE}`", kind) for kind in COMMANDS.values())


def events() -> str:
    """The fields of every event."""
    return "\n\n".join(_described(f"`{name}`", kind) for name, kind in EVENTS.items())


def parts() -> str:
    """The fields of what messages are made of."""
    return "\n\n".join(_described(part.__name__, part) for part in PARTS)


def live() -> str:
    """The fields of every passing notice."""
    return "\n\n".join(_described(f"`{name}`", kind) for name, kind in LIVE.items())


def checks() -> str:
    """Everything that can cost a take points."""
    head = ("Issue", "Judged in", "Points are lost from", "All are gone at", "At least", "What it says")
    return _table(head, [_check(check) for check in CHECKS])


def damages() -> str:
    """Every way in which the benchmark of quality spoils a sound."""
    rows = [(one.name, " or ".join(f"`{name}`" for name in one.issues), one.level) for one in DAMAGES]
    return _table(("Damage", "To be found as", "What is done"), rows)


def sounds() -> str:
    """Every package with sounds that the benchmark of quality uses."""
    rows = [
        (f"`{package.name}`", package.licence, ", ".join(f"`{one}`" for one in package.music))
        for package in PACKAGES
    ]
    return _table(("Package", "Licence of the sounds", "Music among them"), rows)


TABLES: dict[str, Callable[[], str]] = {
    made.__name__: made
    for made in (settings, exchanges, queues, commands, events, parts, live, checks, damages, sounds)
}


def _check(check: Check) -> tuple[str, ...]:
    judged_in = "both" if len(check.models) > 1 else {"music": "music", "audio": "effects"}[check.models[0]]
    sentence = re.sub(r"\{\w+(:[^}]*)?\}", "…", check.sentence)
    return (
        f"`{check.name}`",
        judged_in,
        f"{check.threshold:g}",
        f"{check.worst:g}",
        str(check.least),
        sentence,
    )


def _described(heading: str, model: type[BaseModel]) -> str:
    properties = model.model_json_schema()["properties"]
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    rows = [
        (f"`{name}`{'' if name in required else ' ?'}", _type(schema), _meaning(name, schema))
        for name, schema in properties.items()
    ]
    return f"#### {heading}\n\n{model.__doc__}\n\n{_table(('Field', 'Type', 'Meaning'), rows)}"


def _meaning(name: str, schema: dict[str, Any]) -> str:
    text = schema.get("description") or _MEANINGS[name]
    default = schema.get("default")
    return text if default in (None, "", [], {}) else f"{text} Default: {_value(default)}."


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return " \\| ".join(f"`{value}`" for value in schema["enum"])
    if "prefixItems" in schema:
        return f"[{', '.join(_type(item) for item in schema['prefixItems'])}]"
    if schema["type"] == "array":
        return f"list of {_type(schema['items'])}"
    return _limits(schema, schema["type"])


def _limits(schema: dict[str, Any], text: str) -> str:
    """The text, with the range of a number behind it."""
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    if least is None:
        return text
    if most is None:
        return f"{text}, {'above 0' if 'exclusiveMinimum' in schema else f'{least:g} or more'}"
    above = "above " if "exclusiveMinimum" in schema else ""
    below = "below " if "exclusiveMaximum" in schema else ""
    return f"{text.removesuffix('.')} ({above}{least:g} to {below}{most:.12g})" + (
        "." if text.endswith(".") else ""
    )


def _default(value: Any) -> str:
    if isinstance(value, SecretStr):
        return _value(value.get_secret_value())
    return "" if value is None else _value(value)


def _value(value: Any) -> str:
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _kind(queue: topology.Queue) -> str:
    arguments = dict(queue.arguments)
    kind = arguments.pop("x-queue-type")
    return ", ".join([kind, *(f"`{name}: {json.dumps(value)}`" for name, value in arguments.items())])


def _bindings(queue: topology.Queue) -> str:
    return ", ".join(f"`{key}` of `{name}`" if key else f"all of `{name}`" for name, key in queue.bindings)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(_lines(head, rows))


def _lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell or ' ' for cell in row)} |"


if __name__ == "__main__":
    main()
