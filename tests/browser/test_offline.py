"""While the server is away the page still opens; what only the server knows is never shown from before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from shared.settings import load
from tests.browser.visitor import Visitor
from tests.jobs import a_job
from tests.services.catalog.events import life
from tests.waiting import eventually
from tests.web.serving import Followed

_READY = """async (language) => {
  await navigator.serviceWorker.ready;
  const { scriptURL, state } = navigator.serviceWorker.controller ?? {};
  return state === "activated" && scriptURL.endsWith(`?words=${language}`);
}"""
_CHOOSE_GERMAN = "localStorage.setItem('soundbox.language', JSON.stringify('de'))"
_KEPT = """async () => {
  const names = await caches.keys();
  const caught = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return caught.flat().map(({ url }) => new URL(url).pathname);
}"""


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Somebody whose browser keeps the page's files, and who does not mind that the server is away."""
    context = browser.new_context(service_workers="allow", reduced_motion="reduce")
    yield Visitor(context.new_page(), "")
    context.close()


def test_the_page_opens_while_the_server_is_away_and_shows_nothing_old(
    visitor: Visitor, fresh_amqp_url: str, tmp_path: Path
) -> None:
    site = Followed(load({"SOUNDBOX_DATA": str(tmp_path), "SOUNDBOX_AMQP_URL": fresh_amqp_url}))
    visitor.url = site.url
    site.start()
    try:
        job = a_job(prompt="a sound of yesterday")
        site.say(*life(job))
        site.settle(job.job_id, "completed")
        visitor.open("/library")
        expect(visitor.page.get_by_role("link", name="a sound of yesterday", exact=True)).to_be_visible()
        eventually(lambda: visitor.page.evaluate(_READY, "en"))
        visitor.open("/library")
        visitor.open(f"/track/{job.job_id}")
        visitor.open("/queue")
        kept = visitor.page.evaluate(_KEPT)
        assert "/static/js/views/track.js" in kept
        assert [path for path in kept if not path.startswith("/static/")] == ["/generate"]
        assert [path for path in kept if path.startswith("/static/words/")] == []
        visitor.page.evaluate(_CHOOSE_GERMAN)
        visitor.open("/queue")
        eventually(lambda: visitor.page.evaluate(_READY, "de"))
        assert "/static/words/de.json" in visitor.page.evaluate(_KEPT)
        # Nothing was drawn, only told: the picture may be asked for, and is not there then.
        assert [text for text in visitor.complaints if "/spectrogram/" not in text] == []
    finally:
        site.stop()

    visitor.open("/radio")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    expect(visitor.page.get_by_text("Verbindung wird wiederhergestellt")).to_be_visible()
    visitor.open("/library")
    expect(visitor.page.get_by_text("nicht erreichbar").first).to_be_visible()
    expect(visitor.page.get_by_text("a sound of yesterday")).to_have_count(0)
    visitor.complaints = [text for text in visitor.complaints if "/spectrogram/" not in text]
    visitor.forgive("ERR_CONNECTION_REFUSED")
