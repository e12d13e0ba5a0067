"""`soundbox status`."""

import json
from typing import Any

import typer

from cli.errors import CommandError
from cli.instance import Instance
from cli.options import DataOption, JsonOption


def command(data: DataOption, as_json: JsonOption = False) -> None:
    """Show what runs: every process, and how many messages wait in each queue.

    Exit status 3 when nothing runs on the data folder.
    """
    from cli import queues

    state = Instance(data).state()
    try:
        state["queues"] = queues.depths(str(state["amqp_url"]))
    except CommandError as error:
        typer.echo(str(error), err=True)
        state["queues"] = {}
    if as_json:
        typer.echo(json.dumps(state, indent=2))
    else:
        _show(state)


def _show(state: dict[str, Any]) -> None:
    typer.echo(f"Sound Box is at {state['web_url']}\n")
    typer.echo(f"{'PROCESS':<14}{'PID':>8}  STATE")
    for process in state["processes"]:
        again = f" (started again {process['restarts']} times)" if process["restarts"] else ""
        typer.echo(f"{process['name']:<14}{process['pid'] or '-':>8}  {process['state']}{again}")
    typer.echo(f"\n{'QUEUE':<24}{'WAITING':>8}")
    for name, count in state["queues"].items():
        typer.echo(f"{name:<24}{count:>8}")
