"""`soundbox models`."""

import dataclasses
import json
from typing import TYPE_CHECKING, Annotated

import typer

from cli.instance import Instance
from cli.options import DataOption, JsonOption

if TYPE_CHECKING:
    from cli.models import Holder

command = typer.Typer(
    help="Show the models, and load or unload one.", invoke_without_command=True, add_completion=False
)

ModelArgument = Annotated[str, typer.Argument(help="music or audio.", show_default=False)]
WaitOption = Annotated[float, typer.Option(min=0, help="Seconds to wait until that is done.")]


@command.callback()
def show(context: typer.Context, data: DataOption, as_json: JsonOption = False) -> None:
    """Show the state of each model in every generator, and why.

    Exit status 3 when nothing runs on the data folder.
    """
    if context.invoked_subcommand is not None:
        return
    from cli import models

    found = models.holders(str(Instance(data).state()["web_url"]))
    if as_json:
        typer.echo(json.dumps({"models": [dataclasses.asdict(holder) for holder in found]}, indent=2))
    elif not found:
        typer.echo("No generator is running.")
    else:
        _table(found)


@command.command()
def load(model: ModelArgument, data: DataOption, wait: WaitOption = 10) -> None:
    """Load a model into memory, in every generator that serves it."""
    from cli import models
    from cli.errors import CommandError

    name = models.checked(model)
    found = models.want(Instance(data).state(), name, "ready", wait)
    _table(found)
    if any(holder.state == "error" for holder in found):
        raise CommandError(f"{model} cannot be loaded everywhere; the generators try again.")
    if any(holder.state != "ready" for holder in found):
        typer.echo(f"{model} is not ready everywhere yet; loading goes on.")


@command.command()
def unload(model: ModelArgument, data: DataOption, wait: WaitOption = 10) -> None:
    """Free the memory of a model, in every generator that serves it.

    Jobs in work are finished first. The next job has the model loaded again, and so does a generator
    that is started anew.
    """
    from cli import models

    name = models.checked(model)
    found = models.want(Instance(data).state(), name, "unloaded", wait)
    _table(found)
    if any(holder.state != "unloaded" for holder in found):
        typer.echo(
            f"{model} is not unloaded everywhere yet: jobs in work are finished first, and one that waits"
            " has it loaded again."
        )


def _table(found: "list[Holder]") -> None:
    width = max(len("GENERATOR"), *(len(holder.worker) for holder in found))
    typer.echo(f"{'MODEL':<7}{'STATE':<10}{'GENERATOR':<{width}}  ENGINE")
    for holder in found:
        typer.echo(f"{holder.model:<7}{holder.state:<10}{holder.worker:<{width}}  {holder.engine or '-'}")
    for reason in dict.fromkeys(filter(None, (holder.reason for holder in found))):
        typer.echo(reason)
