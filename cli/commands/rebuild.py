"""`soundbox rebuild`."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.errors import CommandError
from cli.instance import Instance
from cli.options import DataOption

if TYPE_CHECKING:
    from shared.settings import Settings

_TAKEN_WITHIN_S = 30.0

AmqpUrlOption = Annotated[
    str | None,
    typer.Option(
        envvar="SOUNDBOX_AMQP_URL",
        metavar="URL",
        help="Broker that has the log.",
        show_default="that of the Sound Box that runs on the data folder",
    ),
]


def command(data: DataOption, amqp_url: AmqpUrlOption = None) -> None:
    """Make the library's database anew from the log, while the one before is served.

    Nothing is lost by it: everything in the database comes from the log.
    """
    from rich.console import Console
    from rich.progress import Progress

    from services.catalog import rebuilding

    settings = settings_of(data, amqp_url)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Reading the log", total=None)
        rebuilding.rebuild(
            settings,
            threading.Event(),
            lambda reached, goal: progress.update(bar, completed=reached + 1, total=goal + 1),
        )
    if not rebuilding.wait_until_taken(settings, _TAKEN_WITHIN_S):
        raise CommandError(
            f"The catalog has not taken the new database within {_TAKEN_WITHIN_S:.0f} s;"
            " it will at its next start."
        )
    typer.echo("The library was made anew.")


def settings_of(data: Path, amqp_url: str | None) -> "Settings":
    """Settings for reading a data folder and the log that goes with it.

    Raises:
        CommandError: no broker is given and no Sound Box runs on the folder, or a setting is wrong.
    """
    from cli.data_settings import load_settings

    return load_settings(data, amqp_url or str(Instance(data).state()["amqp_url"]))
