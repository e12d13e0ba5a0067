"""Which engine a name means."""

import importlib

from services.generator.engines.engine import Engine
from shared.errors import SettingsError


def open_engine(name: str) -> Engine:
    """The engine of a name: `synth`, `auto` (today the same), or `module:Class` for one of your own.

    Raises:
        SettingsError: there is no such engine, or it cannot be imported.
    """
    if name in ("auto", "synth"):
        from services.generator.engines.synth.engine import SynthEngine

        return SynthEngine()
    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise SettingsError(
            f"SOUNDBOX_ENGINE is {name!r}; wanted auto, synth, or module:Class of your own engine."
        )
    try:
        engine: Engine = getattr(importlib.import_module(module), attribute)()
    except (ImportError, AttributeError, TypeError) as error:
        raise SettingsError(f"SOUNDBOX_ENGINE is {name!r}, which cannot be used: {error}") from error
    return engine
