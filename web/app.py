"""The web app, put together."""

import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware

from shared.bus.live import LiveListener
from shared.bus.publisher import Publisher
from shared.errors import BrokerUnavailableError
from shared.settings import Settings
from web.api.problems import HANDLERS
from web.middleware import AnswerHeaders, Compressed, KnownOrigin
from web.ports import Ports, open_ports
from web.routes import ROUTES

_LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
_BLOCKED_TIMEOUT_S = 4.0  # a request must be answered within a few seconds, with a refusal if need be


def create_app(settings: Settings, ports: Ports | None = None) -> Starlette:
    """The web app. With `ports` given, nothing is opened and no notices are listened to."""
    loopback_only = settings.host in _LOOPBACK_HOSTS and settings.public_url is None
    app = Starlette(
        routes=ROUTES,
        exception_handlers=HANDLERS,
        middleware=_middleware(loopback_only),
        lifespan=_lifespan if ports is None else None,
    )
    app.state.settings = settings
    if ports is not None:
        app.state.ports = ports
    return app


def _middleware(loopback_only: bool) -> Sequence[Middleware]:
    return [
        Middleware(AnswerHeaders),
        Middleware(KnownOrigin, loopback_only=loopback_only),
        Middleware(Compressed),
    ]


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    """Open the ports and listen to notices while the app runs."""
    settings: Settings = app.state.settings
    publisher = Publisher(settings, _BLOCKED_TIMEOUT_S)
    ports = app.state.ports = open_ports(settings, publisher)
    stop = threading.Event()
    threads = [
        threading.Thread(target=LiveListener(settings).listen, args=(ports.live.hear, stop), daemon=True),
        threading.Thread(target=_connect, args=(publisher, stop), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        publisher.close()
        ports.library.close()
        for thread in threads:
            thread.join(timeout=2)


def _connect(publisher: Publisher, stop: threading.Event) -> None:
    """Connect before the first request; from then on the publisher mends its connection itself."""
    while not stop.is_set() and not publisher.connected:
        try:
            publisher.connect()
        except BrokerUnavailableError:
            stop.wait(0.3)
