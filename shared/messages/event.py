"""What every fact has."""

from collections.abc import Callable
from typing import Any, ClassVar

from pydantic import Field

from shared.messages.job import Job, JobId, Part, UserId


class Event(Part):
    """A fact about one job."""

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    UPCASTS: ClassVar[tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]] = ()
    """What makes data of version 2 of those of version 1, and so on: one less than the version."""

    @property
    def subject(self) -> str:
        """The id of the job that the fact is about."""
        raise TypeError(f"{type(self).__name__} does not say which job it is about")

    @property
    def routing_key(self) -> str:
        """Where the exchange `soundbox.events` sends the fact."""
        return self.TYPE

    @property
    def attempt_number(self) -> int:
        """The attempt the fact belongs to; 0 where attempts mean nothing."""
        return int(getattr(self, "attempt", 0))

    @property
    def priority(self) -> int:
        """AMQP priority of the work that the fact triggers."""
        job = getattr(self, "job", None)
        return job.priority if isinstance(job, Job) else 0


class AboutId(Event):
    job_id: JobId

    @property
    def subject(self) -> str:
        return self.job_id


class AboutJob(Event):
    job: Job

    @property
    def subject(self) -> str:
        return self.job.job_id


class ByPerson(Event):
    """A fact about what somebody did with something that is there."""

    user_id: UserId = Field(description="Who did it.")
