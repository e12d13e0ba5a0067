"""`soundbox token`."""

from typing import Annotated, Literal

import typer

from cli.errors import CommandError
from cli.options import DataOption

command = typer.Typer(
    help="Make tokens that say who somebody is and in which tier.",
    no_args_is_help=True,
    add_completion=False,
)


@command.callback()
def _group() -> None:
    """Keeps `create` a word of its own while it is the only one."""


@command.command()
def create(
    data: DataOption,
    user: Annotated[str, typer.Option(help="Who the token is for.")] = "owner",
    tier: Annotated[
        Literal["admin", "premium", "standard", "free"],
        typer.Option(help="Jobs of a higher tier are worked first."),
    ] = "standard",
    days: Annotated[
        float | None, typer.Option(min=0, help="Days it is good for.", show_default="for ever")
    ] = None,
) -> None:
    """Print a token signed by this installation.

    Send it as `Authorization: Bearer TOKEN`.
    """
    import os

    from shared import settings, tokens
    from shared.errors import SettingsError

    try:
        loaded = settings.load({**os.environ, "SOUNDBOX_DATA": str(data.absolute())})
        typer.echo(tokens.issue(loaded, user, tier, days))
    except SettingsError as error:
        raise CommandError(str(error), code=2) from error
