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


def press_at(visitor: Visitor, name: str, key: str = "Enter", tabs: int = 120) -> None:
    """Go by the Tab key to what is called so, and press a key there."""
    seen = []
    for _ in range(tabs):
        if visitor.focused().startswith(name):
            visitor.page.keyboard.press(key)
            return
        seen.append(visitor.focused())
        visitor.page.keyboard.press("Tab")
    raise AssertionError(f"The Tab key did not lead to {name}, but to {seen}")


def test_playlists_are_made_put_into_order_and_deleted_with_keys_alone(
    visitor: Visitor, waltzes: None
) -> None:
    page = visitor.page
    visitor.open("/library?q=waltz")
    expect(page.locator("sb-track-row").nth(2)).to_be_visible()
    press_at(visitor, "Playlists")
    expect(page).to_have_title("Playlists · Sound Box")
    press_at(visitor, "New playlist")
    page.keyboard.press("Enter")  # once more, before it can be there
    expect(page.get_by_role("dialog")).to_have_count(1)
    press_at(visitor, "Name", "End")
    page.keyboard.type("By keys")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="By keys")).to_be_visible()
    press_at(visitor, "Library")
    expect(page).to_have_title("Library · Sound Box")
    page.keyboard.press("/")
    page.keyboard.type("waltz for")
    expect(page).to_have_url(re.compile("q=waltz"))
    expect(page.locator("sb-track-row").nth(2)).to_be_visible()
    page.keyboard.press("ArrowDown")
    for name in ("Add “", "Add “"):
        press_at(visitor, name)
        expect(page.get_by_role("dialog").get_by_label("By keys", exact=True)).to_be_visible()
        press_at(visitor, "By keys", "Space")
        expect(page.get_by_label("By keys", exact=True)).to_be_enabled()
        press_at(visitor, "Done")
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.keyboard.press("Tab")
    press_at(visitor, "Playlists", tabs=200)
    press_at(visitor, "By keys", tabs=200)
    rows = page.get_by_role("list", name="Sounds").get_by_role("heading", level=2)
    expect(rows).to_have_count(2)
    first, second = rows.all_text_contents()
    press_at(visitor, f"Move “{first}” down")
    expect(rows).to_have_text([second, first])
    press_at(visitor, "Play all", tabs=200)
    visitor.hears()
    press_at(visitor, "Delete", tabs=200)
    expect(page.get_by_role("dialog")).to_have_count(1)
    press_at(visitor, "Delete it")
    expect(page).to_have_url(re.compile("/playlists$"))
    expect(page.locator(".playlist-row")).to_have_count(0)


def test_the_radio_plays_skips_and_stops_and_a_job_is_cancelled_with_keys_alone(
    visitor: Visitor, waltzes: None
) -> None:
    page = visitor.page
    visitor.open("/radio")
    press_at(visitor, "A word to tune in to", "End")
    page.keyboard.type("waltz")
    page.keyboard.press("Enter")
    visitor.hears()
    stage = page.get_by_role("region", name="Now playing")
    first = stage.get_by_role("heading").first.text_content()
    press_at(visitor, "Like “")
    expect(stage.get_by_role("button", name=re.compile("Like “")).first).to_have_attribute(
        "aria-pressed", "true"
    )
    press_at(visitor, "Skip", tabs=200)
    expect(stage.get_by_role("heading").first).not_to_have_text(first or "")
    visitor.hears()
    press_at(visitor, "Pause", tabs=200)
    visitor.hears_nothing()

    press_at(visitor, "Generate", tabs=200)
    press_at(visitor, "Describe a sound", "End")
    page.keyboard.type("a drone until stopped")
    page.keyboard.press("Control+Enter")
    expect(visitor.card("a drone until stopped")).to_be_visible()
    press_at(visitor, "Queue", tabs=200)
    expect(page.locator("sb-queue-row")).to_have_count(1)
    press_at(visitor, "Cancel")
    expect(page.locator("sb-queue-row")).to_have_count(0)
