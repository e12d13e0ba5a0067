"""Makes the pictures of the page that the README shows.

It starts a Sound Box of its own, asks it for a few sounds, and takes `docs/images/page.png` (a laptop) and
`docs/images/radio.png` (a phone): `PYTHONPATH=. .venv/bin/python docs/make_screenshot.py`. Needs RabbitMQ and
Chromium, takes half a minute.
"""

import io
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from cli import browser
from tests.running import SoundBox

IMAGES = Path(__file__).resolve().parent / "images"
SOUNDS: tuple[dict[str, Any], ...] = (
    {"prompt": "driving synthwave, 110 bpm, D minor", "model": "music", "duration": 16, "seed": 4},
    {"prompt": "footsteps on gravel, then a door", "model": "audio", "duration": 6, "seed": 3},
    {"prompt": "bright marimba waltz in G major", "model": "music", "duration": 14, "seed": 8},
    {"prompt": "rain on a tin roof, distant thunder", "model": "audio", "duration": 12, "seed": 11},
    {"prompt": "calm piano over soft rain, 80 bpm", "model": "music", "duration": 12, "seed": 21},
)
"""Asked for in this order; the last stands on top."""

LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 2}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
_ARGUMENTS = ("--no-sandbox", "--autoplay-policy=no-user-gesture-required")
_COLOURS = 256
_PLAYED = """(part) =>
  [...document.querySelectorAll("audio")].some((audio) => audio.currentTime > part * audio.duration)"""


def main() -> None:
    """Start everything, take the pictures, stop everything."""
    chromium = browser.find()
    if chromium is None:
        raise SystemExit(browser.HOW_TO_INSTALL)
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        sound_box = SoundBox(Path(folder), "--engine", "synth")
        try:
            window = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
            _take_page(window, sound_box)
            _take_radio(window, sound_box)
            window.close()
        finally:
            sound_box.stop()


def _take_page(window: Browser, sound_box: SoundBox) -> None:
    """The first view: the form, finished sounds, one of them playing."""
    listener = window.new_context(color_scheme="dark", **LAPTOP)
    _ask(listener, sound_box)
    page = listener.new_page()
    page.goto(sound_box.url)
    page.locator("sb-job-card .play-button").nth(len(SOUNDS) - 1).wait_for()
    page.get_by_label("Describe a sound").fill("slow strings and a music box")
    page.get_by_label("Duration").fill("20")
    page.get_by_role("heading", level=1).focus()
    page.locator("sb-job-card .play-button").first.click()
    _wait_until_played(page, 0.4)
    _save(page, IMAGES / "page.png")
    listener.close()


def _take_radio(window: Browser, sound_box: SoundBox) -> None:
    """The radio on a phone."""
    listener = window.new_context(color_scheme="light", **PHONE)
    page = listener.new_page()
    page.goto(f"{sound_box.url}/radio")
    page.get_by_label("A word to tune in to").fill("marimba")
    page.get_by_role("button", name="Tune in to it").click()
    page.get_by_role("button", name="Skip").wait_for()
    _wait_until_played(page, 0.3)
    page.evaluate("scrollTo(0, 0)")
    _save(page, IMAGES / "radio.png")
    listener.close()


def _ask(listener: BrowserContext, sound_box: SoundBox) -> None:
    """Make the sounds, one after the other so that their order is always the same."""
    listener.request.get(sound_box.url)  # brings the cookie that makes the sounds this listener's own
    for sound in SOUNDS:
        answer = listener.request.post(f"{sound_box.url}/generate", data=sound)
        sound_box.finished([answer.json()["job_id"]])


def _wait_until_played(page: Page, part: float) -> None:
    page.wait_for_function(_PLAYED, arg=part)


def _save(page: Page, path: Path) -> None:
    """A screenshot in few colours: a quarter of the bytes, and nobody sees the difference."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = picture.quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
