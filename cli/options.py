"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

from cli.instance import default_data

DataOption = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="SOUNDBOX_DATA",
        help="Folder of everything this machine keeps.",
        default_factory=default_data,
        show_default="data, beside the soundbox script",
        file_okay=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
