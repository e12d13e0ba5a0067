"""Pausing the queue: the commands of admins, and the facts that generators heed.

A paused model finishes what is in work and takes no more; its jobs wait where they are.
"""

from pydantic import Field

from shared.messages.command import Deed
from shared.messages.event import ByPerson
from shared.messages.ids import derived_id
from shared.messages.job import MODELS, Model

_QUEUE = derived_id("queue")  # there is one, so that every fact about it has the same subject


class AboutQueue(ByPerson):
    """An admin did something with the queue."""

    models: tuple[Model, ...] = Field(min_length=1, description="The models that it is about.")

    @property
    def subject(self) -> str:
        return _QUEUE


class QueuePaused(AboutQueue):
    """Generators finish what is in work for these models and take no more."""

    TYPE = "queue.paused"


class QueueResumed(AboutQueue):
    """Generators take jobs for these models again."""

    TYPE = "queue.resumed"


class _WithModels(Deed):
    models: list[Model] = Field(
        min_length=1, max_length=len(MODELS), description="Of `music` and `audio` those that it is about."
    )


class PauseQueue(_WithModels):
    """Let generators finish what is in work, and take no more; for admins."""

    TYPE = "queue.pause"

    def fact(self, user_id: str) -> QueuePaused:
        return QueuePaused(user_id=user_id, models=tuple(self.models))


class ResumeQueue(_WithModels):
    """Let generators take jobs again; for admins."""

    TYPE = "queue.resume"

    def fact(self, user_id: str) -> QueueResumed:
        return QueueResumed(user_id=user_id, models=tuple(self.models))


QUEUE_DEEDS: tuple[type[Deed], ...] = (PauseQueue, ResumeQueue)
FACTS_OF_QUEUE: tuple[type[AboutQueue], ...] = (QueuePaused, QueueResumed)
