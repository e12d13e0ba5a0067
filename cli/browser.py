"""Finding the browser that the tests drive."""

import os
import shutil
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

HOW_TO_INSTALL = (
    "Chromium is not installed. Type: sudo apt-get install -y --no-install-recommends chromium"
    " (or set CHROMIUM to the path of one)."
)


def find() -> Path | None:
    """Path of an installed Chromium or Chrome; `CHROMIUM` in the environment goes first."""
    for name in (os.environ.get("CHROMIUM", ""), *_NAMES):
        found = shutil.which(name) if name else None
        if found is not None:
            return Path(found)
    return None
