"""`soundbox test`."""

from typing import Annotated

import typer


def command(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PYTEST ARGUMENTS]...", help="Passed on to pytest.", show_default=False),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="CHECK", help="Run this check alone: lint, format, types or tests. Repeatable."),
    ] = None,
) -> None:
    """Run every check: ruff, mypy, and all tests against a real RabbitMQ, SQLite and Chromium.

    A part that is missing is skipped with a loud line; with CI=true in the environment it fails.
    """
    from cli import testing

    raise typer.Exit(testing.run(arguments or [], only or []))


# What is not ours is pytest's: `soundbox test -k broker -x tests/cli`.
command.context_settings = {"ignore_unknown_options": True}  # type: ignore[attr-defined]
