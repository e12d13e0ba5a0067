"""Playlists on the page: made, filled, put into order, heard, shared, saved and deleted."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.running import SoundBox

pytestmark = pytest.mark.usefixtures("lanterns")


@pytest.fixture(scope="session")
def lanterns(sound_box: SoundBox) -> None:
    """Three sounds that a search for “lantern” finds."""
    made = [sound_box.generate(f"lantern {name}", duration=2) for name in ("one", "two", "three")]
    sound_box.finished(made)


def create(visitor: Visitor, name: str) -> None:
    visitor.open("/playlists")
    visitor.page.get_by_role("button", name="New playlist").click()
    visitor.page.get_by_label("Name").fill(name)
    visitor.page.get_by_role("button", name="Create").click()
    expect(visitor.page.get_by_role("heading", level=1, name=name)).to_be_visible()


def add(visitor: Visitor, *sounds: str, to: str) -> None:
    """Press “Add to playlist” at sounds of the library, one after the other."""
    visitor.open("/library?q=lantern")
    for sound in sounds:
        visitor.page.get_by_role("button", name=f"Add “lantern {sound}” to a playlist").click()
        dialog = visitor.page.get_by_role("dialog")
        dialog.get_by_label(to, exact=True).check()
        expect(dialog.get_by_label(to, exact=True)).to_be_enabled()
        dialog.get_by_role("button", name="Done").click()


def sounds(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("list", name="Sounds").get_by_role("heading", level=2)


def in_order(visitor: Visitor, *names: str) -> None:
    expect(sounds(visitor)).to_have_text([f"lantern {name}" for name in names])
    expect(visitor.page.get_by_role("list", name="Sounds")).not_to_have_attribute("aria-busy", "true")


def test_a_playlist_is_made_filled_put_into_order_heard_and_deleted(visitor: Visitor) -> None:
    create(visitor, "Lights")
    expect(visitor.page.get_by_role("heading", name="Nothing in it yet")).to_be_visible()
    add(visitor, "one", "two", "three", to="Lights")
    visitor.go("Playlists")
    expect(visitor.page.locator(".playlist-row")).to_contain_text("3 sounds")
    visitor.page.get_by_role("link", name="Lights").click()
    in_order(visitor, "one", "two", "three")

    down = visitor.page.get_by_role("button", name="Move “lantern one” down")
    down.press("Enter")
    in_order(visitor, "two", "one", "three")
    expect(down).to_be_focused()
    rows = visitor.page.locator(".playlist-track")
    rows.nth(2).drag_to(rows.nth(0), target_position={"x": 300, "y": 3})
    in_order(visitor, "three", "two", "one")
    visitor.page.get_by_role("button", name="Remove “lantern two” from this playlist").click()
    in_order(visitor, "three", "one")
    visitor.page.reload()
    in_order(visitor, "three", "one")

    visitor.page.get_by_role("button", name="Play all").click()
    visitor.hears()
    expect(visitor.player).to_contain_text("lantern three")
    visitor.page.get_by_role("button", name="Edit").click()
    visitor.page.get_by_label("Name").fill("Lights out")
    visitor.page.get_by_label("Description").fill("for late evenings")
    visitor.page.get_by_role("button", name="Save").click()
    expect(visitor.page.get_by_role("heading", level=1, name="Lights out")).to_be_visible()
    expect(visitor.page.get_by_text("for late evenings")).to_be_visible()
    visitor.page.get_by_role("button", name="Duplicate").click()
    expect(visitor.page.get_by_role("heading", level=1, name="Lights out (copy)")).to_be_visible()
    in_order(visitor, "three", "one")

    visitor.page.get_by_role("button", name="Delete").click()
    visitor.page.get_by_role("button", name="Delete it").click()
    expect(visitor.page).to_have_url(re.compile("/playlists$"))
    expect(visitor.page.locator(".playlist-row h2")).to_have_text(["Lights out"])


def test_whoever_has_the_link_hears_it_until_it_ends(new_visitor: NewVisitor) -> None:
    ada, bob = new_visitor(), new_visitor()
    create(ada, "For friends")
    add(ada, "two", to="For friends")
    ada.go("Playlists")
    ada.page.get_by_role("link", name="For friends").click()
    ada.page.get_by_role("button", name="Share").click()
    ada.page.get_by_role("button", name="Make a link").click()
    link = ada.page.get_by_label(re.compile("^Link until")).input_value()
    address = ada.page.url

    bob.page.goto(address)
    expect(bob.page.get_by_role("heading", name="No such playlist")).to_be_visible()
    bob.forgive("404")
    bob.page.goto("about:blank")
    bob.page.goto(link)
    in_order(bob, "two")
    expect(bob.page.get_by_role("button", name="Edit")).to_have_count(0)
    expect(bob.page.get_by_role("button", name="Remove")).to_have_count(0)
    with bob.page.expect_download() as download:
        bob.page.get_by_role("link", name="Download as M3U8").click()
    assert "lantern two" in Path(download.value.path()).read_text(encoding="utf-8")

    ada.page.get_by_role("button", name="End the link").click()
    expect(ada.page.get_by_role("button", name="Make a link")).to_be_visible()
    bob.page.reload()
    expect(bob.page.get_by_role("heading", name="No such playlist")).to_be_visible()
    bob.forgive("404")


def test_a_search_of_the_library_is_saved_and_a_file_is_read(visitor: Visitor, tmp_path: Path) -> None:
    visitor.open("/library?q=lantern&model=music")
    visitor.page.get_by_role("button", name="Save search").click()
    visitor.page.get_by_label("Name").fill("All lanterns")
    visitor.page.get_by_role("button", name="Create").click()
    expect(visitor.page.get_by_text("Smart: a search says what is in it")).to_be_visible()
    expect(sounds(visitor)).to_have_count(3)
    expect(visitor.page.get_by_role("button", name=re.compile("^Move"))).to_have_count(0)
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="Download as XSPF").click()
    file = tmp_path / "lanterns.xspf"
    download.value.save_as(file)

    visitor.go("Playlists")
    visitor.page.get_by_label("Import a file").set_input_files(file)
    expect(visitor.page.get_by_role("region", name="Notices")).to_contain_text("3 sounds imported.")
    expect(visitor.page.get_by_role("heading", level=1, name="All lanterns")).to_be_visible()
    file.write_text("<!DOCTYPE x><playlist/>")
    visitor.go("Playlists")
    visitor.page.get_by_label("Import a file").set_input_files(file)
    expect(visitor.page.get_by_role("region", name="Notices")).to_contain_text("document type")
    visitor.forgive("422")


def test_on_a_phone_a_playlist_fits_and_its_buttons_are_large_enough(new_visitor: NewVisitor) -> None:
    phone = new_visitor(viewport={"width": 320, "height": 700}, has_touch=True, is_mobile=True)
    create(phone, "A rather long name of a playlist that does not fit into one line")
    add(phone, "one", "two", to="A rather long name of a playlist that does not fit into one line")
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 320
    expect(phone.page.locator(".summary")).to_have_text("3 sounds for “lantern”")
    line = phone.page.locator(".summary").evaluate(
        "(one) => one.offsetHeight / parseFloat(getComputedStyle(one).lineHeight)"
    )
    assert line < 2
    phone.open("/playlists")
    expect(phone.page.locator(".playlist-row")).to_have_count(1)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 320
    phone.page.locator(".playlist-row a").click()
    in_order(phone, "one", "two")
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 320
    small = phone.page.locator(".playlist-track button").evaluate_all(
        "(all) => all.filter((one) => Math.min(one.offsetHeight, one.offsetWidth) < 44).length"
    )
    assert small == 0
