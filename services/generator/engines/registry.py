"""Which engine a name means. Nothing of an engine is imported before it is opened."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import TYPE_CHECKING

from shared.errors import SettingsError

if TYPE_CHECKING:  # numpy comes with it, which takes longer than all the rest
    from services.generator.engines.engine import Engine

ENGINES = {"synth": "services.generator.engines.synth.engine:SynthEngine"}
"""The engines that Sound Box brings, as `module:Class`. The help of `up` and the settings name them too."""

_AUTO = "synth"


def check(name: str) -> None:
    """Refuse a name that means no engine, without importing the engine.

    What cannot be seen from outside, a class that its module lacks, `open_engine` refuses.

    Raises:
        SettingsError: it has the wrong form, or its module is not there.
    """
    _module_of(name)


def open_engine(name: str) -> Engine:
    """The engine of a name: one of `ENGINES`, `auto` (today `synth`), or `module:Class` for one of your own.

    Raises:
        SettingsError: there is no such engine, or it cannot be imported.
    """
    module, attribute = _module_of(name)
    try:
        engine: Engine = getattr(importlib.import_module(module), attribute)()
    except (ImportError, AttributeError, TypeError) as error:
        raise _unusable(name, error) from error
    return engine


def _module_of(name: str) -> tuple[str, str]:
    """Module and class of an engine's name, once the module is found."""
    path = ENGINES.get(_AUTO if name == "auto" else name, name)
    module, _, attribute = path.partition(":")
    if not (attribute.isidentifier() and all(part.isidentifier() for part in module.split("."))):
        there = ", ".join(["auto", *ENGINES])
        raise SettingsError(
            f"SOUNDBOX_ENGINE is {name!r}; wanted {there}, or module:Class of your own engine."
        )
    try:
        found = find_spec(module)
    except (ImportError, ValueError) as error:  # of the package around it
        raise _unusable(name, error) from error
    if found is None:
        raise _unusable(name, f"there is no module {module}")
    return module, attribute


def _unusable(name: str, reason: object) -> SettingsError:
    return SettingsError(f"SOUNDBOX_ENGINE is {name!r}, which cannot be used: {reason}.")
