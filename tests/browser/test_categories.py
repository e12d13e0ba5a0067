"""Kinds of sounds on the page: chips that narrow the library, and links from a sound to its like."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.visitor import Visitor
from tests.running import SoundBox

pytestmark = pytest.mark.usefixtures("choirs")


@pytest.fixture(scope="session")
def choirs(sound_box: SoundBox) -> None:
    """Three sounds of choirs, two of them calm; and a cat."""
    music = ["kindred choir, calm", "kindred choir with a harp, calm", "kindred choir, furious"]
    jobs = [sound_box.generate(prompt, duration=1) for prompt in music]
    sound_box.finished([*jobs, sound_box.generate("kindred cat purring", duration=1, model="audio")])


def chip(visitor: Visitor, name: str) -> Locator:
    """A chip of the row above the list."""
    return visitor.page.get_by_role("group", name="Categories").get_by_role("button", name=name)


def open_all(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="All categories").click()


def test_chips_narrow_the_list_to_all_that_are_chosen_and_the_address_says_which(visitor: Visitor) -> None:
    visitor.open("/library?q=kindred")
    summary = visitor.page.locator(".summary")
    open_all(visitor)
    panel = visitor.page.locator(".all-categories")
    panel.get_by_role("button", name="Choir and voice").click()
    expect(summary).to_have_text("3 sounds for “kindred”")
    panel.get_by_role("button", name=re.compile("^Calm")).click()
    expect(summary).to_have_text("2 sounds for “kindred”")
    expect(visitor.page).to_have_url(re.compile(r"/library\?q=kindred&category=choir&category=calm$"))
    expect(chip(visitor, "Choir and voice")).to_have_attribute("aria-pressed", "true")

    visitor.page.reload()
    expect(summary).to_have_text("2 sounds for “kindred”")
    chip(visitor, "Calm").click()
    expect(summary).to_have_text("3 sounds for “kindred”")
    visitor.page.go_back()
    expect(summary).to_have_text("2 sounds for “kindred”")


def test_a_chip_tells_how_many_sounds_are_of_its_kind(visitor: Visitor) -> None:
    visitor.open("/library")
    counts = visitor.page.request.get(f"{visitor.url}/api/library/category-counts?model=audio").json()
    visitor.page.get_by_role("radio", name="Effects").check(force=True)
    open_all(visitor)
    cats = visitor.page.locator(".all-categories").get_by_role("button", name=re.compile("^Cats"))
    expect(cats.locator(".count")).to_have_text(str(counts["cat"]))


def test_categories_of_the_other_model_are_left_out_with_it(visitor: Visitor) -> None:
    visitor.open("/library?category=choir")
    expect(chip(visitor, "Choir and voice")).to_be_visible()
    visitor.page.get_by_role("radio", name="Effects").check(force=True)
    expect(visitor.page).to_have_url(re.compile(r"/library\?model=audio$"))
    expect(chip(visitor, "Choir and voice")).to_have_count(0)


def test_all_categories_are_closed_with_the_keyboard_and_focus_stays_on_a_chosen_chip(
    visitor: Visitor,
) -> None:
    visitor.open("/library")
    more = visitor.page.get_by_role("button", name="All categories")
    more.press("Enter")
    panel = visitor.page.locator(".all-categories")
    panel.get_by_role("button", name="Choir and voice").press("Enter")
    expect(panel.get_by_role("button", name="Choir and voice")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(more).to_be_focused()


def test_a_sound_links_to_the_others_of_its_kinds(visitor: Visitor) -> None:
    visitor.open("/library?q=kindred+harp")
    visitor.page.locator("sb-track-row h2 a").first.click()
    links = visitor.page.get_by_role("list", name="Categories").get_by_role("link")
    expect(links).to_have_text(["Choir and voice", "Harp", "Calm"])
    expect(links.first).to_have_attribute("title", "Guessed from the prompt")
    links.first.click()
    expect(visitor.page).to_have_url(re.compile(r"/library\?category=choir$"))
    expect(chip(visitor, "Choir and voice")).to_have_attribute("aria-pressed", "true")


def test_an_unknown_category_in_the_address_says_so(visitor: Visitor) -> None:
    visitor.open("/library?category=chior")
    expect(visitor.page.locator("#outlet").get_by_text("did you mean choir?")).to_be_visible()
    visitor.forgive("422")


def test_ideas_are_shown_by_kind_and_the_dice_keeps_to_the_kind(visitor: Visitor) -> None:
    visitor.open("/")
    prompt = visitor.page.get_by_label("Describe a sound")
    visitor.page.get_by_text("Ideas", exact=True).click()
    kind = visitor.page.get_by_label("Kind of sound")
    kind.select_option("Bossa nova")
    visitor.page.get_by_role("button", name="bossa nova on a nylon guitar").click()
    expect(prompt).to_have_value("bossa nova on a nylon guitar")
    visitor.page.get_by_role("button", name="Surprise me").click()
    expect(prompt).not_to_have_value("bossa nova on a nylon guitar")
    expect(prompt).to_have_value(re.compile("bossa nova", re.IGNORECASE))

    visitor.page.get_by_text("Effect", exact=True).click()
    expect(kind).to_have_value("")
    kind.select_option("Dogs")
    expect(visitor.page.get_by_role("button", name="a big dog barks behind a fence")).to_be_visible()
