"""What to do when the memory runs short: fewer requests at a time, and begin again."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from services.generator.engines.engine import Ability, Request, abilities_of
from services.generator.engines.stepping import DEFECTS, Advance, SteppingEngine
from shared.errors import PermanentError, SoundBoxError
from shared.messages.job import Model

_log = logging.getLogger(__name__)

# What torch says, on a processor and on a GPU; its class for it is named below, as torch need not be here.
_WORDS = ("can't allocate memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED")


def is_short(error: BaseException) -> bool:
    """Whether an error says that there was no memory for something."""
    if isinstance(error, MemoryError):
        return True
    named = any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__)
    return named or (isinstance(error, RuntimeError) and any(words in str(error) for words in _WORDS))


class ShrinkingEngine(SteppingEngine, Protocol):
    """An engine in steps that can do with less memory. The same request gives the same parts every time."""

    def shrink(self, slots: int) -> None:
        """Forget everything begun, and work on up to so many requests at a time from now on."""


@dataclass
class _Begun:
    """A request that the engine works on, or that waits for a slot.

    Attributes:
        told: parts of it that were told.
        again: parts that were told before it was begun again, and are still to come once more.
        fraction: how far it was told to be.
    """

    request: Request
    told: int = 0
    again: int = 0
    fraction: float = 0.0


class WithinMemory:
    """An engine that goes on with half of the requests at a time when the memory runs short.

    What was in work is begun again, in the order in which it came; nothing is told twice of it. A request
    for which the memory does not suffice although it is alone fails. More at a time takes a new process.
    """

    def __init__(self, engine: ShrinkingEngine) -> None:
        self._engine = engine
        self._room = engine.slots
        self._begun: dict[str, _Begun] = {}  # in the order in which they came
        self._running: set[str] = set()
        self._failed: list[Advance] = []

    @property
    def name(self) -> str:
        """The engine's own."""
        return self._engine.name

    @property
    def version(self) -> str:
        """The engine's own."""
        return self._engine.version

    @property
    def slots(self) -> int:
        """Requests that the engine works on at a time now; more may be begun, and wait."""
        return self._room

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """The engine's own."""
        return abilities_of(self._engine)

    def load(self, model: Model) -> None:
        """As the engine does."""
        self._engine.load(model)

    def begin(self, request: Request) -> None:
        """Take a request in; the engine has it from the next step with a slot free on."""
        self._begun[request.job_id] = _Begun(request)

    def step(self) -> Sequence[Advance]:
        """One step of the engine; where the memory does not suffice, only what fails for good is told."""
        self._fill()
        advances: Sequence[Advance] = ()
        short = None
        try:
            advances = self._engine.step()
        except DEFECTS as error:
            if not is_short(error):
                raise
            short = str(error)
        if short is not None:  # not in the handler: the error holds on to what was made until then
            self._make_do(list(self._running), short)
        failed, self._failed = self._failed, []
        return [*failed, *(self._told(advance) for advance in advances)]

    def stop(self, job_id: str) -> None:
        """Forget a request."""
        self._begun.pop(job_id, None)
        if job_id in self._running:
            self._running.remove(job_id)
            self._engine.stop(job_id)

    def _fill(self) -> None:
        """Give what waits to the engine while a slot is free and the memory suffices."""
        for job_id in [job_id for job_id in self._begun if job_id not in self._running]:
            if len(self._running) >= self._room:
                return
            short = None
            try:
                self._engine.begin(self._begun[job_id].request)
            except (SoundBoxError, *DEFECTS) as error:
                if not is_short(error):
                    self._fail(job_id, error)
                    continue
                short = str(error)
            if short is not None:
                self._make_do([*self._running, job_id], short)
                return
            self._running.add(job_id)

    def _make_do(self, together: Sequence[str], short: str) -> None:
        """Begin again with half of those for which the memory did not suffice; fail one that had it all."""
        reason = short.strip().partition("\n")[0].rstrip(" .")
        if self._room == 1 and together:
            self._fail(together[0], self._too_large(together[0], reason))
        else:
            self._room = max(len(together) // 2, 1)
            _log.warning(
                "there is not enough memory for %d at a time (%s): begun again, from now on %d at a time",
                len(together),
                reason,
                self._room,
            )
        self._running.clear()
        for begun in self._begun.values():
            begun.again = begun.told
        self._engine.shrink(self._room)

    def _fail(self, job_id: str, error: Exception) -> None:
        del self._begun[job_id]
        self._failed.append(Advance(job_id, 1.0, failure=error))

    def _too_large(self, job_id: str, reason: str) -> PermanentError:
        request = self._begun[job_id].request
        return PermanentError(
            "out_of_memory",
            f"There is not enough memory to make {request.duration_s:g} s ({reason}). Ask for a shorter"
            f" sound, or name a smaller checkpoint in SOUNDBOX_{request.model.upper()}_MODEL or a lower"
            " SOUNDBOX_PRECISION.",
        )

    def _told(self, advance: Advance) -> Advance:
        """What of an advance is news."""
        begun, part = self._begun[advance.job_id], advance.part
        if part is not None and begun.again:
            begun.again -= 1
            part = None
        elif part is not None:
            begun.told += 1
        begun.fraction = max(begun.fraction, advance.fraction)
        if advance.sound is not None:
            del self._begun[advance.job_id]
            self._running.remove(advance.job_id)
        return replace(advance, part=part, fraction=begun.fraction)
