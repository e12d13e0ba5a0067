"""`soundbox doctor`."""

from typing import Annotated

import typer

from cli.options import DataOption


def command(
    data: DataOption,
    port: Annotated[int, typer.Option(envvar="SOUNDBOX_PORT", help="Port the web app would use.")] = 5309,
) -> None:
    """Check what Sound Box needs on this machine, and say how to mend what is missing."""
    from cli import health

    findings = health.examine(data.absolute(), port)
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        mark = "ok" if finding.fine else "!!" if finding.needed else "--"
        typer.echo(f"{mark}  {finding.what:<{width}}  {finding.detail}")
    if any(finding.needed and not finding.fine for finding in findings):
        raise typer.Exit(1)
