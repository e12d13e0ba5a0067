"""What was handed to the intake and is not in the library yet, so that nobody's job seems lost meanwhile."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from shared.messages.job import Model, Sampling

_MOST = 10_000


@dataclass(frozen=True)
class Submission:
    """A request that the intake holds."""

    job_id: str
    user_id: str
    prompt: str
    model: Model
    duration_s: float
    loop: bool
    seed: int | None
    sampling: Sampling
    extend: str | None
    melody: str | None
    created_at: str


class Submissions:
    """Remembers the latest 10,000 submissions, cancellations and idempotency keys."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._submitted: OrderedDict[str, Submission] = OrderedDict()
        self._cancelling: OrderedDict[str, None] = OrderedDict()
        self._keys: OrderedDict[tuple[str, str], Any] = OrderedDict()

    def add(self, submission: Submission) -> None:
        """The intake holds this now."""
        self._put(self._submitted, submission.job_id, submission)

    def find(self, job_id: str) -> Submission | None:
        """A submission that may not be in the library yet."""
        with self._lock:
            return self._submitted.get(job_id)

    def cancel(self, job_id: str) -> None:
        """A cancellation is on its way."""
        self._put(self._cancelling, job_id, None)

    def is_cancelling(self, job_id: str) -> bool:
        """Whether a cancellation is on its way."""
        with self._lock:
            return job_id in self._cancelling

    def same_key(self, user_id: str, key: str, request: Any) -> bool:
        """Whether an idempotency key is new, and from now on known, or was used for this very request."""
        with self._lock:
            known = self._keys.setdefault((user_id, key), request)
            _forget(self._keys)
        return bool(known == request)

    def _put(self, where: OrderedDict[str, Any], key: str, value: Any) -> None:
        with self._lock:
            where[key] = value
            _forget(where)


def _forget(where: OrderedDict[Any, Any]) -> None:
    while len(where) > _MOST:
        where.popitem(last=False)
