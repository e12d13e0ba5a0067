"""The way of a person who has never been here: from a sentence to a sound on the radio."""

import re

from playwright.sync_api import expect

from tests.browser.visitor import Visitor, drawn_heights

PROMPT = "calm piano over soft rain, 80 bpm"


def test_a_sentence_becomes_a_sound_that_is_heard_seen_found_and_on_the_radio(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.evaluate("window.neverReloaded = true")

    card = visitor.make(PROMPT, duration_s=3)
    expect(card).to_contain_text("built-in synthesizer")
    card.get_by_role("button", name="Play").click()
    visitor.hears()
    assert drawn_heights(card.locator("sb-waveform")) > 5
    picture = card.get_by_role("img", name=re.compile(f"^Mel spectrogram of 3 s.*: “{PROMPT}”$"))
    assert picture.evaluate("async (image) => (await image.decode(), image.naturalWidth)") == 480
    address = card.get_by_role("heading").get_by_role("link").get_attribute("href")

    visitor.go("Library")
    visitor.page.get_by_role("searchbox").fill("piano rain")
    expect(visitor.page.locator(".summary")).to_have_text(re.compile(r"^\d+ sounds? for “piano rain”$"))
    found = visitor.page.locator("sb-track-row").first  # sounds with all the words come first
    assert found.get_by_role("heading").get_by_role("link").get_attribute("href") == address
    expect(found).to_contain_text("built-in synthesizer")

    visitor.go("Radio")
    visitor.page.get_by_label("A word to tune in to").fill("piano rain")
    visitor.page.get_by_role("button", name="Tune in to it").click()
    stage = visitor.page.get_by_role("region", name="Now playing")
    expect(stage.get_by_role("heading", name=PROMPT)).to_be_visible()
    expect(stage).to_contain_text("built-in synthesizer")
    expect(visitor.player).to_contain_text("built-in synthesizer · Radio: Piano rain")
    visitor.hears()
    assert visitor.page.evaluate("window.neverReloaded")


def test_everything_about_a_sound_stands_on_its_page_and_can_be_downloaded(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.make("a slow harp in G major")
    seed = card.get_by_role("button", name="Copy seed").inner_text().removeprefix("Seed ")
    card.get_by_role("heading").get_by_role("link").click()

    expect(visitor.page).to_have_title("a slow harp in G major · Sound Box")
    details = visitor.page.get_by_role("region", name="Details")
    for fact in (
        "Kind\nMusic",
        "Made by\nbuilt-in synthesizer",
        f"Seed\n{seed}",
        "Duration\n2 s",
        "Key\nG major",
    ):
        assert fact in details.inner_text()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="Download WAV").click()
    assert download.value.suggested_filename.startswith("a-slow-harp-in-g-major")
    assert download.value.path().read_bytes()[:4] == b"RIFF"

    visitor.page.get_by_role("button", name="Other formats").focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("link", name="FLAC")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("link", name="FLAC")).to_be_hidden()
    assert visitor.focused().startswith("Other formats")
    visitor.page.keyboard.press("Enter")
    with visitor.page.expect_download() as download:
        for _ in range(2):
            visitor.page.keyboard.press("Tab")
        visitor.page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".flac")
    assert download.value.path().read_bytes()[:4] == b"fLaC"
    expect(visitor.page.get_by_role("link", name="FLAC")).to_be_hidden()
