"""Settings of a data folder that a command was told of."""

import os
from pathlib import Path

from cli.errors import CommandError
from shared import settings
from shared.errors import SettingsError
from shared.settings import Settings


def load_settings(data: Path, amqp_url: str | None) -> Settings:
    """Settings of a data folder, and of the broker that goes with it where one is named.

    Raises:
        CommandError: a setting is wrong.
    """
    environment = {**os.environ, "SOUNDBOX_DATA": str(data.absolute())}
    if amqp_url is not None:
        environment["SOUNDBOX_AMQP_URL"] = amqp_url
    try:
        return settings.load(environment)
    except SettingsError as error:
        raise CommandError(str(error), 2) from error
