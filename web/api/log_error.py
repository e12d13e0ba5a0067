"""POST /api/log-error: what went wrong in somebody's browser, for the operator's log."""

import logging
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from web.api.bodies import read_body
from web.api.identity import caller_of
from web.api.problems import ProblemError
from web.page_errors import WINDOW_S
from web.ports import Ports

MESSAGE, STACK, URL, AGENT, WHEN = 500, 4000, 200, 200, 50
_log = logging.getLogger("web.page")


class PageErrorBody(BaseModel):
    """An error; what is longer than its field holds is cut, for a report is no place to be strict."""

    model_config = ConfigDict(extra="ignore", strict=True, title="PageError")

    message: str = Field(min_length=1, description=f"What happened; {MESSAGE} characters are kept.")
    stack: str = Field("", description=f"Where in the code; {STACK} characters are kept.")
    url: str = Field("", description=f"On which page; {URL} characters are kept.")
    userAgent: str = Field("", description=f"In which browser; {AGENT} characters are kept.")  # noqa: N815
    timestamp: str = Field("", description=f"When, by their clock; {WHEN} characters are kept.")
    user_id: Any = Field(None, description="Ignored: the token or the cookie says who reports.")


async def log_error(request: Request) -> Response:
    """POST /api/log-error: note an error of the page in the log; at most 10 a minute from one browser."""
    ports: Ports = request.app.state.ports
    user_id = caller_of(request).user_id
    body = await read_body(request, PageErrorBody)
    if not ports.page_errors.take(user_id):
        later = {"Retry-After": f"{WINDOW_S:.0f}"}
        raise ProblemError(429, "Enough errors were reported for now; try again in a minute.", headers=later)
    # As Python would write them: nothing in them can end a line, or turn its direction.
    _log.warning(
        "error in the page of %s at %r: %r (%r, %r) %r",
        user_id,
        body.url[:URL],
        body.message[:MESSAGE],
        body.userAgent[:AGENT],
        body.timestamp[:WHEN],
        body.stack[:STACK],
    )
    return Response(status_code=204)
