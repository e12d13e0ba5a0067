"""The built-in synthesizer's music: from a prompt to a finished piece."""

from .composer import compose

__all__ = ["compose"]
