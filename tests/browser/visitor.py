"""Somebody at the page: a browser window of their own, and what their browser complained about."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("Content-Security-Policy: " + event.violatedDirective + " refused " + event.blockedURI));
"""
_AUDIBLE = """() => {
  const playing = [...document.querySelectorAll("audio")].find((audio) => !audio.paused && !audio.ended);
  return playing ? playing.currentTime : -1;
}"""
_DRAWN_HEIGHTS = """(canvas) => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const heights = new Set();
  for (let x = 0; x < width; x++) {
    let drawn = 0;
    for (let y = 0; y < height; y++) drawn += data[4 * (y * width + x) + 3] > 0;
    heights.add(drawn);
  }
  return heights.size;
}"""


class Visitor:
    """A page, what one does on it, and its complaints.

    Attributes:
        complaints: errors and warnings of the console, uncaught errors, violations of the security policy.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.add_init_script(_TELL_VIOLATIONS)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _on_console(self, message: ConsoleMessage) -> None:
        if "Service Worker registration blocked by Playwright" in message.text:
            return  # as the tests want it: a request that a service worker makes is out of their hands
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def forgive(self, pattern: str) -> None:
        """Forget complaints that a test provoked; each must have come."""
        kept = [text for text in self.complaints if not re.search(pattern, text)]
        assert len(kept) < len(self.complaints), f"nobody complained about {pattern}"
        self.complaints = kept

    def open(self, path: str = "/") -> None:
        """Go to an address by the address bar, and wait until the page is connected."""
        self.page.goto(self.url + path)
        self.page.wait_for_function("() => document.querySelector('#outlet h1') !== null")

    def go(self, view: str) -> None:
        """Follow a link of the navigation."""
        self.page.get_by_role("navigation", name="Views").get_by_role("link", name=view).click()
        expect(self.page).to_have_title(f"{view} · Sound Box")

    def tune_in(self, word: str) -> None:
        """Listen to the station of a word."""
        self.open("/radio")
        self.page.get_by_label("A word to tune in to").fill(word)
        self.page.get_by_role("button", name="Tune in to it").click()

    def ask(self, prompt: str, duration_s: int = 2) -> Locator:
        """Fill in the form, press Generate, and return the new card."""
        self.page.get_by_label("Describe a sound").fill(prompt)
        self.page.get_by_label("Duration").fill(str(duration_s))
        self.page.get_by_role("button", name="Generate").click()
        card = self.card(prompt)
        expect(card).to_be_visible()
        return card

    def card(self, prompt: str) -> Locator:
        """The newest of one's own sounds with that prompt."""
        heading = self.page.get_by_role("heading", level=3, name=prompt, exact=True)
        return self.page.locator("sb-job-card").filter(has=heading).first

    def make(self, prompt: str, duration_s: int = 2) -> Locator:
        """Ask, and wait until it can be played."""
        card = self.ask(prompt, duration_s)
        expect(card.get_by_role("button", name=f"Play “{prompt}”")).to_be_visible(timeout=20_000)
        return card

    @property
    def player(self) -> Locator:
        """The bar at the bottom."""
        return self.page.get_by_role("region", name="Player")

    def position(self) -> float:
        """Where what is heard stands, in seconds; -1 when nothing plays."""
        return float(self.page.evaluate(_AUDIBLE))

    def hears(self) -> None:
        """Wait until a sound plays and moves on."""
        self.page.wait_for_function(f"() => ({_AUDIBLE})() > 0.05")

    def hears_nothing(self) -> None:
        """Wait until nothing plays."""
        self.page.wait_for_function(f"() => ({_AUDIBLE})() === -1")

    def focused(self) -> str:
        """Name of what has the focus, as a screen reader would say it."""
        return str(
            self.page.evaluate(
                """() => {
                  const { activeElement: it } = document;
                  const label = it.labels?.[0]?.textContent;
                  return (it.getAttribute("aria-label") ?? label ?? it.textContent ?? it.tagName).trim();
                }"""
            )
        )

    def collect(self, look: str) -> Callable[[], list[Any]]:
        """Note every value that a JavaScript expression takes from now on while the page changes."""
        self.page.evaluate(
            """(look) => {
              const seen = (window.collected = []);
              const note = () => {
                const value = look();
                if (value !== null && JSON.stringify(value) !== JSON.stringify(seen.at(-1))) seen.push(value);
              };
              new MutationObserver(note).observe(document.body, {
                subtree: true, childList: true, attributes: true, characterData: true });
              note();
            }""".replace("look()", f"({look})()"),
            None,
        )
        return lambda: list(self.page.evaluate("window.collected"))


def drawn_heights(waveform: Locator) -> int:
    """How many different heights the bars of a waveform have."""
    return int(waveform.locator("canvas").evaluate(_DRAWN_HEIGHTS))
