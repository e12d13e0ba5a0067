"""The `soundbox` command. A new command is a module in `cli/commands` and a line in the table below."""

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from shared.errors import SoundBoxError

_CONTEXT = {"help_option_names": ["-h", "--help"]}

# Name -> the section of --help it is shown in.
COMMANDS = {
    "up": "Run",
    "stop": "Run",
    "status": "Run",
    "models": "Look after",
    "token": "Look after",
    "backup": "Look after",
    "restore": "Look after",
    "rebuild": "Look after",
    "doctor": "Look after",
    "analyze": "Look after",
    "bench": "Develop",
    "test": "Develop",
    "version": "Develop",
}


def _load(name: str) -> Any:
    """Import a command's module and make a click command of what it holds."""
    found = import_module(f"cli.commands.{name}").command
    if isinstance(found, typer.Typer):
        made: Any = typer.main.get_command(found)
    else:
        alone = typer.Typer(add_completion=False)
        alone.command(name, context_settings={**_CONTEXT, **getattr(found, "context_settings", {})})(found)
        made = typer.main.get_command(alone)
    made.name = name
    made.rich_help_panel = COMMANDS[name]
    return made


class _Commands(TyperGroup):
    """The table, its modules imported one at a time."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return _load(cmd_name) if cmd_name in COMMANDS else None


app = typer.Typer(
    name="soundbox",
    cls=_Commands,
    help="Sound Box: music and sound effects from text, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    context_settings=_CONTEXT,
    pretty_exceptions_enable=False,
)


@app.callback()
def _root() -> None:
    """Makes the app a group."""


def main() -> None:
    """Run the command line; an error that we raise on purpose is one sentence on stderr."""
    try:
        app(prog_name="soundbox")
    except SoundBoxError as error:
        print(f"soundbox: {error}", file=sys.stderr)
        sys.exit(getattr(error, "code", 1))


if __name__ == "__main__":
    main()
