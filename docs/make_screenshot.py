"""Makes the pictures of the page: every view, dark and light, on a laptop and on a phone.

It starts a Sound Box of its own, asks it for a few sounds, and writes VIEW-DEVICE-THEME.webp into
`docs/screenshots`: `PYTHONPATH=. .venv/bin/python docs/make_screenshot.py`. Needs RabbitMQ and Chromium,
takes two minutes.
"""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from cli import browser
from tests.running import SoundBox

SCREENSHOTS = Path(__file__).resolve().parent / "screenshots"
MOST_BYTES = 150_000

SOUNDS: tuple[dict[str, Any], ...] = (
    {"prompt": "footsteps on gravel, then a door", "model": "audio", "duration": 6, "seed": 3},
    {"prompt": "driving synthwave, 110 bpm, D minor", "model": "music", "duration": 16, "seed": 4},
    {"prompt": "wind in dry leaves", "model": "audio", "duration": 8, "seed": 5},
    {"prompt": "bright marimba waltz in G major", "model": "music", "duration": 14, "seed": 8},
    {"prompt": "rain on a tin roof, distant thunder", "model": "audio", "duration": 12, "seed": 11},
    {"prompt": "calm piano over soft rain, 80 bpm", "model": "music", "duration": 12, "seed": 21},
)
"""Asked for in this order; the last stands on top."""

WAITING: tuple[dict[str, Any], ...] = (
    {"prompt": "a long drone of bells until stopped", "model": "music", "duration": 30},
    {"prompt": "waves on a stony beach", "model": "audio", "duration": 10},
    {"prompt": "slow strings and a music box", "model": "music", "duration": 20},
)
"""In work or waiting while the queue is looked at; the engine of the tests is patient with the first."""

DEVICES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1.5},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}
THEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")

_ENGINE = "tests.browser.patient_engine:PatientEngine"
_ARGUMENTS = ("--no-sandbox", "--autoplay-policy=no-user-gesture-required")
_QUALITIES = (82, 70, 58, 46)
_PLAYED = """(part) =>
  [...document.querySelectorAll("audio")].some((audio) => audio.currentTime > part * audio.duration)"""
_SETTLED = """() => !document.querySelector("[aria-busy]")
  && [...document.images].every((image) => image.complete || image.loading === "lazy")"""

Prepare = Callable[[Page], None]


def main() -> None:
    """Start everything, take the pictures, stop everything."""
    chromium = browser.find()
    if chromium is None:
        raise SystemExit(browser.HOW_TO_INSTALL)
    SCREENSHOTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        sound_box = SoundBox(Path(folder), "--engine", _ENGINE)
        try:
            window = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
            _take_all(window, sound_box)
            window.close()
        finally:
            sound_box.stop()


def _take_all(window: Browser, sound_box: SoundBox) -> None:
    _take(window, sound_box.url, {"empty": ("/", _nothing)}, None)
    listener = window.new_context()
    ids = _ask(listener, sound_box)
    playlist = _keep_playlist(listener, sound_box, ids)
    state = listener.storage_state()
    views: dict[str, tuple[str, Prepare]] = {
        "generate": ("/", _play_the_newest),
        "library": ("/library", _nothing),
        "playlists": ("/playlists", _nothing),
        "playlist": (f"/playlist/{playlist}", _nothing),
        "radio": ("/radio", _tune_in),
        "track": (f"/track/{ids[-1]}", _nothing),
        "appearance": ("/library", _open_appearance),
        "shortcuts": ("/library", _open_shortcuts),
    }
    _take(window, sound_box.url, views, state)
    for wish in WAITING:
        listener.request.post(f"{sound_box.url}/generate", data=wish)
    window.new_context().request.post(f"{sound_box.url}/generate", data={"prompt": "an owl at night"})
    _take(window, sound_box.url, {"queue": ("/queue", _wait_for_rows)}, state)
    listener.close()


def _take(window: Browser, url: str, views: dict[str, tuple[str, Prepare]], state: Any) -> None:
    """Pictures of these views on every device in every theme, as somebody with this state sees them."""
    for device, options in DEVICES.items():
        for theme in THEMES:
            context = window.new_context(
                color_scheme=theme, storage_state=state, reduced_motion="reduce", **options
            )
            for name, (path, prepare) in views.items():
                page = context.new_page()
                page.goto(url + path)
                page.locator("#outlet h1").wait_for()
                page.wait_for_function("() => document.querySelector('.connection').hidden")
                page.wait_for_load_state("load")
                prepare(page)
                page.wait_for_function(_SETTLED)
                _save(page, SCREENSHOTS / f"{name}-{device}-{theme}.webp")
                page.close()
            context.close()


def _ask(listener: BrowserContext, sound_box: SoundBox) -> list[str]:
    """Make the sounds, one after the other so that their order is always the same; returns their ids."""
    listener.request.get(sound_box.url)  # brings the cookie that makes the sounds this listener's own
    ids = []
    for sound in SOUNDS:
        answer = listener.request.post(f"{sound_box.url}/generate", data=sound)
        ids.append(str(answer.json()["job_id"]))
        sound_box.finished(ids[-1:])
    for track_id in ids[-2:]:
        listener.request.post(f"{sound_box.url}/api/library/{track_id}/vote", data={"vote": 1})
    return ids


def _keep_playlist(listener: BrowserContext, sound_box: SoundBox, ids: list[str]) -> str:
    """A playlist of some of the sounds; returns its id."""
    body = {"name": "Rainy evening", "description": "For reading."}
    made = listener.request.post(f"{sound_box.url}/api/playlists", data=body).json()
    address = f"{sound_box.url}/api/playlists/{made['id']}/tracks"
    answer = listener.request.post(address, data={"generation_ids": ids[2:]})
    assert answer.ok, answer.text()
    return str(made["id"])


def _nothing(page: Page) -> None:
    """As it opens, once it shows more than that it opens."""
    page.wait_for_load_state("networkidle") if page.url.endswith("/library") else page.wait_for_timeout(800)


def _play_the_newest(page: Page) -> None:
    page.locator("sb-job-card .play-button").nth(len(SOUNDS) - 1).wait_for()
    page.get_by_label("Describe a sound").fill("slow strings and a music box")
    page.get_by_label("Duration").fill("20")
    page.get_by_role("heading", level=1).focus()
    page.locator("sb-job-card .play-button").first.click()
    page.wait_for_function(_PLAYED, arg=0.3)
    page.evaluate("scrollTo(0, 0)")


def _tune_in(page: Page) -> None:
    page.get_by_role("button", name="Tune in", exact=True).click()
    page.get_by_role("button", name="Skip").wait_for()
    page.wait_for_function(_PLAYED, arg=0.2)
    page.evaluate("scrollTo(0, 0)")


def _open_appearance(page: Page) -> None:
    page.get_by_role("button", name="Appearance").click()
    page.get_by_role("dialog").wait_for()


def _open_shortcuts(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()


def _wait_for_rows(page: Page) -> None:
    page.locator("sb-queue-row").nth(1).wait_for()
    page.locator("sb-queue-row.working").first.wait_for()


def _save(page: Page, path: Path) -> None:
    """A screenshot in the best quality that is small enough."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for quality in _QUALITIES:
        picture.save(path, quality=quality, method=6)
        if path.stat().st_size <= MOST_BYTES:
            return
    raise SystemExit(f"{path.name} has more than {MOST_BYTES} bytes in the lowest quality.")


if __name__ == "__main__":
    main()
