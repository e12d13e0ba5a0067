"""What is true for a moment: progress, model state, heartbeats. Goes to `soundbox.live`, never to the log."""

from typing import ClassVar, Literal

from pydantic import Field

from shared.messages.job import Attempt, JobId, Model, Part

ModelState = Literal["pending", "loading", "ready", "error", "unloaded"]
WantedState = Literal["ready", "unloaded"]


class Live(Part):
    """A passing notice."""

    TYPE: ClassVar[str]


class Progress(Live):
    """How far a generator is with a take."""

    TYPE = "progress"

    job_id: JobId
    attempt: Attempt
    fraction: float = Field(ge=0, le=1, description="Share of the take that is made.")
    parts: int = Field(0, ge=0, description="Parts of the take that can be listened to already.")


class Gpu(Part):
    """The GPU of a worker's machine."""

    name: str = Field(description="As its maker calls it.")
    memory_used_bytes: int = Field(ge=0, description="In use by whatever runs there.")
    memory_total_bytes: int = Field(gt=0, description="In all.")
    load: float | None = Field(None, ge=0, le=1, description="Share of the time that it works, if known.")


class WorkerBeat(Live):
    """A worker is alive. Sent at least every 5 s, and at once when something in it changes."""

    TYPE = "worker"

    worker: str
    service: str
    engine: str | None = None
    models: dict[Model, ModelState] = Field(default_factory=dict)
    abilities: dict[Model, tuple[str, ...]] = Field(
        default_factory=dict,
        description="What its engine can do beside making a sound from a prompt: sampling, extend, melody.",
    )
    reason: str | None = Field(
        None, description="Why a model is in state error, or how far the download of one in state loading is."
    )
    busy: tuple[str, ...] = Field((), description="Ids of the jobs in work.")
    paused: tuple[Model, ...] = Field((), description="Models that it takes no jobs of, as an admin said.")
    gpu: Gpu | None = Field(None, description="Of its machine, where it has one.")
    stopped: bool = Field(False, description="The worker says goodbye.")


class ModelWanted(Live):
    """Somebody wants a model in memory, or out of it. Every generator that serves it hears this."""

    TYPE = "model.wanted"

    model: Model
    state: WantedState = Field(
        description="unloaded: once the jobs in work are done. The next job has it loaded again in any case."
    )


class Projected(Live):
    """A catalog committed events: readers of its database can see them now."""

    TYPE = "projected"

    database: str = Field(description="Identity of the database file that changed.")
    offset: int = Field(ge=0, description="Stream offset up to which the database is current.")
    job_ids: tuple[str, ...] = Field(description="The jobs whose rows changed.")
    deeds: tuple[str, ...] = Field((), description="Ids of the facts about what people did among them.")


LIVE: dict[str, type[Live]] = {live.TYPE: live for live in (Progress, WorkerBeat, ModelWanted, Projected)}
