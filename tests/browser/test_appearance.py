"""What somebody chooses of how the page looks, and whether it may call them."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor

_RECORD_CALLS = """
window.called = [];
window.Notification = class extends EventTarget {
  static permission = "default";
  static requestPermission() { Notification.permission = "%s"; return Promise.resolve("%s"); }
  constructor(title, options) { super(); window.called.push([title, options.body]); }
};
Object.defineProperty(document, "hidden", { get: () => window.looksElsewhere === true });
"""


def open_appearance(visitor: Visitor) -> Locator:
    visitor.page.get_by_role("button", name="Appearance").click()
    return visitor.page.get_by_role("dialog", name="Appearance")


def token(visitor: Visitor, name: str) -> str:
    script = "(name) => getComputedStyle(document.documentElement).getPropertyValue(name)"
    return str(visitor.page.evaluate(script, name))


def test_contrast_follows_the_system_until_somebody_chooses_and_is_kept(visitor: Visitor) -> None:
    visitor.page.emulate_media(contrast="more", color_scheme="dark")
    visitor.open("/")
    body = visitor.page.locator("body")
    expect(body).to_have_css("background-color", "rgb(0, 0, 0)")
    visitor.page.emulate_media(contrast="no-preference", color_scheme="dark")
    expect(body).not_to_have_css("background-color", "rgb(0, 0, 0)")

    dialog = open_appearance(visitor)
    dialog.get_by_role("radio", name="High").check()
    expect(body).to_have_css("background-color", "rgb(0, 0, 0)")
    dialog.get_by_role("radio", name="Light theme").check()
    expect(body).to_have_css("background-color", "rgb(255, 255, 255)")
    visitor.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert visitor.focused() == "Appearance"
    visitor.page.reload()
    expect(body).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(visitor.page.get_by_role("radio", name="Light theme")).to_be_checked()
    expect(open_appearance(visitor).get_by_role("radio", name="High")).to_be_checked()


def test_an_accent_is_chosen_and_kept(visitor: Visitor) -> None:
    visitor.open("/")
    dialog = open_appearance(visitor)
    seen = {token(visitor, "--brand")}
    for accent in ("Plum", "Moss"):
        dialog.get_by_role("radio", name=accent).check()
        seen.add(token(visitor, "--brand"))
    assert len(seen) == 3
    visitor.page.reload()
    expect(open_appearance(visitor).get_by_role("radio", name="Moss")).to_be_checked()
    assert token(visitor, "--brand") in seen


def test_a_waveform_is_drawn_in_the_colours_that_were_chosen(visitor: Visitor) -> None:
    drawn = """(canvas) => {
      const { height } = canvas;
      const [...pixel] = canvas.getContext("2d").getImageData(1, Math.floor(height / 2), 1, 1).data;
      return [`rgb(${pixel.slice(0, 3).join(", ")})`, getComputedStyle(canvas).color];
    }"""
    visitor.open("/")
    canvas = visitor.make("a gong").locator("sb-waveform canvas")
    first, wanted = canvas.evaluate(drawn)
    assert first == wanted
    open_appearance(visitor).get_by_role("radio", name="High").check()
    then, wanted = canvas.evaluate(drawn)
    assert then == wanted != first
    visitor.forgive("willReadFrequently")  # only this test reads what is drawn


def test_who_wants_it_is_called_when_a_sound_is_ready_and_they_look_elsewhere(visitor: Visitor) -> None:
    visitor.page.add_init_script(_RECORD_CALLS % ("granted", "granted"))
    visitor.open("/")
    visitor.make("a bell nobody asked to be told of", duration_s=1)
    open_appearance(visitor).get_by_role("switch", name="Tell me when").check()
    visitor.page.keyboard.press("Escape")
    visitor.make("a bell in sight", duration_s=1)
    visitor.page.evaluate("window.looksElsewhere = true")
    visitor.make("a bell out of sight", duration_s=1)
    assert visitor.page.evaluate("window.called") == [["Your sound is ready", "a bell out of sight"]]


def test_where_the_browser_forbids_it_the_switch_says_so(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.page.add_init_script(_RECORD_CALLS % ("denied", "denied"))
    visitor.open("/")
    dialog = open_appearance(visitor)
    dialog.get_by_role("switch", name="Tell me when").click()
    expect(dialog.get_by_text("The browser forbids it")).to_be_visible()
    expect(dialog.get_by_role("switch", name="Tell me when")).not_to_be_checked()
