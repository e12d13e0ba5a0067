"""Links that let whoever has them read a playlist, for a time.

A link is made of the installation's secret and the ids of the playlist and of the sharing, so that the
log and the library hold nothing that opens it, and its owner can see it again.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from services.catalog.playlists.reader import PlaylistRow
from shared.settings import Settings
from shared.tokens import signing_key

CHARACTERS = 43
"""Of a token: 256 bits in base64url."""


def token_of(settings: Settings, row: PlaylistRow) -> str | None:
    """The token that opens a playlist; None for one that is not shared, or not any more."""
    if (
        row.share_id is None
        or row.share_expires_at is None
        or row.share_expires_at <= written(datetime.now(UTC))
    ):
        return None
    said = f"playlist share\x1f{row.id}\x1f{row.share_id}".encode()
    code = hmac.new(signing_key(settings).encode(), said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def opens(settings: Settings, row: PlaylistRow, token: str) -> bool:
    """Whether somebody with this token may read the playlist now."""
    wanted = token_of(settings, row)
    return wanted is not None and hmac.compare_digest(wanted.encode(), token.encode())


def written(time: datetime) -> str:
    """A time in UTC as rows have it."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
