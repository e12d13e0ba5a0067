"""`soundbox version`."""

import platform
import tomllib

import typer

from cli.process_table import ROOT


def command() -> None:
    """Show the version of Sound Box and of Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    typer.echo(f"Sound Box {project['version']} (Python {platform.python_version()})")
