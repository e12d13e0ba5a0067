"""An admin signs in, pauses and resumes; everybody sees it, and what they ask for waits meanwhile."""

import re

from playwright.sync_api import Locator, expect

from shared.settings import Settings
from shared.tokens import issue
from tests.browser.axe import violations
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.running import SoundBox


def sign_in(visitor: Visitor, token: str) -> Locator:
    visitor.page.get_by_role("banner").get_by_role("button", name="Sign in").click()
    dialog = visitor.page.get_by_role("dialog", name="Sign in with a token")
    dialog.get_by_label("Token").fill(token)
    dialog.get_by_role("button", name="Sign in").click()
    return dialog


def test_an_admin_pauses_the_queue_everybody_sees_it_and_it_goes_on_and_deletes_what_came_of_it(
    sound_box: SoundBox, new_visitor: NewVisitor
) -> None:
    chief, guest = new_visitor(), new_visitor(viewport={"width": 320, "height": 700})
    chief.open("/queue")
    machine = chief.page.get_by_role("region", name="Models")
    expect(machine).to_contain_text("ready")
    expect(chief.page.get_by_role("button", name=re.compile("Pause"))).to_have_count(0)

    dialog = sign_in(chief, "not.a.token")
    expect(dialog.get_by_role("alert")).to_have_text("The token was not signed by this Sound Box.")
    chief.forgive("401")
    assert violations(chief) == []
    dialog.get_by_label("Token").fill(issue(Settings(data=sound_box.data), "chief", "admin"))
    dialog.get_by_label("Token").press("Enter")
    expect(chief.page.get_by_role("button", name="Signed in as chief")).to_be_visible()

    guest.open()
    chief.page.get_by_role("button", name="Pause Music").click()
    expect(machine.get_by_role("button", name="Resume Music")).to_be_focused()
    expect(machine).to_contain_text("paused")
    expect(machine.get_by_role("button", name="Pause Effect")).to_be_visible()
    card = guest.ask("a harp that has to wait", 1)
    expect(card).to_contain_text("Paused by an admin")
    guest.go("Queue")
    expect(guest.page.get_by_role("status").filter(has_text="Music is paused by an admin.")).to_be_visible()
    expect(guest.page.get_by_role("button", name=re.compile("Pause|Resume"))).to_have_count(0)
    assert guest.page.evaluate("document.documentElement.scrollWidth") == 320
    for visitor in (chief, guest):
        assert violations(visitor) == []

    chief.page.get_by_role("button", name="Resume all").click()
    expect(chief.page.get_by_role("button", name="Pause all")).to_be_visible()
    expect(guest.page.get_by_text("paused by an admin")).to_have_count(0)
    guest.go("Generate")
    expect(card.get_by_role("button", name="Play “a harp that has to wait”")).to_be_visible(timeout=20_000)

    chief.go("Library")
    chief.page.get_by_role("button", name="Select", exact=True).click()
    chief.page.get_by_role("checkbox").first.check()
    selection = chief.page.get_by_role("region", name="Selection")
    expect(selection.get_by_role("button", name="Delete", exact=True)).to_be_visible()
    chief.page.get_by_role("link", name="a harp that has to wait").first.click()
    picture = chief.page.locator(".spectrogram.whole img")
    picture.evaluate("(image) => image.decode()")  # its first viewer waits while it is drawn
    chief.page.locator("sb-delete-button").get_by_role("button").click()
    chief.page.get_by_role("button", name="Delete for good").click()
    expect(chief.page.locator(".notice")).to_contain_text("“a harp that has to wait” is deleted.")

    chief.page.get_by_role("button", name="Signed in as chief").click()
    out = chief.page.get_by_role("dialog", name="Signed in")
    expect(out).to_contain_text("You are chief, in the tier admin.")
    assert violations(chief) == []
    out.get_by_role("button", name="Sign out").click()
    expect(chief.page.get_by_role("banner").get_by_role("button", name="Sign in")).to_be_visible()
    expect(chief.page.get_by_role("button", name="Pause all")).to_have_count(0)
