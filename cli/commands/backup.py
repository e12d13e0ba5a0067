"""`soundbox backup`."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.data_settings import load_settings
from cli.errors import CommandError
from cli.instance import Instance
from cli.options import DataOption
from shared.version import VERSION

if TYPE_CHECKING:
    from shared.settings import Settings

TargetArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE.tar|DIR", help="What to make: a tar file where the name ends so, else a folder."
    ),
]
AmqpUrlOption = Annotated[
    str | None,
    typer.Option(
        envvar="SOUNDBOX_AMQP_URL",
        metavar="URL",
        help="Broker that has the log.",
        show_default="that of the data folder",
    ),
]


def command(target: TargetArgument, data: DataOption, amqp_url: AmqpUrlOption = None) -> None:
    """Back up log, library, sounds and keys, while Sound Box runs or when it is stopped.

    Jobs that have not ended begin anew after a restore. Weights of models are not in it.
    """
    from cli.backups import making

    with _settings(data, amqp_url) as settings:
        made = making.make(settings, target.absolute(), VERSION)
    typer.echo(
        f"Backed up {made.entries} entries of the log, {made.tracks} tracks and {made.objects} objects."
    )
    if made.waiting:
        typer.echo(f"Jobs that had not ended, and begin anew after a restore: {made.waiting}.")
    if not made.copied:
        typer.echo(f"The objects are only listed: they stay in {settings.store_url}.")


@contextlib.contextmanager
def _settings(data: Path, amqp_url: str | None) -> Iterator["Settings"]:
    """Settings with a broker that runs: the one that is named, the running box's, or the folder's own."""
    instance = Instance(data)
    if amqp_url is None and instance.running_pid() is not None:
        amqp_url = str(instance.state()["amqp_url"])
    if amqp_url is not None:
        yield load_settings(data, amqp_url)
        return
    if not (instance.data / "broker" / "mnesia").is_dir():
        raise CommandError(
            f"{instance.data} has no log: Sound Box has not run there with a broker of its own."
            " Name the folder with --data, or the broker with --amqp-url."
        )
    from cli.broker_node import BrokerNode

    with instance.held():
        node = BrokerNode(instance.data / "broker")
        node.start()
        try:
            node.wait_ready()
            yield load_settings(data, node.url())
        finally:
            node.stop()
