"""Signed tokens: who somebody is, and in which tier. HS256 JSON Web Tokens, signed by this installation."""

import os
import secrets
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
from pydantic import TypeAdapter, ValidationError

from shared.errors import SettingsError, TokenError
from shared.messages.job import TIERS, Tier, UserId
from shared.settings import Settings

_ALGORITHM = "HS256"
_AUDIENCE = "soundbox"
_LEAST_KEY_CHARACTERS = 32
_LEEWAY_S = 30
_USER_ID: TypeAdapter[str] = TypeAdapter(UserId)


@dataclass(frozen=True)
class Identity:
    """Somebody, as a token says."""

    user_id: str
    tier: Tier


def issue(settings: Settings, user_id: str, tier: Tier, days: float | None = None) -> str:
    """Sign a token that says who somebody is; without `days` it does not expire.

    Raises:
        TokenError: the user's name is not one that a job can carry.
    """
    now = datetime.now(UTC)
    claims: dict[str, object] = {"sub": _checked(user_id), "tier": tier, "aud": _AUDIENCE, "iat": now}
    if days is not None:
        claims["exp"] = now + timedelta(days=days)
    return jwt.encode(claims, signing_key(settings), algorithm=_ALGORITHM)


def verify(settings: Settings, token: str) -> Identity:
    """Read a token.

    Raises:
        TokenError: it is malformed, expired, signed with another key, or names nobody that can be.
    """
    try:
        claims = jwt.decode(
            token,
            signing_key(settings),
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            leeway=_LEEWAY_S,
            options={"require": ["sub", "aud", "tier"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise TokenError("The token has expired; ask for a new one.") from error
    except jwt.InvalidTokenError as error:
        raise TokenError("The token was not signed by this Sound Box.") from error
    tier = claims["tier"]
    if tier not in TIERS:
        raise TokenError(f"The token names the tier {tier!r}; wanted one of {', '.join(TIERS)}.")
    return Identity(_checked(str(claims["sub"])), tier)


def _checked(user_id: str) -> str:
    try:
        return _USER_ID.validate_python(user_id)
    except ValidationError as error:
        raise TokenError(
            f"A user's name must have 1 to 64 letters, figures, or . _ @ - and nothing else, got {user_id!r}."
        ) from error


def signing_key(settings: Settings) -> str:
    """The key that signs tokens: from the settings, or a file in the data folder, made on first use.

    Raises:
        SettingsError: the key's file cannot be read or written, or holds too short a key.
    """
    if settings.token_secret is not None:
        return settings.token_secret.get_secret_value()
    path = settings.token_secret_file or settings.data / "secrets" / "token.key"
    try:
        if settings.token_secret_file is None and not path.exists():
            _make_key(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The key that signs tokens, {path}, cannot be read or made: {error}") from error
    if len(key) < _LEAST_KEY_CHARACTERS:
        raise SettingsError(
            f"The key in {path} has {len(key)} characters; wanted {_LEAST_KEY_CHARACTERS} or more."
        )
    return key


def _make_key(path: Path) -> None:
    """Create the key's file whole; when another process is first, its key stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
        Path(temporary).chmod(0o600)
        path.hardlink_to(temporary)
    except FileExistsError:
        return
    finally:
        Path(temporary).unlink()
