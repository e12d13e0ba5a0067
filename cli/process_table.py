"""The processes of one Sound Box, as data."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path

from cli.broker_node import BrokerNode
from cli.errors import CommandError

ROOT = Path(__file__).resolve().parent.parent

_MOST = 64


class Stop(IntEnum):
    """Order of stopping: nothing new comes in, work drains, its last facts are filed, the broker goes."""

    ENTRANCE = 0
    WORK = 1
    CATALOG = 2
    BROKER = 3
    EPMD = 4


@dataclass(frozen=True)
class Program:
    """A program that is kept running.

    Attributes:
        patience_s: seconds between asking it to stop and killing it.
        output: file its output is appended to; without one its lines are printed under its name.
        when: what must hold before it is started the first time.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    stop: Stop = Stop.WORK
    patience_s: float = 10.0
    folder: Path = ROOT
    output: Path | None = None
    when: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Service:
    """A service of Sound Box: its module, how many run by default and at most, how it is stopped."""

    name: str
    module: str
    stop: Stop
    patience_s: float
    most: int = _MOST


SERVICES = (
    Service("catalog", "services.catalog", Stop.CATALOG, 10, most=1),
    Service("web", "web", Stop.ENTRANCE, 5, most=1),
    Service("ingest", "services.ingest", Stop.ENTRANCE, 5),
    Service("generator", "services.generator", Stop.WORK, 15),
    Service("analyzer", "services.analyzer", Stop.WORK, 15),
    Service("renderer", "services.renderer", Stop.WORK, 15),
)


def service_programs(
    environment: Mapping[str, str], scale: Mapping[str, int], when: Callable[[], bool] | None = None
) -> list[Program]:
    """The services and the web app, each as many times as `scale` says, else once."""
    return [
        replace(_service_program(service, number, environment), when=when)
        for service in SERVICES
        for number in range(1, scale.get(service.name, 1) + 1)
    ]


def broker_programs(node: BrokerNode) -> list[Program]:
    """The private node and its port mapper."""
    folder, output = node.folder, node.output
    return [
        Program("epmd", tuple(node.epmd_command), node.environment, Stop.EPMD, 2, folder, output),
        Program(
            "broker",
            tuple(node.node_command),
            node.environment,
            Stop.BROKER,
            20,
            folder,
            output,
            when=node.epmd_answers,
        ),
    ]


def parse_scale(given: list[str]) -> dict[str, int]:
    """Read `NAME=N` pairs.

    Raises:
        CommandError: a pair is malformed, names no service, or a number that the service cannot have.
    """
    scalable = {service.name: service for service in SERVICES if service.most > 1}
    scale: dict[str, int] = {}
    for pair in given:
        name, _, number = pair.partition("=")
        if name not in scalable:
            raise CommandError(f"--scale {pair}: wanted NAME=N with NAME one of {', '.join(scalable)}.", 2)
        if not number.isdecimal() or int(number) > _MOST:
            raise CommandError(f"--scale {pair}: wanted NAME=N with N from 0 to {_MOST}.", 2)
        scale[name] = int(number)
    return scale


def _service_program(service: Service, number: int, environment: Mapping[str, str]) -> Program:
    name = service.name if service.most == 1 else f"{service.name}-{number}"
    own = {**environment, "SOUNDBOX_WORKER_NAME": name, "PYTHONUNBUFFERED": "1"}
    command = (sys.executable, "-m", service.module)
    return Program(name, command, own, service.stop, service.patience_s)
