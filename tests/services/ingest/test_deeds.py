"""The intake turns what people do into facts: under their own name, the same fact however often it comes."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from services.ingest.deeds import BY_NAME
from services.ingest.stage import Intake
from shared import keys
from shared.bus.record import StageRecords
from shared.messages.deeds import TrackDeleted, TrackVoted
from shared.messages.event import ByPerson
from shared.messages.ids import new_id
from shared.settings import Settings, load
from shared.store import Store
from shared.tokens import issue
from tests.jobs import recorded
from tests.services.catalog.events import make_job, published
from tests.services.ingest.conftest import Outbox, send

TRACK = "01890a5d-ac96-774b-bcce-b302099a8057"
DATA: dict[str, dict[str, Any]] = {
    "track.vote": {"vote": 1},
    "track.favourite": {},
    "track.play": {},
    "category.suggest": {"category": "lo-fi"},
    "playlist.create": {"playlist_id": TRACK, "name": "Evening"},
    "playlist.change": {"playlist_id": TRACK, "name": "Night"},
    "playlist.add": {"playlist_id": TRACK, "track_ids": [TRACK]},
    "playlist.remove": {"playlist_id": TRACK, "track_ids": [TRACK]},
    "playlist.reorder": {"playlist_id": TRACK, "track_ids": [TRACK]},
    "playlist.share": {"playlist_id": TRACK, "share_id": TRACK, "expires_in_s": 60},
    "playlist.unshare": {"playlist_id": TRACK},
    "playlist.delete": {"playlist_id": TRACK},
}
FOR_ADMINS: dict[str, dict[str, Any]] = {
    name: {"models": ["music"]} for name in ("queue.pause", "queue.resume")
}


@pytest.fixture
def ada(settings: Settings) -> str:
    return issue(settings, "ada", "free")


def do(intake: Intake, name: str, token: str | None = None, *, track: str = TRACK, **data: Any) -> None:
    about = {} if name.startswith(("playlist.", "queue.")) else {"track_id": track}
    given = {**about, **(DATA | FOR_ADMINS).get(name, {}), **data} | ({"token": token} if token else {})
    send(intake, given, key=name, reply_to="amq.gen-1")


def facts(outbox: Outbox) -> list[ByPerson]:
    found = [fact.event for fact in outbox.facts]
    assert all(isinstance(fact, ByPerson) for fact in found)
    return [fact for fact in found if isinstance(fact, ByPerson)]


@pytest.mark.parametrize("name", sorted(DATA))
def test_a_deed_is_a_fact_under_the_name_of_the_token(
    intake: Intake, outbox: Outbox, ada: str, name: str
) -> None:
    do(intake, name, ada)
    (fact,) = facts(outbox)
    assert (fact.user_id, fact.subject) == ("ada", TRACK)
    ((_, _, answer),) = outbox.answers
    assert (answer["status"], answer["event_id"]) == ("done", outbox.facts[0].id)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_nobody_does_anything_without_a_token_and_a_refusal_is_no_fact(
    intake: Intake, outbox: Outbox, name: str, tmp_path: Path
) -> None:
    other = load({"SOUNDBOX_DATA": str(tmp_path / "other")})
    do(intake, name)
    do(intake, name, issue(other, "eve", "admin"))
    assert outbox.facts == []
    assert [answer["code"] for _, _, answer in outbox.answers] == ["token_needed", "invalid_token"]
    assert [answer["problems"][0]["field"] for _, _, answer in outbox.answers] == ["token", "token"]


@pytest.mark.parametrize("body", [b"\xff", b"[]", b"x" * 100_000, {"track_id": "x"}, {"user_id": "eve"}, {}])
def test_nonsense_is_refused_without_a_fact(intake: Intake, outbox: Outbox, body: object) -> None:
    for name in BY_NAME:
        send(intake, body, key=name, reply_to="amq.gen-1", message_id="7")
    assert outbox.facts == []
    assert {answer["code"] for _, _, answer in outbox.answers} == {"invalid_request"}
    assert {correlation_id for _, correlation_id, _ in outbox.answers} == {"7"}


def test_a_command_that_comes_again_is_the_same_fact(intake: Intake, outbox: Outbox, ada: str) -> None:
    data = {"track_id": TRACK, "vote": 1, "token": ada}
    message_id, command_id = new_id(), new_id()
    for _ in range(2):
        send(intake, data, key="track.vote", message_id=message_id)
        send(intake, {**data, "command_id": command_id}, key="track.vote", message_id=new_id())
        send(intake, data, key="track.vote", message_id="no id")
    ids = [fact.id for fact in outbox.facts]
    assert (ids[0], ids[1]) == (ids[3], ids[4])
    assert len(set(ids)) == 4


def test_an_envelope_is_taken_as_well(intake: Intake, outbox: Outbox, ada: str) -> None:
    data = {"track_id": TRACK, "vote": -1, "token": ada}
    send(intake, {"specversion": "1.0", "type": "track.vote", "id": new_id(), "data": data}, key="x")
    (fact,) = facts(outbox)
    assert isinstance(fact, TrackVoted)
    assert fact.vote == -1


def test_a_token_never_reaches_a_fact(intake: Intake, outbox: Outbox, ada: str) -> None:
    for name in DATA:
        do(intake, name, ada)
    assert len(outbox.facts) == len(DATA)
    assert all(ada not in fact.event.model_dump_json() for fact in outbox.facts)


def a_track(intake: Intake, outbox: Outbox, store: Store, token: str) -> str:
    """A published track of the token's owner, with every file that it may have."""
    send(intake, {"prompt": "rain", "token": token})
    track = outbox.facts.pop().event.subject
    fact = recorded(published(make_job(1).model_copy(update={"job_id": track})), "renderer")
    StageRecords("renderer", store).keep(track, 0, [fact])
    for key in keys.of_track(track):
        store.put(key, b"x")
    return track


def files(store: Store, track: str) -> list[str]:
    return [key for key in keys.of_track(track) if store.exists(key)]


def test_the_owner_deletes_a_track_with_all_its_files_and_none_of_another_one(
    intake: Intake, outbox: Outbox, store: Store, ada: str
) -> None:
    track, other = (a_track(intake, outbox, store, ada) for _ in range(2))
    do(intake, "track.delete", ada, track=track)
    assert facts(outbox) == [TrackDeleted(track_id=track, user_id="ada")]
    assert files(store, track) == []
    assert files(store, other) == list(keys.of_track(other))
    stored = {
        key for folder in ("generated", "spectrograms", "peaks", "downloads") for key in store.keys(folder)
    }
    assert stored == set(keys.of_track(other))


def test_an_admin_deletes_anybodys_track(
    intake: Intake, outbox: Outbox, store: Store, settings: Settings, ada: str
) -> None:
    track = a_track(intake, outbox, store, ada)
    do(intake, "track.delete", issue(settings, "root", "admin"), track=track)
    assert facts(outbox) == [TrackDeleted(track_id=track, user_id="root")]


def test_nobody_else_deletes_it(
    intake: Intake, outbox: Outbox, store: Store, settings: Settings, ada: str
) -> None:
    track = a_track(intake, outbox, store, ada)
    do(intake, "track.delete", issue(settings, "eve", "premium"), track=track)
    assert outbox.facts == []
    assert outbox.answers[-1][2]["code"] == "not_yours"
    assert files(store, track) == list(keys.of_track(track))


def test_a_deletion_that_is_asked_for_again_publishes_the_same_and_removes_what_is_left(
    intake: Intake, outbox: Outbox, store: Store, ada: str
) -> None:
    track = a_track(intake, outbox, store, ada)
    do(intake, "track.delete", ada, track=track)
    store.put(keys.peaks(track), b"left behind by one that was killed")
    do(intake, "track.delete", ada, track=track)
    assert outbox.facts[0] == outbox.facts[1]
    assert files(store, track) == []


def test_a_job_that_is_no_track_yet_is_not_deleted(intake: Intake, outbox: Outbox, ada: str) -> None:
    send(intake, {"prompt": "rain", "token": ada})
    track = outbox.facts.pop().event.subject
    do(intake, "track.delete", ada, track=track)
    assert outbox.facts == []
    assert outbox.answers[-1][2]["code"] == "not_published"


def test_deleting_what_never_was_is_said(settings: Settings, store: Store, outbox: Outbox, ada: str) -> None:
    stopping = threading.Event()
    stopping.set()  # so that the intake does not wait for the job to appear
    do(Intake(settings, store, outbox, stopping), "track.delete", ada)
    assert outbox.facts == []
    assert outbox.answers[-1][2]["code"] == "unknown_job"


def test_files_stay_until_the_deletion_is_a_fact(
    intake: Intake, outbox: Outbox, store: Store, ada: str
) -> None:
    track = a_track(intake, outbox, store, ada)
    outbox.away = True
    with pytest.raises(Exception, match="away"):
        do(intake, "track.delete", ada, track=track)
    assert files(store, track) == list(keys.of_track(track))
    outbox.away = False
    do(intake, "track.delete", ada, track=track)
    assert files(store, track) == []
    assert json.loads(store.read(keys.deletion(track)))["id"] == outbox.facts[0].id
