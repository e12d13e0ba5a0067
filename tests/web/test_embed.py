"""A player that any site may frame, and how it is found; nothing else may be framed."""

import pytest
from starlette.testclient import TestClient

from tests.services.catalog.events import job_id, make_job
from tests.web.site import ADDRESS, Site, assert_problem, ok

_HOSTILE = '"><script>alert(1)</script> ‮🎹'


def policy(client: TestClient, path: str) -> str:
    return str(client.get(path).headers["content-security-policy"])


def test_only_the_player_may_be_framed_and_it_sets_no_cookie(site: Site, client: TestClient) -> None:
    site.publish(make_job(1, _HOSTILE))
    answer = client.get(f"/embed/{job_id(1)}?theme=dark")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert '<html lang="en" data-theme="dark">' in answer.text
    assert "<script>alert" not in answer.text
    assert f'href="{ADDRESS}/track/{job_id(1)}"' in answer.text
    framed, page = policy(client, f"/embed/{job_id(1)}"), policy(client, f"/track/{job_id(1)}")
    assert framed.replace("frame-ancestors *", "frame-ancestors 'none'") == page
    for path in ("/", "/queue", "/api/library", "/embed"):
        assert "frame-ancestors 'none'" in policy(client, path), path


def test_oembed_tells_a_frame_for_the_address_of_a_track(site: Site, client: TestClient) -> None:
    site.publish(make_job(1, _HOSTILE))
    address = f"{ADDRESS}/track/{job_id(1)}"
    told = ok(client.get("/oembed", params={"url": address, "maxwidth": 300}))
    assert (told["version"], told["type"], told["title"]) == ("1.0", "rich", _HOSTILE)
    assert (told["width"], told["height"]) == (300, 132)
    assert f'src="{ADDRESS}/embed/{job_id(1)}"' in told["html"]
    assert "<script>" not in told["html"]
    found = client.get(f"/track/{job_id(1)}").text
    assert 'type="application/json+oembed"' in found
    assert "oembed" not in client.get("/library").text


@pytest.mark.parametrize(
    "url", [f"https://evil.example/track/{job_id(1)}", f"{ADDRESS}/library", f"{ADDRESS}/track/x", "[", "x"]
)
def test_other_addresses_are_no_tracks(site: Site, url: str) -> None:
    site.publish(make_job(1))
    assert_problem(site.client.get("/oembed", params={"url": url}), 404)


def test_what_is_wrong_is_said(client: TestClient) -> None:
    assert_problem(client.get("/oembed"), 422, "url")
    assert_problem(client.get("/oembed?url=x&format=xml"), 501)
    assert_problem(client.get("/oembed?url=x&maxwidth=0"), 422, "maxwidth")
    assert_problem(client.get(f"/embed/{job_id(9)}"), 404)
    assert_problem(client.get("/embed/x"), 404)
