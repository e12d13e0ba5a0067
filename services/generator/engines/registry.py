"""Which engine a name means. Nothing of an engine is imported before it is opened."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import TYPE_CHECKING

from services.generator.engines.audiocraft import presence
from shared.errors import SettingsError

if TYPE_CHECKING:  # numpy comes with it, which takes longer than all the rest
    from services.generator.engines.engine import Engine, OnDownload
    from shared.messages.job import Model
    from shared.settings import Settings

ENGINES = {
    "synth": "services.generator.engines.synth.engine:SynthEngine",
    "audiocraft": "services.generator.engines.audiocraft.engine:AudioCraftEngine",
}
"""The engines that Sound Box brings, as `module:Class`. The help of `up` and the settings name them too."""


def check(name: str) -> None:
    """Refuse a name that means no engine, without importing the engine.

    What cannot be seen from outside, a class that its module lacks, `open_engine` refuses.

    Raises:
        SettingsError: it has the wrong form, its module is not there, or its packages are not installed.
    """
    _module_of("synth" if name == "auto" else name)


def open_engine(settings: Settings, model: Model, on_download: OnDownload | None = None) -> Engine:
    """The engine that SOUNDBOX_ENGINE names: one of `ENGINES`, `auto`, or `module:Class` for one of your own.

    `on_download` hears what loading it fetches.

    `auto` is `audiocraft` where that is installed and has weights for the model, or a GPU and leave to
    fetch them; else `synth`.

    Raises:
        SettingsError: there is no such engine, or it cannot be imported.
    """
    name = _name(settings, model)
    module, attribute = _module_of(name)
    try:
        kind = getattr(importlib.import_module(module), attribute)
        engine: Engine = kind(settings, on_download) if name == "audiocraft" else kind()
    except (ImportError, AttributeError, TypeError) as error:
        raise _unusable(name, error) from error
    return engine


def slots(settings: Settings, model: Model) -> int:
    """How many jobs of a model are taken from the queue at a time: what waits here has lost its priority."""
    return settings.slots if _name(settings, model) == "audiocraft" else 1


def unload_after_s(settings: Settings, model: Model) -> float:
    """Idle time after which an engine's memory is worth having back; 0 for never."""
    return settings.unload_after_s if _name(settings, model) == "audiocraft" else 0


def _name(settings: Settings, model: Model) -> str:
    """The engine's name, once `auto` is decided for a model."""
    if settings.engine != "auto":
        return settings.engine
    checkpoint = settings.music_model if model == "music" else settings.audio_model
    fetched = presence.has_weights(checkpoint) or (presence.has_gpu() and not presence.is_offline())
    return "audiocraft" if presence.installed() and fetched else "synth"


def _module_of(name: str) -> tuple[str, str]:
    """Module and class of an engine's name, once the module is found."""
    module, _, attribute = ENGINES.get(name, name).partition(":")
    if not (attribute.isidentifier() and all(part.isidentifier() for part in module.split("."))):
        there = ", ".join(["auto", *ENGINES])
        raise SettingsError(
            f"SOUNDBOX_ENGINE is {name!r}; wanted {there}, or module:Class of your own engine."
        )
    if name == "audiocraft" and not presence.installed():
        raise _unusable(name, "its packages are not installed; ./soundbox up --engine audiocraft does that")
    try:
        found = find_spec(module)
    except (ImportError, ValueError) as error:  # of the package around it
        raise _unusable(name, error) from error
    if found is None:
        raise _unusable(name, f"there is no module {module}")
    return module, attribute


def _unusable(name: str, reason: object) -> SettingsError:
    return SettingsError(f"SOUNDBOX_ENGINE is {name!r}, which cannot be used: {reason}.")
