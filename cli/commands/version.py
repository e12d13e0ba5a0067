"""`soundbox version`."""

import platform
import tomllib

import typer

from cli.process_table import ROOT


def command() -> None:
    """Show the version of Sound Box and of Python."""
    typer.echo(f"Sound Box {version()} (Python {platform.python_version()})")


def version() -> str:
    """The version of Sound Box."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
