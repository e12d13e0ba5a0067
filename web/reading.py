"""Endpoints that compute: they look through the library and write what they found as JSON."""

from collections.abc import Awaitable, Callable
from functools import wraps

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from web.ports import Ports


def reading(endpoint: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint, run in one of as many threads as there are processors.

    More of them at once would only take the interpreter from each other; who waits for a thread has none.
    """

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        ports: Ports = request.app.state.ports
        return await to_thread.run_sync(endpoint, request, limiter=ports.reading_threads)

    return answer
