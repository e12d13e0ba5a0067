"""From the form to the card: progress, cancellation, refusals, settings used again."""

import io

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

_NEWEST_CARD = """() => {
  const card = document.querySelector("sb-job-card");
  const phase = card?.querySelector("[aria-current=step]")?.textContent;
  return phase ? [card.querySelector("h3").textContent, phase, card.querySelector("progress").value] : null;
}"""
_PHASES = ["Queue", "Making", "Checking", "Drawing"]
_HOSTILE = (
    "<img src=x onerror=alert(1)> & <script>alert(2)</script>",
    "‮موسيقى هادئة مع المطر ‏ 80 bpm",
    "🎹🌧️ piano 👩‍👩‍👧‍👦 élégant ½ tempo",
    "Donaudampfschifffahrtsgesellschaft" * 14,
)


def samples(wav: bytes) -> NDArray[np.float64]:
    return soundfile.read(io.BytesIO(wav))[0]  # type: ignore[no-any-return]


def test_position_phase_and_progress_move_without_a_reload(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.evaluate("window.neverReloaded = true")
    seen = visitor.collect(_NEWEST_CARD)
    visitor.ask("slowly rising strings")
    waiting = visitor.ask("slowly falling strings")

    expect(waiting.locator(".progress-text")).to_have_text("Next in line")
    expect(waiting.get_by_role("button", name="Play")).to_be_visible(timeout=20_000)
    steps = [(phase, percent) for prompt, phase, percent in seen() if prompt == "slowly falling strings"]
    phases = [phase for phase, _ in steps]
    percents = [percent for _, percent in steps]
    assert phases == sorted(phases, key=_PHASES.index)
    assert {"Queue", "Making"} < set(phases)
    assert percents == sorted(percents)
    assert len(set(percents)) > 5
    assert visitor.page.evaluate("window.neverReloaded")


def test_a_job_goes_on_and_is_shown_after_a_reload(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("slowly swelling organ")
    expect(card).to_contain_text("Making the sound")

    visitor.page.reload()
    expect(card).to_contain_text("Making the sound")
    expect(card.get_by_role("button", name="Play")).to_be_visible(timeout=20_000)


def test_what_stands_in_the_form_survives_a_reload(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.get_by_label("Describe a sound").fill("half a thought")
    visitor.page.get_by_text("Effect", exact=True).click()

    visitor.page.reload()
    expect(visitor.page.get_by_label("Describe a sound")).to_have_value("half a thought")
    expect(visitor.page.get_by_role("radio", name="Effect")).to_be_checked()


def test_a_running_job_is_cancelled_from_the_page(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.ask("a drone until stopped")
    expect(card).to_contain_text("Making the sound")

    card.get_by_role("button", name="Cancel").click()
    expect(card).to_contain_text("Cancelled")
    expect(card.get_by_role("link", name="Use these settings")).to_be_visible()


def test_all_jobs_are_cancelled_at_once(visitor: Visitor) -> None:
    visitor.open("/")
    cards = [visitor.ask(f"drone {number} until stopped") for number in range(3)]

    visitor.page.get_by_role("button", name="Cancel all").click()
    for card in cards:
        expect(card).to_contain_text("Cancelled")
    expect(visitor.page.get_by_role("button", name="Cancel all")).to_be_hidden()


def test_a_refused_prompt_shows_the_sentence_at_its_field(visitor: Visitor) -> None:
    visitor.open("/")
    prompt = visitor.page.get_by_label("Describe a sound")
    prompt.fill("hm")
    visitor.page.get_by_role("button", name="Generate").click()

    sentence = "Prompt must have 3 to 500 characters after trimming, got 2."
    expect(visitor.page.get_by_text(sentence)).to_be_visible()
    expect(prompt).to_have_attribute("aria-invalid", "true")
    expect(prompt).to_have_accessible_description(sentence)
    expect(prompt).to_be_focused()
    expect(visitor.page.get_by_text("Silence, so far")).to_be_visible()
    visitor.forgive("status of 422")


def test_an_empty_prompt_and_an_impossible_seed_are_told_without_asking_the_server(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.get_by_text("More", exact=True).click()
    visitor.page.get_by_label("Seed", exact=True).fill("many")
    visitor.page.get_by_role("button", name="Generate").click()

    expect(visitor.page.get_by_text("Write a few words first")).to_be_visible()
    expect(visitor.page.get_by_text("A seed is a whole number")).to_be_visible()


def test_an_example_fills_the_form(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.get_by_role("button", name="rain on a tin roof, distant thunder").click()

    expect(visitor.page.get_by_label("Describe a sound")).to_have_value("rain on a tin roof, distant thunder")
    expect(visitor.page.get_by_role("radio", name="Effect")).to_be_checked()
    expect(visitor.page.get_by_role("switch", name="Seamless loop")).to_be_checked()
    visitor.page.get_by_role("button", name="Surprise me").click()
    expect(visitor.page.get_by_label("Describe a sound")).not_to_have_value(
        "rain on a tin roof, distant thunder"
    )


def test_settings_used_again_make_the_same_sound_again(visitor: Visitor) -> None:
    visitor.open("/")
    first = visitor.make("a short music box melody", duration_s=3)
    seed = first.get_by_role("button", name="Copy seed").inner_text().removeprefix("Seed ")
    visitor.page.get_by_label("Describe a sound").fill("something else")
    visitor.page.get_by_label("Duration").fill("9")

    first.get_by_role("link", name="Use these settings").click()
    expect(visitor.page.get_by_label("Describe a sound")).to_have_value("a short music box melody")
    expect(visitor.page.get_by_label("Seed", exact=True)).to_have_value(seed)
    expect(visitor.page.get_by_label("Duration")).to_have_value("3")
    visitor.page.get_by_role("button", name="Generate").click()

    expect(visitor.page.get_by_role("button", name="Play “a short")).to_have_count(2, timeout=20_000)
    addresses = [
        link.get_attribute("href") or ""
        for link in visitor.page.locator("sb-job-card").get_by_role("heading").get_by_role("link").all()
    ]
    ids = [address.removeprefix("/track/") for address in addresses]
    one, other = (samples(visitor.page.request.get(f"{visitor.url}/audio/{made}.wav").body()) for made in ids)
    assert ids[0] != ids[1]
    np.testing.assert_array_equal(one, other)


def test_variations_are_cards_of_their_own(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.get_by_text("More", exact=True).click()
    visitor.page.get_by_label("Variations").fill("2")
    visitor.ask("two takes of a bell")

    expect(visitor.page.get_by_role("button", name="Play “two takes of a bell”")).to_have_count(
        2, timeout=20_000
    )


@pytest.mark.parametrize("prompt", _HOSTILE, ids=["markup", "right to left", "emoji", "one long word"])
def test_whatever_the_prompt_is_it_is_shown_as_text_and_breaks_nothing(phone: Visitor, prompt: str) -> None:
    phone.page.on("dialog", lambda dialog: phone.complaints.append(dialog.message))
    phone.open("/")
    phone.ask(prompt)
    link = phone.page.locator("sb-job-card").get_by_role("heading").get_by_role("link")
    expect(link).to_have_text(prompt, timeout=20_000)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    assert phone.page.locator("sb-job-card img[onerror], sb-job-card script").count() == 0

    phone.page.locator("sb-job-card").get_by_role("button", name="Play").click()
    expect(phone.player.get_by_role("link")).to_have_text(prompt)
    link.click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(prompt)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
