"""Axe finds nothing wrong with any view in any theme, contrast and accent, on a phone and on a desktop."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations_in_looks
from tests.browser.visitor import Visitor
from tests.running import SoundBox


class Judge:
    """Notes what axe finds, by the name of the view."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self.found: dict[str, dict[str, list[str]]] = {}

    def look(self, view: str) -> None:
        """Look at what is shown now, on both devices in every look."""
        if wrong := violations_in_looks(self._visitor):
            self.found[view] = wrong

    def look_at_dialog(self, button: str) -> None:
        """Open the dialog behind a button, look, and close it."""
        page = self._visitor.page
        page.locator(button).first.click()
        expect(page.locator("dialog[open]")).to_have_count(1)
        self.look(button)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.fixture
def judge(visitor: Visitor) -> Judge:
    return Judge(visitor)


def test_nothing_is_wrong_where_sounds_are_asked_for(visitor: Visitor, judge: Judge) -> None:
    page = visitor.page
    visitor.open("/")
    judge.look("nothing asked yet")
    visitor.make("a cello in a cathedral")
    stopped = visitor.ask("a drone until stopped")
    stopped.get_by_role("button", name="Cancel").click()
    expect(stopped).to_contain_text("Cancelled")
    waiting = visitor.ask("a drone in parts until stopped", duration_s=30)
    waiting.get_by_role("button", name="Listen now").click(timeout=30_000)
    visitor.hears()
    page.get_by_label("Describe a sound").fill("x" * 501)
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Variations").fill("9")
    page.get_by_role("button", name="Generate").click()
    judge.look("at work")
    visitor.go("Queue")
    expect(page.locator("sb-queue-row")).to_have_count(1)
    judge.look("queue")
    judge.look_at_dialog("#appearance")
    judge.look_at_dialog("#help")
    judge.look_at_dialog("#account")
    visitor.go("Generate")
    waiting.get_by_role("button", name="Cancel").click()
    expect(waiting).to_contain_text("Cancelled")
    assert judge.found == {}


def test_nothing_is_wrong_where_sounds_are_searched_for(
    visitor: Visitor, judge: Judge, shelf: list[str]
) -> None:
    page = visitor.page
    visitor.open("/library?q=%22shelf+drum+number+7%22")
    expect(page.locator("sb-track-row")).to_have_count(1)
    page.get_by_role("button", name="Select", exact=True).click()
    page.locator(".pick input").check()
    page.locator(".more-filters summary").click()
    judge.look("library")
    page.get_by_role("button", name="Show as a grid").click()
    judge.look("library as a grid")
    visitor.open("/library?q=xylofuzz")
    judge.look("nothing found")
    visitor.open("/nowhere")
    judge.look("nothing there")
    visitor.forgive("404")
    assert judge.found == {}


def test_nothing_is_wrong_where_sounds_are_shown_and_heard(
    visitor: Visitor, judge: Judge, sound_box: SoundBox, waltzes: None
) -> None:
    page = visitor.page
    visitor.open("/playlists")
    judge.look("no playlists")
    (found, *_) = ask(visitor, "get", "/api/library?search=waltz")["items"]
    made = ask(visitor, "post", "/api/playlists", name="Checked", generation_ids=[found["id"]])
    visitor.open("/playlists")
    expect(page.locator(".playlist-row")).to_have_count(1)
    judge.look("playlists")
    visitor.open(f"/playlist/{made['id']}")
    expect(page.locator(".playlist-track")).to_have_count(1)
    judge.look("playlist")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_label("Link until")).to_be_visible()
    judge.look("shared")
    page.keyboard.press("Escape")

    visitor.open(f"/track/{found['id']}")
    expect(page.locator("sb-track-categories .chips")).to_be_visible()
    page.get_by_role("button", name="Other formats").click()
    expect(page.get_by_role("link", name="Opus")).to_be_visible()
    judge.look("track")
    page.keyboard.press("Escape")
    judge.look_at_dialog("sb-add-button button")
    visitor.open("/radio")
    judge.look("radio, off")
    page.get_by_role("button", name="Tune in", exact=True).click()
    expect(page.get_by_role("button", name="Skip")).to_be_visible()
    judge.look("radio")
    page.goto(f"{sound_box.url}/embed/{found['id']}")
    judge.look("embedded")
    assert judge.found == {}


def ask(visitor: Visitor, method: str, path: str, **body: Any) -> Any:
    """Let the visitor's own browser ask the API."""
    answer = getattr(visitor.page.request, method)(visitor.url + path, **({"data": body} if body else {}))
    assert answer.ok, answer.text()
    return answer.json()
