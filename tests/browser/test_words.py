"""The page in German, and in a language that nobody speaks: it shows what was forgotten and what breaks."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.running import SoundBox

_PROMPT = "a slow harp in D minor, 90 bpm"
_CHOOSE = "localStorage.setItem('soundbox.language', JSON.stringify('%s'));"
_WIDTHS = (390, 1280)

_FORGOTTEN = r"""() => {
  const DATA = "bdi, time, code, [translate=no], [lang]:not(html), [dir=auto], script, noscript";
  const NAMES = /\b(s|bpm|Hz|kHz|dB|LUFS|GB|WAV|FLAC|MP3|Opus|M3U8|XSPF|JSPF|AudioCraft)\b/g;
  const outside = (text) => {
    let depth = 0;
    return [...text].filter((letter) => {
      depth += letter === "[" ? 1 : 0;
      const isOutside = depth === 0;
      depth -= letter === "]" ? 1 : 0;
      return isOutside;
    }).join("");
  };
  const isSaid = (text) => !/\p{L}/u.test(outside(text).replace(NAMES, ""));
  const title = document.title.replace(" · Sound Box", "");
  const found = isSaid(title) || title === document.querySelector("h1[dir=auto]")?.textContent ? [] : [title];
  const root = document.querySelector("dialog[open]") ?? document.body;
  for (const element of root.querySelectorAll("*")) {
    if (!(element.closest("select") ?? element).checkVisibility()) continue;
    if (!element.closest(DATA) && !(element.matches("kbd") && element.textContent.length === 1)) {
      const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
      const text = own.map(({ data }) => data).join("").trim();
      if (!isSaid(text)) found.push(text);
    }
    if (element.closest("[translate=no], [lang]:not(html)")) continue;
    for (const name of ["aria-label", "aria-valuetext", "placeholder", "title", "alt", "label"]) {
      const text = element.getAttribute(name) ?? "";
      if (!isSaid(text) && text !== element.textContent) found.push(`${name}=${text}`);
    }
  }
  return found;
}"""
TOO_WIDE = """() => {
  const mayHide = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      const { overflowX } = getComputedStyle(at);
      if (at !== document.documentElement && overflowX !== "visible" && overflowX !== "clip") return true;
    }
    return false;
  };
  const root = document.querySelector("dialog[open]") ?? document.documentElement;
  const { scrollWidth, clientWidth } = root;
  const found = scrollWidth > clientWidth ? [`${root.tagName} ${scrollWidth} > ${clientWidth}`] : [];
  for (const element of root.querySelectorAll("*")) {
    const { left, right, width } = element.getBoundingClientRect();
    if (!width || !element.checkVisibility() || (left >= -1 && right <= innerWidth + 1)) continue;
    if (!element.closest(".visually-hidden, .skip-link") && !mayHide(element)) {
      found.push(`${element.tagName}.${element.className} ${left}..${right} of ${innerWidth}`);
    }
  }
  return found;
}"""

_FORGET = """() => {
  const forgotten = document.querySelector("h1");
  forgotten.textContent = "Nobody translated this";
  forgotten.title = "Nor this";
  forgotten.style.width = "3000px";
}"""

_CATALOGUES = """() => performance.getEntriesByType("resource")
  .map(({ name }) => name).filter((name) => name.includes("/static/words/"))"""


class Judge:
    """Notes what is wrong with a page in the language that nobody speaks."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page
        self.wrong: dict[str, list[str]] = {}

    def look(self, place: str, widths: tuple[int, ...] = _WIDTHS) -> None:
        """Read what is shown, at each width of the window."""
        self.page.wait_for_function("() => !document.querySelector('[aria-busy]')")
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 800})
            found = [*self.page.evaluate(_FORGOTTEN), *self.page.evaluate(TOO_WIDE)]
            if found:
                self.wrong[f"{place} at {width}"] = found


def speaking(visitor: Visitor, language: str) -> Visitor:
    visitor.page.add_init_script(_CHOOSE % language)
    return visitor


def ask(visitor: Visitor, path: str, **body: Any) -> Any:
    """Let the page's own browser ask the API."""
    answer = visitor.page.request.post(visitor.url + path, data=body)
    assert answer.ok, answer.text()
    return answer.json()


def unfold_library(page: Page) -> None:
    """Show its filters, and the bar for several sounds at once."""
    page.locator(".more-filters summary").click()
    page.locator(".list-head .icon-button:not(.layout)").click()
    page.locator(".bulk-count").wait_for()


def test_nothing_on_the_page_is_left_untranslated_or_too_wide_where_words_are_longer(
    new_visitor: NewVisitor, sound_box: SoundBox
) -> None:
    visitor = speaking(new_visitor(), "en-XA")
    page, judge = visitor.page, Judge(visitor)
    visitor.open("/")
    (made,) = ask(visitor, "/generate", prompt=_PROMPT, duration=2)["job_ids"]
    sound_box.finished([made])
    expect(page.locator("sb-job-card sb-waveform")).to_be_visible()
    playlist = ask(visitor, "/api/playlists", name="for the evening", generation_ids=[made])["id"]
    for details in page.locator("sb-generate-form details:visible").all():
        details.locator("summary").click()
    expect(page.locator("sb-prompt-ideas option").nth(1)).to_be_attached()
    judge.look("the form and a card")
    page.evaluate(_FORGET)
    assert page.evaluate(_FORGOTTEN) == ["Nobody translated this", "title=Nor this"]
    too_wide = page.evaluate(TOO_WIDE)
    assert too_wide[0].startswith("HTML 30")
    assert any(found.startswith("H1.") for found in too_wide)

    walk: dict[str, Callable[[], object]] = {
        "/library": lambda: unfold_library(page),
        "/playlists": lambda: page.locator(".playlist-row").wait_for(),
        f"/playlist/{playlist}": lambda: page.locator(".playlist-track").wait_for(),
        f"/track/{made}": lambda: page.locator("sb-track-categories .chips").wait_for(),
        "/queue": lambda: page.locator(".workers").wait_for(),
        "/nowhere": lambda: None,
    }
    for path, settle in walk.items():
        visitor.open(path)
        settle()
        judge.look(path)
    visitor.forgive("404")

    dialogs = {
        "/queue": ["#appearance", "#help", "#account"],
        "/playlists": [".view > .card-actions > button"],
        f"/playlist/{playlist}": [f".card-actions > button:nth-of-type({number})" for number in (2, 3, 5)],
        f"/track/{made}": ["sb-add-button button", "sb-delete-button button"],
    }
    for path, buttons in dialogs.items():
        visitor.open(path)
        for button in buttons:
            page.locator(button).first.click()
            page.locator("dialog[open]").wait_for()
            judge.look(f"{path} {button}")
            page.keyboard.press("Escape")
            expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator("sb-download-menu button").first.click()
    judge.look("formats", widths=(1280,))

    visitor.open("/radio")
    judge.look("the radio, off")
    page.locator(".tune-in").click()
    expect(page.locator(".stage-skip")).to_be_visible()
    judge.look("the radio, on")
    assert judge.wrong == {}


def test_the_page_speaks_german_where_the_browser_or_the_reader_does(
    new_visitor: NewVisitor, sound_box: SoundBox
) -> None:
    visitor = new_visitor(locale="de-AT")
    page = visitor.page
    visitor.open("/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page).to_have_title("Erzeugen · Sound Box")
    expect(page.get_by_role("navigation", name="Ansichten").get_by_role("link")).to_have_text(
        ["Erzeugen", "Bibliothek", "Playlists", "Radio", "Warteschlange"]
    )
    (made,) = ask(visitor, "/generate", prompt=_PROMPT, duration=2)["job_ids"]
    sound_box.finished([made])
    visitor.open(f"/track/{made}")
    details = page.locator("dl.details")
    expect(details).to_contain_text("Erzeugt voneingebauter Synthesizer")
    expect(details).to_contain_text("TonartD-Moll")
    expect(details).to_contain_text(re.compile(r"Lautheit-\d+,\d LUFS"))
    expect(details).to_contain_text(re.compile(r"Erzeugt\d\d\.\d\d\.\d{4}, \d\d:\d\d"))
    expect(page.get_by_role("link", name="WAV herunterladen")).to_be_visible()
    visitor.open("/track/nothing")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kein solcher Sound")
    visitor.forgive("404")

    page.get_by_role("button", name="Darstellung").click()
    page.get_by_role("dialog").get_by_role("radio", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No such sound")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    visitor.forgive("404")
    visitor.open("/queue")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(_CATALOGUES) == []


def test_without_its_catalogue_the_page_is_in_english_and_says_so(new_visitor: NewVisitor) -> None:
    visitor = speaking(new_visitor(), "de")
    visitor.page.route("**/words/de.json", lambda route: route.abort())
    visitor.open("/library")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Library")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
    expect(visitor.page.locator("body")).to_be_visible()
    visitor.forgive("ERR_FAILED")
