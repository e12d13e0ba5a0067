"""The envelope is CloudEvents 1.0, and reading it back gives what was written."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import MessageError
from shared.messages import envelope
from shared.messages.deeds import (
    CategorySuggested,
    TrackDeleted,
    TrackFavourited,
    TrackPlayed,
    TrackUnfavourited,
    TrackVoted,
)
from shared.messages.events import (
    EVENTS,
    AudioApproved,
    AudioGenerated,
    AudioRejected,
    Event,
    GenerationStarted,
    JobAccepted,
    JobCancelled,
    JobFailed,
    JobRefused,
    TrackPublished,
)
from shared.messages.job import JudgedTake, Sampling
from shared.messages.playlists import (
    PlaylistChanged,
    PlaylistCreated,
    PlaylistDeleted,
    PlaylistReordered,
    PlaylistShared,
    PlaylistTracksAdded,
    PlaylistTracksRemoved,
    PlaylistUnshared,
)
from shared.messages.queue import QueuePaused, QueueResumed
from tests.jobs import BAD, GOOD, NOON, a_job, a_take, recorded

JOB = a_job(priority=2, sampling=Sampling(cfg_coef=4.5, top_p=0.9), extend=a_job().job_id, melody="a" * 64)
TAKE = a_take(JOB, tags={"bpm": 80.0, "key": "D minor"}, sampling=Sampling(cfg_coef=2.0))
LIST = {"playlist_id": "0198a5a0-0000-7000-8000-000000000002", "user_id": "ada"}
ONE_OF_EACH: list[Event] = [
    JobAccepted(job=JOB),
    JobRefused(
        job_id=JOB.job_id,
        code="invalid_request",
        sentence="prompt is missing",
        problems=(("prompt", "is missing"),),
    ),
    JobCancelled(job_id=JOB.job_id, user_id="guest-1"),
    GenerationStarted(job_id=JOB.job_id, attempt=1, engine="synth", worker="generator-1"),
    AudioGenerated(job=JOB, attempt=0, take=TAKE),
    AudioRejected(job=JOB, attempt=0, judged=(JudgedTake(attempt=0, take=TAKE, report=BAD),)),
    AudioApproved(job=JOB, attempt=0, take=TAKE, report=GOOD, attempts=1),
    TrackPublished(
        job=JOB,
        attempt=0,
        take=TAKE,
        report=GOOD,
        attempts=1,
        audio_key=f"generated/{JOB.job_id}.wav",
        audio_sha256="1" * 64,
        spectrogram_key=f"spectrograms/{JOB.job_id}.png",
        peaks_key=f"peaks/{JOB.job_id}.json",
        duration_s=8.0,
        loudness_lufs=-14.2,
        peaks=tuple(range(100)),
    ),
    TrackVoted(track_id=JOB.job_id, user_id="ada", vote=-1, reasons=("jarring",), note="Ouch."),
    TrackFavourited(track_id=JOB.job_id, user_id="ada"),
    TrackUnfavourited(track_id=JOB.job_id, user_id="ada"),
    TrackPlayed(track_id=JOB.job_id, user_id="ada"),
    CategorySuggested(track_id=JOB.job_id, user_id="ada", category="lo-fi", withdrawn=True),
    TrackDeleted(track_id=JOB.job_id, user_id="ada"),
    PlaylistCreated(**LIST, name="Rain", description="For the evening.", track_ids=(JOB.job_id,)),
    PlaylistChanged(**LIST, name="Rain and wind"),
    PlaylistTracksAdded(**LIST, track_ids=(JOB.job_id,)),
    PlaylistTracksRemoved(**LIST, track_ids=(JOB.job_id,)),
    PlaylistReordered(**LIST, track_ids=(JOB.job_id,)),
    PlaylistShared(**LIST, share_id="0198a5a0-0000-7000-8000-000000000003", expires_in_s=3600),
    PlaylistUnshared(**LIST),
    PlaylistDeleted(**LIST),
    QueuePaused(user_id="ada", models=("music", "audio")),
    QueueResumed(user_id="ada", models=("music",)),
    JobFailed(
        job_id=JOB.job_id, stage="renderer", code="take_unreadable", sentence="The take is no WAV file."
    ),
]


def test_there_is_an_example_of_every_event() -> None:
    assert {type(event) for event in ONE_OF_EACH} == set(EVENTS.values())


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: event.TYPE)
def test_an_event_is_read_back_as_it_was_written(event: Event) -> None:
    fact = recorded(event)
    assert envelope.decode(envelope.encode(fact)) == fact


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: event.TYPE)
def test_the_envelope_has_what_cloudevents_requires(event: Event) -> None:
    outer = json.loads(envelope.encode(recorded(event)))
    assert outer["specversion"] == "1.0"
    assert outer["type"] == event.TYPE
    assert outer["subject"] == event.subject
    assert outer["source"] == "/soundbox/ingest"
    assert outer["time"] == "2026-03-20T12:00:00.000Z"
    assert outer["traceparent"].split("-")[1] == event.subject.replace("-", "")


def test_the_same_fact_has_the_same_id_whenever_it_is_published() -> None:
    first = envelope.record(JobAccepted(job=JOB), "ingest", NOON)
    second = envelope.record(JobAccepted(job=JOB), "ingest", NOON + timedelta(hours=1))
    assert first.id == second.id


def test_another_attempt_stage_or_type_has_another_id() -> None:
    facts = [
        recorded(GenerationStarted(job_id=JOB.job_id, attempt=0, engine="synth", worker="w")),
        recorded(GenerationStarted(job_id=JOB.job_id, attempt=1, engine="synth", worker="w")),
        recorded(JobCancelled(job_id=JOB.job_id, user_id="u")),
        recorded(JobCancelled(job_id=JOB.job_id, user_id="u"), stage="web"),
    ]
    assert len({fact.id for fact in facts}) == len(facts)


def test_work_for_a_generator_is_routed_by_model() -> None:
    assert JobAccepted(job=a_job(model="audio")).routing_key == "job.accepted.audio"
    assert ONE_OF_EACH[5].routing_key == "audio.rejected.music"


def test_work_keeps_the_priority_of_its_job() -> None:
    assert [event.priority for event in ONE_OF_EACH if hasattr(event, "job")] == [2] * 5


def test_fields_of_a_later_version_are_left_out() -> None:
    outer = json.loads(envelope.encode(recorded(ONE_OF_EACH[2])))
    outer["data"]["added_later"] = 1
    assert envelope.decode(json.dumps(outer).encode()).event == ONE_OF_EACH[2]


def test_a_job_from_before_a_field_was_known_is_read_with_its_usual_value() -> None:
    outer = json.loads(envelope.encode(recorded(JobAccepted(job=JOB))))
    for name in ("sampling", "extend", "melody"):
        del outer["data"]["job"][name]
    read = envelope.decode(json.dumps(outer).encode()).event
    assert read == JobAccepted(
        job=JOB.model_copy(update={"sampling": Sampling(), "extend": None, "melody": None})
    )


def test_a_take_from_before_its_settings_were_kept_is_read_without_any() -> None:
    outer = json.loads(envelope.encode(recorded(AudioGenerated(job=JOB, attempt=0, take=TAKE))))
    del outer["data"]["take"]["sampling"]
    read = envelope.decode(json.dumps(outer).encode()).event
    assert read == AudioGenerated(job=JOB, attempt=0, take=TAKE.model_copy(update={"sampling": None}))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "job.exploded"}, "type"),
        ({"id": ""}, "id"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-03-20T12:00:00"}, "time"),
        ({"data": {"job_id": "1"}}, "data.job_id"),
    ],
)
def test_a_broken_envelope_is_refused_with_its_field(change: dict[str, object], field: str) -> None:
    outer = json.loads(envelope.encode(recorded(ONE_OF_EACH[2]))) | change
    with pytest.raises(MessageError) as caught:
        envelope.decode(json.dumps(outer).encode())
    assert field in [name for name, _ in caught.value.problems]


@pytest.mark.parametrize("body", [b"", b"[1]", b"\xff", b"null"])
def test_bytes_that_are_no_envelope_are_refused(body: bytes) -> None:
    with pytest.raises(MessageError):
        envelope.decode(body)


@pytest.mark.parametrize("place", ["prompt", "tags"])
def test_text_that_could_not_be_published_again_is_refused(place: str) -> None:
    body = envelope.encode(recorded(ONE_OF_EACH[4])).decode()
    half = body.replace(JOB.prompt, "half \\ud800") if place == "prompt" else body.replace("bpm", "\\udfff")
    with pytest.raises(MessageError, match="must be valid Unicode text, without lone surrogates"):
        envelope.decode(half.encode())


def test_escaped_characters_are_read_as_any_others() -> None:
    body = envelope.encode(recorded(ONE_OF_EACH[4])).decode().replace(JOB.prompt, "\\ud83d\\ude00 \\u00fc")
    event = envelope.decode(body.encode()).event
    assert isinstance(event, AudioGenerated)
    assert event.job.prompt == "😀 ü"


def test_times_are_utc_to_the_millisecond() -> None:
    fact = envelope.record(ONE_OF_EACH[2], "ingest", datetime(2026, 1, 1, 1, 2, 3, 456789, tzinfo=UTC))
    assert fact.time.isoformat() == "2026-01-01T01:02:03.456000+00:00"


class Renamed(JobCancelled):
    """As version 3 of a fact whose field was called `who`, and `by` before."""

    VERSION = 3
    UPCASTS = (
        lambda data: {**data, "who": data["by"]},
        lambda data: {**data, "user_id": data["who"]},
    )


@pytest.mark.parametrize(("version", "field"), [(1, "by"), (2, "who"), (3, "user_id"), (4, "user_id")])
def test_facts_of_every_version_are_read_as_the_newest(
    monkeypatch: pytest.MonkeyPatch, version: int, field: str
) -> None:
    monkeypatch.setitem(EVENTS, Renamed.TYPE, Renamed)
    written = json.loads(envelope.encode(recorded(JobCancelled(job_id=JOB.job_id, user_id="ada"))))
    written |= {"schemaversion": version, "data": {"job_id": JOB.job_id, field: "ada"}}
    read = envelope.decode(json.dumps(written).encode())
    assert read.event == Renamed(job_id=JOB.job_id, user_id="ada")
    assert json.loads(envelope.encode(read))["schemaversion"] == 3


def test_data_that_no_upcast_can_read_and_versions_that_are_none_are_errors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(EVENTS, Renamed.TYPE, Renamed)
    written = json.loads(envelope.encode(recorded(JobCancelled(job_id=JOB.job_id, user_id="ada"))))
    for version in (0, -1, "1", None, True, 1.5):
        with pytest.raises(MessageError, match="schemaversion: must be a whole number from 1 on"):
            envelope.decode(json.dumps(written | {"schemaversion": version}).encode())
    data: object
    for data in ({"job_id": JOB.job_id}, []):
        with pytest.raises(MessageError, match="data"):
            envelope.decode(json.dumps(written | {"schemaversion": 1, "data": data}).encode())


def test_every_version_of_a_fact_has_its_upcast() -> None:
    for event in EVENTS.values():
        assert len(event.UPCASTS) + 1 == event.VERSION, event.TYPE


@pytest.mark.parametrize(
    "text",
    [
        "0.1",
        "1e400",
        "-0.0",
        "-0",
        "123456789012345678901234567890",
        "4.35e-320",
        "NaN",
        "-Infinity",
        '"\\u00e9 \\ud83d\\ude00 \u00e9"',
        '"\\ud83d"',
        '{"a": 1, "a": 2}',
        "[" * 300 + "]" * 300,
        "01",
        "[1,]",
        '"\t"',
        "nul",
        "",
        "\ufeff{}",
    ],
)
def test_json_is_read_as_the_standard_library_reads_it(text: str) -> None:
    for body in (text.encode(), text.encode("utf-16")):
        assert outcome(envelope._read, body) == outcome(json.loads, body)


def outcome(read: Callable[[bytes], object], body: bytes) -> str:
    try:
        return repr(read(body))
    except ValueError:
        return "refused"
