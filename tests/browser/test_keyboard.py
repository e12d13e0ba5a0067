"""Everything can be done without a mouse."""

import re

from playwright.sync_api import expect

from tests.browser.visitor import Visitor


def test_the_tab_key_goes_through_the_page_in_the_order_in_which_it_is_read(visitor: Visitor) -> None:
    visitor.open("/")
    order = []
    for _ in range(17):
        visitor.page.keyboard.press("Tab")
        order.append(visitor.focused())
    assert order == [
        "Skip to the content",
        "Sound Box",
        "Generate",
        "Library",
        "Playlists",
        "Radio",
        "Queue",
        "Keyboard shortcuts",
        "System theme",
        "Appearance",
        "Sign in",
        "Surprise me",
        "Describe a sound",
        "Ideas",
        "Music",
        "Duration",
        "Seamless loop",
    ]


def test_the_skip_link_leads_past_the_navigation_and_makes_no_history(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    assert visitor.focused() == "Surprise me"
    assert visitor.page.url.endswith("/")


def test_a_sound_is_made_and_heard_with_keys_alone(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.get_by_label("Describe a sound").focus()
    visitor.page.keyboard.type("two notes of a flute")
    visitor.page.keyboard.press("Control+Enter")
    play = visitor.card("two notes of a flute").get_by_role("button", name="Play")
    expect(play).to_be_visible(timeout=20_000)
    assert visitor.focused() == "Describe a sound"

    for _ in range(20):
        visitor.page.keyboard.press("Tab")
        if visitor.focused().startswith("Play “two notes"):
            break
    visitor.page.keyboard.press("Space")
    visitor.hears()
    visitor.page.keyboard.press("Space")
    visitor.hears_nothing()


def test_space_plays_and_pauses_wherever_nothing_is_typed(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.make("a gong", duration_s=6)
    card.get_by_role("button", name="Play").click()
    visitor.hears()
    visitor.page.get_by_role("heading", level=1).focus()

    visitor.page.keyboard.press("Space")
    visitor.hears_nothing()
    visitor.page.keyboard.press("k")
    visitor.hears()
    before = visitor.position()
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.wait_for_function(
        f"() => [...document.querySelectorAll('audio')].some((audio) => audio.currentTime > {before} + 3)"
    )
    visitor.page.keyboard.press("m")
    expect(visitor.player.get_by_role("button", name="Unmute")).to_be_visible()

    visitor.page.get_by_label("Describe a sound").fill("")
    visitor.page.keyboard.type("k m n")
    expect(visitor.page.get_by_label("Describe a sound")).to_have_value("k m n")
    expect(visitor.player.get_by_role("button", name="Unmute")).to_be_visible()


def test_a_question_mark_shows_the_shortcuts_and_escape_gives_the_focus_back(visitor: Visitor) -> None:
    visitor.open("/library")
    link = visitor.page.get_by_role("link", name="Radio")
    link.focus()
    visitor.page.keyboard.press("?")
    dialog = visitor.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Play or pause")

    visitor.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()


def test_shortcuts_can_be_turned_off(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.get_by_role("button", name="Keyboard shortcuts").click()
    visitor.page.get_by_role("switch", name="Single keys act as shortcuts").click()
    visitor.page.keyboard.press("Escape")
    visitor.page.keyboard.press("/")
    expect(visitor.page).to_have_title("Generate · Sound Box")
    expect(visitor.page).to_have_url(re.compile("/$"))


def test_a_slash_leads_to_the_search_from_every_view(visitor: Visitor) -> None:
    visitor.open("/radio")
    visitor.page.keyboard.press("/")
    expect(visitor.page.get_by_role("searchbox")).to_be_focused()
    expect(visitor.page).to_have_title("Library · Sound Box")


def test_a_new_view_takes_the_focus_to_its_heading(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.go("Library")
    expect(visitor.page.get_by_role("heading", level=1, name="Library")).to_be_focused()
