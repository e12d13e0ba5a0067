"""`soundbox version`."""

import platform

import typer

from shared.version import VERSION


def command() -> None:
    """Show the version of Sound Box and of Python."""
    typer.echo(f"Sound Box {VERSION} (Python {platform.python_version()})")
