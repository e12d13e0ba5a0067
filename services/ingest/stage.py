"""The intake: takes untrusted commands off the queue, publishes what was decided."""

import json
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from services.ingest import admission, deeds
from services.ingest.admission import RefusalError
from services.ingest.deletion import Deletion
from services.ingest.switching import Switch
from shared import keys
from shared.bus.consumer import Delivery
from shared.bus.publisher import Publisher
from shared.bus.record import StageRecords
from shared.errors import MessageError, StoreError, TransientError
from shared.messages import envelope
from shared.messages.command import decode_object, parse
from shared.messages.commands import COMMANDS, CancelJob, SubmitJob
from shared.messages.deeds import DeleteTrack
from shared.messages.events import Event, JobAccepted, JobCancelled
from shared.messages.ids import new_id
from shared.messages.job import Job
from shared.messages.queue import PauseQueue, ResumeQueue
from shared.settings import Settings
from shared.store import Store
from shared.tokens import verify

_log = logging.getLogger("ingest")
STAGE = "ingest"
_LOOK_UPS = 10
_LOOK_UP_PAUSE_S = 0.2
_STORE_PAUSE_S = 2.0


class Intake:
    """Works on one command at a time; an instance is the `work` of the intake's lane."""

    def __init__(self, settings: Settings, store: Store, publisher: Publisher, stop: threading.Event) -> None:
        self._settings = settings
        self._store = store
        self._publisher = publisher
        self._stop = stop
        self._records = StageRecords(STAGE, store)
        self._verify = partial(verify, settings)
        self._deletion = Deletion(store)
        self._switch = Switch(store)

    def __call__(self, delivery: Delivery) -> None:
        """Decide about one command; returns when it may be acknowledged."""
        while True:
            try:
                self._answer(delivery, *self._decide(delivery))
                return
            except StoreError as error:
                _log.warning("%s Waiting for the store.", error)
                if self._stop.wait(_STORE_PAUSE_S):
                    raise TransientError("Stopped while the store was out of reach.") from error

    def _decide(self, delivery: Delivery) -> tuple[dict[str, Any], dict[str, Any]]:
        """The command's data, and the answer to it."""
        data: dict[str, Any] = {}
        job_id = delivery.message_id or ""
        try:
            name, data, message_id = _unwrap(delivery)
            if name in deeds.BY_NAME:
                return data, self._do(name, data, deeds.command_id(data, message_id, new_id()))
            job_id = admission.request_id(data, message_id, new_id())
            decide = self._deciders().get(name)
            if decide is None:
                wanted = f"must be one of {', '.join(COMMANDS)}"
                raise RefusalError("invalid_request", (("type", f"{wanted}, got {name!r}"),))
            return data, decide(data, job_id)
        except MessageError as error:
            refusal = RefusalError("invalid_request", tuple(error.problems))
            if delivery.routing_key in deeds.BY_NAME:
                return data, _refused(refusal, command_id=job_id)
            return data, self._refuse(refusal, new_id())
        except RefusalError as refusal:
            return data, self._refuse(refusal, job_id)

    def _deciders(self) -> dict[str, Callable[[dict[str, Any], str], dict[str, Any]]]:
        return {SubmitJob.TYPE: self._submit, CancelJob.TYPE: self._cancel}

    def _submit(self, data: dict[str, Any], job_id: str) -> dict[str, Any]:
        accepted = admission.admit(data, job_id, self._settings, self._verify)
        facts = self._records.keep(job_id, 0, [self._record(accepted)])
        kept = facts[0].event
        if not isinstance(kept, JobAccepted) or not admission.same_request(kept.job, accepted.job):
            raise RefusalError(
                "job_id_taken",
                (("job_id", "belongs to another request; send a new one"),),
                accepted.job.user_id,
            )
        self._publisher.publish(facts[0])
        _log.info(
            "accepted %s %s from %s (%s)", accepted.job.model, job_id, accepted.job.user_id, accepted.job.tier
        )
        return {"status": "accepted", "job_id": job_id}

    def _cancel(self, data: dict[str, Any], _job_id: str) -> dict[str, Any]:
        try:
            command = parse(CancelJob, data)
        except MessageError as error:
            raise RefusalError("invalid_request", tuple(error.problems)) from error
        who = admission.may_cancel(command, self._find(command.job_id), self._verify)
        fact = self._record(JobCancelled(job_id=command.job_id, user_id=who.user_id))
        key = keys.tombstone(command.job_id)
        if not self._store.put_once(key, envelope.encode(fact)):
            fact = envelope.decode(self._store.read(key))
        self._publisher.publish(fact)
        _log.info("cancelled %s for %s", command.job_id, who.user_id)
        return {"status": "cancelled", "job_id": command.job_id}

    def _do(self, name: str, data: dict[str, Any], command_id: str) -> dict[str, Any]:
        """Somebody does something with what is there. A refusal is no fact: it is about no job."""
        try:
            command, who = deeds.read(deeds.BY_NAME[name], data, self._verify)
            fact = deeds.recorded(command, who, command_id, STAGE)
            if isinstance(command, DeleteTrack):
                fact = self._deletion.fact(command, who, self._find(command.track_id), fact)
            if isinstance(command, PauseQueue | ResumeQueue):
                fact = self._switch.fact(command, who, fact)
                _log.info("%s of %s by %s", command.TYPE, ", ".join(command.models), who.user_id)
        except RefusalError as refusal:
            _log.info("refused %s %s: %s", name, command_id, refusal.sentence)
            return _refused(refusal, command_id=command_id)
        self._publisher.publish(fact)
        if isinstance(command, DeleteTrack):
            self._deletion.remove_files(command.track_id)
            _log.info("deleted %s for %s", command.track_id, who.user_id)
        return {"status": "done", "command_id": command_id, "event_id": fact.id}

    def _find(self, job_id: str) -> Job:
        """The job of that id; its request may still be with another ingest, so look for a moment."""
        for _ in range(_LOOK_UPS):
            facts = self._records.find(job_id, 0)
            if facts is not None and isinstance(facts[0].event, JobAccepted):
                return facts[0].event.job
            self._stop.wait(_LOOK_UP_PAUSE_S)
        raise RefusalError("unknown_job", (("job_id", "is not a job of this Sound Box"),))

    def _refuse(self, refusal: RefusalError, job_id: str) -> dict[str, Any]:
        _log.info("refused %s: %s", job_id, refusal.sentence)
        if refusal.code in ("invalid_request", "invalid_token", "job_id_taken"):
            self._publisher.publish(self._record(refusal.event(job_id)))
        return _refused(refusal, job_id=job_id)

    def _answer(self, delivery: Delivery, data: dict[str, Any], answer: dict[str, Any]) -> None:
        queue = delivery.reply_to or data.get("reply_to")
        if isinstance(queue, str) and queue:
            self._publisher.reply(queue, delivery.message_id, json.dumps(answer).encode())

    def _record(self, event: Event) -> envelope.Recorded:
        return envelope.record(event, STAGE, datetime.now(UTC))


def _refused(refusal: RefusalError, **subject: str) -> dict[str, Any]:
    """The answer to a command that is refused; `subject` is the id of what it was about."""
    return {
        "status": "refused",
        **subject,
        "code": refusal.code,
        "problems": [{"field": field, "error": text} for field, text in refusal.problems],
    }


def _unwrap(delivery: Delivery) -> tuple[str, dict[str, Any], str | None]:
    """Name, data and message id of a command: a bare JSON object or a CloudEvents envelope.

    Raises:
        MessageError: the body is no JSON object, or an envelope without data.
    """
    outer = decode_object(delivery.body)
    if "specversion" not in outer:
        return delivery.routing_key, outer, delivery.message_id
    data = outer.get("data")
    if not isinstance(data, dict):
        raise MessageError([("data", f"must be a JSON object, got {type(data).__name__}")])
    message_id = outer.get("id")
    return str(outer.get("type")), data, message_id if isinstance(message_id, str) else delivery.message_id
