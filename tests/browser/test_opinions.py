"""What one thinks of sounds, on the page: at once, and put right by the server's answer."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.running import SoundBox
from tests.waiting import eventually


def row(visitor: Visitor, prompt: str) -> Locator:
    heading = visitor.page.get_by_role("heading", name=prompt, exact=True)
    return visitor.page.locator("sb-track-row").filter(has=heading)


def button(where: Locator, does: str) -> Locator:
    return where.get_by_role("button", name=re.compile(f"^{does}"))


def is_pressed(where: Locator, does: str, pressed: bool) -> None:
    expect(button(where, does)).to_have_attribute("aria-pressed", str(pressed).lower())


def a_sound(sound_box: SoundBox, prompt: str, duration_s: int = 1) -> str:
    made = sound_box.generate(prompt, duration=duration_s)
    (job,) = sound_box.finished([made])
    assert job["status"] == "completed"
    return made


def test_a_like_is_shown_at_once_everywhere_and_still_there_afterwards(
    visitor: Visitor, sound_box: SoundBox
) -> None:
    a_sound(sound_box, "a liked kalimba", 6)
    visitor.open("/library?q=kalimba")
    here = row(visitor, "a liked kalimba")
    button(here, "Play").click()
    visitor.hears()
    is_pressed(visitor.player, "Like", False)

    button(here, "Like").click()
    is_pressed(here, "Like", True)
    is_pressed(visitor.player, "Like", True)
    expect(button(here, "Like")).to_have_text("1")
    visitor.page.keyboard.press("l")
    is_pressed(here, "Like", False)
    expect(button(here, "Like")).to_have_text("")
    visitor.page.get_by_role("heading", level=1).focus()
    visitor.page.keyboard.press("l")
    with visitor.page.expect_response("**/vote") as answered:
        button(here, "Dislike").click()
    assert answered.value.ok
    is_pressed(here, "Like", False)
    is_pressed(here, "Dislike", True)

    visitor.page.reload()
    is_pressed(row(visitor, "a liked kalimba"), "Dislike", True)
    row(visitor, "a liked kalimba").get_by_role("heading").get_by_role("link").click()
    is_pressed(visitor.page.locator("#outlet .card-actions"), "Dislike", True)


def test_quick_changes_of_mind_arrive_in_their_order(visitor: Visitor, sound_box: SoundBox) -> None:
    track = a_sound(sound_box, "an undecided oboe")
    sent: list[int] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or "{}")["vote"])
        held.append(route)

    visitor.page.route("**/vote", hold)
    visitor.open("/library?q=oboe")
    here = row(visitor, "an undecided oboe")
    for does in ("Like", "Dislike", "Dislike", "Like"):
        button(here, does).click()
    is_pressed(here, "Like", True)
    assert sent == [1]
    held[0].continue_()
    eventually(lambda: _pumped(visitor, lambda: len(held) == 2))
    held[1].continue_()
    expect(button(here, "Like")).to_have_text("1")
    assert sent == [1, 1]
    eventually(lambda: sound_box.client.get(f"/api/library/{track}").json()["upvotes"] == 1)


def _pumped(visitor: Visitor, is_so: Callable[[], bool]) -> bool:
    """Playwright hands routes over only while it is asked for something."""
    visitor.page.evaluate("1")
    return is_so()


def test_what_the_server_refuses_is_taken_back_and_said(visitor: Visitor, sound_box: SoundBox) -> None:
    a_sound(sound_box, "a refused harp")
    sentence = "The broker cannot be reached; try again in a moment."
    problem = {"status": 503, "error": sentence}
    visitor.page.route("**/vote", lambda route: route.fulfill(status=503, json=problem))
    visitor.page.route("**/api/favorites/*", lambda route: route.abort())
    visitor.open("/library?q=harp")
    here = row(visitor, "a refused harp")
    button(here, "Like").click()
    expect(visitor.page.get_by_text(sentence).first).to_be_visible()
    is_pressed(here, "Like", False)
    expect(button(here, "Like")).to_have_text("")
    button(here, "Keep").click()
    expect(visitor.page.get_by_text("Sound Box can't be reached").first).to_be_visible()
    is_pressed(here, "Keep", False)
    visitor.forgive("503")
    visitor.forgive("ERR_FAILED")


def test_favourites_are_listed_the_latest_first(visitor: Visitor, sound_box: SoundBox) -> None:
    for prompt in ("first kept gamelan", "second kept gamelan"):
        a_sound(sound_box, prompt)
    visitor.open("/library")
    favourites = visitor.page.get_by_role("button", name="Favourites", exact=True)
    favourites.click()
    expect(visitor.page.get_by_role("heading", name="No favourites yet")).to_be_visible()
    favourites.click()
    visitor.page.get_by_role("searchbox").fill("gamelan")
    for prompt in ("first kept gamelan", "second kept gamelan"):
        with visitor.page.expect_response("**/api/favorites/*"):
            button(row(visitor, prompt), "Keep").click()

    favourites.click()
    expect(visitor.page.locator(".summary")).to_have_text("2 sounds")
    prompts = visitor.page.locator("sb-track-row h2")
    expect(prompts).to_have_text(["second kept gamelan", "first kept gamelan"])
    assert visitor.page.url.endswith("/library?kept=1")
    is_pressed(row(visitor, "first kept gamelan"), "Keep", True)

    visitor.page.get_by_role("searchbox").fill("gamelan first")
    expect(visitor.page.locator(".summary")).to_have_text(re.compile("for “gamelan first”$"))
    expect(favourites).to_have_attribute("aria-pressed", "false")


def test_half_of_a_short_sound_is_a_play_and_a_glance_is_none(visitor: Visitor, sound_box: SoundBox) -> None:
    track = a_sound(sound_box, "a counted cello", 4)
    visitor.open("/library?q=cello")

    def plays() -> int:
        return int(sound_box.client.get(f"/api/track/{track}/stats").json()["play_count"])

    button(row(visitor, "a counted cello"), "Play").click()
    visitor.hears()
    visitor.page.keyboard.press("k")
    visitor.hears_nothing()
    assert plays() == 0
    with visitor.page.expect_response("**/play") as told:
        visitor.page.keyboard.press("k")
    assert told.value.ok
    assert visitor.position() > 1.9
    assert plays() == 1


def test_one_deletes_a_sound_of_ones_own_after_saying_so_twice(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.make("a short lived flute", duration_s=6)
    card.get_by_role("heading").get_by_role("link").click()
    visitor.page.get_by_role("button", name="Play “a short lived flute”").click()
    visitor.hears()
    visitor.page.get_by_role("button", name="Delete", exact=True).click()
    dialog = visitor.page.get_by_role("dialog", name="Delete this sound?")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    address = visitor.page.url

    visitor.page.get_by_role("button", name="Delete", exact=True).click()
    dialog.get_by_role("button", name="Delete for good").click()
    expect(visitor.page).to_have_title("Library · Sound Box")
    expect(visitor.page.get_by_text("“a short lived flute” is deleted.").first).to_be_visible()
    visitor.hears_nothing()
    expect(visitor.player).to_contain_text("Nothing is playing")
    visitor.go("Generate")
    expect(visitor.page.get_by_label("Describe a sound")).to_be_visible()
    expect(visitor.page.locator("sb-job-card").filter(has_text="a short lived flute")).to_have_count(0)

    visitor.page.goto(address)
    expect(visitor.page.get_by_role("heading", name="No such sound")).to_be_visible()
    visitor.forgive("404")


def test_nobody_is_offered_to_delete_what_is_somebody_elses(visitor: Visitor, sound_box: SoundBox) -> None:
    track = a_sound(sound_box, "a foreign zither")
    visitor.open(f"/track/{track}")
    expect(visitor.page.get_by_role("heading", name="Details")).to_be_visible()
    visitor.page.wait_for_function("() => document.querySelector('sb-delete-button').hidden")
    expect(visitor.page.get_by_role("button", name="Delete", exact=True)).to_be_hidden()


def test_three_listeners_put_a_sound_into_a_category(new_visitor: NewVisitor, sound_box: SoundBox) -> None:
    track = a_sound(sound_box, "calm piano for three")
    listeners = [new_visitor() for _ in range(3)]
    first = listeners[0].page.locator("sb-track-categories")
    listeners[0].open(f"/track/{track}")
    expect(first.get_by_role("button", name="Piano")).to_have_attribute("aria-pressed", "false")
    first.get_by_label("Category to suggest").select_option(label="Jazz")
    first.get_by_role("button", name="Suggest").click()
    for number, listener in enumerate(listeners[1:], start=1):
        listener.open(f"/track/{track}")
        chip = listener.page.locator("sb-track-categories").get_by_role("button", name="Jazz")
        expect(chip).to_have_text(f"Jazz{number} of 3")
        chip.click()
        expect(chip).to_have_attribute("aria-pressed", "true")
    expect(chip).to_have_text("Jazz3 agree")
    chip.click()
    expect(chip).to_have_text("Jazz2 of 3")
    expect(chip).to_be_focused()
