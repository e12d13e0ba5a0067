"""The intake decides about each command: accepted with its tier's priority, refused, or cancelled."""

import threading
from pathlib import Path

import pytest

from services.ingest.stage import Intake
from shared import keys
from shared.errors import BrokerUnavailableError
from shared.messages.events import Event, JobAccepted, JobCancelled, JobRefused
from shared.messages.ids import new_id
from shared.messages.job import USUAL, Tier
from shared.settings import Settings, load
from shared.store import Store
from shared.tokens import issue
from tests.services.ingest.conftest import Outbox, send


def only(outbox: Outbox) -> Event:
    (fact,) = outbox.facts
    return fact.event


def test_a_bare_request_is_accepted_as_free(intake: Intake, outbox: Outbox) -> None:
    send(intake, {"prompt": "rain", "model": "audio", "duration_s": 4})
    event = only(outbox)
    assert isinstance(event, JobAccepted)
    job = event.job
    assert (job.prompt, job.model, job.duration_s, job.loop) == ("rain", "audio", 4.0, False)
    assert (job.tier, job.priority, job.user_id) == ("free", 0, "anonymous")


@pytest.mark.parametrize(("tier", "priority"), [("free", 0), ("standard", 1), ("premium", 2), ("admin", 3)])
def test_the_tier_of_the_token_gives_the_priority(
    intake: Intake, outbox: Outbox, settings: Settings, tier: Tier, priority: int
) -> None:
    send(intake, {"prompt": "rain", "token": issue(settings, "ada", tier)})
    event = only(outbox)
    assert isinstance(event, JobAccepted)
    assert (event.job.tier, event.job.priority, event.job.user_id) == (tier, priority, "ada")


@pytest.mark.parametrize(("asked", "priority"), [("free", 0), ("standard", 1), ("premium", 2), ("admin", 2)])
def test_a_request_can_only_lower_its_priority(
    intake: Intake, outbox: Outbox, settings: Settings, asked: str, priority: int
) -> None:
    send(intake, {"prompt": "rain", "token": issue(settings, "ada", "premium"), "priority": asked})
    event = only(outbox)
    assert isinstance(event, JobAccepted)
    assert event.job.priority == priority


def test_a_token_that_is_not_ours_is_refused(intake: Intake, outbox: Outbox, tmp_path: Path) -> None:
    other = load({"SOUNDBOX_DATA": str(tmp_path / "other")})
    send(intake, {"prompt": "rain", "token": issue(other, "eve", "admin")})
    event = only(outbox)
    assert isinstance(event, JobRefused)
    assert event.code == "invalid_token"


def test_a_token_never_reaches_a_fact(intake: Intake, outbox: Outbox, settings: Settings) -> None:
    token = issue(settings, "ada", "admin")
    send(intake, {"prompt": "rain", "token": token})
    send(intake, {"prompt": "r", "token": token})
    assert all(token not in fact.event.model_dump_json() for fact in outbox.facts)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"prompt": "ab"}, "prompt"),
        ({"model": "music"}, "prompt"),
        ({"prompt": "rain", "duration": 8}, "duration"),
        ({"prompt": "rain", "duration_s": 121}, "duration_s"),
        ({"prompt": "rain", "model": "audio", "duration_s": 31}, "duration_s"),
        ({"prompt": "rain", "job_id": "1"}, "job_id"),
        ({"prompt": "rain", "temperature": 0}, "temperature"),
        ({"prompt": "rain", "extend": "takes/1"}, "extend"),
        ({"prompt": "rain", "melody": "../../etc/passwd"}, "melody"),
        ({"prompt": "rain", "model": "audio", "melody": "a" * 64}, "melody"),
        ([1], ""),
        (b"\xff", ""),
        (b"x" * 10_000_000, ""),
        ({"specversion": "1.0", "type": "job.submit"}, "data"),
        ({"specversion": "1.0", "type": "job.explode", "data": {}}, "type"),
    ],
)
def test_bad_input_is_refused_with_its_field(
    intake: Intake, outbox: Outbox, data: object, field: str
) -> None:
    send(intake, data, reply_to="amq.gen-1", message_id="7")
    event = only(outbox)
    assert isinstance(event, JobRefused)
    assert event.code == "invalid_request"
    assert [name for name, _ in event.problems] == [field]
    ((queue, correlation_id, answer),) = outbox.answers
    assert (queue, correlation_id, answer["status"]) == ("amq.gen-1", "7", "refused")
    assert answer["problems"][0]["field"] == field


def test_a_cloudevents_envelope_is_taken_as_well(intake: Intake, outbox: Outbox) -> None:
    message = {"specversion": "1.0", "type": "job.submit", "id": new_id(), "data": {"prompt": "rain"}}
    send(intake, message)
    assert only(outbox).subject == message["id"]


def test_a_request_sent_again_under_its_id_is_one_job(intake: Intake, outbox: Outbox) -> None:
    request = {"prompt": "rain", "job_id": new_id()}
    send(intake, request)
    send(intake, request, redelivered=True)
    first, second = outbox.facts
    assert first == second


def test_a_message_sent_again_under_its_message_id_is_one_job(intake: Intake, outbox: Outbox) -> None:
    message_id = new_id()
    for _ in range(2):
        send(intake, {"prompt": "rain"}, message_id=message_id)
    assert outbox.facts[0] == outbox.facts[1]


def test_two_requests_without_an_id_are_two_jobs_even_with_equal_counters(
    intake: Intake, outbox: Outbox
) -> None:
    for _ in range(2):
        send(intake, {"prompt": "rain"}, message_id="1")
    assert outbox.facts[0].event.subject != outbox.facts[1].event.subject


def test_an_id_that_belongs_to_another_request_is_refused(intake: Intake, outbox: Outbox) -> None:
    job_id = new_id()
    send(intake, {"prompt": "rain", "job_id": job_id})
    send(intake, {"prompt": "snow", "job_id": job_id}, reply_to="amq.gen-1")
    assert isinstance(outbox.facts[1].event, JobRefused)
    assert outbox.answers[0][2]["code"] == "job_id_taken"


def test_a_seed_is_kept_and_a_missing_one_is_fixed_by_the_job(intake: Intake, outbox: Outbox) -> None:
    send(intake, {"prompt": "rain", "seed": 42})
    send(intake, {"prompt": "rain"})
    seeds = [fact.event.job.seed for fact in outbox.facts if isinstance(fact.event, JobAccepted)]
    assert seeds[0] == 42
    assert 0 <= seeds[1] < 2**31


def test_settings_references_and_all_reach_the_job(intake: Intake, outbox: Outbox) -> None:
    track, melody = new_id(), "0123456789abcdef" * 4
    settings = {"cfg_coef": 4.5, "temperature": 0.7, "top_k": 0, "top_p": 0.9}
    send(intake, {"prompt": "rain", "extend": track, "melody": melody, **settings})
    event = only(outbox)
    assert isinstance(event, JobAccepted)
    assert event.job.sampling.model_dump() == settings
    assert (event.job.extend, event.job.melody) == (track, melody)


def test_a_request_without_settings_is_drawn_as_usual_and_continues_and_follows_nothing(
    intake: Intake, outbox: Outbox
) -> None:
    send(intake, {"prompt": "rain"})
    event = only(outbox)
    assert isinstance(event, JobAccepted)
    assert (event.job.sampling, event.job.extend, event.job.melody) == (USUAL, None, None)


def test_the_same_id_with_other_settings_is_another_request(intake: Intake, outbox: Outbox) -> None:
    job_id = new_id()
    send(intake, {"prompt": "rain", "job_id": job_id, "cfg_coef": 3})
    send(intake, {"prompt": "rain", "job_id": job_id})
    send(intake, {"prompt": "rain", "job_id": job_id, "cfg_coef": 4})
    assert [type(fact.event) for fact in outbox.facts] == [JobAccepted, JobAccepted, JobRefused]


def test_a_lost_broker_leaves_the_command_unacknowledged_and_the_next_try_publishes(
    intake: Intake, outbox: Outbox
) -> None:
    request = {"prompt": "rain", "job_id": new_id()}
    outbox.away = True
    with pytest.raises(BrokerUnavailableError):
        send(intake, request)
    outbox.away = False
    send(intake, request, redelivered=True)
    assert isinstance(only(outbox), JobAccepted)


def submit(intake: Intake, outbox: Outbox, token: str | None = None) -> str:
    send(intake, {"prompt": "rain"} | ({"token": token} if token else {}))
    return outbox.facts.pop().event.subject


def cancel(intake: Intake, job_id: str, token: str | None = None) -> None:
    data = {"job_id": job_id} | ({"token": token} if token else {})
    send(intake, data, key="job.cancel", reply_to="amq.gen-1")


def test_the_owner_cancels_a_job(intake: Intake, outbox: Outbox, store: Store, settings: Settings) -> None:
    token = issue(settings, "ada", "free")
    job_id = submit(intake, outbox, token)
    cancel(intake, job_id, token)
    assert only(outbox) == JobCancelled(job_id=job_id, user_id="ada")
    assert store.exists(keys.tombstone(job_id))
    assert outbox.answers[0][2] == {"status": "cancelled", "job_id": job_id}


def test_an_admin_cancels_anybodys_job(intake: Intake, outbox: Outbox, settings: Settings) -> None:
    job_id = submit(intake, outbox, issue(settings, "ada", "free"))
    cancel(intake, job_id, issue(settings, "root", "admin"))
    assert only(outbox) == JobCancelled(job_id=job_id, user_id="root")


@pytest.mark.parametrize("user", ["eve", None])
def test_nobody_else_cancels_it(
    intake: Intake, outbox: Outbox, store: Store, settings: Settings, user: str | None
) -> None:
    job_id = submit(intake, outbox, issue(settings, "ada", "free"))
    cancel(intake, job_id, issue(settings, user, "premium") if user else None)
    assert outbox.facts == []
    assert outbox.answers[0][2]["code"] == "not_yours"
    assert not store.exists(keys.tombstone(job_id))


def test_cancelling_twice_publishes_the_same_fact(intake: Intake, outbox: Outbox) -> None:
    job_id = submit(intake, outbox)
    cancel(intake, job_id)
    cancel(intake, job_id)
    assert outbox.facts[0] == outbox.facts[1]


def test_cancelling_a_job_that_never_was_is_said(settings: Settings, store: Store, outbox: Outbox) -> None:
    stopping = threading.Event()
    stopping.set()  # so that the intake does not wait for the job to appear
    cancel(Intake(settings, store, outbox, stopping), new_id())
    assert outbox.facts == []
    assert outbox.answers[0][2]["code"] == "unknown_job"
