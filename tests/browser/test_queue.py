"""The queue: everybody's jobs in order, one's own marked, and nobody else's can be stopped."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from shared.messages.job import PRIORITY, Job, Tier
from shared.messages.live import Gpu, Progress, WorkerBeat
from shared.tokens import issue, verify
from tests.browser.axe import violations
from tests.browser.conftest import Arrive
from tests.browser.visitor import Visitor
from tests.jobs import a_job
from tests.services.catalog.events import accepted, cancelled, life, started
from tests.waiting import eventually
from tests.web.serving import Followed
from web.api.identity import COOKIE

_HOSTILE = "<img src=x onerror=alert(1)> ‮🎹 موسيقى"


def job_of(user_id: str, tier: Tier = "free", **more: Any) -> Job:
    return a_job(user_id=user_id, tier=tier, priority=PRIORITY[tier], **more)


def user_of(site: Followed, visitor: Visitor) -> str:
    (cookie,) = visitor.page.context.cookies()
    return verify(site.settings, cookie["value"]).user_id


def make_admin(site: Followed, visitor: Visitor) -> None:
    token = issue(site.settings, "chief", "admin")
    visitor.page.context.add_cookies([{"name": COOKIE, "value": token, "url": site.url}])


def rows(visitor: Visitor) -> Locator:
    return visitor.page.locator("sb-queue-row")


def cancel(visitor: Visitor) -> None:
    """Press the one button, and wait until the server has heard: the page says "Stopping" before that."""
    with visitor.page.expect_response("**/cancel") as answer:
        rows(visitor).get_by_role("button", name="Cancel").click()
    assert answer.value.ok


def test_everybodys_jobs_stand_in_the_order_of_work_and_ones_own_are_marked(
    site: Followed, arrive: Arrive
) -> None:
    visitor = arrive()
    visitor.open("/queue")
    expect(visitor.page.get_by_role("heading", name="Nobody waits")).to_be_visible()
    mine = job_of(user_of(site, visitor), prompt="my own slow harp, " * 5)
    running = job_of("eve", prompt="a storm over the sea", model="audio")
    site.say(accepted(running), started(running), accepted(mine))
    site.say(accepted(job_of("bob", "premium", prompt="a very private wish " * 10)))

    expect(rows(visitor)).to_have_count(3)
    expect(rows(visitor).get_by_role("heading")).to_have_text(
        ["a storm over the sea", ("a very private wish " * 10)[:59] + "…", ("my own slow harp, " * 5).strip()]
    )
    expect(rows(visitor).locator(".queue-place")).to_have_text(["Now", "1", "2"])
    expect(rows(visitor).filter(has_text="Yours")).to_have_count(1)
    expect(rows(visitor).get_by_role("button", name="Cancel")).to_have_count(1)
    assert [text.splitlines()[-1] for text in rows(visitor).all_inner_texts()[:2]] == [
        "Making the sound",
        "Next in line",
    ]
    expect(visitor.page.get_by_text("1 sound being made, 2 waiting.")).to_be_visible()

    cancel(visitor)
    expect(rows(visitor).nth(2)).to_contain_text("Stopping…")
    site.say(cancelled(mine))
    expect(rows(visitor)).to_have_count(2)


def test_an_admin_may_stop_anybodys_job(site: Followed, arrive: Arrive) -> None:
    visitor = arrive()
    make_admin(site, visitor)
    visitor.open("/queue")
    job = job_of("eve", prompt="an endless siren")
    site.say(accepted(job))
    cancel(visitor)
    expect(rows(visitor)).to_contain_text("Stopping…")
    assert site.ports.submissions.is_cancelling(job.job_id)


def test_what_is_to_go_is_told_from_how_fast_the_last_sounds_were_made(
    site: Followed, arrive: Arrive
) -> None:
    slow, next_one = job_of("eve", duration_s=100.0), job_of("eve", duration_s=60.0)
    visitor = arrive()
    visitor.open("/queue")
    site.say(*life(a_job(duration_s=8.0)))  # 0.4 s for 8 s
    eventually(lambda: site.ports.library.seconds_per_audio_second(slow.model))
    site.say(accepted(slow), started(slow), accepted(next_one))
    expect(rows(visitor)).to_have_count(2)
    site.notice(Progress(job_id=slow.job_id, attempt=0, fraction=0.2))
    # 80 s of 100 are to be made, 60 s after them: 4 s and 7 s.
    expect(rows(visitor).locator(".to-go")).to_have_text(["about 4 s to go", "about 7 s to go"])


def test_what_is_to_go_is_told_as_soon_as_somebody_knows(site: Followed, arrive: Arrive) -> None:
    visitor = arrive()
    visitor.open("/queue")
    site.say(accepted(job_of("eve", duration_s=100.0)), accepted(job_of("bob", duration_s=60.0)))
    expect(rows(visitor)).to_have_count(2)
    expect(rows(visitor).locator(".to-go")).to_have_text(["", ""])
    site.say(*life(a_job(duration_s=8.0)))  # the first sound of all; 0.4 s for 8 s
    expect(rows(visitor).locator(".to-go")).to_have_text(["about 5 s to go", "about 8 s to go"])


def test_of_ones_own_sound_that_waits_too(site: Followed, arrive: Arrive) -> None:
    visitor = arrive()
    visitor.open("/")
    rest = visitor.page.locator("sb-job-card .to-go")
    site.say(accepted(job_of(user_of(site, visitor), duration_s=100.0)))
    expect(rest).to_have_text("")
    site.say(*life(a_job(duration_s=8.0)))
    expect(rest).to_have_text("about 5 s to go")


def test_models_and_workers_are_told_as_they_are(site: Followed, arrive: Arrive) -> None:
    visitor = arrive()
    visitor.open("/queue")
    machine = visitor.page.get_by_role("region", name="Models")
    expect(machine).to_contain_text("Musicready")
    expect(machine).to_contain_text("generator-1")
    site.notice(
        WorkerBeat(
            worker="generator-1",
            service="generator",
            models={"music": "error"},
            reason="<b>No</b> weights.",
            gpu=Gpu(
                name="NVIDIA <i>H100</i>", memory_used_bytes=12_300_000_000, memory_total_bytes=80_000_000_000
            ),
        )
    )
    expect(machine).to_contain_text("NVIDIA <i>H100</i>, 12.3 of 80 GB in use")
    expect(machine).to_contain_text("Musicnot working")
    expect(machine).to_contain_text("<b>No</b> weights.")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_full_queue_is_readable_everywhere(site: Followed, arrive: Arrive, width: int) -> None:
    visitor = arrive()
    visitor.page.set_viewport_size({"width": width, "height": 700})
    make_admin(site, visitor)
    visitor.page.on("dialog", lambda dialog: visitor.complaints.append(dialog.message))
    visitor.open("/queue")
    running = job_of("chief", "admin", prompt=_HOSTILE)
    site.say(accepted(running), started(running), accepted(job_of("eve", prompt="x" * 500)))
    expect(rows(visitor)).to_have_count(2)
    expect(rows(visitor).first.get_by_role("heading")).to_have_text(_HOSTILE)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == width
    for theme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        assert violations(visitor) == [], theme
