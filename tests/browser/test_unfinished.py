"""A sound is heard while it is being made."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.test_looks import violations
from tests.browser.visitor import Visitor


def test_what_is_heard_before_it_is_finished_goes_on_to_its_end(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("strings in parts", duration_s=8)
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    expect(card).to_contain_text("Making the sound")
    expect(visitor.player).to_contain_text("Still being made")
    expect(visitor.player.get_by_role("slider", name="Position")).to_be_disabled()

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
          (audio) => audio.ended && Math.abs(audio.currentTime - 8) < 0.1)"""
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


def test_cancelling_what_is_heard_stops_it_and_says_so(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("a choir in parts until stopped", duration_s=30)
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    card.get_by_role("button", name="Cancel").click()
    expect(card).to_contain_text("Cancelled")
    visitor.hears_nothing()
    expect(visitor.player).to_contain_text("Nothing is playing")
    expect(
        visitor.page.get_by_text(re.compile("“a choir in parts until stopped” (was cancelled|stopped)"))
    ).to_be_visible()


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


def test_axe_finds_nothing_while_an_unfinished_sound_plays(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(color_scheme="dark")
    visitor.open("/")
    card = visitor.ask("a drone in parts until stopped", duration_s=30)
    card.get_by_role("button", name="Listen now").click()
    visitor.hears()
    assert violations(visitor) == []
    card.get_by_role("button", name="Cancel").click()
    expect(card).to_contain_text("Cancelled")
