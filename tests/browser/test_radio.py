"""The radio and the player: what plays goes on until the listener says otherwise."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.usefixtures("waltzes")


def test_the_radio_plays_on_while_the_view_changes(visitor: Visitor) -> None:
    visitor.tune_in("waltz")
    visitor.hears()
    visitor.page.evaluate("for (const audio of document.querySelectorAll('audio')) audio.isTheSame = true")
    gaps = visitor.page.evaluate_handle(
        "() => { const gaps = []; for (const audio of document.querySelectorAll('audio'))"
        " audio.addEventListener('emptied', () => [...document.querySelectorAll('audio')]"
        ".every((other) => other.paused) && gaps.push(audio.src)); return gaps; }"
    )
    for view in ("Library", "Generate", "Radio"):
        visitor.go(view)
        visitor.hears()
    assert gaps.evaluate("(gaps) => gaps") == []
    assert visitor.page.evaluate("[...document.querySelectorAll('audio')].every((audio) => audio.isTheSame)")


def test_one_sound_blends_into_the_next_without_end(visitor: Visitor) -> None:
    visitor.tune_in("waltz")
    title = visitor.player.get_by_role("link")
    heard = []
    for _ in range(4):  # the fourth is one of the three again
        expect(title).to_have_text(re.compile("waltz for"))
        heard.append(title.inner_text())
        expect(title).not_to_have_text(heard[-1])
    visitor.hears()
    assert len(set(heard[:3])) == 3
    expect(visitor.page.get_by_role("region", name="Heard").get_by_role("button")).to_have_count(4)


def test_skip_goes_to_what_is_up_next(visitor: Visitor) -> None:
    visitor.tune_in("waltz")
    following = visitor.page.get_by_role("region", name="Up next").get_by_role("button").first
    expect(following).to_contain_text("built-in synthesizer")
    name = following.locator("span").inner_text()

    visitor.page.get_by_role("button", name="Skip").click()
    expect(visitor.page.get_by_role("region", name="Now playing").get_by_role("heading")).to_have_text(name)
    visitor.page.get_by_role("button", name="Pause").first.click()
    visitor.hears_nothing()


@pytest.mark.usefixtures("harps")
def test_a_kind_of_sound_is_a_station_and_what_plays_follows_and_was_stay_in_step(visitor: Visitor) -> None:
    visitor.open("/radio")
    tile = visitor.page.get_by_role("region", name="Stations by kind").get_by_role("button", name="Harp")
    expect(tile).to_contain_text(re.compile(r"\d+ sounds"))
    expect(tile).to_have_attribute("aria-pressed", "false")
    tile.click()
    visitor.hears()
    expect(tile).to_have_attribute("aria-pressed", "true")
    dial = visitor.page.get_by_role("group", name="Stations")
    expect(dial.get_by_role("button", name="Harp")).to_have_attribute("aria-pressed", "true")
    expect(visitor.player).to_contain_text("Radio: Harp")

    now = visitor.page.get_by_role("region", name="Now playing").get_by_role("heading")
    following = visitor.page.get_by_role("region", name="Up next").get_by_role("button").locator("span")
    for _ in range(3):
        expect(now).to_have_text(re.compile("harp", re.IGNORECASE))
        was, then = now.inner_text(), following.first.inner_text()
        assert then != was
        visitor.page.get_by_role("button", name="Skip").click()
        expect(now).to_have_text(then)
        heard = visitor.page.get_by_role("region", name="Heard").get_by_role("button").locator("span")
        expect(heard.first).to_have_text(was)

    visitor.page.reload()
    expect(dial.get_by_role("button", name="Harp")).to_have_class(re.compile("chosen"))
    expect(tile).to_have_attribute("aria-pressed", "false")
    dial.get_by_role("button", name="Everything").click()
    expect(visitor.player).to_contain_text("Radio: Everything")
    visitor.hears()


def test_a_station_without_sounds_says_so_and_keeps_the_one_that_plays(visitor: Visitor) -> None:
    visitor.tune_in("waltz")
    visitor.hears()
    visitor.page.get_by_label("A word to tune in to").fill("xylofuzz")
    visitor.page.get_by_role("button", name="Tune in to it").click()

    expect(visitor.page.get_by_role("region", name="Notices")).to_contain_text("nothing on “Xylofuzz” yet")
    expect(visitor.player).to_contain_text("Radio: Waltz")
    visitor.hears()


def test_a_finished_job_and_a_new_one_do_not_stop_what_plays(visitor: Visitor) -> None:
    visitor.tune_in("waltz")
    visitor.hears()
    visitor.go("Generate")
    visitor.make("a knock on wood", duration_s=1)
    expect(visitor.player).to_contain_text("Radio: Waltz")
    visitor.hears()


def test_nothing_makes_a_sound_before_somebody_asks_for_it(visitor: Visitor) -> None:
    for path in ("/", "/library", "/radio"):
        visitor.open(path)
        expect(visitor.player).to_contain_text("Nothing is playing")
        assert visitor.position() == -1
