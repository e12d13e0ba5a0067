"""What holds for every request: who may ask from where, and the headers of every answer."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.api import identity
from web.api.problems import ProblemError, respond

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_COMPRESSED = ("/static/", "/api/", "/job/", "/queue-status", "/status", "/openapi.json")
_LEAST_COMPRESSED_BYTES = 600

SECURITY_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class AnswerHeaders:
    """Adds the security headers, and the cookie of a new visitor, to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                visitor = Response()
                identity.remember(request, visitor)
                for name, value in visitor.headers.items():
                    if name == "set-cookie":
                        headers.append(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class KnownOrigin:
    """Refuses what another site makes a browser send.

    A page elsewhere can post here with the visitor's cookie, or reach a loopback address under a
    name of its own (DNS rebinding); the browser tells both by its headers.
    """

    def __init__(self, app: ASGIApp, loopback_only: bool) -> None:
        self._app = app
        self._loopback_only = loopback_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (complaint := self._complaint(scope)):
            await respond(ProblemError(403, complaint))(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _complaint(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._loopback_only and urlsplit(f"//{host}").hostname not in _LOOPBACK:
            return "This Sound Box answers under localhost only; set SOUNDBOX_PUBLIC_URL for another name."
        if scope["method"] in _SAFE_METHODS or "authorization" in headers:
            return None
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != host
        if foreign or headers.get("sec-fetch-site") == "cross-site":
            return "Requests from other sites are not taken."
        return None


class Compressed:
    """Compresses the page and JSON, never sounds, pictures or the event stream."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._gzip = GZipMiddleware(app, minimum_size=_LEAST_COMPRESSED_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        media = path.startswith("/api/events") or path.endswith(".png")
        page = "." not in path
        chosen = not media and (path.startswith(_COMPRESSED) or page)
        await (self._gzip if chosen else self._app)(scope, receive, send)
