"""What goes over the pipe between the generator and its engine's process.

Sounds that are made never do: the process stores them itself.
"""

from dataclasses import dataclass

from services.generator.engines.engine import Ability, Request
from shared.messages.job import Take


@dataclass(frozen=True)
class Order:
    """Make this, and store it under this key.

    Attributes:
        stream: where the parts go that are ready before the whole, as a key without the number; None
            when nobody listens before the end.
    """

    request: Request
    key: str
    stream: str | None = None


@dataclass(frozen=True)
class Stop:
    """Stop working on a job."""

    job_id: str


@dataclass(frozen=True)
class Leave:
    """Nothing more is wanted: end."""


@dataclass(frozen=True)
class Loading:
    """The engine is being loaded and has this much of what it downloads for that."""

    what: str
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class Ready:
    """The engine is loaded. It works on up to `slots` orders at a time."""

    engine: str
    version: str
    slots: int = 1
    abilities: tuple[Ability, ...] = ()


@dataclass(frozen=True)
class Step:
    """The engine is this far with a job, 0 .. 1; `parts` of its stream are stored."""

    job_id: str
    fraction: float
    parts: int = 0


@dataclass(frozen=True)
class Finished:
    """A take is made and stored."""

    job_id: str
    take: Take


@dataclass(frozen=True)
class Failure:
    """The engine could not do it, or without a job: it cannot be loaded.

    `code` is None when trying again may help.
    """

    code: str | None
    sentence: str
    job_id: str | None = None


@dataclass(frozen=True)
class StoreFailure:
    """The store could not be written or read, which is no fault of the job."""

    sentence: str
    job_id: str | None = None


@dataclass(frozen=True)
class Stopped:
    """The job was stopped, as asked."""

    job_id: str


Answer = Step | Finished | Failure | StoreFailure | Stopped
