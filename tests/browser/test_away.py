"""Wrong addresses, and a server that goes away and comes back."""

import os
import signal
from typing import Any

from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.running import SoundBox


def test_an_address_of_a_sound_leads_to_it(visitor: Visitor, sound_box: SoundBox) -> None:
    (job,) = sound_box.finished([sound_box.generate("an owl", duration=1, model="audio")])
    visitor.open(f"/track/{job['id']}")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("an owl")
    visitor.page.get_by_role("button", name="Play").first.click()
    visitor.hears()


def test_a_sound_that_is_not_there_and_a_wrong_address_are_told(visitor: Visitor) -> None:
    visitor.open("/track/0190a5e0-0000-7000-8000-000000000000")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("No such sound")
    visitor.page.get_by_role("link", name="Go to the library").click()
    expect(visitor.page).to_have_title("Library · Sound Box")

    visitor.open("/nowhere/at/all")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Nothing to hear here")
    visitor.page.get_by_role("link", name="Make a sound").click()
    expect(visitor.page).to_have_title("Generate · Sound Box")
    visitor.forgive("status of 404")


def test_back_and_forward_lead_through_the_views(visitor: Visitor) -> None:
    visitor.open("/")
    for view in ("Library", "Radio"):
        visitor.go(view)
    for title in ("Library", "Generate"):
        visitor.page.go_back()
        expect(visitor.page).to_have_title(f"{title} · Sound Box")
    visitor.page.go_forward()
    expect(visitor.page).to_have_title("Library · Sound Box")
    expect(visitor.page.get_by_role("link", name="Library", exact=True)).to_have_attribute(
        "aria-current", "page"
    )


def test_a_server_that_is_away_is_told_and_the_page_recovers_without_a_reload(
    visitor: Visitor, sound_box: SoundBox
) -> None:
    visitor.open("/")
    visitor.page.evaluate("window.neverReloaded = true")
    card = visitor.ask("slowly coming through")
    expect(card).to_contain_text("Making the sound")
    connection = visitor.page.get_by_text("Reconnecting…")
    expect(connection).to_be_hidden()

    os.kill(sound_box.pid("web"), signal.SIGKILL)
    expect(connection).to_be_visible()
    visitor.go("Library")
    view = visitor.page.get_by_role("main")
    expect(view).to_contain_text("The library can't be opened")
    expect(view).to_contain_text("Is it running?")

    # The web app is started again by itself; the list comes without anybody asking.
    expect(visitor.page.locator("sb-track-row").first).to_be_visible(timeout=40_000)
    expect(connection).to_be_hidden()
    visitor.go("Generate")
    expect(card.get_by_role("button", name="Play")).to_be_visible(timeout=20_000)
    visitor.make("after the storm", duration_s=1)
    assert visitor.page.evaluate("window.neverReloaded")
    visitor.forgive("ERR_|Failed to load")


def test_an_error_of_the_page_is_told_to_whoever_runs_it_a_few_times_at_most(visitor: Visitor) -> None:
    visitor.open("/")
    told: list[Any] = []
    visitor.page.on("request", lambda request: told.append(request) if "log-error" in request.url else None)
    with visitor.page.expect_response("**/api/log-error") as answer:
        visitor.page.evaluate("() => void setTimeout(() => { throw new Error('a screw is loose'); })")
    assert answer.value.status == 204
    assert "a screw is loose" in told[0].post_data_json["message"]
    assert told[0].post_data_json["url"] == "/"
    visitor.page.evaluate("() => { for (let n = 0; n < 20; n++) Promise.reject(new Error(`number ${n}`)); }")
    visitor.page.evaluate("() => fetch('/livez')")  # by then all of them have been handled
    assert len(told) == 5
    visitor.forgive("screw|number")
