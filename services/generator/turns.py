"""Who may be in the engine's process together."""

import contextlib
import threading
from collections.abc import Iterator

from shared.errors import WorkerDiedError


class Turns:
    """Lets jobs in together, but one at a time those that were in the process when it died.

    Nobody knows which of them killed it. Alone, the guilty one kills itself only.

    Attributes:
        closed: nobody is let in.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._suspects: set[str] = set()
        self._inside: set[str] = set()
        self.closed = False

    @contextlib.contextmanager
    def inside(self, job_id: str) -> Iterator[None]:
        """Wait for one's turn, and hold it while inside; dying inside makes a suspect of the job."""
        with self._changed:
            self._changed.wait_for(lambda: self._may_enter(job_id))
            self._inside.add(job_id)
        try:
            yield
        except WorkerDiedError:
            self._suspects.add(job_id)
            raise
        else:
            self._suspects.discard(job_id)
        finally:
            with self._changed:
                self._inside.discard(job_id)
                self._changed.notify_all()

    @contextlib.contextmanager
    def none_inside(self) -> Iterator[None]:
        """Wait until those inside are done, and let nobody in while inside. For one thread at a time."""
        with self._changed:
            self.closed = True
            self._changed.wait_for(lambda: not self._inside)
        try:
            yield
        finally:
            with self._changed:
                self.closed = False
                self._changed.notify_all()

    def _may_enter(self, job_id: str) -> bool:
        if self.closed:
            return False
        if job_id in self._suspects:
            return not self._inside
        return not self._suspects & self._inside

    @property
    def empty(self) -> bool:
        """Whether no job is inside."""
        return not self._inside
