"""The header that makes it safe to send a request again."""

from starlette.requests import Request

from web.api.problems import ProblemError, invalid

KEY_HEADER = "Idempotency-Key"
_MOST_CHARACTERS = 255


def key_of(request: Request) -> str | None:
    """The idempotency key of a request, if it has one.

    Raises:
        ProblemError: 422, it is empty or too long.
    """
    key = request.headers.get(KEY_HEADER)
    if key is not None and not 1 <= len(key) <= _MOST_CHARACTERS:
        raise invalid([(KEY_HEADER, f"must have 1 to {_MOST_CHARACTERS} characters, got {len(key)}")])
    return key


def other_request() -> ProblemError:
    """422: the key was used for another request before."""
    return invalid([(KEY_HEADER, "was used for another request before; send a new one")])
