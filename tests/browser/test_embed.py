"""A page on another origin shows the small player in a frame, and it plays."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.running import SoundBox
from tests.waiting import eventually


@pytest.fixture
def elsewhere() -> Iterator[ThreadingHTTPServer]:
    """Somebody else's server, whose pages are what stands in `page`."""

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = f'<!doctype html><link rel="icon" href="data:,">{server.page}'.encode()  # type: ignore[attr-defined]
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def fits(player: FrameLocator) -> bool:
    """Whether all of it is seen without scrolling."""
    seen = "(root) => root.scrollWidth <= innerWidth && root.scrollHeight <= innerHeight"
    return bool(player.locator("html").evaluate(seen))


def test_the_frame_of_oembed_plays_on_another_site_and_the_page_itself_shows_in_none(
    sound_box: SoundBox, new_visitor: NewVisitor, elsewhere: ThreadingHTTPServer
) -> None:
    (job,) = sound_box.finished([sound_box.generate('a bell for “other” pages & "frames"', duration=4)])
    visitor: Visitor = new_visitor()
    visitor.open(f"/track/{job['id']}")
    visitor.page.evaluate(
        "Object.defineProperty(navigator, 'clipboard',"
        " { value: { writeText: async (text) => { window.copied = text; } } })"
    )
    visitor.page.get_by_role("button", name="Copy embed code").click()
    code = visitor.page.evaluate("window.copied")
    told = sound_box.client.get("/oembed", params={"url": f"{sound_box.url}/track/{job['id']}"}).json()
    assert f'src="{sound_box.url}/embed/{job["id"]}"' in code

    for name, frame in (("oembed", told["html"]), ("copied", code)):
        elsewhere.page = f"<title>{name}</title>{frame}"  # type: ignore[attr-defined]
        visitor.page.goto(f"http://127.0.0.1:{elsewhere.server_port}/")
        player = visitor.page.frame_locator("iframe")
        expect(player.get_by_role("heading", name="a bell for")).to_be_visible()
        eventually(partial(fits, player))
        player.get_by_role("button", name="Play").click()
        audio = player.locator("audio")
        expect(player.get_by_role("button", name="Pause")).to_be_visible()
        audio.evaluate(
            "(it) => new Promise((go) => { it.ontimeupdate = () => it.currentTime > 0.2 && go(); })"
        )
        player.get_by_label("Position in seconds").fill("3")
        assert audio.evaluate("(it) => it.currentTime") >= 3
        player.get_by_role("button", name="Pause").click()
        assert audio.evaluate("(it) => it.paused")

    elsewhere.page = f'<iframe src="{sound_box.url}/track/{job["id"]}"></iframe>'  # type: ignore[attr-defined]
    visitor.page.goto(f"http://127.0.0.1:{elsewhere.server_port}/")
    visitor.forgive("frame-ancestors")
