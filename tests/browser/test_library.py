"""The library: search, filters, pages, history."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.usefixtures("shelf")


def headings(visitor: Visitor) -> list[str]:
    return visitor.page.locator("sb-track-row h2").all_inner_texts()


def test_a_search_finds_lists_and_counts(visitor: Visitor) -> None:
    visitor.open("/library")
    visitor.page.get_by_role("searchbox").type("shelf bell", delay=20)

    expect(visitor.page.locator(".summary")).to_have_text("7 sounds for “shelf bell”")
    assert all("bell" in text for text in headings(visitor))
    expect(visitor.page).to_have_url(re.compile(r"/library\?q=shelf\+bell$"))


def test_a_search_without_a_result_offers_to_make_the_sound(visitor: Visitor) -> None:
    visitor.open("/library?q=xylofuzz")
    expect(visitor.page.get_by_text("Nothing sounds like “xylofuzz” yet")).to_be_visible()

    visitor.page.get_by_role("link", name="Make “xylofuzz”").click()
    expect(visitor.page.get_by_label("Describe a sound")).to_have_value("xylofuzz")


def test_an_empty_library_says_what_to_do(visitor: Visitor) -> None:
    nothing = {"items": [], "total": 0, "page": 1, "pages": 1, "per_page": 20}
    visitor.page.route("**/api/library?*", lambda route: route.fulfill(json=nothing))
    visitor.page.route(
        "**/api/library/counts", lambda route: route.fulfill(json={"total": 0, "music": 0, "audio": 0})
    )
    visitor.open("/library")

    expect(visitor.page.get_by_text("An empty shelf")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="Make “calm piano")).to_be_visible()


def test_pages_and_filters_are_addresses_and_back_leads_through_them(visitor: Visitor) -> None:
    visitor.open("/library?q=shelf")
    summary = visitor.page.locator(".summary")
    expect(visitor.page.get_by_text("Page 1 of 2")).to_be_visible()
    assert len(headings(visitor)) == 20

    visitor.page.get_by_role("button", name="Next page").click()
    expect(visitor.page.locator("sb-track-row")).to_have_count(1)
    assert visitor.page.url.endswith("/library?q=shelf&page=2")
    visitor.page.get_by_text("Effects").click()
    expect(summary).to_have_text("7 sounds for “shelf”")
    assert visitor.page.url.endswith("/library?q=shelf&model=audio")

    visitor.page.go_back()
    expect(visitor.page.get_by_text("Page 2 of 2")).to_be_visible()
    visitor.page.go_back()
    expect(visitor.page.get_by_text("Page 1 of 2")).to_be_visible()
    visitor.page.go_forward()
    visitor.page.go_forward()
    expect(summary).to_have_text("7 sounds for “shelf”")
    expect(visitor.page.get_by_role("radio", name="Effects")).to_be_checked()


def test_the_order_can_be_chosen(visitor: Visitor, shelf: list[str]) -> None:
    visitor.open("/library?q=shelf+drum")
    visitor.page.get_by_label("Sort by").select_option("Newest first")
    expect(visitor.page).to_have_url(re.compile("sort=recent"))
    first = visitor.page.locator("sb-track-row h2 a").first
    expect(first).to_have_attribute("href", re.compile(f"/track/({'|'.join(shelf[-8:])})"))


def test_a_list_plays_on_with_its_next_sound(visitor: Visitor) -> None:
    visitor.open("/library?q=shelf")
    rows = visitor.page.locator("sb-track-row")
    rows.nth(0).locator(".play-button").click()
    visitor.hears()
    expect(rows.nth(0)).to_have_class(re.compile("current"))
    expect(rows.nth(1)).to_have_class(re.compile("current"))
    visitor.hears()


def test_a_sound_is_searched_by_its_place_on_the_waveform(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.make("a long low hum for seeking", duration_s=8)
    card.locator("sb-waveform").click(position={"x": 200, "y": 30})
    visitor.hears()
    assert visitor.position() > 2


def test_new_sounds_wait_behind_a_button_and_do_not_push_the_list_away(visitor: Visitor) -> None:
    visitor.open("/library")
    expect(visitor.page.locator("sb-track-row")).to_have_count(20)
    before = headings(visitor)
    visitor.page.request.post(
        f"{visitor.url}/generate", data={"prompt": "a late arrival", "duration": 1, "model": "audio"}
    )

    visitor.page.get_by_role("button", name="New sounds have arrived").click(timeout=20_000)
    expect(visitor.page.locator("sb-track-row h2").first).to_have_text("a late arrival")
    assert "a late arrival" not in before


def test_leaving_and_coming_back_leads_to_the_same_place_of_the_list(visitor: Visitor) -> None:
    visitor.open("/library?q=shelf")
    rows = visitor.page.locator("sb-track-row")
    expect(rows).to_have_count(20)
    link = rows.nth(15).get_by_role("heading").get_by_role("link")
    link.scroll_into_view_if_needed()
    left_at = visitor.page.evaluate("scrollY")
    link.click()
    expect(visitor.page.get_by_role("region", name="Details")).to_be_visible()
    assert visitor.page.evaluate("scrollY") == 0

    visitor.page.go_back()
    expect(rows).to_have_count(20)
    visitor.page.wait_for_function(f"() => Math.abs(scrollY - {left_at}) < 2")
    assert left_at > 100
