"""Prompts that nobody wrote, for those who have no idea what to ask for."""

from web.prompts.composing import compose

__all__ = ["compose"]
