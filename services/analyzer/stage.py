"""Judges a take: publish it, try again, or publish the best of all takes."""

from services.analyzer.quality import is_good
from services.analyzer.report import report_on
from shared.audio import read_wav
from shared.bus.stage import Outcome
from shared.errors import PermanentError
from shared.messages.events import AudioApproved, AudioGenerated, AudioRejected, Event
from shared.messages.job import JudgedTake, Report, Take
from shared.store import Store

STAGE = "analyzer"


def handle(event: Event, store: Store, max_attempts: int) -> Outcome:
    """What follows from a take: `audio.approved`, or `audio.rejected` while attempts are left.

    Raises:
        PermanentError: the event is no take, or the take is missing or no readable sound.
    """
    if not isinstance(event, AudioGenerated):
        raise PermanentError("wrong_event", f"The analyzer has nothing to do for {event.TYPE}.")
    report = report_on(read_wav(event.take.key, _read(store, event.take)), event.job.model)
    judged = (*event.earlier, JudgedTake(attempt=event.attempt, take=event.take, report=report))
    if not is_good(report) and len(judged) < max_attempts:
        return Outcome([AudioRejected(job=event.job, attempt=event.attempt, judged=judged)])
    return Outcome([_approved(event, judged, report)])


def _approved(event: AudioGenerated, judged: tuple[JudgedTake, ...], report: Report) -> AudioApproved:
    best = judged[-1] if is_good(report) else max(judged, key=lambda one: one.report.score)
    return AudioApproved(
        job=event.job,
        attempt=best.attempt,
        take=best.take,
        report=best.report,
        attempts=len(judged),
        rejected_keys=tuple(one.take.key for one in judged if one is not best),
    )


def _read(store: Store, take: Take) -> bytes:
    try:
        return store.read(take.key)
    except KeyError as error:
        raise PermanentError("take_missing", f"{take.key} is not in the store.") from error
