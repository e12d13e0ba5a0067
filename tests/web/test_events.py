"""The stream of events over a real port: a snapshot first, then one's own changes, nothing left behind."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from pydantic import TypeAdapter

from services.catalog.database import keep_copy_and_start_over, open_catalog
from shared.messages.live import Progress, Projected
from shared.settings import Settings, load
from shared.tokens import issue
from tests.services.catalog.events import accepted, entries, generated, life, make_job, project, started
from tests.waiting import eventually
from tests.web.serving import Followed, Served, Told, stream
from tests.web.site import assert_problem
from web.api import job_shapes, track_shapes


@pytest.fixture(scope="module")
def served(amqp_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    """A web app and a catalog on this module's virtual host."""
    data = tmp_path_factory.mktemp("served")
    served = Followed(load({"SOUNDBOX_DATA": str(data), "SOUNDBOX_AMQP_URL": amqp_url}))
    served.start()
    yield served
    served.stop()


@pytest.fixture
def number(request: pytest.FixtureRequest) -> int:
    """A number for this test's jobs alone: numbers from there on are free, too."""
    return 1000 * (1 + request.session.items.index(request.node))


def bearer(served: Followed, user_id: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue(served.settings, user_id, 'free')}"}


def next_named(events: Iterator[Told], *names: str) -> Told:
    return next(told for told in events if told.name in names)


def test_the_first_event_is_a_snapshot_of_everything(served: Followed, number: int) -> None:
    own, other = make_job(number, user_id="ada"), make_job(number + 1, user_id="eve")
    served.say(accepted(own), accepted(other))
    served.settle(other.job_id, "queued")
    with stream(served.url, bearer(served, "ada")) as events:
        first = next(events)
    assert (first.name, first.id) == ("snapshot", str(first.data["cursor"]))
    TypeAdapter(job_shapes.Snapshot).validate_python(first.data)
    assert first.data["user_id"] == "ada"
    assert first.data["tier"] == "free"
    assert first.data["cursor"] == served.ports.library.offset()
    assert [job["id"] for job in first.data["jobs"]] == [own.job_id]
    queued = {job["id"]: job["is_mine"] for job in first.data["queue"]["jobs"]}
    assert (queued[own.job_id], queued[other.job_id]) == (True, False)


def test_changes_of_ones_own_jobs_follow_with_growing_ids(served: Followed, number: int) -> None:
    own = make_job(number, user_id=f"user-{number}")
    with stream(served.url, bearer(served, own.user_id)) as events:
        cursor = int(next(events).data["cursor"])
        seen: list[tuple[str | None, Any]] = []
        for fact in life(own):
            served.say(fact)
            told = next_named(events, "job", "track")
            seen.append((told.name, told.data.get("phase")))
            assert told.id is not None
            assert int(told.id) > cursor
            cursor = int(told.id)
            assert told.data["id"] == own.job_id
        track = next_named(events, "track")
    phases = ["queued", "generating", "analyzing", "rendering", "done"]
    assert seen == [("job", phase) for phase in phases]
    assert (track.data["id"], track.id) == (own.job_id, str(cursor))
    TypeAdapter(track_shapes.Track).validate_python(track.data)


def test_other_peoples_jobs_are_not_told_but_their_tracks_are(served: Followed, number: int) -> None:
    own, other = make_job(number, user_id=f"user-{number}"), make_job(number + 1, user_id="somebody")
    with stream(served.url, bearer(served, own.user_id)) as events:
        next(events)
        served.say(*life(other), accepted(own))
        told = [next_named(events, "job", "track") for _ in range(2)]
    assert sorted((event.name, event.data["id"]) for event in told) == [
        ("job", own.job_id),
        ("track", other.job_id),
    ]


def test_progress_is_told_to_the_owner_alone(served: Followed, number: int) -> None:
    own, other = make_job(number, user_id=f"user-{number}"), make_job(number + 1, user_id="somebody")
    served.say(accepted(own), accepted(other), started(own), started(other))
    served.settle(other.job_id, "processing")
    with stream(served.url, bearer(served, own.user_id), "?topics=progress") as events:
        next(events)
        for job in (other, own):
            served.notice(Progress(job_id=job.job_id, attempt=0, fraction=0.25))
        told = next(events)
        served.notice(Progress(job_id=own.job_id, attempt=0, fraction=0.5, parts=1))
        audible = next(events)
    assert told.name == "progress"
    TypeAdapter(job_shapes.ProgressView).validate_python(told.data)
    assert (told.data["id"], told.data["progress_pct"]) == (own.job_id, 24)
    assert [event.data["can_listen"] for event in (told, audible)] == [False, True]


def test_queue_and_status_are_told_when_they_changed(served: Followed, number: int) -> None:
    own = make_job(number, user_id=f"user-{number}")
    with stream(served.url, bearer(served, own.user_id)) as events:
        next(events)
        served.say(accepted(own))
        # The first ones may still tell of what was said before we came.
        queue = next(told for told in events if told.name == "queue" and own.job_id in str(told.data))
        status = next_named(events, "status")
    TypeAdapter(job_shapes.Queue).validate_python(queue.data)
    TypeAdapter(job_shapes.Status).validate_python(status.data)
    assert own.job_id in [job["id"] for job in queue.data["jobs"]]
    assert status.data["queue_length"] == queue.data["queue_length"]


def test_a_client_that_comes_back_is_told_what_it_missed(served: Followed, number: int) -> None:
    jobs = [make_job(number + more, user_id=f"user-{number}") for more in range(25)]
    headers = bearer(served, jobs[0].user_id)
    served.say(*map(accepted, jobs))
    served.settle(jobs[-1].job_id, "queued")
    with stream(served.url, headers) as events:
        first = next(events)
    assert len(first.data["jobs"]) == 20  # the latest
    served.say(*life(jobs[0])[1:])
    served.settle(jobs[0].job_id, "completed")
    with stream(served.url, headers) as events:
        assert jobs[0].job_id not in [job["id"] for job in next(events).data["jobs"]]
    with stream(served.url, {**headers, "Last-Event-ID": str(first.id)}) as events:
        again = next(events)
    missed = {job["id"]: job["status"] for job in again.data["jobs"]}
    assert missed[jobs[0].job_id] == "completed"
    assert int(str(again.id)) > int(str(first.id))


@pytest.mark.parametrize("last", ["", "x", "-1", "9" * 30, "1.5", "99999999999"])
def test_a_last_event_that_never_was_gives_a_plain_snapshot(served: Followed, last: str) -> None:
    with stream(served.url, {"Last-Event-ID": last}) as events:
        assert next(events).name == "snapshot"


def test_what_no_notice_told_is_told_within_seconds(
    served: Followed, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = make_job(number, user_id=f"user-{number}")
    monkeypatch.setattr("web.api.events._LOOK_EACH_S", 0.3)
    eventually(lambda: not served.listeners)
    with stream(served.url, bearer(served, own.user_id), "?topics=job") as events:
        next(events)
        (listener,) = served.listeners
        # As when the broker's connection is gone for a moment: notices do not come through.
        monkeypatch.setattr(listener, "put", lambda notice: None)
        served.say(accepted(own), started(own), generated(own))
        told = next(event for event in events if event.data["phase"] == "analyzing")
    assert told.data["id"] == own.job_id


def test_only_the_topics_that_were_asked_for_are_told(served: Followed, number: int) -> None:
    own = make_job(number, user_id=f"user-{number}")
    with stream(served.url, bearer(served, own.user_id), "?topics=track") as events:
        assert next(events).name == "snapshot"
        served.say(*life(own))
        assert next(events).name == "track"


def test_a_topic_that_there_is_not_is_refused(served: Followed) -> None:
    answer = httpx2.get(f"{served.url}/api/events?topics=job,weather")
    assert "'weather'" in assert_problem(answer, 422, "topics")


def test_a_client_that_leaves_is_forgotten(served: Followed) -> None:
    eventually(lambda: not served.listeners)
    for _ in range(5):
        with stream(served.url) as one, stream(served.url) as two:
            next(one)
            next(two)
            assert len(served.listeners) == 2
    eventually(lambda: not served.listeners)


def test_a_client_that_does_not_read_is_sent_away_to_begin_anew(served: Followed) -> None:
    with stream(served.url) as events:
        next(events)
        (listener,) = served.listeners
        listener.lagging = True
        served.ports.live.hear(Projected(database="other", offset=0, job_ids=()))
        assert next_named(events, "resync").data == {}
        assert list(events) == []
    eventually(lambda: not served.listeners)


def test_asking_for_the_head_opens_no_stream(served: Followed) -> None:
    answer = httpx2.head(f"{served.url}/api/events")
    assert (answer.status_code, answer.content) == (200, b"")
    assert not served.listeners


def test_the_stream_is_neither_compressed_nor_kept(served: Followed) -> None:
    with (
        httpx2.Client() as client,
        client.stream("GET", f"{served.url}/api/events", headers={"Accept-Encoding": "gzip"}) as answer,
    ):
        assert "content-encoding" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-accel-buffering"] == "no"
        assert "soundbox_listener" in answer.headers["set-cookie"]


def test_a_library_that_is_made_again_or_goes_away_sends_everybody_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.api.events._LOOK_EACH_S", 0.2)
    project(settings.database, entries(life(make_job(1))))
    served = Served(settings)
    served.start()
    with stream(served.url) as events:
        next(events)
        with open_catalog(settings.database) as connection:
            keep_copy_and_start_over(connection, settings.database)
        assert [told.name for told in events] == ["resync"]
    with stream(served.url) as events:
        assert next(events).data["cursor"] == -1
        settings.database.unlink()
        assert [told.name for told in events] == ["resync"]
    assert_problem(httpx2.get(f"{served.url}/api/events"), 503)
    served.stop()
