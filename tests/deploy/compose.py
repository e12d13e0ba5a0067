"""docker-compose.yml as Docker compose reads it: variables filled in, services as data."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from tests.deploy import dockerfile
from tests.running import ROOT

FILE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / ".env.example"
TARGETS = dockerfile.read(ROOT / "Dockerfile")
PYTHON_SERVICES = ("ingest", "generator", "generator-gpu", "analyzer", "renderer", "catalog", "web")

VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?:(:?[-?])([^}]*))?\}|(\w+))")


class MissingError(Exception):
    """A variable that must be set is not; the text is what the file says about it."""


def fill_in(text: str, variables: Mapping[str, str]) -> str:
    """Put the variables in, with the four forms of defaults and complaints that compose has."""

    def one(match: re.Match[str]) -> str:
        dollar, name, kind, rest, bare = match.groups()
        if dollar:
            return "$"
        value = variables.get(name or bare)
        absent = value is None or (value == "" and (kind or "").startswith(":"))
        if absent and kind and kind.endswith("?"):
            raise MissingError(f"{name}: {rest}")
        if absent and kind:
            return str(rest)
        return value or ""

    return VARIABLE.sub(one, text)


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice, as compose does and PyYAML does not."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        own = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        if twice := {key for key in own if own.count(key) > 1}:
            raise yaml.constructor.ConstructorError(None, None, f"twice: {twice}", node.start_mark)
        return super().construct_mapping(node, deep)


def load(text: str) -> Any:
    """Read YAML."""
    return yaml.load(text, _Loader)


def services(variables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The services of the file, by name, with the variables filled in."""
    filled: dict[str, Any] = _filled(load(FILE.read_text(encoding="utf-8")), variables)
    found: dict[str, dict[str, Any]] = filled["services"]
    return found


def example() -> dict[str, str]:
    """The variables of .env.example that are set."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def image_of(service: Mapping[str, Any]) -> dockerfile.Target:
    """The target of the Dockerfile that a service is built from."""
    return TARGETS[service["build"]["target"]]


def _filled(part: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(part, str):
        return fill_in(part, variables)
    if isinstance(part, dict):
        return {key: _filled(value, variables) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, variables) for value in part]
    return part
