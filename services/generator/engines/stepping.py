"""Engines that work on several requests at once, and how any other engine looks like one of them."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.generator.engines.engine import Ability, Engine, Progress, Request, Sound, abilities_of
from shared.messages.job import Model

DEFECTS = (ValueError, ArithmeticError, LookupError, TypeError, AssertionError, MemoryError, RuntimeError)
"""What an engine raises that nobody foresaw."""


@dataclass(frozen=True)
class Advance:
    """How far a request came in a step.

    Attributes:
        fraction: share of the sound that is made, 0 .. 1.
        part: what became final since the request's last part, for those who listen before the end.
        sound: the whole, once it is finished.
        failure: why it cannot be made after all; the engine has forgotten it.
    """

    job_id: str
    fraction: float
    part: Sound | None = None
    sound: Sound | None = None
    failure: Exception | None = None


class SteppingEngine(Protocol):
    """Works in short steps; between two of them requests join and leave. Used from one thread."""

    @property
    def name(self) -> str:
        """Name under which tracks show it."""

    @property
    def version(self) -> str:
        """Changes whenever the same request would give other samples."""

    @property
    def slots(self) -> int:
        """Requests that it works on at a time, at most."""

    def load(self, model: Model) -> None:
        """Make ready for requests of this model; see `Engine.load`."""

    def begin(self, request: Request) -> None:
        """Take a request in; there is a slot free.

        Raises:
            SoundBoxError: it cannot be made; says why, for a person.
        """

    def step(self) -> Sequence[Advance]:
        """Work a little on everything that was begun.

        Raises:
            SoundBoxError: all that was begun is lost, and can be begun again.
        """

    def stop(self, job_id: str) -> None:
        """Forget a request."""


class OneAtATime:
    """An engine that makes a sound in one go, as one whose only step is the whole sound."""

    slots = 1

    def __init__(self, engine: Engine, progress: Progress) -> None:
        """`progress` is what the engine reports to; see `Engine`."""
        self._engine = engine
        self._progress = progress
        self._begun: deque[Request] = deque()

    @property
    def name(self) -> str:
        """The engine's own."""
        return self._engine.name

    @property
    def version(self) -> str:
        """The engine's own."""
        return self._engine.version

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """The engine's own."""
        return abilities_of(self._engine)

    def load(self, model: Model) -> None:
        """As the engine does."""
        self._engine.load(model)

    def begin(self, request: Request) -> None:
        """Keep the request for the next step."""
        self._begun.append(request)

    def step(self) -> Sequence[Advance]:
        """Make the oldest request; nothing is told of one that was stopped meanwhile."""
        request = self._begun.popleft()
        (sound,) = self._engine.generate([request], self._progress)
        if sound is None:
            return []
        return [Advance(request.job_id, 1.0, part=sound, sound=sound)]

    def stop(self, job_id: str) -> None:
        """Forget a request that waits; the one in work hears of it through its progress."""
        self._begun = deque(request for request in self._begun if request.job_id != job_id)
