"""`soundbox restore`."""

from pathlib import Path
from typing import Annotated

import typer

from cli.data_settings import load_settings
from cli.instance import Instance
from cli.options import DataOption


def command(
    source: Annotated[Path, typer.Argument(metavar="FILE.tar|DIR", help="The backup.")],
    data: DataOption,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Delete what is in the data folder, once the backup was verified."),
    ] = False,
    amqp_url: Annotated[
        str | None,
        typer.Option(
            envvar="SOUNDBOX_AMQP_URL",
            metavar="URL",
            help="Broker to write the log into; it must have none.",
            show_default="a private one in the data folder",
        ),
    ] = None,
) -> None:
    """Make a data folder of a backup. Nothing is touched before every hash in it was verified."""
    from cli.backups import restoring

    instance = Instance(data)
    settings = load_settings(instance.data, amqp_url)
    with instance.held():
        restored = restoring.restore(source, settings, replace=replace, own_node=amqp_url is None)
    typer.echo(f"Restored the backup of {restored.created_at}: {restored.entries} entries of the log.")
    if restored.waiting:
        typer.echo(f"Jobs that begin anew: {restored.waiting}.")
    if restored.missing:
        typer.echo(
            f"Objects that the store does not have as the backup lists them: {restored.missing}.", err=True
        )
    typer.echo(f"Type: ./soundbox up{instance.option()}")
