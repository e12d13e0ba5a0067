"""What operators read: metrics, the state of the installation, errors that pages report."""

import logging
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from shared.messages.live import WorkerBeat
from tests.services.catalog.events import accepted, life, make_job
from tests.web.site import Site, assert_problem, ok
from web.page_errors import OF_ALL, OF_ONE, PageErrors


def sampled(client: TestClient) -> dict[str, float]:
    """Every sample of /metrics, by its name and labels."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_tell_of_queues_models_workers_and_the_library(site: Site) -> None:
    site.publish(make_job(1))
    site.project(accepted(make_job(2, model="audio")))
    site.ports.live.hear(
        WorkerBeat(worker="g", service="generator", models={"music": "ready"}, busy=("one", "two"))
    )
    told = sampled(site.client)
    assert told["soundbox_tracks music"] == 1
    assert told["soundbox_queue_length audio"] == 1
    assert told["soundbox_model_ready music"] == 1
    assert told["soundbox_model_ready audio"] == 0
    assert told["soundbox_jobs_in_work"] == 2
    assert told["soundbox_workers generator"] == 1
    assert told["soundbox_workers ingest"] == told["soundbox_part_healthy ingest"] == 0
    assert told["soundbox_part_healthy catalog_database"] == 1
    assert "soundbox_seconds_per_audio_second audio" not in told  # nothing was made yet: nobody knows
    assert told["process_resident_memory_bytes"] > 1e6


def test_metrics_are_told_while_the_library_is_away(site: Site) -> None:
    site.settings.database.unlink()
    told = sampled(site.client)
    assert told["soundbox_part_healthy catalog_database"] == 0
    assert "soundbox_tracks music" not in told


def test_metrics_name_nobody(site: Site) -> None:
    site.publish(make_job(1, "a very private wish", user_id="eve"))
    assert not re.search("eve|private", site.client.get("/metrics").text.replace("level", ""))


def test_the_state_of_the_installation_is_for_admins(site: Site) -> None:
    assert_problem(site.client.get("/api/stats/system"), 403)
    assert_problem(site.listener("ada", "premium").get("/api/stats/system"), 403)
    site.publish(make_job(1))
    told = ok(site.listener("chief", "admin").get("/api/stats/system"))
    assert told["generation_rate"] == {"last_24h": 0, "last_7d": 0, "last_30d": 0}  # it is of March 2026
    assert told.items() >= ok(site.client.get("/api/stats")).items()
    assert told["checks"]["store"] == {"ok": True}


def test_lately_made_sounds_are_counted(site: Site) -> None:
    site.publish(make_job(1))
    site.project_now(*life(make_job(2)))
    told = ok(site.listener("chief", "admin").get("/api/stats/system"))
    assert told["generation_rate"] == {"last_24h": 1, "last_7d": 1, "last_30d": 1}
    assert told["total_generations"] == 2


def test_an_error_of_a_page_is_one_line_of_the_log(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    hostile = {
        "message": "x is undefined\n2026-01-01 ERROR all is lost \x1b[31m\u202e" + "y" * 5000,
        "stack": "at f (app.js:1)\n" * 1000,
        "url": "/library?q=" + "z" * 1000,
        "userAgent": "Netscape",
        "timestamp": "noon",
        "somethingElse": [1, 2, 3],
    }
    with caplog.at_level(logging.WARNING, "web.page"):
        answer = client.post("/api/log-error", json=hostile)
    assert (answer.status_code, answer.content) == (204, b"")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "web.page"]
    assert line.isprintable()
    assert "x is undefined\\n2026" in line
    assert len(line) < 7000


@pytest.mark.parametrize("body", [{}, {"message": ""}, {"message": 3}, {"message": None}])
def test_a_report_of_nothing_is_refused(client: TestClient, body: dict[str, object]) -> None:
    assert_problem(client.post("/api/log-error", json=body), 422, "message")


def test_one_browser_cannot_fill_the_log(site: Site) -> None:
    client = site.client
    client.get("/")
    statuses = [
        client.post("/api/log-error", json={"message": "again"}).status_code for _ in range(OF_ONE + 2)
    ]
    assert statuses == [204] * OF_ONE + [429] * 2
    refused = client.post("/api/log-error", json={"message": "again"})
    assert_problem(refused, 429)
    assert int(refused.headers["retry-after"]) > 0
    other = site.visitor()
    other.get("/")
    assert other.post("/api/log-error", json={"message": "another"}).status_code == 204


def test_all_together_cannot_either_and_a_minute_later_they_may_again() -> None:
    now = 0.0
    errors = PageErrors(lambda: now)
    taken = [errors.take(f"guest-{number}") for number in range(2 * OF_ALL)]
    assert taken == [True] * OF_ALL + [False] * OF_ALL
    now = 61.0
    assert errors.take("guest-1")
    for number in range(5000):
        now += 61.0
        assert errors.take(f"late-{number}")
    assert len(errors._of_one) < 2000
