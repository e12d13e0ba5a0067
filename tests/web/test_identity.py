"""Who asks: the cookie of a visitor, or a Bearer token; never a `user_id` in the request."""

from http.cookies import SimpleCookie
from pathlib import Path

import jwt
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from shared.settings import load
from shared.tokens import issue, verify
from tests.services.catalog.events import accepted, make_job
from tests.web.site import ADDRESS, Site, assert_problem, ok
from web.api.identity import COOKIE, SIGNED_IN
from web.app import create_app


def cookie_of(answer: Response) -> str:
    return str(SimpleCookie(answer.headers["set-cookie"])[COOKIE].value)


def is_mine(client: TestClient) -> list[bool]:
    return [job["is_mine"] for job in ok(client.get("/api/queue"))["jobs"]]


def test_a_new_visitor_gets_a_cookie_that_scripts_and_other_sites_cannot_use(client: TestClient) -> None:
    answer = client.get("/")
    (morsel,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert morsel.key == COOKIE
    assert morsel["httponly"]
    assert morsel["samesite"] == "lax"
    assert morsel["path"] == "/"
    assert int(morsel["max-age"]) == 365 * 86400
    assert not morsel["secure"]


def test_the_cookie_is_for_https_alone_where_people_come_by_https(site: Site) -> None:
    settings = site.settings.model_copy(
        update={"public_url": load({"SOUNDBOX_PUBLIC_URL": "https://sounds.example.org"}).public_url}
    )
    client = TestClient(create_app(settings, site.ports), base_url=ADDRESS)
    assert "; Secure" in client.get("/").headers["set-cookie"]


def test_a_visitor_who_is_known_gets_no_other_cookie(site: Site, client: TestClient) -> None:
    guest = verify(site.settings, cookie_of(client.get("/")))
    assert guest.tier == "free"
    site.project(accepted(make_job(1, user_id=guest.user_id)))
    assert "set-cookie" not in client.get("/api/queue").headers
    assert is_mine(client) == [True]
    assert is_mine(site.visitor()) == [False]


def test_two_visitors_are_two_people(site: Site) -> None:
    cookies = {cookie_of(site.visitor().get("/")) for _ in range(20)}
    assert len({verify(site.settings, cookie).user_id for cookie in cookies}) == 20


@pytest.mark.parametrize("change", ["tampered", "foreign", "expired", "nonsense", "empty"])
def test_a_cookie_that_is_not_ours_makes_a_new_visitor(site: Site, tmp_path: Path, change: str) -> None:
    own = issue(site.settings, "ada", "admin")
    cookie = {
        "tampered": own[:-6] + ("AAAAAA" if own[-6:] != "AAAAAA" else "BBBBBB"),
        "foreign": issue(load({"SOUNDBOX_DATA": str(tmp_path / "other")}), "ada", "admin"),
        "expired": issue(site.settings, "ada", "admin", days=-1),
        "nonsense": "a.b.c",
        "empty": "",
    }[change]
    site.project(accepted(make_job(1, user_id="ada")))
    client = site.visitor()
    answer = client.get("/api/queue", headers={"Cookie": f"{COOKIE}={cookie}"})
    assert [job["is_mine"] for job in ok(answer)["jobs"]] == [False]
    assert verify(site.settings, cookie_of(answer)).user_id != "ada"


def test_a_token_counts_more_than_a_cookie_and_sets_none(site: Site, client: TestClient) -> None:
    client.get("/")
    site.project(accepted(make_job(1, user_id="ada")))
    headers = {"Authorization": f"Bearer {issue(site.settings, 'ada', 'premium')}"}
    answer = client.get("/api/queue", headers=headers)
    assert [job["is_mine"] for job in ok(answer)["jobs"]] == [True]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/api/queue", "/api/my-generations", "/api/events", "/"])
@pytest.mark.parametrize("change", ["foreign", "expired", "nonsense", "empty", "unsigned"])
def test_a_token_that_is_not_valid_is_401(site: Site, tmp_path: Path, change: str, path: str) -> None:
    token = {
        "foreign": issue(load({"SOUNDBOX_DATA": str(tmp_path / "other")}), "ada", "admin"),
        "expired": issue(site.settings, "ada", "admin", days=-1),
        "nonsense": "é.b.c",
        "empty": "",
        "unsigned": jwt.encode({"sub": "ada", "tier": "admin", "aud": "soundbox"}, "", algorithm="none"),
    }[change]
    answer = site.client.get(path, headers={b"Authorization": f"Bearer {token}".encode()})
    sentence = assert_problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in answer.headers
    assert ("expired" in sentence) == (change == "expired")


def test_a_user_id_in_the_request_is_ignored_unless_an_admin_asks(site: Site) -> None:
    ada, eve = site.publish(make_job(1, user_id="ada")), site.publish(make_job(2, user_id="eve"))

    def seen(client: TestClient) -> set[str]:
        return {track["id"] for track in ok(client.get("/api/library?user_id=ada"))["items"]}

    assert seen(site.listener("ada")) == {ada}
    assert seen(site.listener("root", "admin")) == {ada}
    assert seen(site.listener("eve", "premium")) == {ada, eve}
    assert seen(site.visitor()) == {ada, eve}


def test_my_generations_are_the_callers_whatever_the_request_says(site: Site) -> None:
    site.publish(make_job(1, user_id="ada"))
    eve = site.publish(make_job(2, user_id="eve"))
    mine = ok(site.listener("eve").get("/api/my-generations?user_id=ada"))
    assert [track["id"] for track in mine["items"]] == [eve]
    assert ok(site.visitor().get("/api/my-generations"))["total"] == 0


def test_somebody_signs_in_with_a_token_and_out_again_as_the_guest_that_they_were(
    site: Site, client: TestClient
) -> None:
    guest = verify(site.settings, cookie_of(client.get("/"))).user_id
    site.project(accepted(make_job(1, user_id=guest)), accepted(make_job(2, user_id="chief")))
    assert is_mine(client) == [True, False]
    token = issue(site.settings, "chief", "admin")
    answer = client.post("/api/sign-in", json={"token": f" {token}\n"})
    assert ok(answer) == {"success": True, "user_id": "chief", "tier": "admin"}
    (morsel,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert (morsel.key, morsel.value) == (SIGNED_IN, token)
    assert morsel["httponly"]
    assert (morsel["samesite"], morsel["path"]) == ("lax", "/")
    assert is_mine(client) == [False, True]
    assert client.post("/api/sign-out").status_code == 204
    assert is_mine(client) == [True, False]
    assert client.post("/api/sign-out").status_code == 204


def test_who_signed_in_is_a_guest_again_when_the_token_has_expired(site: Site, client: TestClient) -> None:
    guest = verify(site.settings, cookie_of(client.get("/"))).user_id
    site.project(accepted(make_job(1, user_id=guest)))
    client.cookies.set(SIGNED_IN, issue(site.settings, "chief", "admin", days=-1))
    answer = client.get("/api/queue")
    assert [job["is_mine"] for job in ok(answer)["jobs"]] == [True]
    assert "set-cookie" not in answer.headers


def test_what_is_no_token_of_ours_signs_nobody_in(site: Site, client: TestClient) -> None:
    for token, wanted in (
        ("a.b.c", "The token was not signed by this Sound Box."),
        ("é" * 4096, "The token was not signed by this Sound Box."),
        (issue(site.settings, "ada", "admin", days=-1), "The token has expired; ask for a new one."),
    ):
        answer = client.post("/api/sign-in", json={"token": token})
        assert assert_problem(answer, 401) == wanted
        assert "set-cookie" not in answer.headers
    for body in ({}, {"token": ""}, {"token": 1}, {"token": "x" * 4097}, {"token": None}):
        answer = client.post("/api/sign-in", json=body)
        assert_problem(answer, 422, "token")
        assert "xxx" not in answer.text
    assert_problem(client.post("/api/sign-in", json={"token": "x", "user": "y"}), 422, "user")
    elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert_problem(client.post("/api/sign-in", json={"token": "x"}, headers=elsewhere), 403)
