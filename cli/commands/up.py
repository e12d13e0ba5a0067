"""`soundbox up`: everything on one machine."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import ports
from cli.console import Console
from cli.errors import CommandError
from cli.instance import Instance
from cli.options import DataOption
from cli.process_table import Program, broker_programs, parse_scale, service_programs
from cli.readiness import WebCheck, wait_until_ready
from cli.supervisor import Supervisor, supervise

_BROKER_PATIENCE_S = 3.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def command(
    data: DataOption,
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, envvar="SOUNDBOX_PORT", help="Port of the web app; 0 picks a free one."
        ),
    ] = 5309,
    host: Annotated[
        str, typer.Option(envvar="SOUNDBOX_HOST", help="Address the web app listens on; 0.0.0.0 for all.")
    ] = "127.0.0.1",
    engine: Annotated[
        str,
        typer.Option(envvar="SOUNDBOX_ENGINE", help="auto, synth, audiocraft, or module:Class of your own."),
    ] = "auto",
    scale: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=N", help="Run N of a service, for example analyzer=2. Repeatable."),
    ] = None,
    amqp_url: Annotated[
        str | None,
        typer.Option(
            envvar="SOUNDBOX_AMQP_URL",
            metavar="URL",
            help="Use this broker instead of a private one: amqp://user:password@host:port/vhost.",
        ),
    ] = None,
) -> None:
    """Start everything on this machine: the broker, the five services and the web app.

    Ctrl-C stops all of it.
    """
    scales = parse_scale(scale or [])
    if scales.get("generator", 1):
        _check_engine(engine)
    instance = Instance(data)
    with instance.held():
        address = _address(host, port)
        code = _run(instance, address, engine, scales, amqp_url)
    raise typer.Exit(code)


@dataclass(frozen=True)
class _Address:
    host: str
    port: int

    @property
    def reached_at(self) -> str:
        """Host that this machine reaches it at."""
        return _EVERYWHERE.get(self.host, self.host)

    @property
    def url(self) -> str:
        host = self.reached_at
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def _run(
    instance: Instance, address: _Address, engine: str, scale: dict[str, int], amqp_url: str | None
) -> int:
    environment = _environment(instance.data, address, engine)
    node = None
    programs: list[Program] = []
    if amqp_url is None:
        from cli.broker_node import BrokerNode

        node = BrokerNode(instance.data / "broker")
        if node.swept:
            typer.echo("Stopped the broker that an earlier run left behind.", err=True)
        programs += broker_programs(node)
        amqp_url = node.url()
    else:
        _check_broker(amqp_url)
    environment["SOUNDBOX_AMQP_URL"] = amqp_url
    _check_settings(environment)
    # Started beside the broker they would take its processor and find it a few seconds late: measured on
    # two cores, all of them consume 7 to 9 s after the start instead of 12.
    programs += service_programs(environment, scale, when=node.listens if node else None)
    try:
        return _supervise(programs, instance, address, amqp_url)
    finally:
        if node is not None:
            node.sweep()


def _supervise(programs: list[Program], instance: Instance, address: _Address, amqp_url: str) -> int:
    console = Console(max(len(program.name) for program in programs))
    head = {"web_url": address.url, "amqp_url": amqp_url, "pid": os.getpid()}

    def write_state(processes: list[dict[str, Any]]) -> None:
        try:
            instance.write_state({**head, "processes": processes})
        except OSError as error:  # a full disk: the processes matter more than what `status` can say
            console.warn(f"The state file could not be written: {error}.")

    async def until_ready() -> None:
        check = WebCheck(address.reached_at, address.port)
        await wait_until_ready(check, console, supervisor.not_running)
        console.say(f"Sound Box is ready at {address.url}")

    supervisor = Supervisor(programs, console, write_state)
    code = supervise(supervisor, until_ready)
    console.warn("Sound Box has stopped.")
    console.flush()
    return code


def _address(host: str, port: int) -> _Address:
    """Where the web app will listen.

    Raises:
        CommandError: the port is taken, or the address is none of this machine's.
    """
    if not ports.is_local(host):
        raise CommandError(f"This machine has no address {host}. Type: ./soundbox up --host 127.0.0.1")
    if port == 0:
        return _Address(host, ports.pick(host))
    if not ports.is_free(port, host):
        other = ports.next_free(port, host)
        raise CommandError(
            f"Port {port} on {host} is in use{ports.user_of(port)}. Type: ./soundbox up --port {other}"
        )
    return _Address(host, port)


def _environment(data: Path, address: _Address, engine: str) -> dict[str, str]:
    cache = _cache(data)
    return {
        # Compiled code and fonts; without a home or with a read-only .venv the libraries fail or grumble.
        "NUMBA_CACHE_DIR": str(cache / "numba"),
        "MPLCONFIGDIR": str(cache / "matplotlib"),
        **os.environ,
        "SOUNDBOX_DATA": str(data),
        "SOUNDBOX_HOST": address.host,
        "SOUNDBOX_PORT": str(address.port),
        "SOUNDBOX_ENGINE": engine,
    }


def _cache(data: Path) -> Path:
    """Folder of what can be made again: beside the packages, else with the data."""
    environment = Path(sys.prefix)
    return environment / "cache" if os.access(environment, os.W_OK) else data / "cache"


def _check_engine(engine: str) -> None:
    """Refuse an engine that is not there: without one nothing could be made."""
    from services.generator.engines import registry
    from shared.errors import SettingsError

    try:
        registry.check(engine)
    except SettingsError as error:
        raise CommandError(str(error), code=2) from error


def _check_settings(environment: dict[str, str]) -> None:
    """Refuse unusable SOUNDBOX_* settings once, here, and not once in every process."""
    from shared import settings
    from shared.errors import SettingsError

    try:
        settings.load(environment)
    except SettingsError as error:
        raise CommandError(str(error), code=2) from error


def _check_broker(amqp_url: str) -> None:
    """Make sure that a broker that was named can be reached."""
    from cli import queues

    queues.wait_for_broker(amqp_url, _BROKER_PATIENCE_S)
