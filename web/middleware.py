"""What holds for every request: who may ask from where, the headers of every answer, and no bare crash."""

import logging
from collections.abc import Collection, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.settings import Settings
from web.api import identity
from web.api.problems import ProblemError, respond

_log = logging.getLogger("web")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_LOCAL_NAME = "localhost"
_LOOPBACK = ("127.0.0.1", "::1", _LOCAL_NAME)

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
_OF_DOCUMENTS = ("Content-Security-Policy", "Cross-Origin-Opener-Policy")
_PARTS_OF_DOCUMENTS = ("text/css", "text/javascript")


_EMBEDDED = {
    **SECURITY_HEADERS,
    "Content-Security-Policy": SECURITY_HEADERS["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    ),
}
"""Of the player that other sites may show in a frame; it can do nothing in a visitor's name."""


def _headers_for(path: str) -> Mapping[str, str]:
    return _EMBEDDED if path.startswith("/embed/") else SECURITY_HEADERS


class AnswerHeaders:
    """Adds the security headers, and the cookie of a new visitor, to every answer.

    What does not say how long it may be kept is kept nowhere: it depends on who asks and when.
    """

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
                for name, value in _headers_for(scope["path"]).items():
                    if name not in _OF_DOCUMENTS or not _is_part(scope["path"], headers):
                        headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
                visitor = Response()
                identity.remember(request, visitor)
                for name, value in visitor.headers.items():
                    if name == "set-cookie":
                        headers.append(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _is_part(path: str, headers: MutableHeaders) -> bool:
    """Whether the answer is a script or style of the page, which obeys the policy of its document.

    A policy of its own means nothing to it (Content Security Policy Level 3, section 4.2), but would be
    sent with each of the page's many files. A service worker has one: it stands outside of `/static/`.
    """
    kind = headers.get("content-type", "").partition(";")[0]
    return path.startswith("/static/") and kind in _PARTS_OF_DOCUMENTS


class Defects:
    """Answers a defect of ours with 500, and notes it in the log.

    Starlette would do so outside of every middleware, where the answer got no security headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_and_notice(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_notice)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise  # too late for another answer: the server breaks the connection off
            _log.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            sentence = "Something went wrong here; it has been noted in the log."
            await respond(ProblemError(500, sentence))(scope, receive, send)


class KnownOrigin:
    """Refuses what another site makes a browser send.

    A page elsewhere can post here with the visitor's cookie, or reach an address of ours under a
    name of its own (DNS rebinding); the browser tells both by its headers. An address in figures is
    nobody's name, so it is always answered.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._public = urlsplit(str(settings.public_url)) if settings.public_url else None
        self._names = _answered_names(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (complaint := self._complaint(scope)):
            await respond(complaint)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _complaint(self, scope: Scope) -> ProblemError | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        try:
            name = urlsplit(f"//{host}").hostname
            origin = urlsplit(headers.get("origin", "").lower()).netloc
        except ValueError:
            return ProblemError(400, "The Host or Origin header is not an address.")
        if self._names is not None and name not in self._names and not _is_in_figures(name):
            known = " and ".join(self._names)
            return ProblemError(
                403, f"This Sound Box answers under {known}; set SOUNDBOX_PUBLIC_URL for another name."
            )
        if scope["method"] in _SAFE_METHODS or "authorization" in headers:
            return None
        ours = (host, self._public.netloc) if self._public else (host,)
        foreign = "origin" in headers and origin not in ours
        if foreign or headers.get("sec-fetch-site") == "cross-site":
            return ProblemError(403, "Requests from other sites are not taken.")
        return None


def _answered_names(settings: Settings) -> Collection[str] | None:
    """The host names that requests may come in under; None where any may: on a network nobody knows them."""
    if settings.public_url is not None:
        return dict.fromkeys((_LOCAL_NAME, str(settings.public_url.host).lower()))
    return (_LOCAL_NAME,) if settings.host in _LOOPBACK else None


def _is_in_figures(name: str | None) -> bool:
    try:
        ip_address(name or "")
    except ValueError:
        return False
    return True
