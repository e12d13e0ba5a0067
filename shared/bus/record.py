"""What a stage published, kept so that working on the same message again publishes the very same."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from shared import keys
from shared.errors import WorkerDiedError
from shared.messages import envelope
from shared.messages.envelope import Recorded
from shared.store import Store


class StageRecords:
    """The create-once records of one stage in the store."""

    def __init__(self, stage: str, store: Store) -> None:
        self._stage = stage
        self._store = store

    def find(self, job_id: str, attempt: int) -> list[Recorded] | None:
        """What was published for the attempt, or None when it was not worked on to its end."""
        try:
            body = self._store.read(keys.stage_record(self._stage, job_id, attempt))
        except KeyError:
            return None
        return [envelope.decode(text.encode()) for text in json.loads(body)]

    def keep(self, job_id: str, attempt: int, facts: list[Recorded]) -> list[Recorded]:
        """Keep the facts, and return those that count: of two workers the first one's."""
        body = json.dumps([envelope.encode(fact).decode() for fact in facts]).encode()
        if self._store.put_once(keys.stage_record(self._stage, job_id, attempt), body):
            return facts
        kept = self.find(job_id, attempt)
        return facts if kept is None else kept


class WorkMarks:
    """Counts deaths: a mark is set before the work and removed after it, so one that stays is a death."""

    MOST_DEATHS = 3

    def __init__(self, stage: str, store: Store) -> None:
        self._stage = stage
        self._store = store

    def deaths(self, job_id: str, attempt: int) -> int:
        """How often a worker died of this attempt."""
        return sum(1 for _ in self._store.keys(f"marks/{self._stage}/{job_id}/{attempt}"))

    @contextmanager
    def marked(self, job_id: str, attempt: int, first: int) -> Iterator[None]:
        """Hold a mark, numbered from `first` on, while the work goes on.

        It stays when the worker died, with this process or alone; any other end, a lost store or
        broker too, takes it away.
        """
        key = self._set(job_id, attempt, first)
        try:
            yield
        except WorkerDiedError:
            raise
        except BaseException:
            self._store.delete(key)
            raise
        self._store.delete(key)

    def _set(self, job_id: str, attempt: int, first: int) -> str:
        number = first
        while not self._store.put_once(self._key(job_id, attempt, number), b""):
            number += 1
        return self._key(job_id, attempt, number)

    def _key(self, job_id: str, attempt: int, number: int) -> str:
        return keys.work_mark(self._stage, job_id, attempt, number)
