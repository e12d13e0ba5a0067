"""A sound is heard while it is being made."""

import re

from playwright.sync_api import expect

from tests.browser.visitor import Visitor


def heard_from(visitor: Visitor) -> str:
    """Address of what plays."""
    return str(
        visitor.page.evaluate("[...document.querySelectorAll('audio')].find((audio) => !audio.paused).src")
    )


def test_what_is_heard_before_it_is_finished_goes_on_to_its_end(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("strings in parts", duration_s=8)
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    expect(card).to_contain_text("Making the sound")
    expect(visitor.player).to_contain_text("Still being made")
    expect(visitor.player.get_by_role("slider", name="Position")).to_be_disabled()
    expect(visitor.player.get_by_role("button", name="Previous")).to_be_disabled()

    finished = card.get_by_role("button", name="Pause “strings in parts”")
    expect(finished).to_be_visible(timeout=20_000)  # it still plays
    expect(visitor.player).not_to_contain_text("Still being made")
    expect(visitor.player.get_by_role("link", name="strings in parts")).to_be_visible()
    before = visitor.position()
    visitor.page.wait_for_function(
        """(before) => [...document.querySelectorAll("audio")].some(
          (audio) => audio.currentTime > before + 0.2)""",
        arg=before,
    )
    visitor.page.wait_for_function(
        """() => [...document.querySelectorAll("audio")].some(
          (audio) => audio.ended && audio.src.endsWith("/stream") && Math.abs(audio.currentTime - 8) < 0.1)"""
    )

    card.get_by_role("button", name="Play “strings in parts”").click()
    visitor.hears()
    assert heard_from(visitor).endswith(".wav")  # as loud as it is, and it can be searched


def test_repeated_it_comes_from_the_finished_file_the_second_time(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.player.get_by_role("button", name="Repeat this sound").click()
    card = visitor.ask("a cello in parts", duration_s=4)
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    assert heard_from(visitor).endswith("/stream")
    visitor.page.wait_for_function(
        """() => [...document.querySelectorAll("audio")].some(
          (audio) => audio.src.endsWith(".wav") && audio.loop && audio.currentTime > 0.05)""",
        timeout=20_000,
    )


def test_a_paused_sound_that_is_searched_once_it_is_finished_stays_paused(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("a guitar in parts", duration_s=6)
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    card.get_by_role("button", name="Pause", exact=True).click()
    position = visitor.player.get_by_role("slider", name="Position")
    expect(position).to_be_enabled(timeout=20_000)
    position.fill("4.5")
    visitor.page.wait_for_function(
        """() => [...document.querySelectorAll("audio")].some(
          (audio) => audio.src.endsWith(".wav") && audio.paused && audio.currentTime === 4.5)"""
    )


def test_a_finished_sound_can_be_searched_although_it_began_unfinished(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("an organ in parts", duration_s=6)
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    expect(visitor.player).not_to_contain_text("Still being made", timeout=20_000)
    position = visitor.player.get_by_role("slider", name="Position")
    expect(position).to_be_enabled()
    position.fill("4.5")
    visitor.page.wait_for_function(
        """() => [...document.querySelectorAll("audio")].some(
          (audio) => audio.src.endsWith(".wav") && audio.currentTime > 4.5)"""
    )


def test_a_stream_that_breaks_when_the_sound_is_finished_goes_on_from_the_file(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("a sitar in parts", duration_s=8)
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    expect(card.get_by_role("button", name="Pause “a sitar in parts”")).to_be_visible(timeout=20_000)
    before = visitor.position()
    assert before > 0
    visitor.page.evaluate(
        """document.querySelector("audio[src$='/stream']").dispatchEvent(new Event("error"))"""
    )
    visitor.page.wait_for_function(
        """(before) => [...document.querySelectorAll("audio")].some(
          (audio) => audio.src.endsWith(".wav") && !audio.paused && audio.currentTime > before)""",
        arg=before,
    )


def test_cancelling_what_is_heard_stops_it_and_says_so(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("a choir in parts until stopped", duration_s=30)
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    card.get_by_role("button", name="Cancel").click()
    expect(card).to_contain_text("Cancelled")
    visitor.hears_nothing()
    expect(visitor.player).to_contain_text("Nothing is playing")
    expect(visitor.page.locator(".notice.info")).to_have_text(
        "“a choir in parts until stopped” was cancelled."
    )


def test_a_sound_that_breaks_while_it_is_heard_stops_and_says_so(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("a harp in parts that then breaks", duration_s=8)
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    expect(card).to_contain_text("Its strings broke.", timeout=20_000)
    visitor.hears_nothing()
    expect(visitor.player).to_contain_text("Nothing is playing")
    # Either the job's end arrives first, or the end of its bytes, of which the browser complains.
    told = re.compile("(could not be made|stopped while it was being made).$")
    expect(visitor.page.locator(".notice.error")).to_have_text(told)
    visitor.complaints = [text for text in visitor.complaints if "ERR_CONTENT_LENGTH_MISMATCH" not in text]


def test_an_attempt_that_is_rejected_while_it_is_heard_stops_and_the_next_one_can_be_heard(
    visitor: Visitor,
) -> None:
    visitor.open("/")
    card = visitor.ask("a lute in parts mute at first", duration_s=6)
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    notice = "“a lute in parts mute at first” did not sound right. Another attempt takes its place."
    expect(visitor.page.locator(".notice.info")).to_have_text(notice, timeout=20_000)
    visitor.hears_nothing()
    expect(card).to_contain_text("Attempt 2 of 3")

    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    expect(visitor.player).to_contain_text("Still being made")
    expect(card.get_by_role("button", name="Pause “a lute in parts mute at first”")).to_be_visible(
        timeout=20_000
    )


def test_by_keyboard_one_stays_on_the_card_when_its_sound_is_finished(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("a zither in parts", duration_s=6)
    card.get_by_role("button", name="Listen now").press("Enter")
    visitor.hears()
    expect(card.get_by_role("button", name="Pause “a zither in parts”")).to_be_focused(timeout=20_000)
    visitor.page.keyboard.press("Enter")
    visitor.hears_nothing()


def test_it_is_paused_on_the_card_and_plays_on_from_there(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("a flute in parts until stopped", duration_s=30)
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    card.get_by_role("button", name="Pause", exact=True).click()
    visitor.hears_nothing()
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    visitor.go("Library")
    visitor.hears()  # leaving the view does not stop it
    visitor.go("Generate")
    card.get_by_role("button", name="Cancel").click()
    expect(card).to_contain_text("Cancelled")


def test_a_sound_that_comes_as_a_whole_offers_nothing_to_hear_before(visitor: Visitor) -> None:
    visitor.open("/")
    seen = visitor.collect(
        "() => document.querySelector('sb-job-card button:not([hidden])')?.textContent ?? null"
    )
    card = visitor.ask("slowly ringing bells")
    expect(card.get_by_role("button", name="Play “slowly ringing bells”")).to_be_visible(timeout=20_000)
    assert "Listen now" not in seen()
