"""Asking for many sounds at once, for the same again, and for what did not work once more."""

import json
import re

from playwright.sync_api import Route, expect

from tests.browser.conftest import Arrive
from tests.browser.test_settings import asked, published
from tests.browser.visitor import Visitor
from tests.running import SoundBox
from tests.sounds import sine, wav
from tests.web.serving import Followed

_KEPT_FULL = {
    "type": "about:blank",
    "title": "x",
    "status": 503,
    "detail": "x",
    "error": "The intake is full.",
}


def test_every_line_becomes_a_sound_of_its_own_unless_somebody_says_otherwise(visitor: Visitor) -> None:
    visitor.open("/")
    each = visitor.page.get_by_role("switch", name="One sound a line")
    prompt = visitor.page.get_by_label("Describe a sound")
    prompt.fill("a first bell")
    expect(each).to_be_hidden()
    prompt.fill("a first bell\n\n  a second bell \na third bell\n")
    expect(visitor.page.get_by_text("3 prompts: 3 sounds of at most 50")).to_be_visible()
    visitor.page.get_by_label("Duration").fill("1")
    visitor.page.get_by_role("button", name="Generate").click()
    expect(visitor.page.locator("sb-job-card h3")).to_have_text(
        ["a third bell", "a second bell", "a first bell"], timeout=20_000
    )

    prompt.fill("a bell\nin a tower")
    each.uncheck()
    expect(visitor.page.get_by_text("All lines describe one sound")).to_be_visible()
    visitor.page.get_by_role("button", name="Generate").click()
    expect(visitor.page.locator("sb-job-card h3").first).to_have_text("a bell in a tower")
    expect(visitor.page.locator("sb-job-card")).to_have_count(4)


def test_too_many_lines_and_one_that_is_too_short_are_told_before_anything_is_sent(visitor: Visitor) -> None:
    visitor.open("/")
    prompt = visitor.page.get_by_label("Describe a sound")
    for text, sentence in (
        ("a bell\n" * 51, "That makes 51 sounds; at most 50 can be asked for at once."),
        ("a bell\nhm\na drum", "Line 2 has 2 characters; 3 to 500 are fine."),
        ("a bell\n" + "x" * 501, "Line 2 has 501 characters; 3 to 500 are fine."),
    ):
        prompt.fill(text)
        visitor.page.get_by_role("button", name="Generate").click()
        expect(visitor.page.get_by_text(sentence)).to_be_visible()
    expect(visitor.page.get_by_text("Silence, so far")).to_be_visible()


def test_lines_that_did_not_come_through_stay_in_the_form(visitor: Visitor) -> None:
    def refuse_the_second(route: Route) -> None:
        if "second" in (route.request.post_data or ""):
            problem = json.dumps(_KEPT_FULL)
            route.fulfill(status=503, content_type="application/problem+json", body=problem)
        else:
            route.continue_()

    visitor.page.route("**/generate", refuse_the_second)
    visitor.open("/")
    prompt = visitor.page.get_by_label("Describe a sound")
    prompt.fill("a first gong\na second gong\na third gong")
    visitor.page.get_by_role("button", name="Generate").click()
    expect(visitor.page.get_by_text("1 prompt of 3 went through")).to_be_visible()
    expect(visitor.page.get_by_text("The intake is full.").last).to_be_visible()
    expect(prompt).to_have_value("a second gong\na third gong")
    expect(visitor.page.get_by_role("button", name="Generate")).to_be_enabled()
    visitor.forgive("503")


def test_an_address_fills_the_form_with_what_made_a_sound(visitor: Visitor, sound_box: SoundBox) -> None:
    made = sound_box.generate("a <b>wind</b> & a chime", model="audio", duration=3, loop=True)
    sound_box.finished([made])
    seed = visitor.page.request.get(f"{visitor.url}/api/library/{made}").json()["seed"]
    visitor.open(f"/generate?from={made}")
    expect(visitor.page.get_by_label("Describe a sound")).to_have_value("a <b>wind</b> & a chime")
    expect(visitor.page.get_by_role("radio", name="Effect")).to_be_checked()
    expect(visitor.page.get_by_role("switch", name="Seamless loop")).to_be_checked()
    expect(visitor.page.get_by_label("Seed", exact=True)).to_have_value(str(seed))
    assert visitor.page.url.endswith("/generate")

    visitor.open("/generate?from=nobody")
    expect(visitor.page.get_by_text("There is no such sound to take the settings of.").last).to_be_visible()
    visitor.forgive("404")


def test_what_was_stopped_is_made_after_all_with_one_press(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("a hum until stopped", duration_s=4)
    card.get_by_role("button", name="Cancel").click()
    card.get_by_role("button", name="Try again").click()
    expect(visitor.page.locator("sb-job-card")).to_have_count(2)
    again = visitor.card("a hum until stopped")
    expect(again.locator(".facts")).to_contain_text("4 s")
    again.get_by_role("button", name="Cancel").click()
    expect(visitor.page.get_by_role("button", name="Try again")).to_have_count(2)


def test_the_card_tells_what_the_check_found_and_that_another_take_was_made(visitor: Visitor) -> None:
    visitor.open("/")
    expect(visitor.page.get_by_text("Free tier: as many sounds as you like")).to_be_visible()
    first_time = visitor.make("a plain bell")
    expect(first_time.locator(".report")).to_have_text(re.compile(r"^Checked: \d+ of 100"))
    second_time = visitor.make("a bell, mute at first")
    expect(second_time.locator(".report")).to_contain_text("the best of 2 takes")


def test_a_melody_is_chosen_where_the_model_can_follow_one(site: Followed, arrive: Arrive) -> None:
    published(site)
    visitor = arrive("melody")
    visitor.open("/")
    picker = visitor.page.get_by_label("Follow a melody")
    expect(picker).to_be_visible()
    picker.set_input_files({"name": "hum.wav", "mimeType": "audio/wav", "buffer": b"no sound at all"})
    expect(visitor.page.get_by_text("The file must be WAV, FLAC, Ogg or MP3")).to_be_visible()
    visitor.forgive("422")
    picker.set_input_files({"name": "hum.wav", "mimeType": "audio/wav", "buffer": wav(sine(440, 2.0))})
    form = visitor.page.get_by_role("form", name="New sound")
    expect(form.get_by_text("Follows a melody")).to_be_visible()
    expect(picker).to_be_hidden()
    form.get_by_label("Describe a sound").fill("a brass band")
    form.get_by_role("button", name="Generate").click()
    assert len(asked(site, visitor, "a brass band")["melody"]) == 64
    form.get_by_role("button", name="Don't follow it").click()
    expect(picker).to_be_visible()
    visitor.page.get_by_text("Effect", exact=True).click()
    expect(picker).to_be_hidden()
