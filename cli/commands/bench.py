"""`soundbox bench`."""

from typing import Annotated, Any

import typer

from cli.errors import CommandError
from cli.options import JsonOption

BENCHES = ("pipeline", "decoder", "spectrogram", "descriptors", "quality")
SIZES = ("small", "medium", "large", "audiogen-medium")


def command(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(BENCHES)}.")],
    as_json: JsonOption = False,
    size: Annotated[
        str | None,
        typer.Option(help=f"Of the decoder's model: {', '.join(SIZES)}.", show_default="small"),
    ] = None,
) -> None:
    """Measure a part of Sound Box on this machine, against a baseline in the same run."""
    from importlib import import_module

    from bench import figures

    if name not in BENCHES:
        raise CommandError(f"bench {name}: wanted one of {', '.join(BENCHES)}.", 2)
    try:
        found = import_module(f"bench.{name}").run(**_options(name, size))
    except ModuleNotFoundError as error:
        if name != "decoder":
            raise
        raise CommandError(
            f"bench decoder needs the packages of the audiocraft engine ({error.name} is missing)."
            " Type: ./soundbox test --only lint, which installs them, or ./soundbox up --engine audiocraft"
        ) from error
    if as_json:
        typer.echo(figures.as_json(name, found))
    else:
        figures.show(name, found)


def _options(name: str, size: str | None) -> dict[str, Any]:
    if size is None:
        return {}
    if name != "decoder":
        raise CommandError(f"bench {name} has no --size.", 2)
    if size not in SIZES:
        raise CommandError(f"--size {size}: wanted one of {', '.join(SIZES)}.", 2)
    return {"size": size}
