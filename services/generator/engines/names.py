"""Names of engines, told from words that mean none before anything of an engine is imported."""

from importlib.util import find_spec

from shared.errors import SettingsError

NAMES = ("auto", "synth")
"""The engines that Sound Box brings; the help of `up` and the settings name them too."""


def check(name: str) -> None:
    """Refuse a name that is neither one of `NAMES` nor `module:Class` with a module that is there.

    A class that its module lacks cannot be seen from outside; the models are then in state `error`.

    Raises:
        SettingsError: says what is wrong with the name.
    """
    if name in NAMES:
        return
    module, _, attribute = name.partition(":")
    if not (attribute.isidentifier() and all(part.isidentifier() for part in module.split("."))):
        wanted = f"{', '.join(NAMES)}, or module:Class of your own engine"
        raise SettingsError(f"SOUNDBOX_ENGINE is {name!r}; wanted {wanted}.")
    try:
        missing = None if find_spec(module) else f"there is no module {module}"
    except (ImportError, ValueError) as error:  # of the package around it
        missing = str(error)
    if missing:
        raise SettingsError(f"SOUNDBOX_ENGINE is {name!r}, which cannot be used: {missing}.")
