"""Under which address this Sound Box is known to others."""

from starlette.requests import Request


def base_url_of(request: Request) -> str:
    """Where the page is for others, without a slash at the end."""
    return str(request.app.state.settings.public_url or request.base_url).rstrip("/")
