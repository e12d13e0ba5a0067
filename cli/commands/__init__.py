"""The commands, a module each; see `cli.__main__` for the table.

A module holds `command`: a function that typer can read, or a `typer.Typer` group. What it needs
beyond the standard library and typer it imports in its functions, so that another command is not
slowed by it.
"""
