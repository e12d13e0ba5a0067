"""`soundbox status`."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import typer

from cli.errors import CommandError
from cli.instance import Instance
from cli.options import DataOption, JsonOption


def command(data: DataOption, as_json: JsonOption = False) -> None:
    """Show what runs: every process, how many messages wait in each queue, and which models are paused.

    Exit status 3 when nothing runs on the data folder.
    """
    from cli import models, queues

    state = Instance(data).state()
    state["queues"] = _asked(lambda: queues.depths(str(state["amqp_url"]))) or {}
    state["paused"] = _asked(lambda: models.paused(str(state["web_url"])))
    if as_json:
        typer.echo(json.dumps(state, indent=2))
    else:
        _show(state)


T = TypeVar("T")


def _asked(ask: Callable[[], T]) -> T | None:
    """What can be found out; else None, and a sentence on stderr that says why not."""
    try:
        return ask()
    except CommandError as error:
        typer.echo(str(error), err=True)
        return None


def _show(state: dict[str, Any]) -> None:
    typer.echo(f"Sound Box is at {state['web_url']}\n")
    typer.echo(f"{'PROCESS':<14}{'PID':>8}  STATE")
    for process in state["processes"]:
        again = f" (started again {process['restarts']} times)" if process["restarts"] else ""
        typer.echo(f"{process['name']:<14}{process['pid'] or '-':>8}  {process['state']}{again}")
    typer.echo(f"\n{'QUEUE':<24}{'WAITING':>8}")
    for name, count in state["queues"].items():
        typer.echo(f"{name:<24}{count:>8}")
    if state["paused"]:
        typer.echo(f"\nPaused by an admin, so that jobs wait: {', '.join(state['paused'])}")
