"""A stage: one fact in, facts out, observed once however often it is worked on.

Deliver, look whether it was done already, work, keep what will be published (create-once), publish
with confirmation, acknowledge. A crash anywhere repeats some of it and changes nothing.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pika

from shared import keys
from shared.bus import topology
from shared.bus.consumer import Delivery
from shared.bus.publisher import PERSISTENT, Publisher
from shared.bus.record import StageRecords, WorkMarks
from shared.errors import (
    BrokerUnavailableError,
    MessageError,
    PermanentError,
    StoreError,
    TransientError,
    WorkCancelledError,
    WorkerDiedError,
)
from shared.messages import envelope
from shared.messages.events import Event, JobFailed, TrackPublished
from shared.messages.ids import is_id
from shared.store import Store

_log = logging.getLogger(__name__)

RETRIES_HEADER = "soundbox-retries"
REASON_HEADER = "soundbox-reason"
QUEUE_HEADER = "soundbox-queue"
MOST_RETRIES = len(topology.DELAYS_MS)
_STORE_PAUSE_S = 2.0


@dataclass(frozen=True)
class Outcome:
    """What a stage made of a fact.

    Attributes:
        events: the facts to publish.
        discard: store keys that nobody needs once the facts are published.
    """

    events: Sequence[Event]
    discard: tuple[str, ...] = ()


Work = Callable[[Event], Outcome]


class Stage:
    """Wraps the pure work of a stage; an instance is the `work` of its lanes."""

    def __init__(
        self, name: str, work: Work, store: Store, publisher: Publisher, stop: threading.Event
    ) -> None:
        self._name = name
        self._work = work
        self._store = store
        self._publisher = publisher
        self._stop = stop
        self._records = StageRecords(name, store)
        self._marks = WorkMarks(name, store)

    def __call__(self, delivery: Delivery) -> None:
        """Work on one message; returns when it may be acknowledged.

        Raises:
            BrokerUnavailableError: something could not be published; the message must come again.
            TransientStopError: told to stop while waiting for the store or the engine; the same.
        """
        try:
            event = envelope.decode(delivery.body).event
        except MessageError as error:
            self._refuse(delivery, error)
            return
        while True:
            try:
                self._process(delivery, event)
                return
            except StoreError as error:
                # Every job needs the store: waiting here is right, and failing the job would lose it.
                _log.warning("%s Waiting for the store.", error)
                if self._stop.wait(_STORE_PAUSE_S):
                    raise TransientStopError("Stopped while the store was out of reach.") from error

    def _process(self, delivery: Delivery, event: Event) -> None:
        job_id, attempt = event.subject, self._target_attempt(event)
        if self._store.exists(keys.tombstone(job_id)):
            _log.info("job %s was cancelled", job_id)
            self._forget_takes(job_id)
            return
        facts = self._records.find(job_id, attempt)
        if facts is not None:
            self._publish(facts)
            if any(isinstance(fact.event, TrackPublished) for fact in facts):
                self._forget_takes(job_id)  # whoever published it may have died before it did that
            return
        again = delivery.redelivered or RETRIES_HEADER in delivery.headers
        deaths = self._marks.deaths(job_id, attempt) if again else 0
        if deaths >= WorkMarks.MOST_DEATHS:
            self._bury(delivery, event, "worker_died", f"A worker died {deaths} times while working on this.")
            return
        try:
            with self._marks.marked(job_id, attempt, deaths):
                self._attempt(delivery, event, attempt)
        except WorkerDiedError as error:
            self._retry_later(delivery, event, error)

    def _attempt(self, delivery: Delivery, event: Event, attempt: int) -> None:
        """Work once, and publish what came of it.

        Raises:
            WorkerDiedError: the process that did the work died of it.
            StoreError, BrokerUnavailableError, TransientStopError: no fault of the job, so no try of its.
        """
        try:
            outcome = self._work(event)
        except WorkCancelledError:
            _log.info("job %s was cancelled while it was worked on", event.subject)
            self._forget_takes(event.subject)
        except (WorkerDiedError, StoreError, BrokerUnavailableError, TransientStopError):
            raise
        except TransientError as error:
            self._retry_later(delivery, event, error)
        except PermanentError as error:
            self._bury(delivery, event, error.code, str(error))
        except Exception as error:  # noqa: BLE001 - a defect somewhere: logged, tried again, then buried
            _log.exception("working on job %s failed", event.subject)
            self._retry_later(delivery, event, error)
        else:
            self._finish(event, attempt, outcome)

    def _finish(self, event: Event, attempt: int, outcome: Outcome) -> None:
        facts = [self._record(made) for made in outcome.events]
        self._publish(self._records.keep(event.subject, attempt, facts))
        self._store.delete(*outcome.discard)

    def _publish(self, facts: Sequence[envelope.Recorded]) -> None:
        for fact in facts:
            self._publisher.publish(fact)

    def _record(self, event: Event) -> envelope.Recorded:
        return envelope.record(event, self._name, datetime.now(UTC))

    def _target_attempt(self, event: Event) -> int:
        """A rejected take asks for the attempt after it."""
        return event.attempt_number + (event.TYPE == "audio.rejected")

    def _retry_later(self, delivery: Delivery, event: Event, error: Exception) -> None:
        retries = _retries(delivery)
        if retries >= MOST_RETRIES:
            self._bury(delivery, event, "gave_up", f"Tried {retries + 1} times: {error}")
            return
        delay_ms = topology.DELAYS_MS[retries]
        _log.warning("job %s: %s Trying again in %g s.", event.subject, error, delay_ms / 1000)
        properties = _copied(delivery, {RETRIES_HEADER: retries + 1})
        self._publisher.send(topology.delay_name(delay_ms), delivery.queue, delivery.body, properties)

    def _bury(self, delivery: Delivery, event: Event, code: str, sentence: str) -> None:
        failed = JobFailed(
            job_id=event.subject,
            stage=self._name,
            code=code,
            sentence=sentence,
            attempt=self._target_attempt(event),
        )
        _log.error("job %s failed: %s", event.subject, sentence)
        self._publisher.publish(self._record(failed))
        self._keep_dead(delivery, f"{code}: {sentence}")
        self._forget_takes(event.subject)

    def _forget_takes(self, job_id: str) -> None:
        """Delete the takes of a job that has ended; its message may come again, to the same end."""
        try:
            self._store.delete(*keys.takes(job_id))
        except StoreError as error:
            _log.warning("%s Takes of job %s stay behind.", error, job_id)  # no reason to end the job again

    def _refuse(self, delivery: Delivery, error: MessageError) -> None:
        """A message that is no fact at all: keep it, and fail its job if it names one."""
        _log.error("a message of %s cannot be read: %s", delivery.queue, error)
        if delivery.correlation_id and is_id(delivery.correlation_id):
            failed = JobFailed(
                job_id=delivery.correlation_id,
                stage=self._name,
                code="bad_message",
                sentence=str(error)[:500],
            )
            self._publisher.publish(self._record(failed))
        self._keep_dead(delivery, f"bad_message: {error}")

    def _keep_dead(self, delivery: Delivery, reason: str) -> None:
        properties = _copied(delivery, {REASON_HEADER: reason[:500], QUEUE_HEADER: delivery.queue})
        self._publisher.send(topology.DEAD_EXCHANGE, delivery.queue, delivery.body, properties)


class TransientStopError(TransientError):
    """The stage stops while it waits for something; the message stays unacknowledged."""


def _copied(delivery: Delivery, headers: dict[str, int | str]) -> pika.BasicProperties:
    """The message's own properties with more headers; the priority is kept."""
    return pika.BasicProperties(
        message_id=delivery.message_id,
        correlation_id=delivery.correlation_id,
        type=delivery.type,
        content_type=delivery.content_type,
        priority=delivery.priority,
        delivery_mode=PERSISTENT,
        headers={**_own_headers(delivery), **headers},
    )


def _retries(delivery: Delivery) -> int:
    """How often the message was tried again; whoever put it into the queue may have written anything."""
    given = delivery.headers.get(RETRIES_HEADER)
    return max(given, 0) if isinstance(given, int) else 0


def _own_headers(delivery: Delivery) -> dict[str, int | str]:
    return {
        k: v for k, v in delivery.headers.items() if k.startswith("soundbox-") and isinstance(v, int | str)
    }
