"""Signing in on the page with a token, and out again."""

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from shared import tokens
from shared.errors import TokenError
from web.api import shapes
from web.api.answers import JsonAnswer
from web.api.bodies import read_body
from web.api.identity import SIGNED_IN, set_cookie
from web.api.problems import ProblemError


class SignInBody(BaseModel):
    """What somebody signs in with."""

    model_config = ConfigDict(extra="forbid", strict=True, title="SignInRequest")

    token: str = Field(
        min_length=1, max_length=4096, repr=False, description="As `./soundbox token create` prints it."
    )


async def sign_in(request: Request) -> Response:
    """POST /api/sign-in: a cookie that says who the token says one is, until one signs out or it expires."""
    token = (await read_body(request, SignInBody)).token.strip()
    try:
        identity = tokens.verify(request.app.state.settings, token)
    except TokenError as error:
        raise ProblemError(401, str(error), headers={"WWW-Authenticate": "Bearer"}) from error
    view: shapes.SignedIn = {"success": True, "user_id": identity.user_id, "tier": identity.tier}
    response = JsonAnswer(view)
    set_cookie(request, response, SIGNED_IN, token)
    return response


async def sign_out(_request: Request) -> Response:
    """POST /api/sign-out: be the guest again that one was before."""
    response = Response(status_code=204)
    response.delete_cookie(SIGNED_IN)
    return response
