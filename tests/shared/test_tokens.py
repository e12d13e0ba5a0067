"""A token says who somebody is, and only this installation can make one."""

import concurrent.futures
import stat
from pathlib import Path

import jwt
import pytest

from shared.errors import SettingsError, TokenError
from shared.settings import Settings
from shared.tokens import Identity, issue, signing_key, verify


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def test_a_token_says_who_and_which_tier(settings: Settings) -> None:
    assert verify(settings, issue(settings, "ada", "premium")) == Identity("ada", "premium")


def test_an_expired_token_is_refused(settings: Settings) -> None:
    with pytest.raises(TokenError, match="expired"):
        verify(settings, issue(settings, "ada", "free", days=-1))


def test_a_token_of_another_installation_is_refused(settings: Settings, tmp_path: Path) -> None:
    other = Settings(data=tmp_path / "other")
    with pytest.raises(TokenError, match="not signed by this Sound Box"):
        verify(settings, issue(other, "ada", "admin"))


def test_an_unsigned_token_is_refused(settings: Settings) -> None:
    claims = {"sub": "ada", "tier": "admin", "aud": "soundbox"}
    with pytest.raises(TokenError):
        verify(settings, jwt.encode(claims, "", algorithm="none"))


@pytest.mark.parametrize("missing", ["sub", "tier", "aud"])
def test_a_token_without_a_claim_is_refused(settings: Settings, missing: str) -> None:
    claims = {"sub": "ada", "tier": "free", "aud": "soundbox"}
    del claims[missing]
    with pytest.raises(TokenError):
        verify(settings, jwt.encode(claims, signing_key(settings), algorithm="HS256"))


def test_a_tier_that_does_not_exist_is_refused(settings: Settings) -> None:
    claims = {"sub": "ada", "tier": "emperor", "aud": "soundbox"}
    with pytest.raises(TokenError, match="emperor"):
        verify(settings, jwt.encode(claims, signing_key(settings), algorithm="HS256"))


@pytest.mark.parametrize("user_id", ["", "ada lovelace", "ada\n", "é", "a" * 65, "a/b"])
def test_a_name_that_no_job_can_carry_is_neither_signed_nor_believed(
    settings: Settings, user_id: str
) -> None:
    with pytest.raises(TokenError, match="1 to 64 letters"):
        issue(settings, user_id, "free")
    claims = {"sub": user_id, "tier": "free", "aud": "soundbox"}
    with pytest.raises(TokenError, match="1 to 64 letters"):
        verify(settings, jwt.encode(claims, signing_key(settings), algorithm="HS256"))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "." * 4000])
def test_garbage_is_refused(settings: Settings, token: str) -> None:
    with pytest.raises(TokenError):
        verify(settings, token)


def test_the_key_is_made_once_even_by_many_at_once(settings: Settings) -> None:
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: signing_key(settings), range(64)))
    assert len(keys) == 1


def test_only_the_owner_may_read_the_key(settings: Settings) -> None:
    signing_key(settings)
    mode = (settings.data / "secrets" / "token.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_short_key_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("short")
    with pytest.raises(SettingsError, match="5 characters"):
        signing_key(Settings(data=tmp_path, token_secret_file=path))
