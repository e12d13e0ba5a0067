"""How the page looks: light and dark, on a phone, and to those who cannot see it."""

import re

import pytest
from playwright.sync_api import expect

from services.renderer import pictures
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from web.api.page import STATIC

_LIGHT, _DARK = "rgb(238, 243, 242)", "rgb(13, 25, 28)"
_VIEWS = ("/", "/library", "/library?q=xylofuzz", "/radio", "/nowhere")
_FINGERS_NEED_PX = 44
_SMALL_TARGETS = """(least) => {
  const targets = "button, summary, select, nav a, .button, label:has(input[type=radio]), input[type=search]";
  return [...document.querySelectorAll(targets)]
    .filter((target) => target.checkVisibility() && target.offsetHeight < least)
    .map((target) => `${target.className} ${target.textContent.trim()}: ${target.offsetHeight}`);
}"""


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_nothing_is_wider_than_the_screen_or_too_small_for_a_finger(
    new_visitor: NewVisitor, width: int
) -> None:
    phone = new_visitor(viewport={"width": width, "height": 700}, has_touch=True, is_mobile=True)
    phone.open("/")
    phone.make("a cello in a cathedral")
    for path in ("/", "/library", "/radio", "track"):
        if path == "track":
            phone.open("/library")
            phone.page.locator("sb-track-row h2 a").first.click()
            expect(phone.page.get_by_role("region", name="Details")).to_be_visible()
        else:
            phone.open(path)
        assert phone.page.evaluate("document.documentElement.scrollWidth") == width, path
        assert phone.page.evaluate(_SMALL_TARGETS, _FINGERS_NEED_PX) == [], path


def test_on_a_phone_generate_is_in_sight_at_once_and_the_new_sound_is_brought_into_sight(
    phone: Visitor,
) -> None:
    phone.open("/")
    expect(phone.page.get_by_role("button", name="Generate")).to_be_in_viewport(ratio=1)
    card = phone.ask("a bell")
    expect(card.get_by_role("heading")).to_be_in_viewport()


def test_the_theme_follows_the_system_until_somebody_chooses(visitor: Visitor) -> None:
    body = visitor.page.locator("body")
    visitor.page.emulate_media(color_scheme="light")
    visitor.open("/")
    expect(body).to_have_css("background-color", _LIGHT)
    visitor.page.emulate_media(color_scheme="dark")
    expect(body).to_have_css("background-color", _DARK)

    visitor.page.get_by_role("radio", name="Light theme").check()
    expect(body).to_have_css("background-color", _LIGHT)
    visitor.page.reload()
    expect(visitor.page.get_by_role("radio", name="Light theme")).to_be_checked()
    expect(body).to_have_css("background-color", _LIGHT)


def test_the_large_spectrogram_is_drawn_on_the_paper_of_the_theme_and_sharp(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(color_scheme="dark", device_scale_factor=2)
    visitor.open("/")
    visitor.make("a cello in a cathedral").get_by_role("heading").get_by_role("link").click()
    picture = visitor.page.locator(".spectrogram.whole img")
    shown = """async (image) => {
      await image.decode();
      return [image.currentSrc.split("-").slice(5).join("-"), image.naturalWidth];
    }"""

    assert picture.evaluate(shown) == ["2x.png", 1000]  # in pixels of CSS
    visitor.page.get_by_role("radio", name="Light theme").check()
    assert picture.evaluate(shown) == ["light-2x.png", 1000]
    visitor.page.get_by_role("radio", name="System theme").check()
    assert picture.evaluate(shown) == ["2x.png", 1000]
    visitor.page.emulate_media(color_scheme="light")
    expect(picture).to_have_attribute("src", re.compile("-light.png$"))
    assert picture.evaluate(shown) == ["light-2x.png", 1000]


def test_a_small_spectrogram_shows_the_plot_and_leaves_its_scales_out() -> None:
    tokens = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    names = ("picture-width", "picture-height", "plot-left", "plot-top", "plot-right", "plot-bottom")
    found = tuple(int(re.findall(rf"--{name}: (\d+);", tokens)[0]) for name in names)
    assert found == (pictures.WIDTH, pictures.HEIGHT, *pictures.PLOT)
