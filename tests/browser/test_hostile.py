"""Prompts that want to break out of the text stay text wherever the page shows them, and break nothing."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import httpx2
import pytest
from playwright.sync_api import Browser, Request, expect

from shared.messages.ids import new_id
from shared.messages.job import Job
from shared.messages.playlists import PlaylistCreated
from shared.tokens import issue
from tests.browser.test_queue import user_of
from tests.browser.test_words import TOO_WIDE
from tests.browser.visitor import Visitor
from tests.hostile import ATTACKS, prompts
from tests.jobs import a_job
from tests.services.catalog.events import accepted, life
from tests.sounds import sine, wav
from tests.waiting import eventually
from tests.web.serving import Followed
from tests.web.site import PEAKS

_TRACKS, _WAITING, _LISTED = 300, 200, len(ATTACKS)
_WIDTHS = (1280, 390)
_LONG = 200  # characters: such prompts are looked at in both widths
_BROKEN_OUT = r"""() => {
  const LEADS = /^(href|src|srcset|action|formaction|data|poster|xlink:href)$/;
  const SCRIPT = /^\s*javascript:/i;
  const runs = ({ name, value }) => name.startsWith("on") || (LEADS.test(name) && SCRIPT.test(value));
  const TURNS = /[\u0590-\u08ff\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;
  const APART = "bdi, [dir=auto], option, title, script";
  const texts = function* () {
    const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { currentNode: text } = walk;
      if (TURNS.test(text.data) && !text.parentElement.closest(APART)) yield text;
    }
  };
  const made = document.querySelectorAll(".owned, sb-owned, base, iframe, object, embed, form[action]");
  return [
    ...(window.owned === undefined ? [] : ["a script ran"]),
    ...[...texts()].map(({ data }) => `not isolated: ${data}`),
    ...[...made].map((element) => element.outerHTML),
    ...[...document.querySelectorAll("*")].flatMap(({ tagName, attributes }) =>
      [...attributes].filter(runs).map(({ name, value }) => `${tagName} ${name}=${value}`)),
  ];
}"""
_GO = """async (path) => {
  const { router } = await import("/static/js/core/router.js");
  await router.go(path);
}"""
_ALL_LOADED = """(count) => {
  document.querySelector("button.more:not([hidden])")?.click();
  return document.querySelectorAll("sb-track-row").length === count;
}"""
_SETTLED = "() => document.querySelector('#outlet h1') && !document.querySelector('[aria-busy]')"
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8cfc0f01f0005000181ae1c3c0a0000000049454e44ae426082"
)


class Attacked(Visitor):
    """A visitor among hostile prompts, who notes everything that would be a success of theirs."""

    def __init__(self, browser: Browser, site: Followed, **options: Any) -> None:
        context = browser.new_context(reduced_motion="reduce", service_workers="block", **options)
        super().__init__(context.new_page(), site.url)
        sound = wav(sine(seconds=2))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"{dialog.type}: {dialog.message}"))
        self.page.on("request", self._on_request)
        self.page.route("**/spectrogram/**", lambda route: route.fulfill(body=_PNG, content_type="image/png"))
        self.page.route("**/audio/**", lambda route: route.fulfill(body=sound, content_type="audio/wav"))
        self.page.route(
            "**/*peaks*", lambda route: route.fulfill(body=PEAKS, content_type="application/json")
        )

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.complaints.append(f"asked for {request.url}")

    def ask_for(self, prompt: str) -> Any:
        """Hand a job in as the page does, and return it as the server tells it."""
        api = self.page.request
        answer = api.post(self.url + "/generate", data={"prompt": prompt, "duration": 2})
        assert answer.status == 202, answer.text()
        return api.get(self.url + answer.headers["location"]).json()

    def go_to(self, path: str) -> None:
        """Let the page itself go there."""
        self.page.evaluate(_GO, path)
        self.page.wait_for_function(_SETTLED)

    def look(self) -> list[str]:
        """What has broken out of its text, or of the window."""
        self.page.wait_for_function(_SETTLED)
        return [*self.page.evaluate(_BROKEN_OUT), *self.page.evaluate(TOO_WIDE)]

    def look_at_both_sizes(self) -> list[str]:
        found = []
        for width in _WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 844})
            found += [f"at {width}: {what}" for what in self.look()]
        return found


@pytest.fixture
def attacked(browser: Browser, site: Followed) -> Iterator[Callable[..., Attacked]]:
    came: list[Attacked] = []

    def arrive(**options: Any) -> Attacked:
        came.append(Attacked(browser, site, **options))
        return came[-1]

    yield arrive
    for visitor in came:
        visitor.page.context.close()
    assert [text for visitor in came for text in visitor.complaints] == []


def tell_of_tracks(site: Followed, owner: str) -> list[Job]:
    """A library of hostile prompts; oldest first."""
    jobs = [a_job(prompt=prompt, user_id=owner) for prompt in prompts(_TRACKS)]
    for job in jobs:
        site.say(*life(job))
    site.settle(jobs[-1].job_id, "completed")
    return jobs


def test_hostile_prompts_stay_text_in_every_view(site: Followed, attacked: Callable[..., Attacked]) -> None:
    visitor = attacked(locale="en-US")
    page = visitor.page
    visitor.open("/")
    jobs = tell_of_tracks(site, user_of(site, visitor))
    newest = [job.prompt for job in reversed(jobs)]
    found: dict[str, list[str]] = {}

    visitor.open("/library")
    page.wait_for_function(_ALL_LOADED, arg=_TRACKS, polling=100)
    assert page.locator("sb-track-row h2").all_text_contents() == newest
    found["library"] = visitor.look_at_both_sizes()
    page.get_by_role("button", name="Show as a grid").click()
    expect(page.locator("sb-track-tile")).to_have_count(_TRACKS)
    found["grid"] = visitor.look()

    made = PlaylistCreated(
        playlist_id=new_id(),
        user_id=user_of(site, visitor),
        name=jobs[0].prompt,
        description=jobs[1].prompt,
        track_ids=tuple(job.job_id for job in jobs[:_LISTED]),
    )
    site.say(made)
    for path, shows in (
        ("/", "sb-job-card"),
        ("/playlists", ".playlist-row"),
        (f"/playlist/{made.playlist_id}", ".playlist-track"),
        ("/radio", ".dial"),
    ):
        visitor.go_to(path)
        page.locator(shows).first.wait_for(timeout=10_000)
        found[path] = visitor.look_at_both_sizes()
    page.get_by_role("button", name="Tune in", exact=True).click()
    expect(page.get_by_role("button", name="Skip")).to_be_visible()
    visitor.hears()
    found["on the air"] = visitor.look_at_both_sizes()
    assert page.locator("sb-now-playing h2").inner_text() in newest
    for job in jobs[:_LISTED]:
        visitor.go_to(f"/track/{job.job_id}")
        expect(page.get_by_role("heading", level=1)).to_have_text(job.prompt)
        assert page.title() == f"{job.prompt} · Sound Box"
        found[job.prompt] = visitor.look_at_both_sizes() if len(job.prompt) > _LONG else visitor.look()
    page.locator("sb-add-button button").first.click()
    dialog = page.locator("dialog[open]")
    dialog.wait_for()
    found["adding"] = visitor.look_at_both_sizes()
    page.keyboard.press("Escape")
    right_to_left = next(job for job in jobs if job.prompt.startswith("موسيقى"))
    visitor.go_to(f"/track/{right_to_left.job_id}")
    page.locator("sb-delete-button button").click()
    found["deleting"] = visitor.look_at_both_sizes()
    dialog.get_by_role("button", name="Delete for good").click()
    notice = page.locator(".notice")
    expect(notice).to_contain_text(f"“{right_to_left.prompt}” is deleted.")
    assert notice.locator("bdi").inner_text() == right_to_left.prompt
    found["deleted"] = visitor.look_at_both_sizes()
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_hostile_prompts_that_wait_stay_text_in_german_too(
    site: Followed, attacked: Callable[..., Attacked]
) -> None:
    visitor = attacked(locale="de-DE")
    page = visitor.page
    visitor.open("/queue")
    me = user_of(site, visitor)
    sent = list(prompts(_WAITING, seed=2))
    asked = [visitor.ask_for(f"\r\n\x00{prompt}\t") for prompt in sent]
    assert [job["prompt"] for job in asked] == sent
    waiting = [a_job(job_id=job["id"], prompt=job["prompt"], user_id=me) for job in asked]
    site.say(*map(accepted, waiting))
    expect(page.locator("sb-queue-row")).to_have_count(_WAITING)
    shown = page.locator("sb-queue-row").get_by_role("heading").all_text_contents()
    found = {"queue": visitor.look_at_both_sizes()}
    visitor.go_to("/")
    page.locator("sb-job-card").first.wait_for()
    found["jobs"] = visitor.look_at_both_sizes()
    assert sorted(shown) == sorted(job.prompt for job in waiting)
    assert {place: wrong for place, wrong in found.items() if wrong} == {}
    page.evaluate("() => document.body.append(document.createElement('sb-owned'), 'ﷺ')")
    assert visitor.look() == ["not isolated: ﷺ", "<sb-owned></sb-owned>"]


class Shape(HTMLParser):
    """The elements of a document and the names of their attributes, in order."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))


@pytest.mark.parametrize("kind", ["track", "embed"])
def test_no_prompt_adds_an_element_to_a_document_that_the_server_makes(site: Followed, kind: str) -> None:
    jobs = [a_job(prompt="calm piano"), *(a_job(prompt=prompt) for prompt in prompts(60, seed=3))]
    for job in jobs:
        site.say(*life(job))
    site.settle(jobs[-1].job_id, "completed")
    with httpx2.Client(base_url=site.url) as client:
        shapes = [Shape(client.get(f"/{kind}/{job.job_id}").text).elements for job in jobs]
    assert len(shapes[0]) > 10
    assert [shape == shapes[0] for shape in shapes] == [True] * len(jobs)


def test_no_prompt_breaks_out_of_a_file_for_players_or_a_frame(site: Followed) -> None:
    jobs = [a_job(prompt=prompt) for prompt in prompts(_LISTED)]
    ids = tuple(job.job_id for job in jobs)
    made = PlaylistCreated(playlist_id=new_id(), user_id="ada", name=jobs[0].prompt, track_ids=ids)
    for job in jobs:
        site.say(*life(job))
    site.say(made)
    site.settle(ids[-1], "completed")
    token = {"Authorization": f"Bearer {issue(site.settings, 'ada', 'free')}"}
    with httpx2.Client(base_url=site.url, headers=token) as client:
        listed = eventually(lambda: _text_of(client, f"/api/playlists/{made.playlist_id}.m3u8")).splitlines()
        tracks = ET.fromstring(client.get(f"/api/playlists/{made.playlist_id}.xspf").content)
        frames = [
            client.get("/oembed", params={"url": f"{site.url}/track/{track_id}"}).json() for track_id in ids
        ]
    assert [line for line in listed if not line.startswith(("#", site.url + "/"))] == []
    assert sum(line.startswith(site.url) for line in listed) == len(jobs)
    names = tracks.findall("./{*}trackList/{*}track/{*}title")
    assert [name.text for name in names] == [job.prompt for job in jobs]
    assert [frame["title"] for frame in frames] == [job.prompt for job in jobs]
    assert {tuple(tag for tag, _ in Shape(frame["html"]).elements) for frame in frames} == {("iframe",)}


def _text_of(client: httpx2.Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text
