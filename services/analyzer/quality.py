"""From numbers to a score: one table of checks."""

from collections.abc import Callable
from dataclasses import dataclass

from services.analyzer.measures import Measures
from shared.messages.job import MODELS, Issue, Model, Report

GOOD_ENOUGH = 50
"""A take with issues and a score below this is not published while attempts are left."""

HEARD_RMS = 0.003
"""A sound whose loudest moment is below this is no sound at all."""
RISES_DB = 3.0
"""A spectrum that rises by more at its top has hiss there; no sound of games with a steady top does."""
NOISY = 0.25
"""A band as flat as half of white noise is no tone."""
ALIKE_DB = 6.0
"""Channels that differ by more are not copies of one another."""
ALL_NOISE = 0.6
"""An effect with more white noise than this is nothing else."""
FULL_BAND_HZ = 10_000.0
LOW_BAND_WEIGHT = 0.75
"""From here on rain and surf have lost level."""


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
    # Of 297 sounds of games six have more than 1 %, and all of these are cut off; twice as loud as the
    # rails allow is 15 % of the loud samples at the median, four times 40 %.
    Check(
        "clipping",
        lambda m: m.cut_share,
        threshold=0.01,
        worst=0.20,
        least=30,
        sentence="{value:.1%} of the loud samples are cut off; up to {threshold:.0%} is fine.",
    ),
    # -46 dBFS over a whole piece of music: quieter than the room tone of a quiet recording.
    Check(
        "silence",
        lambda m: m.rms,
        threshold=0.005,
        worst=0.0,
        least=60,
        sentence="The level is {value:.4f} RMS; at least {threshold:g} is wanted.",
        models=("music",),
    ),
    # A short sound in a long silence is an effect, but something must be heard: the quietest of 297 sounds
    # of games reaches 0.005, and peaks at -60 dBFS make at most 0.0008.
    Check(
        "silence",
        lambda m: m.loudest_rms,
        threshold=HEARD_RMS,
        worst=0.0,
        least=60,
        sentence="The loudest moment is {value:.4f} RMS; at least {threshold:g} is wanted.",
    ),
    # Cosmetic: one cut with any program mends it. A second is what players fade in at most.
    Check(
        "long_silence_at_start",
        lambda m: m.leading_silence_s if m.loudest_rms > HEARD_RMS else 0.0,
        threshold=1.0,
        worst=30.0,
        least=5,
        sentence="It begins with {value:.1f} s of silence; up to {threshold:g} s is fine.",
    ),
    # The same; the tail of a reverberation may end a while before its file does.
    Check(
        "long_silence_at_end",
        lambda m: m.trailing_silence_s if m.loudest_rms > HEARD_RMS else 0.0,
        threshold=3.0,
        worst=60.0,
        least=5,
        sentence="It ends with {value:.1f} s of silence; up to {threshold:g} s is fine.",
    ),
    # None of 297 sounds of games has one.
    Check(
        "gaps",
        lambda m: m.gap_count,
        threshold=0.0,
        worst=10.0,
        least=51,
        sentence="The sound breaks off {value:.0f} times.",
    ),
    # Three of 297 sounds of games have one or two, all in 8 bits: two of them may pass.
    Check(
        "dropouts",
        lambda m: m.dropout_count,
        threshold=0.0,
        worst=10.0,
        least=30,
        sentence="The sound stops for some milliseconds {value:.0f} times.",
    ),
    # Nine of 441 clips of games have one, none has two; of 318 sounds of the synthesizer one has two.
    Check(
        "clicks",
        lambda m: m.click_count,
        threshold=0.0,
        worst=8.0,
        least=30,
        sentence="{value:.0f} clicks: samples far beside those around them.",
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
    # Of 297 sounds of games one with a steady part above -40 dB rises by 3 dB there, a squeak; with hiss
    # 15 dB below the sound 95 % rise by more than that, at the median by 12 dB.
    Check(
        "high_frequency_noise",
        lambda m: _added_hiss_db(m),
        threshold=-40.0,
        worst=-10.0,
        least=30,
        sentence="A steady hiss at the top of the band, {value:.0f} dB against the whole sound.",
    ),
    # White noise as loud as the music makes 0.2 to 0.5; of 34 pieces of games none reaches 0.03.
    Check(
        "noise",
        lambda m: m.noise_floor_share,
        threshold=0.10,
        worst=0.40,
        least=40,
        sentence="{value:.0%} of the energy is steady noise; up to {threshold:.0%} is fine for music.",
        models=("music",),
    ),
    # Rain, surf, steam and wind lose level towards the top of the band, noise of a fault does not: white
    # noise as loud as the effect makes 0.22 in 98 of 100; of 263 effects of games none reaches 0.06, and the
    # synthesizer's frying pan has 0.18.
    Check(
        "noise",
        lambda m: _unasked_noise(m),
        threshold=0.20,
        worst=0.40,
        least=40,
        sentence="{value:.0%} of the energy is steady white noise; up to {threshold:.0%} is fine.",
        models=("audio",),
    ),
    # Short recorded effects are not quite in the middle: three of 297 sounds of games beyond 2.5 %, one 7 %.
    Check(
        "dc_offset",
        lambda m: m.dc_offset,
        threshold=0.03,
        worst=0.20,
        least=30,
        sentence="The sound lies {value:.2f} beside the middle; up to {threshold:g} is fine.",
    ),
    # Nothing pans a whole sound so far that 40 dB lie between the channels.
    Check(
        "dead_channel",
        lambda m: m.dead_channel,
        threshold=0.0,
        worst=1.0,
        least=60,
        sentence="One channel is silent while another sounds.",
    ),
    # Wide stereo has down to -0.5; near -1 nothing is left of it in mono.
    Check(
        "inverted_channel",
        lambda m: -m.correlation if m.balance_db < ALIKE_DB else 0.0,
        threshold=0.9,
        worst=1.0,
        least=51,
        sentence="One channel is the other one upside down (correlation -{value:.2f}).",
    ),
    # Panned hard is a matter of taste, and still odd for a whole track.
    Check(
        "unbalanced_channels",
        lambda m: 0.0 if m.dead_channel else m.balance_db,
        threshold=20.0,
        worst=200.0,
        least=5,
        sentence="One channel is {value:.0f} dB quieter than another; up to {threshold:g} dB is fine.",
    ),
    # Orchestral music has 20 dB between its movements; effects may fade as far as they like.
    Check(
        "level_drift",
        lambda m: abs(m.level_drift_db),
        threshold=24.0,
        worst=240.0,
        least=5,
        sentence="The level moves by {value:.0f} dB from start to end; up to {threshold:g} dB is fine.",
        models=("music",),
    ),
)


def _added_hiss_db(measures: Measures) -> float:
    """Level of a steady noise at the top of the band, where the spectrum rises into it; -120 without."""
    is_hiss = measures.hiss_rise_db > RISES_DB and measures.hiss_flatness > NOISY
    return measures.hiss_db if is_hiss else -120.0


def _unasked_noise(measures: Measures) -> float:
    """Share of white noise, as far as it is not what was asked for.

    What is white noise all over, as the snow of a television, is meant so. At low sample rates the top of
    the band lies where rain and surf still have their full level, so only half of it counts: water that
    was recorded at 48 kHz has up to 0.23 at 16 kHz.
    """
    share = measures.white_floor_share
    if share > ALL_NOISE:
        return 0.0
    return share if measures.top_hz >= FULL_BAND_HZ else share * LOW_BAND_WEIGHT


def judge(measures: Measures, model: Model) -> Report:
    """The score, 0 .. 100 (100 without issues), with what was taken off for what.

    Of several issues of one name the worst counts.
    """
    found: dict[str, Issue] = {}
    for check in CHECKS:
        issue = check.issue(measures) if model in check.models else None
        if issue and issue.penalty > (found[issue.name].penalty if issue.name in found else 0):
            found[issue.name] = issue
    score = max(0, 100 - sum(issue.penalty for issue in found.values()))
    return Report(score=score, issues=tuple(found.values()), measures=measures.by_name())


def is_good(report: Report) -> bool:
    """Whether a take may be published without another attempt."""
    return report.score >= GOOD_ENOUGH or not report.issues
