"""From numbers to a score: one table of checks."""

from collections.abc import Callable
from dataclasses import dataclass

from services.analyzer.measures import Measures
from shared.messages.job import MODELS, Issue, Model, Report

GOOD_ENOUGH = 50
"""A take with issues and a score below this is not published while attempts are left."""


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong.

    The penalty starts with `least` at the threshold and grows in a straight line to 100 at `worst`.
    `worst` lies below the threshold where small values are bad.

    Attributes:
        models: the models it is meant for.
        sentence: what was measured, with `{value}` and `{threshold}`.
    """

    name: str
    measure: Callable[[Measures], float]
    threshold: float
    worst: float
    least: int
    sentence: str
    models: tuple[Model, ...] = MODELS

    def issue(self, measures: Measures) -> Issue | None:
        """The issue, if the measure is past the threshold."""
        value = self.measure(measures)
        excess = (value - self.threshold) / (self.worst - self.threshold)
        if excess <= 0:
            return None
        penalty = min(100, round(self.least + (100 - self.least) * excess))
        sentence = self.sentence.format(value=value, threshold=self.threshold)
        return Issue(name=self.name, penalty=penalty, sentence=sentence)


CHECKS = (
    # A sample that is no number is a defect of the engine, never a matter of taste.
    Check(
        "invalid_samples",
        lambda m: m.invalid_share,
        threshold=0.0,
        worst=1e-6,
        least=100,
        sentence="{value:.2%} of the samples are not numbers.",
    ),
    # The usual detector of a limiter run into the rails: more than 5 % of samples near full scale.
    Check(
        "clipping",
        lambda m: m.clipped_share,
        threshold=0.05,
        worst=0.20,
        least=30,
        sentence="{value:.1%} of the samples are at full scale; up to {threshold:.0%} is fine.",
    ),
    # -46 dBFS: quieter than the room tone of a quiet recording.
    Check(
        "silence",
        lambda m: m.rms,
        threshold=0.005,
        worst=0.0,
        least=60,
        sentence="The level is {value:.4f} RMS; at least {threshold:g} is wanted.",
    ),
    # White noise at 44.1 kHz has 37 % of its energy above 14 kHz, produced music below 5 %.
    Check(
        "high_frequency_noise",
        lambda m: m.high_band_share,
        threshold=0.25,
        worst=0.45,
        least=30,
        sentence="{value:.0%} of the energy lies above 14 kHz; up to {threshold:.0%} is fine.",
        models=("music",),
    ),
    # An effect may hiss (steam, sparks, insects), but hardly with nothing below.
    Check(
        "high_frequency_noise",
        lambda m: m.high_band_share,
        threshold=0.60,
        worst=0.90,
        least=30,
        sentence="{value:.0%} of the energy lies above 14 kHz; up to {threshold:.0%} is fine.",
        models=("audio",),
    ),
    # White noise has a flatness of exp(-0.577) = 0.56; rain and wind are wanted in effects, not as music.
    Check(
        "noise",
        lambda m: m.flatness,
        threshold=0.35,
        worst=0.55,
        least=40,
        sentence="The spectrum is as flat as noise ({value:.2f}); up to {threshold:g} is fine for music.",
        models=("music",),
    ),
    # Short recorded effects do have a mean: of 535 sounds of games six were beyond 5 %, none beyond 10 %.
    Check(
        "dc_offset",
        lambda m: m.dc_offset,
        threshold=0.10,
        worst=0.25,
        least=51,
        sentence="The sound lies {value:.2f} beside the middle; up to {threshold:g} is fine.",
    ),
    # Nothing pans a whole sound so far that 60 dB lie between the channels.
    Check(
        "dead_channel",
        lambda m: m.dead_channel,
        threshold=0.0,
        worst=1.0,
        least=60,
        sentence="One channel is silent while another sounds.",
    ),
)


def judge(measures: Measures, model: Model) -> Report:
    """The score, 0 .. 100 (100 without issues), with what was taken off for what."""
    issues = [check.issue(measures) for check in CHECKS if model in check.models]
    found = tuple(issue for issue in issues if issue is not None)
    score = max(0, 100 - sum(issue.penalty for issue in found))
    return Report(score=score, issues=found, measures=measures.by_name())


def is_good(report: Report) -> bool:
    """Whether a take may be published without another attempt."""
    return report.score >= GOOD_ENOUGH or not report.issues
