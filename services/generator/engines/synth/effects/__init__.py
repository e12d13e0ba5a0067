"""The built-in synthesizer's sound effects: from a prompt to a finished sound."""

from .render import render

__all__ = ["render"]
