"""`soundbox bench`."""

from typing import Annotated

import typer

from cli.errors import CommandError
from cli.options import JsonOption

BENCHES = ("pipeline",)


def command(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(BENCHES)}.")],
    as_json: JsonOption = False,
) -> None:
    """Measure a part of Sound Box on this machine, against a baseline in the same run."""
    from importlib import import_module

    from bench import figures

    if name not in BENCHES:
        raise CommandError(f"bench {name}: wanted one of {', '.join(BENCHES)}.", 2)
    found = import_module(f"bench.{name}").run()
    if as_json:
        typer.echo(figures.as_json(name, found))
    else:
        figures.show(name, found)
