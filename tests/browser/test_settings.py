"""Settings and actions that only some engines understand are shown where they do, and reach the job."""

from typing import Any

import httpx2
import pytest
from playwright.sync_api import expect

from shared import keys
from shared.messages.ids import new_id
from shared.messages.job import Job
from tests.browser.axe import violations
from tests.browser.conftest import Arrive
from tests.browser.visitor import Visitor
from tests.jobs import a_job
from tests.services.catalog.events import life
from tests.sounds import sine, wav
from tests.waiting import eventually
from tests.web.serving import Followed
from tests.web.site import PEAKS, PNG

_STATUS_IS_KNOWN = "async () => (await import('/static/js/core/store.js')).store.state.status !== null"


def published(site: Followed, **more: Any) -> Job:
    """A track, of three seconds unless told otherwise."""
    job = a_job(**{"prompt": "a slow harp", "duration_s": 3.0, **more})
    store = site.ports.store
    store.put(keys.audio(job.job_id), wav(sine(440, 3.0)))
    store.put(keys.spectrogram(job.job_id), PNG)
    store.put(keys.peaks(job.job_id), PEAKS)
    site.say(*life(job))
    site.settle(job.job_id, "completed")
    return job


def asked(site: Followed, visitor: Visitor, prompt: str) -> dict[str, Any]:
    """What the server holds of the job that was asked for last."""
    expect(visitor.card(prompt)).to_be_visible()
    (held,) = [one for one in site.ports.submissions._submitted.values() if one.prompt == prompt]
    job: dict[str, Any] = httpx2.get(f"{site.url}/job/{held.job_id}").json()
    return job


def test_advanced_settings_are_there_for_a_model_that_heeds_them_and_reach_the_job(
    site: Followed, arrive: Arrive
) -> None:
    visitor = arrive("sampling")
    visitor.open("/")
    advanced = visitor.page.get_by_text("Advanced", exact=True)
    expect(advanced).to_be_visible()
    visitor.page.get_by_text("Effect", exact=True).click()
    expect(advanced).to_be_hidden()
    visitor.page.get_by_text("Music", exact=True).click()
    advanced.click()
    visitor.page.get_by_label("Describe a sound").fill("a brass band")
    guidance = visitor.page.get_by_label("Guidance")
    expect(guidance).to_have_value("3")
    for wrong in ("11", ""):
        guidance.fill(wrong)
        visitor.page.get_by_role("button", name="Generate").click()
        expect(visitor.page.get_by_text("From 0 to 10; 3 is usual.")).to_be_visible()
        expect(guidance).to_be_focused()
    guidance.fill("4.5")
    visitor.page.get_by_label("Top k").fill("0")
    visitor.page.get_by_role("button", name="Generate").click()
    job = asked(site, visitor, "a brass band")
    assert (job["cfg_coef"], job["temperature"], job["top_k"], job["top_p"]) == (4.5, 1.0, 0, 0.0)


def test_settings_that_an_engine_ignores_are_neither_shown_nor_sent(site: Followed, arrive: Arrive) -> None:
    job = published(site, sampling={"cfg_coef": 4.5})
    visitor = arrive()
    visitor.open(f"/track/{job.job_id}")
    visitor.page.get_by_role("link", name="Use these settings").click()
    expect(visitor.page.get_by_label("Describe a sound")).to_have_value("a slow harp")
    eventually(lambda: visitor.page.evaluate(_STATUS_IS_KNOWN))
    expect(visitor.page.get_by_text("Advanced", exact=True)).to_be_hidden()
    visitor.page.get_by_role("button", name="Generate").click()
    assert asked(site, visitor, "a slow harp")["cfg_coef"] == 3.0


def test_the_settings_of_a_sound_can_be_used_again(site: Followed, arrive: Arrive) -> None:
    first = new_id()  # it is no more in the library
    job = published(site, sampling={"cfg_coef": 4.5, "top_p": 0.9}, extend=first)
    visitor = arrive("sampling", "extend")
    visitor.open(f"/track/{job.job_id}")
    related = visitor.page.get_by_role("region", name="Related sounds")
    expect(related).to_have_text("Related soundsContinuesA sound that was deleted")
    expect(visitor.page.get_by_text("Guidance 4.5, Top p 0.9")).to_be_visible()
    visitor.page.get_by_role("link", name="Use these settings").click()
    expect(visitor.page.get_by_label("Guidance")).to_have_value("4.5")
    expect(visitor.page.get_by_label("Top p")).to_have_value("0.9")
    expect(visitor.page.get_by_label("Temperature")).to_have_value("1")
    form = visitor.page.get_by_role("form", name="New sound")
    expect(form.get_by_role("link", name="an earlier sound")).to_have_attribute("href", f"/track/{first}")


def test_a_sound_is_continued_from_its_page_which_names_its_relatives(site: Followed, arrive: Arrive) -> None:
    job, again = published(site), published(site)
    after, last = (published(site, prompt=f"{word} a flute", extend=job.job_id) for word in ("then", "later"))
    visitor = arrive("extend")
    visitor.open(f"/track/{after.job_id}")
    related = visitor.page.get_by_role("region", name="Related sounds")
    expect(related.get_by_role("heading", level=3)).to_have_text(["Continues"])
    assert violations(visitor) == []
    related.get_by_role("link", name="a slow harp").click()
    expect(related.get_by_role("heading", level=3)).to_have_text(["Continued by", "Variations"])
    expect(related.get_by_role("link")).to_have_text(["then a flute", "later a flute", "a slow harp"])
    shown = [link.get_attribute("href") for link in related.get_by_role("link").all()]
    assert shown == [f"/track/{one.job_id}" for one in (after, last, again)]
    visitor.page.get_by_role("link", name="Extend").click()
    form = visitor.page.get_by_role("form", name="New sound")
    expect(form.get_by_text("Continues an earlier sound")).to_be_visible()
    expect(visitor.page.get_by_label("Duration")).to_have_value("13")
    form.get_by_label("Describe a sound").fill("a slow harp, then a flute")
    form.get_by_label("Duration").fill("2")
    form.get_by_role("button", name="Generate").click()
    expect(form.get_by_text("must be more than the 3 s of the track to continue, got 2")).to_be_visible()
    visitor.forgive("422")
    form.get_by_label("Duration").fill("12")
    form.get_by_role("button", name="Generate").click()
    held = asked(site, visitor, "a slow harp, then a flute")
    assert (held["extend"], held["duration"]) == (job.job_id, 12.0)

    form.get_by_role("button", name="Don't continue it").click()
    expect(form.get_by_text("Continues an earlier sound")).to_be_hidden()
    form.get_by_label("Describe a sound").fill("a flute alone")
    form.get_by_role("button", name="Generate").click()
    assert asked(site, visitor, "a flute alone")["extend"] is None


@pytest.mark.parametrize(
    ("abilities", "track"),
    [(("sampling",), {}), (("extend",), {"model": "audio"}), (("extend",), {"duration_s": 119.5})],
    ids=["cannot", "another model", "as long as can be"],
)
def test_a_sound_that_cannot_be_continued_is_not_offered_to_be(
    site: Followed, arrive: Arrive, abilities: tuple[str, ...], track: dict[str, Any]
) -> None:
    job = published(site, **track)
    visitor = arrive(*abilities)
    visitor.open(f"/track/{job.job_id}")
    expect(visitor.page.get_by_role("link", name="Download WAV")).to_be_visible()
    eventually(lambda: visitor.page.evaluate(_STATUS_IS_KNOWN))
    expect(visitor.page.get_by_role("link", name="Extend")).to_be_hidden()
