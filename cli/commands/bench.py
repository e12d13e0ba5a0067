"""`soundbox bench`."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from cli.errors import CommandError
from cli.options import JsonOption

BENCHES = ("pipeline", "decoder", "spectrogram", "analysis", "descriptors", "quality", "library", "replay")
SIZES = ("small", "medium", "large", "audiogen-medium")

# Option -> the benchmarks that have it.
OPTIONS = {"size": ("decoder",), "device": ("decoder",), "rows": ("library", "replay"), "keep": ("library",)}


def command(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(BENCHES)}.")],
    as_json: JsonOption = False,
    size: Annotated[
        str | None,
        typer.Option(help=f"Of the decoder's model: {', '.join(SIZES)}.", show_default="small"),
    ] = None,
    device: Annotated[
        Literal["cpu", "cuda"] | None,
        typer.Option(help="Measure the decoder here only.", show_default="all there are"),
    ] = None,
    rows: Annotated[
        int | None,
        typer.Option(
            min=1, help="Tracks of the library, or entries to replay.", show_default="1000000, 200000"
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Make the library's data folder here, log included, and leave it."),
    ] = None,
) -> None:
    """Measure a part of Sound Box on this machine, against a baseline in the same run."""
    from importlib import import_module

    from bench import figures

    if name not in BENCHES:
        raise CommandError(f"bench {name}: wanted one of {', '.join(BENCHES)}.", 2)
    try:
        found = import_module(f"bench.{name}").run(
            **_options(name, size=size, device=device, rows=rows, keep=keep)
        )
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


def _options(name: str, **given: Any) -> dict[str, Any]:
    """The options that were given; a benchmark's own defaults stand for the others."""
    options = {option: value for option, value in given.items() if value is not None}
    foreign = next((option for option in options if name not in OPTIONS[option]), None)
    if foreign is not None:
        raise CommandError(f"bench {name} has no --{foreign}.", 2)
    size = options.get("size", SIZES[0])
    if size not in SIZES:
        raise CommandError(f"--size {size}: wanted one of {', '.join(SIZES)}.", 2)
    return options
