"""What the first view costs on the wire."""

import gzip
import re
from pathlib import Path
from typing import Any

from tests.browser.visitor import Visitor
from web.api.page import STATIC

_MOST_BYTES = 150_000
_MOST_SCRIPT_BYTES, _MOST_STYLE_BYTES, _MOST_REQUESTS = 60_000, 15_000, 40
_PARTS = ("/", "/static/js/app.js", "/static/css/views.css", "/api/events")
_VIEWS_AHEAD = ("library", "playlists", "radio", "queue", "missing")
_ARE_THERE = """(wanted) => {
  const there = new Set(performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname));
  return wanted.every((path) => there.has(path));
}"""
_TOLD = "performance.getEntries().reduce((all, { transferSize = 0 }) => all + transferSize, 0)"


def imported(module: Path) -> set[Path]:
    """The module and all that it imports before it runs."""
    text = module.read_text(encoding="utf-8")
    names = re.findall(r'^(?:import|export) (?:[^"]* from )?"(\.[^"]+)";', text, re.MULTILINE)
    return {module}.union(*(imported((module.parent / name).resolve()) for name in names))


class Wire:
    """Counts what a page transfers, as the browser's own protocol tells it."""

    def __init__(self, visitor: Visitor) -> None:
        self.bytes_of: dict[str, int] = {}
        self.compressed: set[str] = set()
        self._url = visitor.url
        self._path_of: dict[str, str] = {}
        session = visitor.page.context.new_cdp_session(visitor.page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._on_response)
        # The event stream never finishes and counts by its chunks; what finishes tells its sum in the end.
        session.on("Network.dataReceived", self._on_data)
        session.on("Network.loadingFinished", self._on_finished)

    def _on_response(self, event: dict[str, Any]) -> None:
        path = event["response"]["url"].removeprefix(self._url)
        self._path_of[event["requestId"]] = path
        self.bytes_of[path] = int(event["response"]["encodedDataLength"])
        if event["response"]["headers"].get("content-encoding") == "gzip":
            self.compressed.add(path)

    def _on_data(self, event: dict[str, Any]) -> None:
        self.bytes_of[self._path_of[event["requestId"]]] += int(event["encodedDataLength"])

    def _on_finished(self, event: dict[str, Any]) -> None:
        self.bytes_of[self._path_of[event["requestId"]]] = int(event["encodedDataLength"])


def test_the_first_view_transfers_less_than_150_kb_everything_counted(visitor: Visitor) -> None:
    wire = Wire(visitor)
    visitor.open("/")
    ahead = set().union(*(imported(STATIC / "js" / "views" / f"{name}.js") for name in _VIEWS_AHEAD))
    paths = [f"/static/{module.relative_to(STATIC).as_posix()}" for module in sorted(ahead)]
    visitor.page.wait_for_function(_ARE_THERE, arg=paths)  # the other views, fetched ahead, count as well
    visitor.page.wait_for_function("() => document.querySelector('.engine-line')?.textContent !== ''")

    told = visitor.page.evaluate(_TOLD)
    total = sum(wire.bytes_of.values())
    assert set(_PARTS) <= set(wire.bytes_of)
    assert all(wire.bytes_of[path] > 0 for path in _PARTS)
    assert "/static/js/player/player.js" in wire.compressed
    assert 20_000 < total < _MOST_BYTES, wire.bytes_of
    assert 20_000 < told < _MOST_BYTES


def test_no_module_of_the_first_view_waits_for_another_to_name_it() -> None:
    document = (STATIC / "index.html").read_text(encoding="utf-8")
    preloaded = {STATIC / path for path in re.findall(r'"modulepreload" href="/static/([^"]+)"', document)}
    app = STATIC / "js" / "app.js"
    first_view = imported(app) | imported(STATIC / "js" / "views" / "generate.js")
    assert preloaded == first_view - {app}


def test_the_first_view_is_small_and_asks_for_little() -> None:
    document = (STATIC / "index.html").read_text(encoding="utf-8")
    named = set(re.findall(r'(?:src|href)="/static/([^"]+)"', document)) - {
        "icon-192.png"
    }  # only for a home screen
    sizes = {name: len(gzip.compress((STATIC / name).read_bytes(), 6)) for name in named}
    scripts = sum(size for name, size in sizes.items() if name.endswith(".js"))
    styles = sum(size for name, size in sizes.items() if name.endswith(".css"))
    assert 20_000 < scripts <= _MOST_SCRIPT_BYTES
    assert 5_000 < styles <= _MOST_STYLE_BYTES
    assert len(named) + len(("the document", "its events")) <= _MOST_REQUESTS
