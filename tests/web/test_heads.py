"""What a link shows where it is posted, as a reader of HTML finds it in the document."""

from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from tests.services.catalog.events import job_id, make_job
from tests.web.site import ADDRESS, Site

_HOSTILE = '"><script>alert(1)</script><meta property="og:title" content="x \' & ‮🎹 موسيقى'


class Reader(HTMLParser):
    """Title and named meta elements of the head, and how many elements there are of each name."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.title = ""
        self.told: dict[str, str] = {}
        self.counts: dict[str, int] = {}
        self._open = ""
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag
        self.counts[tag] = self.counts.get(tag, 0) + 1
        given = dict(attrs)
        name = given.get("property") or given.get("name")
        if tag == "meta" and name and not given.get("media"):
            assert name not in self.told, f"{name} twice"
            self.told[name] = given["content"] or ""

    def handle_data(self, data: str) -> None:
        if self._open == "title":
            self.title += data
            self._open = ""


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "Generate · Sound Box"),
        ("/library?q=rain", "Library · Sound Box"),
        ("/playlists", "Playlists · Sound Box"),
        ("/queue", "Queue · Sound Box"),
    ],
)
def test_a_view_has_its_own_title_and_description(client: TestClient, path: str, title: str) -> None:
    head = Reader(client.get(path).text)
    assert head.title == title
    assert head.told["og:title"] == title
    assert head.told["description"] == head.told["og:description"] != ""
    assert head.told["og:url"] == ADDRESS + path.partition("?")[0]


def test_a_sound_is_shown_with_its_prompt_its_card_and_what_it_is(site: Site) -> None:
    site.publish(make_job(1, "calm piano", loop=True))
    head = Reader(site.client.get(f"/track/{job_id(1)}").text)
    assert head.title == "calm piano · Sound Box"
    assert head.told["og:title"] == "calm piano"
    assert head.told["og:description"].startswith("Music of 8 s, a loop")
    assert "built-in synthesizer" in head.told["og:description"]
    assert head.told["og:image"] == f"{ADDRESS}/spectrogram/{job_id(1)}-card.png"
    assert (head.told["og:image:width"], head.told["og:image:height"]) == ("1200", "630")
    assert head.told["twitter:card"] == "summary_large_image"


def test_a_hostile_prompt_stays_text_in_the_head(site: Site, client: TestClient) -> None:
    site.publish(make_job(1, _HOSTILE))
    site.publish(make_job(2, "x" * 500))
    head, plain = (Reader(site.client.get(path).text) for path in (f"/track/{job_id(1)}", "/"))
    assert head.title == f"{_HOSTILE} · Sound Box"
    assert head.told["og:title"] == _HOSTILE
    assert head.counts["script"] == plain.counts["script"]
    assert Reader(site.client.get(f"/track/{job_id(2)}").text).told["og:title"] == "x" * 99 + "…"


@pytest.mark.parametrize("name", [job_id(9), "nothing", "'\"><b>"])
def test_of_a_sound_that_is_not_there_the_page_tells_nothing(client: TestClient, name: str) -> None:
    answer = client.get(f"/track/{name}")
    assert answer.status_code == 200
    assert Reader(answer.text).title == "Sound Box"
    assert "<b>" not in answer.text
