"""One Sound Box and one browser for all tests of the page; a fresh window, so a new listener, for each."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from cli import broker_files
from cli.errors import CommandError
from shared.messages.live import WorkerBeat
from shared.settings import load
from tests.browser.visitor import Visitor
from tests.conftest import missing
from tests.running import SoundBox
from tests.web.serving import Followed

# Each window of Debian's Chromium keeps two hidden pages for its address bar, also where nobody sees a
# window: a visitor cost twice the work. Of two lists of features the last one counts, so the one
# of Playwright is repeated.
_FEATURES_OFF = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
_ARGUMENTS = (
    f"--disable-features={','.join(_FEATURES_OFF)}",
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)
_PATIENCE_MS = 10_000

NewVisitor = Callable[..., Visitor]
Arrive = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The box's node is a real broker, too: `-m "not broker"` leaves its tests out."""
    for item in items:
        if "sound_box" in getattr(item, "fixturenames", ()):
            item.add_marker("broker")


@pytest.fixture(scope="session")
def sound_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundBox]:
    """A whole Sound Box on the built-in synthesizer, which takes its time when a prompt asks for it.

    It runs a node of its own, so that these tests alone need not wait for the one that others share.
    """
    try:
        broker_files.programs()
        broker_files.epmd_program()
    except CommandError as error:
        missing(str(error))
    engine = "tests.browser.patient_engine:PatientEngine"
    sound_box = SoundBox(tmp_path_factory.mktemp("browsed-box"), "--engine", engine)
    yield sound_box
    assert sound_box.stop() == 0


@pytest.fixture(scope="package")
def browser(chromium: Path) -> Iterator[Browser]:
    """A headless Chromium, for this folder alone: Playwright keeps an event loop running in our thread."""
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_visitor(browser: Browser, sound_box: SoundBox) -> Iterator[NewVisitor]:
    """Makes visitors; takes what Browser.new_context takes. None of them may have complained in the end."""
    visitors: list[Visitor] = []

    def arrive(**options: Any) -> Visitor:
        usual = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
        options = {**usual, "service_workers": "block", **options}
        context = browser.new_context(**options)
        context.set_default_timeout(_PATIENCE_MS)
        visitors.append(Visitor(context.new_page(), sound_box.url))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.page.context.close()
    assert [text for visitor in visitors for text in visitor.complaints] == []


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """Somebody with a laptop, who has never been here."""
    return new_visitor()


@pytest.fixture
def phone(new_visitor: NewVisitor) -> Visitor:
    """Somebody with a phone."""
    return new_visitor(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)


@pytest.fixture(scope="session")
def shelf(sound_box: SoundBox) -> list[str]:
    """21 sounds that a search for “shelf” finds: one more than a page holds. Ids, oldest first."""
    made = [
        sound_box.generate(f"shelf {kind} number {number}", duration=1, model=model)
        for number in range(21)
        for kind, model in [("bell", "audio") if number % 3 == 0 else ("drum", "music")]
    ]
    assert {job["status"] for job in sound_box.finished(made)} == {"completed"}
    return made


@pytest.fixture(scope="session")
def waltzes(sound_box: SoundBox) -> None:
    """Three sounds on the station “waltz”."""
    prompts = [f"waltz for {name}" for name in ("Ada", "Bea", "Cleo")]
    sound_box.finished([sound_box.generate(prompt, duration=2) for prompt in prompts])


@pytest.fixture(scope="session")
def harps(sound_box: SoundBox) -> None:
    """Eight sounds of harps, enough for a station of their own."""
    names = ("Ada", "Bea", "Cleo", "Dora", "Edda", "Fay", "Gwen", "Hedy")
    sound_box.finished([sound_box.generate(f"a harp of {name}", duration=2) for name in names])


@pytest.fixture
def site(fresh_amqp_url: str, tmp_path: Path) -> Iterator[Followed]:
    """A web app and a catalog, with no generator: the tests say in its stead what the engine can do."""
    site = Followed(load({"SOUNDBOX_DATA": str(tmp_path), "SOUNDBOX_AMQP_URL": fresh_amqp_url}))
    site.start()
    yield site
    site.stop()


@pytest.fixture
def arrive(site: Followed, browser: Browser) -> Iterator[Arrive]:
    """Lets somebody come while the engine for music has these abilities."""
    came: list[Visitor] = []

    def arrive(*abilities: str) -> Visitor:
        site.notice(
            WorkerBeat(
                worker="generator-1",
                service="generator",
                engine="audiocraft",
                models={"music": "ready", "audio": "ready"},
                abilities={"music": abilities},
            )
        )
        context = browser.new_context(
            viewport={"width": 1280, "height": 800}, reduced_motion="reduce", service_workers="block"
        )
        came.append(Visitor(context.new_page(), site.url))
        return came[-1]

    yield arrive
    for visitor in came:
        visitor.page.context.close()
    assert [text for visitor in came for text in visitor.complaints] == []
