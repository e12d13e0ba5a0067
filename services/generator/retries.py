"""What another attempt does otherwise than the ones before it."""

from collections.abc import Sequence

from shared.messages.job import USUAL, Job, JudgedTake, Sampling

REPEATED = 2
"""Once may be bad luck, which a new seed mends."""

NO_GUIDANCE = 1.0
HIGHEST_TEMPERATURE = 2.0
WARMER = 0.1


def sampling(job: Job, earlier: Sequence[JudgedTake]) -> Sampling:
    """How the next take's tokens are drawn: as the job says, or otherwise when all takes so far fail alike.

    Takes that clip get half the guidance beyond 1, where the prompt is followed as it is: guidance drives
    the tokens, and with them the level, beyond what was learnt. Takes that are silent get at least the usual
    guidance and a little more chance: MusicGen leaves gaps at a guidance of 0.7 (rsxdalv/musicgen-prompts,
    issue 3), and a draw that is too cold falls silent altogether (boson-ai/higgs-audio, issue 151).

    Args:
        earlier: the rejected takes, of which the first ones were drawn as the job says.
    """
    asked = job.sampling
    if _all_have("clipping", earlier):
        return asked.model_copy(update={"cfg_coef": _milder(asked.cfg_coef)})
    if _all_have("silence", earlier):
        changes = {
            "cfg_coef": max(asked.cfg_coef, USUAL.cfg_coef),
            "temperature": _warmer(asked.temperature),
        }
        return asked.model_copy(update=changes)
    return asked


def _all_have(issue: str, earlier: Sequence[JudgedTake]) -> bool:
    """Whether there are takes enough, and this is wrong with each."""
    return len(earlier) >= REPEATED and all(
        any(one.name == issue for one in judged.report.issues) for judged in earlier
    )


def _milder(cfg_coef: float) -> float:
    return NO_GUIDANCE + (cfg_coef - NO_GUIDANCE) / 2 if cfg_coef > NO_GUIDANCE else cfg_coef


def _warmer(temperature: float) -> float:
    """A little warmer, at least as warm as usual, at most as a request may ask for."""
    return min(HIGHEST_TEMPERATURE, max(USUAL.temperature, round(temperature + WARMER, 6)))
