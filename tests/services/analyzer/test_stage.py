"""A bad take gets another attempt; when attempts run out the best one is published, not the last."""

from pathlib import Path

import numpy as np
import pytest

from services.analyzer.stage import handle
from shared.errors import PermanentError
from shared.messages.events import AudioApproved, AudioGenerated, AudioRejected, JobAccepted
from shared.messages.job import Job, JudgedTake, Report
from shared.settings import Settings
from shared.store import Store, open_store
from tests.jobs import BAD, a_job, a_take
from tests.sounds import sine, wav

GOOD_WAV = wav(sine())
SILENT_WAV = wav(np.zeros(44100))
POOR_WAV = wav(np.clip(sine(level=1.02), -1, 1))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(Settings(data=tmp_path))


def generated(store: Store, job: Job, content: bytes, earlier: tuple[JudgedTake, ...] = ()) -> AudioGenerated:
    attempt = len(earlier)
    take = a_take(job, attempt)
    store.put(take.key, content)
    return AudioGenerated(job=job, attempt=attempt, take=take, earlier=earlier)


def judged(job: Job, attempt: int, score: int) -> JudgedTake:
    report = Report(score=score, issues=BAD.issues)
    return JudgedTake(attempt=attempt, take=a_take(job, attempt), report=report)


def test_a_good_take_is_approved(store: Store) -> None:
    event = generated(store, a_job(), GOOD_WAV)
    (approved,) = handle(event, store, 3).events
    assert isinstance(approved, AudioApproved)
    assert (approved.take, approved.attempt, approved.attempts) == (event.take, 0, 1)
    assert approved.report.score == 100
    assert approved.rejected_keys == ()


def test_a_bad_take_is_rejected_with_its_report(store: Store) -> None:
    event = generated(store, a_job(), SILENT_WAV)
    (rejected,) = handle(event, store, 3).events
    assert isinstance(rejected, AudioRejected)
    assert rejected.attempt == 0
    (only,) = rejected.judged
    assert only.take == event.take
    assert [issue.name for issue in only.report.issues] == ["silence"]


def test_the_second_rejection_carries_both_takes(store: Store) -> None:
    job = a_job()
    (rejected,) = handle(generated(store, job, SILENT_WAV, (judged(job, 0, 30),)), store, 3).events
    assert isinstance(rejected, AudioRejected)
    assert [one.attempt for one in rejected.judged] == [0, 1]


def test_a_good_take_after_bad_ones_is_approved_and_the_others_may_go(store: Store) -> None:
    job = a_job()
    event = generated(store, job, GOOD_WAV, (judged(job, 0, 49), judged(job, 1, 49)))
    (approved,) = handle(event, store, 3).events
    assert isinstance(approved, AudioApproved)
    assert (approved.attempt, approved.attempts) == (2, 3)
    assert approved.rejected_keys == (f"takes/{job.job_id}/0.wav", f"takes/{job.job_id}/1.wav")


@pytest.mark.parametrize(("scores", "best"), [((10, 40), 1), ((40, 10), 0), ((40, 40), 0), ((0, 0), 0)])
def test_when_attempts_run_out_the_best_take_wins_and_the_first_of_equals(
    store: Store, scores: tuple[int, int], best: int
) -> None:
    job = a_job()
    earlier = tuple(judged(job, attempt, score) for attempt, score in enumerate(scores))
    (approved,) = handle(generated(store, job, SILENT_WAV, earlier), store, 3).events
    assert isinstance(approved, AudioApproved)
    assert approved.attempt == best
    assert approved.report.score == scores[best]
    assert len(approved.rejected_keys) == 2


def test_the_last_take_wins_when_it_is_the_least_bad(store: Store) -> None:
    job = a_job()
    earlier = (judged(job, 0, 1), judged(job, 1, 0))
    event = generated(store, job, POOR_WAV, earlier)
    (approved,) = handle(event, store, 3).events
    assert isinstance(approved, AudioApproved)
    assert approved.attempt == 2


def test_one_attempt_may_be_all_there_is(store: Store) -> None:
    (approved,) = handle(generated(store, a_job(), SILENT_WAV), store, 1).events
    assert isinstance(approved, AudioApproved)


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF", b"not audio at all" * 100, GOOD_WAV[:30], wav(np.zeros(0)), b"\x00" * 10_000],
    ids=["empty", "header only", "text", "truncated header", "no samples", "zeros"],
)
def test_a_file_that_is_no_sound_is_a_named_failure(store: Store, content: bytes) -> None:
    with pytest.raises(PermanentError, match=r"takes/.*/0\.wav") as caught:
        handle(generated(store, a_job(), content), store, 3)
    assert caught.value.code == "take_unreadable"


def test_a_header_that_promises_more_than_there_is_is_read_as_far_as_it_goes(store: Store) -> None:
    data_size = GOOD_WAV.index(b"data") + 4
    huge = GOOD_WAV[:data_size] + b"\xff\xff\xff\x7f" + GOOD_WAV[data_size + 4 :]
    (approved,) = handle(generated(store, a_job(), huge), store, 3).events
    assert isinstance(approved, AudioApproved)


def test_a_missing_take_is_a_named_failure(store: Store) -> None:
    job = a_job()
    with pytest.raises(PermanentError) as caught:
        handle(AudioGenerated(job=job, attempt=0, take=a_take(job)), store, 3)
    assert caught.value.code == "take_missing"


def test_another_event_is_no_work_for_the_analyzer(store: Store) -> None:
    with pytest.raises(PermanentError, match=r"job\.accepted"):
        handle(JobAccepted(job=a_job()), store, 3)
