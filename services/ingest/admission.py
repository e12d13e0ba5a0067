"""Deciding about requests: who asks, in which tier, with which priority. Pure: no broker, no clock."""

from collections.abc import Callable
from typing import Any

from shared.errors import MessageError, SoundBoxError, TokenError
from shared.messages.command import parse
from shared.messages.commands import CancelJob, SubmitJob, check
from shared.messages.events import JobAccepted, JobRefused
from shared.messages.ids import is_id, seed_from
from shared.messages.job import PRIORITY, Job
from shared.settings import Settings
from shared.tokens import Identity

ANONYMOUS = Identity("anonymous", "free")
"""Who sent a command without a token."""

Verify = Callable[[str], Identity]


class RefusalError(SoundBoxError):
    """A request is not admitted.

    Attributes:
        code: invalid_request, invalid_token, token_needed, job_id_taken, unknown_job, not_published,
            not_yours or admins_only.
        problems: (field, sentence) of each thing that is wrong.
        user_id: who asked, if that is known.
    """

    def __init__(self, code: str, problems: tuple[tuple[str, str], ...], user_id: str | None = None) -> None:
        self.code = code
        self.problems = problems
        self.user_id = user_id
        self.sentence = "; ".join(f"{field} {text}" if field else text for field, text in problems)
        super().__init__(self.sentence)

    def event(self, job_id: str) -> JobRefused:
        """The refusal as a fact."""
        return JobRefused(
            job_id=job_id,
            code=self.code,
            sentence=self.sentence,
            problems=self.problems,
            user_id=self.user_id,
        )


def admit(data: dict[str, Any], job_id: str, settings: Settings, verify: Verify) -> JobAccepted:
    """Make an accepted job of an untrusted request; `job_id` is used where the request brings none.

    Raises:
        RefusalError: names every field that is wrong.
    """
    try:
        command = parse(SubmitJob, data)
        check(command, settings)
    except MessageError as error:
        raise RefusalError("invalid_request", tuple(error.problems)) from error
    who = identify(command.token, verify)
    chosen = command.job_id or job_id
    job = Job(
        job_id=chosen,
        prompt=command.prompt,
        model=command.model,
        duration_s=command.duration_s,
        loop=command.loop,
        seed=seed_from(chosen, 0) if command.seed is None else command.seed,
        sampling=command.sampling,
        extend=command.extend,
        melody=command.melody,
        tier=who.tier,
        user_id=who.user_id,
        priority=min(PRIORITY[who.tier], PRIORITY[command.priority or who.tier]),
    )
    return JobAccepted(job=job)


def identify(token: str | None, verify: Verify) -> Identity:
    """Who a command is from.

    Raises:
        RefusalError: the token is not valid.
    """
    if token is None:
        return ANONYMOUS
    try:
        return verify(token)
    except TokenError as error:
        raise RefusalError("invalid_token", (("token", str(error)),)) from error


def same_request(first: Job, second: Job) -> bool:
    """Whether two jobs of one id are the same request sent twice."""
    return first == second


def may_cancel(command: CancelJob, job: Job, verify: Verify) -> Identity:
    """Who cancels, if they may: the job's owner or an admin.

    Raises:
        RefusalError: somebody else.
    """
    who = identify(command.token, verify)
    if not is_theirs(job, who):
        raise RefusalError("not_yours", (("job_id", "is somebody else's job"),), who.user_id)
    return who


def is_theirs(job: Job, who: Identity) -> bool:
    """Whether somebody may end the job, or delete its track: its owner or an admin."""
    return who.user_id == job.user_id or who.tier == "admin"


def request_id(data: dict[str, Any], message_id: str | None, fresh: str) -> str:
    """The id of a request: its own, else its message's if that is a UUID, else the fresh one."""
    own = data.get("job_id")
    if isinstance(own, str) and is_id(own):
        return own
    return message_id if message_id is not None and is_id(message_id) else fresh
