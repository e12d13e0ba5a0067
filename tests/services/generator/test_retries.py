"""A new seed for every attempt; when all takes so far fail alike, the next one is drawn otherwise."""

import pytest

from services.generator.retries import sampling
from shared.messages.job import Issue, Job, JudgedTake, Report, Sampling
from tests.jobs import a_job, a_take

CLIPPED, SILENT, NOISY = (("clipping",), ("silence",), ("noise",))


def rejected(job: Job, *takes: tuple[str, ...]) -> list[JudgedTake]:
    """Takes with these issues."""
    reports = (
        Report(score=0, issues=tuple(Issue(name=name, penalty=60, sentence="Bad.") for name in names))
        for names in takes
    )
    return [
        JudgedTake(attempt=attempt, take=a_take(job, attempt), report=report)
        for attempt, report in enumerate(reports)
    ]


def drawn(asked: Sampling, *takes: tuple[str, ...]) -> Sampling:
    job = a_job(sampling=asked)
    return sampling(job, rejected(job, *takes))


@pytest.mark.parametrize(
    "takes",
    [(), (CLIPPED,), (SILENT,), (NOISY, NOISY), (CLIPPED, SILENT), (NOISY, CLIPPED), (SILENT, NOISY)],
    ids=repr,
)
def test_it_is_drawn_as_asked_unless_every_take_clipped_or_every_take_was_silent(
    takes: tuple[tuple[str, ...], ...],
) -> None:
    asked = Sampling(cfg_coef=4.5, temperature=0.7)
    assert drawn(asked, *takes) == asked


@pytest.mark.parametrize(("asked", "next_one"), [(3.0, 2.0), (10.0, 5.5), (1.0, 1.0), (0.5, 0.5), (0.0, 0.0)])
def test_takes_that_clip_again_and_again_get_half_the_guidance(asked: float, next_one: float) -> None:
    changed = drawn(Sampling(cfg_coef=asked, temperature=0.7), CLIPPED, ("dc_offset", "clipping"))
    assert changed == Sampling(cfg_coef=next_one, temperature=0.7)


@pytest.mark.parametrize(
    ("asked", "next_one"),
    [((3.0, 1.0), (3.0, 1.1)), ((0.7, 0.3), (3.0, 1.0)), ((8.0, 1.95), (8.0, 2.0)), ((0.0, 2.0), (3.0, 2.0))],
)
def test_takes_that_stay_silent_get_more_chance_and_at_least_the_usual_guidance(
    asked: tuple[float, float], next_one: tuple[float, float]
) -> None:
    changed = drawn(Sampling(cfg_coef=asked[0], temperature=asked[1], top_k=9), SILENT, SILENT)
    assert changed == Sampling(cfg_coef=next_one[0], temperature=next_one[1], top_k=9)


@pytest.mark.parametrize("cfg_coef", [0.0, 1.0, 3.0, 10.0])
@pytest.mark.parametrize("temperature", [0.01, 1.0, 1.99, 2.0])
@pytest.mark.parametrize("issue", [CLIPPED, SILENT])
def test_what_is_drawn_is_what_a_request_might_ask_for(
    cfg_coef: float, temperature: float, issue: tuple[str, ...]
) -> None:
    changed = drawn(Sampling(cfg_coef=cfg_coef, temperature=temperature), issue, issue)
    assert Sampling.model_validate(changed.model_dump()) == changed
