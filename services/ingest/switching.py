"""Pausing models and resuming them: who may, the fact that says so, and what generators look for."""

from services.ingest.admission import RefusalError
from shared import keys
from shared.messages import envelope
from shared.messages.envelope import Recorded
from shared.messages.queue import PauseQueue, ResumeQueue
from shared.store import Store
from shared.tokens import Identity


class Switch:
    """Holds models and lets them go; every step may be taken again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def fact(self, command: PauseQueue | ResumeQueue, who: Identity, fact: Recorded) -> Recorded:
        """Carry it out, and return the fact to publish: this one, or the one of the same command before.

        A command that comes again, after others perhaps, must not undo them: what was carried out is
        only told again.

        Raises:
            RefusalError: they are no admin.
        """
        if who.tier != "admin":
            raise RefusalError("admins_only", (("token", "must be an admin's"),), who.user_id)
        key = keys.switched(fact.id)
        if self._store.exists(key):
            return envelope.decode(self._store.read(key))
        for model in command.models:
            self._set(keys.paused(model), fact if isinstance(command, PauseQueue) else None)
        if self._store.put_once(key, envelope.encode(fact)):
            return fact
        return envelope.decode(self._store.read(key))

    def _set(self, key: str, fact: Recorded | None) -> None:
        if fact is None:
            self._store.delete(key)
        else:
            self._store.put_once(key, envelope.encode(fact))
