"""A Dockerfile as data: what each target copies, sets, checks and runs."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

_INSTRUCTION = re.compile(r"([A-Z]+)\s+(.*)", re.DOTALL)


@dataclass
class Target:
    """One stage of the Dockerfile, with what it inherits.

    Attributes:
        copies: (source, destination) of each COPY, destinations absolute.
    """

    base: str
    workdir: str = "/"
    copies: list[tuple[str, str]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    command: list[str] | None = None
    healthcheck: list[str] | None = None
    stop_signal: str | None = None
    user: str | None = None


def read(path: Path) -> dict[str, Target]:
    """The targets by name."""
    targets: dict[str, Target] = {}
    current = Target("scratch")
    for name, rest in _instructions(path.read_text(encoding="utf-8")):
        if name == "FROM":
            base, _, alias = rest.partition(" AS ")
            current = _heir(targets[base]) if base in targets else Target(base)
            targets[alias] = current
        else:
            _take(current, name, rest)
    return targets


def _instructions(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    found = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        match = _INSTRUCTION.fullmatch(line.strip())
        assert match, f"not an instruction: {line}"
        found.append((match.group(1), match.group(2)))
    return found


def _heir(target: Target) -> Target:
    return Target(
        target.base,
        target.workdir,
        list(target.copies),
        dict(target.environment),
        dict(target.arguments),
        list(target.runs),
        target.command,
        target.healthcheck,
        target.stop_signal,
        target.user,
    )


def _take(target: Target, name: str, rest: str) -> None:
    if name == "WORKDIR":
        target.workdir = rest
    elif name == "COPY":
        *sources, destination = shlex.split(rest)
        assert not any(source.startswith("--") for source in sources), "options of COPY are not understood"
        target.copies += [(source, str(Path(target.workdir) / destination)) for source in sources]
    elif name == "ENV":
        target.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
    elif name == "ARG":
        key, _, value = rest.partition("=")
        target.arguments[key] = value
    elif name == "CMD":
        target.command = json.loads(rest)
    elif name == "HEALTHCHECK":
        target.healthcheck = json.loads(rest[rest.index("[") :])
    elif name == "RUN":
        target.runs.append(rest)
    elif name == "USER":
        target.user = rest
    elif name == "STOPSIGNAL":
        target.stop_signal = rest
    else:
        assert name in ("EXPOSE", "VOLUME"), f"{name} is not understood"
