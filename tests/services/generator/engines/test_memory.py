"""When the memory runs short fewer requests are worked on at a time, and no listener hears anything twice."""

import logging
from collections.abc import Sequence

import numpy as np
import pytest

from services.generator.engines.engine import Request, Sound, abilities_of
from services.generator.engines.memory import WithinMemory, is_short
from services.generator.engines.stepping import Advance
from shared.errors import PermanentError
from shared.messages.job import Model

MEMORY = 6
STEPS = 4


class Counting:
    """Four slots, and `MEMORY` units of memory, of which a request takes as many as its seed says.

    Its sound is the numbers of its steps. What is asked to `refuse` or to be a `defect` is when it begins.
    """

    name = "counting"
    version = "1"
    abilities = ("sampling",)

    def __init__(self) -> None:
        self.slots = 4
        self._done: dict[str, int] = {}
        self._needs: dict[str, int] = {}
        self.begun: list[str] = []

    def load(self, model: Model) -> None:
        """Ready at once."""

    def begin(self, request: Request) -> None:
        assert len(self._done) < self.slots
        if "refuse" in request.prompt:
            raise PermanentError("too_strange", "It is too strange.")
        if "defect" in request.prompt:
            raise IndexError("list index out of range")
        self.begun.append(request.job_id)
        if "at once" in request.prompt and request.seed > MEMORY:
            raise MemoryError("no room for the prompt")
        self._done[request.job_id] = 0
        self._needs[request.job_id] = request.seed

    def step(self) -> Sequence[Advance]:
        done = {job_id: number + 1 for job_id, number in self._done.items()}
        self._done.update(done)
        if sum(self._needs[job_id] for job_id, number in done.items() if number > 1) > MEMORY:
            raise MemoryError("no room for a step")
        return [self._advance(job_id, number) for job_id, number in done.items()]

    def stop(self, job_id: str) -> None:
        self._done.pop(job_id, None)

    def shrink(self, slots: int) -> None:
        self.slots = slots
        self._done.clear()

    def _advance(self, job_id: str, number: int) -> Advance:
        sound = None
        if number == STEPS:
            del self._done[job_id]
            sound = numbers(*range(1, STEPS + 1))
        return Advance(job_id, number / STEPS, numbers(number), sound)


def numbers(*them: int) -> Sound:
    return Sound(np.array(them, np.float32)[:, None], 1)


class Run:
    """Requests on an engine within its memory, stepped until all have ended."""

    def __init__(self) -> None:
        self.counting = Counting()
        self.engine = WithinMemory(self.counting)
        self.parts: dict[str, list[float]] = {}
        self.fractions: dict[str, list[float]] = {}
        self.ended: list[str] = []
        self.sounds: dict[str, list[float]] = {}
        self.failures: dict[str, Exception] = {}

    def begin(self, job_id: str, needs: int, prompt: str = "") -> None:
        self.parts[job_id], self.fractions[job_id] = [], []
        self.engine.begin(Request(job_id, prompt, "music", 1.0, loop=False, seed=needs))

    def step(self) -> None:
        for advance in self.engine.step():
            if advance.part is not None:
                self.parts[advance.job_id] += advance.part.samples[:, 0].tolist()
            self.fractions[advance.job_id].append(advance.fraction)
            if advance.sound is not None:
                self.ended.append(advance.job_id)
                self.sounds[advance.job_id] = advance.sound.samples[:, 0].tolist()
            if advance.failure is not None:
                self.ended.append(advance.job_id)
                self.failures[advance.job_id] = advance.failure

    def to_the_end(self) -> None:
        while len(self.ended) < len(self.parts):
            self.step()


@pytest.fixture
def run() -> Run:
    return Run()


WHOLE = [1.0, 2.0, 3.0, 4.0]


def test_with_enough_memory_nothing_is_begun_again(run: Run) -> None:
    for job_id in "abcde":
        run.begin(job_id, needs=1)
    run.to_the_end()
    assert run.counting.begun == ["a", "b", "c", "d", "e"]
    assert run.sounds == dict.fromkeys("abcde", WHOLE) == run.parts
    assert run.engine.slots == 4


def test_half_of_them_go_on_and_the_others_wait_their_turn(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    for job_id in "abcd":
        run.begin(job_id, needs=2)
    run.to_the_end()
    assert run.counting.begun == ["a", "b", "c", "d", "a", "b", "c", "d"]
    assert run.ended == ["a", "b", "c", "d"]
    assert run.sounds == dict.fromkeys("abcd", WHOLE)
    assert (run.engine.slots, run.counting.slots) == (2, 2)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert caplog.messages == [
        "there is not enough memory for 4 at a time (no room for a step):"
        " begun again, from now on 2 at a time"
    ]


def test_what_was_heard_is_not_told_twice_and_progress_never_falls(run: Run) -> None:
    run.begin("first", needs=4)
    run.step()
    run.step()
    run.begin("second", needs=4)
    run.to_the_end()
    assert run.counting.begun == ["first", "second", "first", "second"]
    assert run.parts == {"first": WHOLE, "second": WHOLE}
    assert all(heard == sorted(heard) for heard in run.fractions.values())


def test_the_memory_may_run_short_again_and_again(run: Run) -> None:
    for job_id in "abcd":
        run.begin(job_id, needs=4)
    run.to_the_end()
    assert run.engine.slots == 1
    assert run.ended == ["a", "b", "c", "d"]
    assert run.parts == dict.fromkeys("abcd", WHOLE)


@pytest.mark.parametrize(("prompt", "reason"), [("", "no room for a step"), ("at once", "for the prompt")])
def test_one_that_does_not_fit_alone_fails_with_what_to_do_and_the_others_are_made(
    run: Run, prompt: str, reason: str
) -> None:
    run.begin("small", needs=1)
    run.begin("large", needs=MEMORY + 1, prompt=prompt)
    run.begin("another", needs=1)
    run.to_the_end()
    assert run.sounds == {"small": WHOLE, "another": WHOLE}
    (failure,) = run.failures.values()
    assert isinstance(failure, PermanentError)
    assert failure.code == "out_of_memory"
    assert reason in str(failure)
    for advice in ("a shorter sound", "SOUNDBOX_MUSIC_MODEL", "a lower SOUNDBOX_PRECISION"):
        assert advice in str(failure)


@pytest.mark.parametrize(("prompt", "kind"), [("refuse", PermanentError), ("a defect", IndexError)])
def test_a_request_that_cannot_begin_fails_alone(run: Run, prompt: str, kind: type[Exception]) -> None:
    run.begin("good", needs=1)
    run.begin("bad", needs=1, prompt=prompt)
    run.to_the_end()
    assert run.sounds == {"good": WHOLE}
    assert type(run.failures["bad"]) is kind


def test_what_is_stopped_is_forgotten_whether_it_waits_or_not(run: Run) -> None:
    for job_id in "abcdef":
        run.begin(job_id, needs=1)
    run.step()
    run.engine.stop("a")
    run.engine.stop("f")
    run.engine.stop("never begun")
    while len(run.ended) < 4:
        run.step()
    assert run.ended == ["b", "c", "d", "e"]
    assert "f" not in run.counting.begun
    assert run.engine.step() == []


def test_it_says_of_itself_what_the_engine_says(run: Run) -> None:
    assert (run.engine.name, run.engine.version, abilities_of(run.engine)) == ("counting", "1", ("sampling",))


def test_an_allocation_that_failed_is_told_from_other_errors() -> None:
    with pytest.raises(MemoryError) as of_numpy:
        np.zeros(1 << 55)
    assert is_short(of_numpy.value)
    assert not is_short(RuntimeError("shapes differ"))
    assert not is_short(ValueError("out of memory, says the prompt"))
