"""Whether a service in a container is well: it touches a file while it is connected, and this looks at it.

`python -m shared.health` exits 0 when SOUNDBOX_HEALTH_FILE was touched lately, else 1 with a sentence.
"""

import sys
import time
from collections.abc import Callable

from shared.errors import SettingsError
from shared.settings import Settings, load

OLDEST_S = 20.0


def mark(settings: Settings, up: Callable[[], bool]) -> None:
    """Touch the health file, if there is one and the service is up."""
    if settings.health_file is not None and up():
        settings.health_file.touch()


def age_s(settings: Settings) -> float | None:
    """Seconds since the file was touched; None when it never was.

    Raises:
        SettingsError: SOUNDBOX_HEALTH_FILE is not set.
    """
    if settings.health_file is None:
        raise SettingsError("SOUNDBOX_HEALTH_FILE is not set, so there is nothing to look at.")
    try:
        return time.time() - settings.health_file.stat().st_mtime
    except FileNotFoundError:
        return None


def main() -> None:
    """Exit 0 when the service is well."""
    try:
        age = age_s(load())
    except SettingsError as error:
        sys.exit(str(error))
    if age is None:
        sys.exit("The service has not connected to the broker yet.")
    if age > OLDEST_S:
        sys.exit(f"The service has not been connected to the broker for {age:.0f} s.")


if __name__ == "__main__":
    main()
