"""Who is asking: a Bearer token, the cookie of who signed in, or the one that every new visitor gets."""

import contextlib
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from shared import tokens
from shared.errors import TokenError
from shared.settings import Settings
from shared.tokens import Identity
from web.api.problems import ProblemError

COOKIE = "soundbox_listener"
"""Of a guest; it stays while they are signed in as somebody else."""
SIGNED_IN = "soundbox_token"
"""Of who signed in on the page: the token that they gave."""
_COOKIE_DAYS = 365


@dataclass(frozen=True)
class Caller:
    """Somebody who asks.

    Attributes:
        token: the signed token that says so; commands carry it.
        is_new: whether the cookie has to be set.
        signed_in: whether they gave their token on the page.
    """

    identity: Identity
    token: str
    is_new: bool = False
    signed_in: bool = False

    @property
    def user_id(self) -> str:
        """The id under which jobs are theirs."""
        return self.identity.user_id

    def may_change(self, owner: str | None) -> bool:
        """Whether they may change what belongs to `owner`."""
        return self.identity.tier == "admin" or self.user_id == owner


def caller_of(request: Request) -> Caller:
    """Who asks; the same for the whole request.

    Raises:
        ProblemError: 401, the Bearer token is not valid.
    """
    known: Caller | None = getattr(request.state, "caller", None)
    if known is None:
        known = _identify(request)
        request.state.caller = known
    return known


def known_caller_of(request: Request) -> Caller | None:
    """Who asks, if it is known: reading alone makes nobody a visitor to be remembered.

    Raises:
        ProblemError: 401, the Bearer token is not valid.
    """
    is_named = "authorization" in request.headers or not {COOKIE, SIGNED_IN}.isdisjoint(request.cookies)
    if not is_named and getattr(request.state, "caller", None) is None:
        return None
    return caller_of(request)


def remember(request: Request, response: Response) -> None:
    """Give a new visitor the cookie that makes what they do theirs."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is not None and caller.is_new:
        set_cookie(request, response, COOKIE, caller.token)


def set_cookie(request: Request, response: Response, name: str, token: str) -> None:
    """Let the visitor's browser say with a token who they are; no script reads it, no other site sends it."""
    response.set_cookie(
        name,
        token,
        max_age=_COOKIE_DAYS * 86400,
        httponly=True,
        samesite="lax",
        secure=_is_encrypted(request),
    )


def _is_encrypted(request: Request) -> bool:
    """Whether the visitor's browser speaks HTTPS, here or to the proxy before us."""
    public_url = request.app.state.settings.public_url
    return request.scope["scheme"] == "https" or (public_url is not None and public_url.scheme == "https")


def _identify(request: Request) -> Caller:
    settings: Settings = request.app.state.settings
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        try:
            return Caller(tokens.verify(settings, token.strip()), token.strip())
        except TokenError as error:
            raise ProblemError(401, str(error), headers={"WWW-Authenticate": "Bearer"}) from error
    for name in (SIGNED_IN, COOKIE):
        cookie = request.cookies.get(name)
        with contextlib.suppress(TokenError):  # an old or foreign cookie makes nobody unwelcome
            if cookie is not None:
                return Caller(tokens.verify(settings, cookie), cookie, signed_in=name == SIGNED_IN)
    return _guest(settings)


def _guest(settings: Settings) -> Caller:
    identity = Identity(f"guest-{secrets.token_hex(6)}", "free")
    token = tokens.issue(settings, identity.user_id, identity.tier, _COOKIE_DAYS)
    return Caller(identity, token, is_new=True)
