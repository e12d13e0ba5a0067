"""Jobs and cancellations as they reach a real broker's intake, and what the client is told."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pika
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from cli.broker_node import BrokerNode
from services.ingest.admission import admit
from shared import keys
from shared.bus.connection import close, declare, open_connection
from shared.bus.topology import INTAKE_LIMIT, INTAKE_QUEUE
from shared.messages.ids import new_id
from shared.messages.job import Tier
from shared.settings import load
from shared.tokens import verify
from tests.services.catalog.events import accepted, cancelled, failed, job_id, life, make_job, refused
from tests.waiting import eventually
from tests.web.site import Site, assert_problem, ok
from web.api import intake
from web.submissions import Submissions


class IntakeQueue:
    """The intake's queue, seen with plain pika."""

    def __init__(self, connection: pika.BlockingConnection) -> None:
        self._channel: Any = connection.channel()

    def taken(self) -> list[tuple[str, dict[str, Any]]]:
        """(routing key, data) of every command that waits, taken off."""
        found = []
        while (got := self._channel.basic_get(INTAKE_QUEUE, auto_ack=True))[0]:
            method, _, body = got
            found.append((method.routing_key, json.loads(body)))
        return found

    def fill_up_to(self, count: int) -> None:
        """Let so many commands wait."""
        for _ in range(count):
            self._channel.basic_publish("", INTAKE_QUEUE, b"{}")
        eventually(lambda: self._waiting() == count)

    def empty(self) -> None:
        """Throw away what waits."""
        self._channel.queue_purge(INTAKE_QUEUE)

    def _waiting(self) -> int:
        return int(self._channel.queue_declare(INTAKE_QUEUE, passive=True).method.message_count)


@pytest.fixture
def queue(brokered: Site) -> Iterator[IntakeQueue]:
    connection = open_connection(brokered.settings)
    declare(connection)
    queue = IntakeQueue(connection)
    queue.empty()
    yield queue
    close(connection)


def post(client: TestClient, headers: dict[str, str] | None = None, **body: Any) -> Response:
    return client.post("/generate", json={"prompt": "soft rain", **body}, headers=headers)


def test_a_job_is_handed_in_and_answered_with_where_to_look(brokered: Site, queue: IntakeQueue) -> None:
    client = brokered.listener("ada", "premium")
    drawn: dict[str, Any] = {"cfg_coef": 4.5, "temperature": 0.7, "top_k": 0, "top_p": 0.9}
    answer = post(
        client, model="audio", duration=4, loop=True, seed=7, priority="free", user_id="eve", **drawn
    )
    given = ok(answer, 202)
    own = given["job_id"]
    assert given == {
        "success": True,
        "job_id": own,
        "job_ids": [own],
        "not_taken": 0,
        "position": 1,
        "estimated_wait_s": 0.0,
        "links": {
            "self": f"/job/{own}",
            "events": "/api/events",
            "cancel": f"/api/queue/{own}/cancel",
            "track": f"/api/library/{own}",
        },
    }
    assert answer.headers["location"] == f"/job/{own}"
    ((key, command),) = queue.taken()
    assert key == "job.submit"
    assert verify(brokered.settings, command.pop("token")).user_id == "ada"
    assert command == {
        "prompt": "soft rain",
        "model": "audio",
        "duration_s": 4.0,
        "loop": True,
        "seed": 7,
        "cfg_coef": 4.5,
        "temperature": 0.7,
        "top_k": 0,
        "top_p": 0.9,
        "priority": "free",
        "job_id": own,
    }
    job = ok(client.get(f"/job/{own}"))
    assert (job["status"], job["phase"], job["progress"]) == ("queued", "queued", "Handed in")
    assert (job["prompt"], job["duration"], job["seed"]) == ("soft rain", 4.0, 7)
    assert {name: job[name] for name in drawn} == drawn


def test_a_bare_prompt_is_eight_seconds_of_music_of_a_free_visitor(
    brokered: Site, queue: IntakeQueue
) -> None:
    ok(post(brokered.client), 202)
    ((_, command),) = queue.taken()
    job = admit(command, new_id(), brokered.settings, partial(verify, brokered.settings)).job
    assert (job.model, job.duration_s, job.loop, job.tier, job.priority) == ("music", 8.0, False, "free", 0)
    assert job.user_id.startswith("guest-")


@pytest.mark.parametrize(
    ("tier", "asked", "priority"),
    [
        ("free", None, 0),
        ("free", "admin", 0),
        ("premium", None, 2),
        ("premium", "admin", 2),
        ("admin", "free", 0),
    ],
)
def test_a_request_can_only_lower_its_priority(
    brokered: Site, queue: IntakeQueue, tier: Tier, asked: Tier | None, priority: int
) -> None:
    ok(post(brokered.listener("ada", tier), priority=asked), 202)
    ((_, command),) = queue.taken()
    job = admit(command, new_id(), brokered.settings, partial(verify, brokered.settings)).job
    assert (job.tier, job.priority) == (tier, priority)


def test_variations_are_jobs_of_their_own_with_the_seeds_after_the_first(
    brokered: Site, queue: IntakeQueue
) -> None:
    given = ok(post(brokered.client, variations=3, seed=2**31 - 2), 202)
    commands = [command for _, command in queue.taken()]
    assert [command["job_id"] for command in commands] == given["job_ids"]
    assert len(set(given["job_ids"])) == 3
    assert [command["seed"] for command in commands] == [2**31 - 2, 2**31 - 1, 0]
    unseeded = ok(post(brokered.client, variations=2), 202)
    assert all("seed" not in command for _, command in queue.taken())
    assert len(unseeded["job_ids"]) == 2


def test_a_job_behind_others_is_told_its_place_and_when_its_turn_may_come(
    brokered: Site, queue: IntakeQueue
) -> None:
    jobs = [make_job(number) for number in range(1, 4)]
    brokered.project(*life(jobs[0]), *map(accepted, jobs[1:]))
    given = ok(post(brokered.client), 202)
    assert given["position"] == 3
    assert given["estimated_wait_s"] == pytest.approx(2 * 8 * 0.4 / 8)  # 0.4 s of work for the 8 s before
    assert ok(post(brokered.client, model="audio"), 202)["position"] == 1


def test_the_same_key_and_request_are_the_same_jobs(brokered: Site, queue: IntakeQueue) -> None:
    brokered.client.get("/")
    headers = {"Idempotency-Key": "once"}
    first = ok(post(brokered.client, headers, variations=2), 202)
    second = ok(post(brokered.client, headers, variations=2), 202)
    assert first["job_ids"] == second["job_ids"]
    assert {command["job_id"] for _, command in queue.taken()} == set(first["job_ids"])


def test_a_key_is_known_from_the_library_after_a_restart(brokered: Site, queue: IntakeQueue) -> None:
    client = brokered.listener("ada")
    headers = {"Idempotency-Key": "once"}
    own = ok(post(client, headers), 202)["job_id"]
    ((_, command),) = queue.taken()
    brokered.project(admit(command, own, brokered.settings, partial(verify, brokered.settings)))
    vars(brokered.ports.submissions).update(vars(Submissions()))  # what a new process remembers
    assert ok(post(client, headers), 202)["job_id"] == own
    assert queue.taken() == []
    vars(brokered.ports.submissions).update(vars(Submissions()))
    assert_problem(post(client, headers, duration=9), 422, "Idempotency-Key")
    assert_problem(post(client, headers, cfg_coef=4), 422, "Idempotency-Key")
    assert ok(post(client, headers, cfg_coef=3), 202)["job_id"] == own
    assert queue.taken() == []


def test_what_is_continued_and_followed_reaches_the_job(brokered: Site, queue: IntakeQueue) -> None:
    brokered.publish(make_job(1))
    brokered.ports.store.put(keys.melody("a" * 64), b"a melody")
    own = ok(post(brokered.client, extend=job_id(1), melody="a" * 64, duration=12), 202)["job_id"]
    ((_, command),) = queue.taken()
    job = admit(command, own, brokered.settings, partial(verify, brokered.settings)).job
    assert (job.extend, job.melody, job.duration_s) == (job_id(1), "a" * 64, 12.0)
    view = ok(brokered.client.get(f"/job/{own}"))
    assert (view["extend"], view["melody"]) == (job_id(1), "a" * 64)


def test_a_running_job_is_cancelled_by_its_owner_and_shown_so_at_once(
    brokered: Site, queue: IntakeQueue
) -> None:
    client = brokered.listener("ada")
    brokered.project(accepted(make_job(1)))
    assert ok(client.post(f"/api/queue/{job_id(1)}/cancel")) == {"success": True, "status": "cancelling"}
    ((key, command),) = queue.taken()
    assert (key, command["job_id"]) == ("job.cancel", job_id(1))
    assert verify(brokered.settings, command["token"]).user_id == "ada"
    job = ok(client.get(f"/job/{job_id(1)}"))
    assert (job["status"], job["progress"]) == ("cancelling", "Cancelling")
    assert [entry["status"] for entry in ok(client.get("/api/queue"))["jobs"]] == ["cancelling"]
    brokered.project(cancelled(make_job(1)))
    assert ok(client.get(f"/job/{job_id(1)}"))["status"] == "cancelled"
    assert_problem(client.post(f"/api/queue/{job_id(1)}/cancel"), 409)


def test_a_job_that_the_intake_holds_is_cancelled_too(brokered: Site, queue: IntakeQueue) -> None:
    own = ok(post(brokered.client), 202)["job_id"]
    assert_problem(brokered.visitor().post(f"/api/queue/{own}/cancel"), 403)
    assert ok(brokered.client.post(f"/api/queue/{own}/cancel", json={}))["status"] == "cancelling"
    assert ok(brokered.client.get(f"/job/{own}"))["status"] == "cancelling"
    assert [key for key, _ in queue.taken()] == ["job.submit", "job.cancel"]


def test_an_admin_cancels_anybodys_job_and_nobody_else_does(brokered: Site, queue: IntakeQueue) -> None:
    brokered.project(accepted(make_job(1)))
    path = f"/api/queue/{job_id(1)}/cancel"
    assert "somebody else" in assert_problem(brokered.listener("eve", "premium").post(path), 403)
    assert_problem(brokered.visitor().post(path), 403)
    assert queue.taken() == []
    ok(brokered.listener("root", "admin").post(path))
    assert len(queue.taken()) == 1


def test_a_job_that_is_unknown_or_over_cannot_be_cancelled(brokered: Site, queue: IntakeQueue) -> None:
    jobs = [make_job(number) for number in range(1, 4)]
    brokered.project(*life(jobs[0]), failed(jobs[1]), cancelled(jobs[2]), refused(4))
    root = brokered.listener("root", "admin")
    for number in (1, 2, 3, 4):
        assert_problem(root.post(f"/api/queue/{job_id(number)}/cancel"), 409)
    for unknown in (job_id(5), "no-id", "%00"):
        assert_problem(root.post(f"/api/queue/{unknown}/cancel"), 404)
    assert queue.taken() == []


def test_a_full_intake_is_503_for_a_moment_and_takes_jobs_again_when_there_is_room(
    brokered: Site, queue: IntakeQueue
) -> None:
    queue.fill_up_to(INTAKE_LIMIT)
    answer = post(brokered.client, variations=2)
    assert "Too many requests" in assert_problem(answer, 503)
    assert int(answer.headers["retry-after"]) >= 1
    assert len(queue.taken()) == INTAKE_LIMIT
    ok(post(brokered.client), 202)


def test_of_variations_that_find_no_room_those_that_did_are_told(brokered: Site, queue: IntakeQueue) -> None:
    queue.fill_up_to(INTAKE_LIMIT - 1)
    given = ok(post(brokered.client, variations=4), 202)
    assert (len(given["job_ids"]), given["not_taken"]) == (1, 3)
    assert [data["job_id"] for _, data in queue.taken() if data] == given["job_ids"]
    assert ok(brokered.client.get(f"/job/{given['job_id']}"))["status"] == "queued"


def test_a_connection_that_broke_is_mended_by_the_next_request(
    brokered: Site, queue: IntakeQueue, broker: BrokerNode
) -> None:
    ok(post(brokered.client), 202)
    broker.control("close_all_connections", "--vhost", _vhost(brokered), "a test")
    ok(post(brokered.client), 202)


def test_a_broker_that_hangs_is_given_up_and_does_not_stop_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "PATIENCE_S", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"amqp://nobody:nothing@127.0.0.1:{silent.getsockname()[1]}/"
        site = Site(load({"SOUNDBOX_DATA": str(tmp_path), "SOUNDBOX_AMQP_URL": url}))
        started = time.monotonic()
        asking = [threading.Thread(target=post, args=(site.client,)) for _ in range(40)]
        for thread in asking:
            thread.start()
        assert ok(site.client.get("/api/library"))["total"] == 0
        answer = post(site.client)
        assert "broker" in assert_problem(answer, 503)
        for thread in asking:
            thread.join()
        assert time.monotonic() - started < 5
    site.close()


def _vhost(site: Site) -> str:
    return site.settings.amqp_url.get_secret_value().rsplit("/", 1)[1]
