"""A sound's page: what was measured of it, and what sounds like it."""

import re

from playwright.sync_api import expect

from tests.browser.visitor import Visitor


def test_a_sound_leads_to_what_sounds_like_it(visitor: Visitor, shelf: list[str]) -> None:
    visitor.open(f"/track/{shelf[4]}")
    expect(visitor.page.get_by_role("heading", name="More like this")).to_be_visible()
    rows = visitor.page.locator("sb-similar-sounds sb-track-row")
    expect(rows).to_have_count(5)

    nearest = rows.first.get_by_role("heading").inner_text()
    rows.first.get_by_role("heading").get_by_role("link").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(nearest)
    expect(visitor.page).not_to_have_url(re.compile(shelf[4]))
    expect(rows).to_have_count(5)


def test_a_sound_that_is_like_no_other_shows_nothing(visitor: Visitor, shelf: list[str]) -> None:
    visitor.page.route("**/similar?*", lambda route: route.fulfill(json={"tracks": []}))
    visitor.open(f"/track/{shelf[0]}")
    expect(visitor.page.get_by_role("heading", name="Details")).to_be_visible()
    expect(visitor.page.locator("sb-similar-sounds")).to_be_hidden()


def test_what_was_measured_stands_among_the_details(visitor: Visitor, shelf: list[str]) -> None:
    visitor.open(f"/track/{shelf[0]}")
    details = visitor.page.locator("dl.details")
    expect(details).to_contain_text(re.compile(r"Brightness(dark|warm|clear|bright|sharp), around [\d.]+ "))
    expect(details).to_contain_text(re.compile(r"Dynamic range\d+ dB"))
