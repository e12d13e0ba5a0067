"""Waiting for a condition, with a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_LOOK_EVERY_S = 0.02


def eventually(condition: Callable[[], T | None], timeout: float = 10, what: str = "") -> T:
    """Look again and again until the condition gives something true, and return that.

    `what` says in the failure what was waited for; the last answer is shown too. A condition that
    raises AssertionError is taken as not yet true, and its last error is the failure's cause.
    """
    deadline = time.monotonic() + timeout
    while True:
        error: AssertionError | None = None
        answer: T | None = None
        try:
            answer = condition()
            if answer:
                return answer
        except AssertionError as raised:
            error = raised
        if time.monotonic() > deadline:
            waited = what or getattr(condition, "__name__", "the condition")
            raise AssertionError(
                f"Waited {timeout:g} s for {waited}; last saw {error or answer!r}"
            ) from error
        time.sleep(_LOOK_EVERY_S)
