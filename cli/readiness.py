"""Finding out when Sound Box is ready to be used."""

import asyncio
import http.client
import json
from collections.abc import Callable
from typing import Any

from cli.console import Console

_LOOK_EVERY_S = 0.1
_ANSWER_TIMEOUT_S = 5
_PATIENCE_S = 60.0
_OK = 200


class WebCheck:
    """Asks the web app's /readyz."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self.failing = "the web app does not answer yet"

    def is_ready(self) -> bool:
        """Whether it answers 200; `failing` says what it misses."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=_ANSWER_TIMEOUT_S)
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.failing = f"the web app does not answer ({error or type(error).__name__})"
            return False
        finally:
            connection.close()
        if response.status != _OK:
            self.failing = _failing_checks(response.status, body)
        return response.status == _OK


async def wait_until_ready(
    check: WebCheck, console: Console, not_running: Callable[[], list[str]], patience_s: float = _PATIENCE_S
) -> None:
    """Wait until the check passes; after a while say once what fails and what does not run, and go on."""
    clock = asyncio.get_running_loop().time
    complain_at: float | None = clock() + patience_s
    while not await asyncio.to_thread(check.is_ready):
        if complain_at is not None and clock() > complain_at:
            idle = f"; not running: {', '.join(not_running())}" if not_running() else ""
            console.warn(f"Not ready after {patience_s:g} s: {check.failing}{idle}. Still trying.")
            complain_at = None
        await asyncio.sleep(_LOOK_EVERY_S)


def _failing_checks(status: int, body: bytes) -> str:
    """What a refusing /readyz says is missing: the complaints of the `checks` that are not ok."""
    try:
        checks: Any = json.loads(body)["checks"]
        failing = {name: found["error"] for name, found in checks.items() if not found["ok"]}
    except (ValueError, LookupError, TypeError, AttributeError):
        return f"/readyz answered {status}"
    return "; ".join(f"{name}: {complaint}" for name, complaint in failing.items()) or f"status {status}"
