"""Struck and plucked instruments, each note a sum of decaying modes.

A string or a bar that is hit once and left alone is a set of modes, each a sinusoid with its own frequency
and decay. The sum over all modes is one small matrix product, so sixty modes cost little more than one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ, Signal, exp_decay, frames, lowpass, noise
from services.generator.engines.synth.grains import Values, ring

from .voice import Tone


def _bump(frequencies_hz: Values, centre_hz: float, octaves: float) -> Values:
    return np.exp(-np.square(np.log2(np.maximum(frequencies_hz, 1.0) / centre_hz) / octaves))


def _click(n: int, cutoff_hz: float, time_s: float, rng: np.random.Generator) -> Signal:
    """Return a short burst of dull noise padded to n frames: the hammer, the pick, the mallet."""
    length = min(n, frames(time_s * 6))
    burst = np.zeros(n, np.float32)
    burst[:length] = lowpass(noise(rng, length), cutoff_hz) * exp_decay(length, time_s)
    return burst


def piano(
    frequency_hz: float, n: int, velocity: float, rng: np.random.Generator, soft: float = 0.0
) -> Signal:
    """Return a piano note: stiff strings in pairs, a fast first decay and a slow second; soft felt at 1."""
    count = int(np.clip(9000.0 / frequency_hz, 3, 26))
    k = np.arange(1, count + 1, dtype=np.float64)
    stiffness = 0.0003 * (frequency_hz / 261.6) ** 1.1
    modes = frequency_hz * k * np.sqrt(1.0 + stiffness * k * k)
    slope = (0.42 - 0.26 * velocity + 0.3 * soft) * (frequency_hz / 261.6) ** 0.35
    level = (np.abs(np.sin(np.pi * k * 0.121)) + 0.08) * np.exp(-slope * (k - 1)) / k**0.55
    decay = 2.9 * (261.6 / frequency_hz) ** 0.6 / (1.0 + 0.22 * (k - 1))
    tuning = 1.0 + 0.00035 * rng.uniform(0.6, 1.4)
    struck = ring(
        np.concatenate([modes, modes * tuning]),
        np.concatenate([decay * 0.3, decay * 1.25]),
        np.concatenate([level * 0.6, level * 0.42]),
        n,
    )
    return struck + _click(n, 1200.0 + 2500.0 * velocity, 0.006, rng) * np.float32(
        0.25 * velocity * (1 - soft)
    )


@dataclass(frozen=True)
class Pluck:
    """How a plucked string sounds.

    position is where it is plucked (0..0.5 of its length), slope the loss of high partials at the start,
    decay_s the time constant of the lowest partial at middle C, loss how much sooner high partials die,
    body the strength of the wooden body's resonances, and pick the level of the plectrum's click.
    """

    position: float
    slope: float
    decay_s: float
    loss: float
    body: float = 1.0
    pick: float = 0.15
    stiffness: float = 0.00003
    partials: int = 40


def plucked(kind: Pluck, frequency_hz: float, n: int, velocity: float, rng: np.random.Generator) -> Signal:
    """Return a plucked string."""
    count = int(np.clip(10000.0 / frequency_hz, 4, kind.partials))
    k = np.arange(1, count + 1, dtype=np.float64)
    modes = frequency_hz * k * np.sqrt(1.0 + kind.stiffness * k * k)
    where = kind.position * rng.uniform(0.93, 1.07)
    level = np.sin(np.pi * k * where) * np.exp(-kind.slope * (1.35 - 0.7 * velocity) * (k - 1)) / k**0.8
    level = level * rng.uniform(0.85, 1.15, count)
    box = 1.0 + kind.body * (
        _bump(modes, 105, 0.3) + 0.9 * _bump(modes, 210, 0.25) + 0.5 * _bump(modes, 420, 0.3)
    )
    decay = (
        kind.decay_s * (261.6 / frequency_hz) ** 0.5 / (1.0 + kind.loss * (k - 1) + kind.loss * 0.04 * k * k)
    )
    string = ring(modes, decay, level * box, n)
    return string + _click(n, 3500.0, 0.003, rng) * np.float32(kind.pick * velocity)


@dataclass(frozen=True)
class Bar:
    """How a struck bar, tine or bell sounds: mode ratios, levels, decays relative to the first, mallet."""

    ratios: tuple[float, ...]
    levels: tuple[float, ...]
    decays: tuple[float, ...]
    decay_s: float
    mallet: float = 0.1
    tremolo_hz: float = 0.0


def struck(kind: Bar, frequency_hz: float, n: int, velocity: float, rng: np.random.Generator) -> Signal:
    """Return a struck bar; harder strokes are brighter."""
    ratios = np.array(kind.ratios)
    brightness = (0.45 + 0.75 * velocity) ** np.arange(len(ratios))
    decay = kind.decay_s * (523.25 / frequency_hz) ** 0.45 * np.array(kind.decays)
    tone = ring(frequency_hz * ratios, decay, np.array(kind.levels) * brightness, n)
    if kind.tremolo_hz:
        time = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)
        tone *= 1.0 - np.float32(0.28) * (1.0 - np.cos(np.float32(2 * np.pi * kind.tremolo_hz) * time))
    return tone + _click(n, 2500.0, 0.004, rng) * np.float32(kind.mallet * velocity)


def _tone(shape: Callable[..., Signal], kind: Pluck | Bar) -> Tone:
    return partial(shape, kind)


STEEL_GUITAR = _tone(plucked, Pluck(position=0.14, slope=0.06, decay_s=0.95, loss=0.16, body=0.9))
NYLON_GUITAR = _tone(plucked, Pluck(position=0.22, slope=0.13, decay_s=0.6, loss=0.24, body=1.3, pick=0.07))
CLEAN_GUITAR = _tone(plucked, Pluck(position=0.17, slope=0.07, decay_s=1.1, loss=0.14, body=0.0, pick=0.08))
POWER_GUITAR = _tone(plucked, Pluck(position=0.12, slope=0.05, decay_s=1.6, loss=0.08, body=0.0, pick=0.1))
MUTED_GUITAR = _tone(plucked, Pluck(position=0.1, slope=0.08, decay_s=0.11, loss=0.3, body=0.0, pick=0.3))
HARPSICHORD = _tone(plucked, Pluck(position=0.1, slope=0.018, decay_s=0.9, loss=0.06, body=0.4, pick=0.3))
HARP = _tone(plucked, Pluck(position=0.35, slope=0.16, decay_s=1.1, loss=0.3, body=0.5, pick=0.03))
BANJO = _tone(plucked, Pluck(position=0.09, slope=0.03, decay_s=0.26, loss=0.12, body=0.3, pick=0.4))
UKULELE = _tone(plucked, Pluck(position=0.25, slope=0.12, decay_s=0.38, loss=0.25, body=1.6, pick=0.1))
SITAR = _tone(
    plucked, Pluck(position=0.06, slope=0.01, decay_s=0.9, loss=0.03, body=0.3, pick=0.25, stiffness=0.0)
)
KOTO = _tone(plucked, Pluck(position=0.08, slope=0.05, decay_s=0.5, loss=0.14, body=0.6, pick=0.25))
PIZZICATO = _tone(plucked, Pluck(position=0.2, slope=0.2, decay_s=0.17, loss=0.35, body=1.4, pick=0.08))
ACOUSTIC_BASS = _tone(plucked, Pluck(position=0.28, slope=0.2, decay_s=0.36, loss=0.3, body=0.9, pick=0.12))
ELECTRIC_BASS = _tone(plucked, Pluck(position=0.2, slope=0.16, decay_s=0.65, loss=0.28, body=0.0, pick=0.1))
SLAP_BASS = _tone(plucked, Pluck(position=0.08, slope=0.07, decay_s=0.4, loss=0.16, body=0.0, pick=0.6))

MARIMBA = _tone(struck, Bar((1.0, 3.93, 9.2), (1.0, 0.22, 0.07), (1.0, 0.35, 0.15), 0.32, mallet=0.16))
XYLOPHONE = _tone(
    struck, Bar((1.0, 3.0, 6.1, 10.2), (1.0, 0.5, 0.22, 0.1), (1.0, 0.5, 0.3, 0.2), 0.17, mallet=0.35)
)
VIBRAPHONE = _tone(
    struck, Bar((1.0, 4.0, 10.1), (1.0, 0.22, 0.05), (1.0, 0.3, 0.1), 1.6, mallet=0.06, tremolo_hz=5.2)
)
CELESTA = _tone(
    struck, Bar((1.0, 2.0, 4.08, 6.8), (1.0, 0.18, 0.16, 0.05), (1.0, 0.6, 0.25, 0.15), 0.75, mallet=0.08)
)
BELL = _tone(
    struck,
    Bar(
        (0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 3.01, 4.17, 5.43),
        (0.35, 1.0, 0.45, 0.3, 0.6, 0.28, 0.22, 0.14, 0.08),
        (1.7, 1.0, 0.85, 0.7, 0.6, 0.4, 0.35, 0.25, 0.18),
        1.9,
        mallet=0.12,
    ),
)
MUSIC_BOX = _tone(
    struck, Bar((1.0, 2.002, 5.42, 9.1), (1.0, 0.12, 0.2, 0.07), (1.0, 0.7, 0.22, 0.1), 0.62, mallet=0.12)
)
KALIMBA = _tone(
    struck, Bar((1.0, 2.01, 5.9, 8.2), (1.0, 0.1, 0.16, 0.05), (1.0, 0.5, 0.12, 0.08), 0.45, mallet=0.25)
)
GLOCKENSPIEL = _tone(struck, Bar((1.0, 2.76, 5.4), (1.0, 0.3, 0.16), (1.0, 0.45, 0.25), 1.1, mallet=0.18))
STEEL_PAN = _tone(
    struck,
    Bar(
        (1.0, 2.0, 3.01, 4.03, 5.1), (1.0, 0.75, 0.3, 0.22, 0.1), (1.0, 0.7, 0.4, 0.3, 0.2), 0.5, mallet=0.15
    ),
)
