"""`python -m web`: the API and the page."""

import uvicorn

from shared.bus.service import or_exit
from shared.settings import load
from shared.telemetry import configure
from shared.tokens import signing_key
from web.app import create_app

_STOP_S = 3


def main() -> None:
    """Serve until SIGTERM; open event streams are ended after three seconds."""
    settings = load()
    configure(settings, "web")
    signing_key(settings)  # a key that cannot be read must stop the start, not the first request
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_STOP_S,
        timeout_keep_alive=30,
    )


if __name__ == "__main__":
    or_exit(main)
