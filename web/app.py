"""The web app, put together."""

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from services.catalog.queries import CatalogNotReadyError, Library
from shared.bus.live import LiveListener
from shared.bus.publisher import Publisher
from shared.errors import BrokerUnavailableError
from shared.settings import Settings
from web.api.page import on_http_exception
from web.api.problems import HANDLERS
from web.middleware import AnswerHeaders, Defects, KnownOrigin
from web.ports import Ports, open_ports
from web.routes import ROUTES

_LEAST_COMPRESSED_BYTES = 600
_LOOK_AGAIN_S = 1.0
_PREPARE_AGAIN_S = 60.0
_COLLECTED_AFTER = 20_000  # objects more than there were; 700 is usual
_BLOCKED_TIMEOUT_S = 4.0  # a request must be answered within a few seconds, with a refusal if need be


def create_app(settings: Settings, ports: Ports | None = None) -> Starlette:
    """The web app. With `ports` given, nothing is opened and no notices are listened to."""
    app = Starlette(
        routes=ROUTES,
        exception_handlers={**HANDLERS, HTTPException: on_http_exception},
        middleware=[
            Middleware(AnswerHeaders),
            Middleware(Defects),
            Middleware(KnownOrigin, settings=settings),
            # Leaves out sounds, pictures and the event stream by their types.
            Middleware(GZipMiddleware, minimum_size=_LEAST_COMPRESSED_BYTES, compresslevel=6),
        ],
        lifespan=_lifespan if ports is None else None,
    )
    app.state.settings = settings
    if ports is not None:
        app.state.ports = ports
    return app


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
        threading.Thread(target=_prepare, args=(ports.library, stop), daemon=True),
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


def _prepare(library: Library, stop: threading.Event) -> None:
    """Read what lists and searches need before the first one is asked for, and what is new now and then."""
    wait_s = 0.0
    while not stop.wait(wait_s):
        try:
            library.prepare()
        except CatalogNotReadyError:
            wait_s = _LOOK_AGAIN_S
            continue
        if wait_s != _PREPARE_AGAIN_S:
            _spare_the_collector()
        wait_s = _PREPARE_AGAIN_S


def _spare_the_collector() -> None:
    """What is there now stays, and rows that are kept do so for long: to look through them takes 10 to 30 ms.

    Nearly all that requests make is gone with its last reference.
    """
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER, *gc.get_threshold()[1:])


def _connect(publisher: Publisher, stop: threading.Event) -> None:
    """Connect before the first request; from then on the publisher mends its connection itself."""
    while not stop.is_set() and not publisher.connected:
        try:
            publisher.connect()
        except BrokerUnavailableError:
            stop.wait(0.3)
