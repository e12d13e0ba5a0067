"""Events become rows: a job moves forward only, and ends once."""

import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.catalog.database import open_catalog
from services.catalog.projection import apply
from services.catalog.queries import JobRow, Library, TrackQuery
from shared.bus.log_entry import LogEntry
from shared.messages.events import Event
from shared.messages.job import USUAL, Sampling
from tests.services.catalog import events
from tests.services.catalog.events import entries, job_id, life, make_job, project

JOB = make_job(1)


def after(database: Path, log: Sequence[Event]) -> JobRow:
    """The row of job 1 after these events."""
    project(database, entries(log))
    library = Library(database)
    row = library.job(job_id(1))
    library.close()
    assert row is not None
    return row


STATIONS = [
    (1, "queued", "waiting", 0),
    (2, "processing", "generating", 0),
    (3, "processing", "analyzing", 0),
    (4, "queued", "waiting", 1),
    (5, "processing", "generating", 1),
    (6, "processing", "analyzing", 1),
    (7, "queued", "waiting", 2),
    (8, "processing", "generating", 2),
    (9, "processing", "analyzing", 2),
    (10, "processing", "rendering", 2),
    (11, "completed", "done", 2),
]


@pytest.mark.parametrize(("count", "status", "phase", "attempt"), STATIONS)
def test_a_job_with_three_attempts_passes_through_every_phase(
    database: Path, count: int, status: str, phase: str, attempt: int
) -> None:
    row = after(database, life(JOB, attempts=3)[:count])
    assert (row.status, row.phase, row.attempt, row.offset) == (status, phase, attempt, count - 1)


def test_a_completed_job_keeps_what_was_asked_for_and_when_it_happened(database: Path) -> None:
    row = after(database, life(JOB))
    assert (row.prompt, row.model, row.duration_s, row.user_id) == ("calm piano", "music", 8.0, "ada")
    assert (row.tier, row.priority, row.seed, row.loop) == ("free", 0, 1, False)
    assert row.created_at == "2026-03-01T12:00:00.000Z"
    assert row.started_at == "2026-03-01T12:00:01.000Z"
    assert row.completed_at == "2026-03-01T12:00:04.000Z"
    assert (row.worker, row.engine, row.error, row.position) == ("generator-1", "synth", None, None)


def test_a_job_that_waits_for_another_attempt_says_what_was_wrong(database: Path) -> None:
    row = after(database, life(JOB, attempts=2)[:4])
    assert (row.score, row.issues) == (30, ["clipping"])
    assert row.issue_sentences == ["3 % of the samples clip; up to 0.1 % is fine."]


def test_the_score_is_the_chosen_takes_even_when_an_earlier_one_was_chosen(database: Path) -> None:
    log = [*life(JOB, attempts=3)[:9], events.approved(JOB, attempts=3, chosen=0)]
    row = after(database, log)
    assert (row.phase, row.attempt, row.score, row.issues) == ("rendering", 2, 95, [])


def test_a_published_job_is_a_track_with_everything_the_page_shows(database: Path, library: Library) -> None:
    project(database, entries(life(JOB, attempts=2)))
    track = library.track(job_id(1))
    assert track is not None
    assert (track.prompt, track.model, track.duration_s, track.is_loop) == ("calm piano", "music", 8.0, False)
    assert (track.audio_key, track.spectrogram_key) == (
        f"generated/{job_id(1)}.wav",
        f"spectrograms/{job_id(1)}.png",
    )
    assert track.peaks == list(range(100))
    assert track.tags == {"bpm": 80.0, "genre": "lo-fi"}
    assert (track.score, track.issues, track.attempts, track.loudness_lufs) == (95, [], 2, -14.0)
    assert (track.upvotes, track.downvotes, track.rating, track.plays) == (0, 0, 0, 0)
    assert (track.sample_rate_hz, track.channels, track.engine) == (32000, 2, "synth")
    assert (track.created_at, track.offset) == ("2026-03-01T12:00:07.000Z", 7)


def test_settings_a_continued_track_and_a_melody_are_kept_with_the_job_and_the_track(
    database: Path, library: Library
) -> None:
    sampling = Sampling(cfg_coef=4.5, temperature=0.7, top_k=0, top_p=0.9)
    job = make_job(1, sampling=sampling, extend=job_id(2), melody="a" * 64)
    row = after(database, life(job))
    track = library.track(job_id(1))
    assert track is not None
    for found in (row, track):
        assert (found.sampling, found.extend, found.melody) == (sampling, job_id(2), "a" * 64)


def test_a_track_has_the_settings_that_made_it_and_its_job_those_that_were_asked_for(
    database: Path, library: Library
) -> None:
    milder = Sampling(cfg_coef=2.0)
    row = after(database, [*life(JOB, 3)[:-1], events.published(JOB, 3, sampling=milder)])
    track = library.track(job_id(1))
    assert track is not None
    assert (row.sampling, track.sampling) == (USUAL, milder)


def test_a_job_that_says_nothing_of_settings_has_the_usual_ones_and_a_refused_one_none(
    database: Path, library: Library
) -> None:
    project(database, entries([*life(JOB), events.refused(2)]))
    track, refused = library.track(job_id(1)), library.job(job_id(2))
    assert track is not None
    assert refused is not None
    assert (track.sampling, track.extend, track.melody) == (USUAL, None, None)
    assert (refused.sampling, refused.extend, refused.melody) == (None, None, None)


def test_a_failed_job_says_why(database: Path) -> None:
    row = after(database, [events.accepted(JOB), events.started(JOB), events.failed(JOB)])
    assert (row.status, row.phase) == ("failed", "failed")
    assert (row.error_code, row.error) == ("engine_failed", "It broke.")
    assert row.completed_at == "2026-03-01T12:00:02.000Z"


@pytest.mark.parametrize("when", range(1, 5))
def test_a_job_can_be_cancelled_in_every_phase_and_nothing_lists_it_afterwards(
    database: Path, library: Library, when: int
) -> None:
    whole = life(JOB)
    row = after(database, [*whole[:when], events.cancelled(JOB), *whole[when:]])
    assert (row.status, row.phase, row.offset) == ("cancelled", "cancelled", when)
    assert library.tracks(TrackQuery()).items == []
    assert library.counts() == {"total": 0, "music": 0, "audio": 0}


def test_a_cancellation_after_publication_changes_nothing(database: Path, library: Library) -> None:
    row = after(database, [*life(JOB), events.cancelled(JOB)])
    assert (row.status, row.offset) == ("completed", 4)
    assert library.track(job_id(1)) is not None


def test_a_track_of_a_failed_job_is_not_listed(database: Path, library: Library) -> None:
    row = after(database, [events.accepted(JOB), events.failed(JOB), events.published(JOB)])
    assert row.status == "failed"
    assert library.track(job_id(1)) is None


def test_a_failure_after_publication_changes_nothing(database: Path) -> None:
    row = after(database, [*life(JOB), events.failed(JOB)])
    assert (row.status, row.error) == ("completed", None)


def test_late_events_of_an_earlier_attempt_change_nothing(database: Path) -> None:
    log = life(JOB, attempts=2)
    row = after(database, [*log[:5], events.started(JOB), events.generated(JOB), events.rejected(JOB)])
    assert (row.phase, row.attempt, row.offset) == ("generating", 1, 4)


def test_a_refused_request_is_a_row_that_says_why(database: Path) -> None:
    row = after(database, [events.refused(1, user_id="ada")])
    assert (row.status, row.phase, row.error_code) == ("refused", "refused", "invalid_request")
    assert row.error == "prompt must have 3 to 500 characters"
    assert (row.prompt, row.model, row.user_id) == ("", None, "ada")
    assert row.created_at == row.completed_at == "2026-03-01T12:00:00.000Z"


def test_a_refusal_under_the_id_of_a_known_job_changes_nothing(database: Path) -> None:
    row = after(database, [events.accepted(JOB), events.refused(1, "job_id_taken", "eve")])
    assert (row.status, row.user_id, row.error, row.offset) == ("queued", "ada", None, 0)


def test_a_request_that_was_refused_and_then_accepted_under_the_same_id_begins_anew(database: Path) -> None:
    row = after(database, [events.refused(1, user_id="eve"), events.accepted(JOB), events.refused(1)])
    assert (row.status, row.error, row.error_code, row.completed_at) == ("queued", None, None, None)
    assert (row.user_id, row.prompt, row.created_at) == ("ada", "calm piano", "2026-03-01T12:00:01.000Z")


def test_events_that_overtake_the_acceptance_lose_nothing(database: Path) -> None:
    row = after(database, [events.started(JOB), events.accepted(JOB)])
    assert (row.status, row.phase, row.prompt) == ("processing", "generating", "calm piano")


def test_a_cancellation_that_overtakes_the_acceptance_holds(database: Path) -> None:
    row = after(database, [events.cancelled(JOB), events.accepted(JOB)])
    assert (row.status, row.prompt, row.user_id) == ("cancelled", "calm piano", "ada")


def test_a_batch_says_which_jobs_changed_and_how_far_it_came(database: Path) -> None:
    other = make_job(2)
    log = entries([events.accepted(other), events.accepted(JOB), events.started(other), events.accepted(JOB)])
    with open_catalog(database) as connection:
        applied = apply(connection, log)
        again = apply(connection, log)
        late = apply(connection, entries([events.accepted(JOB)], first=9))
    assert (applied.job_ids, applied.offset, applied.skipped) == ((job_id(2), job_id(1)), 3, 0)
    assert (again.job_ids, again.offset) == ((), 3)
    assert (late.job_ids, late.offset) == ((), 9)


def test_a_batch_from_before_the_saved_offset_moves_nothing_back(database: Path) -> None:
    unknown = LogEntry(5, None, "not known")
    with open_catalog(database) as connection:
        apply(connection, [*entries(life(JOB)), unknown])
        assert apply(connection, [*entries(life(JOB)[:2]), unknown]).offset == 5
        assert connection.execute("SELECT offset, event_id, skipped FROM meta").fetchone() == (5, None, 1)


def test_an_empty_batch_changes_nothing(database: Path) -> None:
    with open_catalog(database) as connection:
        assert apply(connection, []).offset == -1


def test_entries_that_cannot_be_decoded_are_counted_and_passed(
    database: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    unknown = LogEntry(1, None, "type: must be one of job.accepted …, got 'job.sung'")
    with open_catalog(database) as connection, caplog.at_level(logging.WARNING, "catalog"):
        applied = apply(connection, [*entries([events.accepted(JOB)]), unknown])
        assert connection.execute("SELECT offset, event_id, skipped FROM meta").fetchone() == (1, None, 1)
    assert (applied.offset, applied.skipped) == (1, 1)
    assert "entry 1 of the log is skipped: type: must be one of" in caplog.text
    assert library.offset() == 1


def test_a_track_that_cannot_be_stored_leaves_no_half_row_and_stops_nothing(
    database: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    log = [*life(JOB)[:4], events.published(JOB, sample_rate_hz=2**70), events.accepted(make_job(2))]
    with open_catalog(database) as connection, caplog.at_level(logging.WARNING, "catalog"):
        applied = apply(connection, entries(log))
    row = library.job(job_id(1))
    assert row is not None
    assert (row.phase, applied.skipped) == ("rendering", 1)
    assert library.job(job_id(2)) is not None
    assert library.counts()["total"] == 0
    assert "entry 4 of the log" in caplog.text


def test_figures_that_json_cannot_hold_are_left_out(database: Path, library: Library) -> None:
    tags = {"bpm": float("inf"), "swing": float("nan"), "key": "A minor"}
    project(database, entries([events.published(JOB, tags=tags)]))
    track = library.track(job_id(1))
    assert track is not None
    assert track.tags == {"key": "A minor"}


def test_peaks_out_of_range_are_drawn_at_the_edge(database: Path, library: Library) -> None:
    log = entries([events.published(JOB).model_copy(update={"peaks": (-3, 7, 999)})])
    project(database, log)
    track = library.track(job_id(1))
    assert track is not None
    assert track.peaks == [0, 7, 255]
