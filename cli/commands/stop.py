"""`soundbox stop`."""

import os
import signal

import typer

from cli.errors import CommandError
from cli.instance import Instance
from cli.options import DataOption

_PATIENCE_S = 90.0  # above what all ranks of an ordered stop may take together


def command(data: DataOption) -> None:
    """Stop the Sound Box that runs on a data folder, and wait until it is gone."""
    instance = Instance(data)
    pid = instance.running_pid()
    if pid is None:
        typer.echo(f"No Sound Box is running on {instance.data}.")
        return
    typer.echo(f"Stopping Sound Box (pid {pid})")
    os.kill(pid, signal.SIGTERM)
    if not instance.wait_until_free(_PATIENCE_S):
        raise CommandError(f"It still runs after {_PATIENCE_S:.0f} s. Type: kill -9 {pid}")
    typer.echo("Stopped.")
