"""`python -m services.catalog`: keeps the library's database up to date with the log."""

from services.catalog.service import SERVICE, run
from shared.bus.service import or_exit, stop_on_signals
from shared.settings import load
from shared.telemetry import configure


def main() -> None:
    """Follow the log until SIGTERM."""
    settings = load()
    configure(settings, SERVICE)
    run(settings, stop_on_signals())


if __name__ == "__main__":
    or_exit(main)
