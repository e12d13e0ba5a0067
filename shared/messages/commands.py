"""What the outside may ask for: jobs here, what people do with tracks in `deeds`."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.errors import MessageError
from shared.messages.command import Command
from shared.messages.deeds import DEEDS
from shared.messages.job import (
    USUAL,
    CfgCoef,
    JobId,
    MelodyId,
    Model,
    Sampling,
    Temperature,
    Tier,
    TopK,
    TopP,
)
from shared.messages.text import cleaned
from shared.settings import Settings

PROMPT_CHARACTERS = (3, 500)
MIN_DURATION_S = 1.0
LEAST_ADDED_S = 0.1
"""What continuing a track has to add to it: less than a few of a codec's frames (20 ms) could vanish."""


def clean_prompt(text: str) -> str:
    """Trim a prompt, make every run of white space or control characters one space, compose accents (NFC).

    Raises:
        ValueError: fewer than 3 or more than 500 characters are left, or it is not valid Unicode.
    """
    return cleaned(text, *PROMPT_CHARACTERS)


class SubmitJob(Command):
    """Make one sound."""

    TYPE = "job.submit"

    prompt: Annotated[str, AfterValidator(clean_prompt)] = Field(description="What to make.")
    model: Model = Field("music", description="`music` or `audio` (sound effects).")
    duration_s: float = Field(8.0, allow_inf_nan=False, description="Length, in seconds.")
    loop: bool = Field(False, description="Make the end run on into the start.")
    seed: int | None = Field(None, ge=0, lt=2**31, description="Same prompt and seed, same sound.")
    cfg_coef: CfgCoef = USUAL.cfg_coef
    temperature: Temperature = USUAL.temperature
    top_k: TopK = USUAL.top_k
    top_p: TopP = USUAL.top_p
    extend: JobId | None = Field(
        None, description="Id of a track to continue; `duration_s` is the length of both together."
    )
    melody: MelodyId | None = Field(None, description="Id of a melody to follow; for music only.")
    priority: Tier | None = Field(None, description="A tier below one's own; can only lower.")
    job_id: JobId | None = Field(None, description="UUID of the sender's choice; makes sending again safe.")

    @property
    def sampling(self) -> Sampling:
        """How tokens are to be drawn."""
        return Sampling(
            cfg_coef=self.cfg_coef, temperature=self.temperature, top_k=self.top_k, top_p=self.top_p
        )


class CancelJob(Command):
    """Stop a job that is not finished."""

    TYPE = "job.cancel"

    job_id: JobId


_ABOUT_JOBS: tuple[type[Command], ...] = (SubmitJob, CancelJob)

COMMANDS: dict[str, type[Command]] = {kind.TYPE: kind for kind in (*_ABOUT_JOBS, *DEEDS)}
"""Every command that the intake takes, by its wire name, which is the routing key."""


def check(command: SubmitJob, settings: Settings) -> None:
    """Refuse what the fields are fine for one by one, but not together or not here.

    Raises:
        MessageError: a duration outside of what this installation makes, or a melody for effects.
    """
    most = settings.max_duration_s(command.model)
    problems = []
    if not MIN_DURATION_S <= command.duration_s <= most:
        wanted = f"must be {MIN_DURATION_S:g} to {most:g} for {command.model}"
        problems.append(("duration_s", f"{wanted}, got {command.duration_s:g}"))
    if command.melody is not None and command.model != "music":
        problems.append(("melody", f"can be followed by music only, and model is {command.model}"))
    if problems:
        raise MessageError(problems)
