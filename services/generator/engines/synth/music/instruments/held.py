"""Bowed, blown and sung instruments: a spectrum, players, vibrato, breath and an onset."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ, Signal, bandpass, noise

from .wavetable import Spectrum, Values, Vibrato, cycles, phase, read, vibrate


@dataclass(frozen=True)
class Held:
    """How a sustained instrument sounds.

    players detuned copies lie spread_cents apart; an onset takes attack_s and overshoots in brightness by
    `edge`; brightness runs from dull to dull + reach with velocity; breath is the level of the noise at
    breath_hz.
    """

    spectrum: Spectrum
    attack_s: float = 0.06
    players: int = 1
    spread_cents: float = 0.0
    vibrato: Vibrato = field(default_factory=Vibrato)
    dull: float = 0.15
    reach: float = 0.6
    edge: float = 0.2
    breath: float = 0.0
    breath_hz: float = 3000.0
    fade_s: float = 0.0


def held(kind: Held, frequency_hz: float, n: int, velocity: float, rng: np.random.Generator) -> Signal:
    """Return a held note; one with fade_s dies away by a factor e in that time."""
    tables = _even(cycles(kind.spectrum, frequency_hz, 4))
    time = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)
    swell = 1 - np.exp(-time / np.float32(kind.attack_s / 2.2))
    burst = np.exp(-time / np.float32(kind.attack_s * 2 + 0.05))
    brightness = (
        np.float32(kind.dull + kind.reach * velocity) * (0.55 + 0.45 * swell) + kind.edge * burst * swell
    )
    tone = np.zeros(n, np.float32)
    for player in range(kind.players):
        cents = kind.spread_cents * ((player - (kind.players - 1) / 2) + rng.uniform(-0.2, 0.2))
        pitch = frequency_hz * 2 ** (cents / 1200)
        cycle = phase(pitch, n, rng.uniform(), vibrate(kind.vibrato, n, rng))
        tone += read(tables, cycle, brightness)
    tone *= swell / np.float32(np.sqrt(kind.players))
    if kind.breath:
        tone += bandpass(noise(rng, n), kind.breath_hz, 0.8) * (kind.breath * (swell + 1.5 * burst * swell))
    if kind.fade_s:
        tone *= np.exp(-time / np.float32(kind.fade_s))
    return np.asarray(tone, np.float32)


def _even(tables: Signal) -> Signal:
    """Return cycles of equal level, brighter ones a little louder, as hard playing is."""
    level = np.sqrt(np.mean(np.square(tables), axis=1, keepdims=True))
    louder = np.linspace(0.85, 1.15, len(tables), dtype=np.float32)[:, None]
    return np.asarray(tables / np.maximum(level, 1e-6) * louder, np.float32)


def _formants(f: Values, peaks: Sequence[tuple[float, float, float]]) -> Values:
    """Return the gain at f of resonances (centre in Hz, width in octaves, height) over a floor of 0.1."""
    gain = np.full_like(f, 0.1)
    for centre, octaves, height in peaks:
        gain += height * np.exp(-np.square(np.log2(f / centre) / octaves))
    return gain


def bowed(k: Values, f: Values, brightness: float) -> Values:
    """Saw-like, with the wooden body's resonances."""
    body = _formants(f, ((280, 0.5, 0.8), (480, 0.4, 0.7), (1100, 0.7, 0.8), (2700, 0.6, 0.5)))
    return body / k**0.9 * np.exp(-f / (1400 + 3600 * brightness))


def brassy(k: Values, f: Values, brightness: float) -> Values:
    """Full up to a cut-off that rises as it is blown harder."""
    cutoff = 700 + 3200 * brightness
    return _formants(f, ((550, 0.8, 0.6), (1300, 0.8, 0.7))) / k**0.35 / (1 + (f / cutoff) ** 3)


def trumpeting(k: Values, f: Values, brightness: float) -> Values:
    """Brighter brass with a higher resonance."""
    cutoff = 1300 + 3800 * brightness
    return _formants(f, ((1200, 0.8, 1.0), (2400, 0.5, 0.5))) / k**0.3 / (1 + (f / cutoff) ** 3)


def reedy(k: Values, f: Values, brightness: float) -> Values:
    """A saxophone: a conical pipe with broad resonances."""
    body = _formants(f, ((500, 0.7, 1.0), (1000, 0.5, 0.6), (1900, 0.5, 0.45), (3200, 0.4, 0.2)))
    return body / k**0.6 * np.exp(-f / (900 + 2600 * brightness))


def fluted(k: Values, f: Values, brightness: float) -> Values:
    """Almost a sine, a few harmonics more when blown hard."""
    return 0.42 ** ((k - 1) * (1.35 - 0.7 * brightness)) * np.exp(-f / 5000)


def hollow(k: Values, f: Values, brightness: float) -> Values:
    """A clarinet: odd harmonics, even ones only weakly and higher up."""
    odd = np.where(k % 2 == 1, 1.0, 0.06 + 0.02 * k)
    return odd / k**0.8 * np.exp(-f / (1100 + 2200 * brightness))


def nasal(k: Values, f: Values, brightness: float) -> Values:
    """An oboe: weak fundamental, strong resonances at 1 and 3 kHz."""
    return (
        _formants(f, ((1050, 0.4, 1.4), (2900, 0.35, 0.7)))
        / k**0.45
        * np.exp(-f / (2500 + 3000 * brightness))
    )


def sung(k: Values, f: Values, brightness: float) -> Values:
    """A choir between oo (dark) and ah (bright)."""
    dark = _formants(f, ((330, 0.4, 1.0), (800, 0.3, 0.25), (2600, 0.2, 0.05)))
    bright = _formants(f, ((720, 0.35, 1.0), (1150, 0.25, 0.7), (2750, 0.2, 0.2), (3500, 0.2, 0.1)))
    return (dark * (1 - brightness) + bright * brightness) / k**0.9 * np.exp(-f / 4500)


def reed_organ(k: Values, f: Values, brightness: float) -> Values:
    """An accordion's or a harmonica's free reed."""
    return (
        _formants(f, ((900, 0.7, 0.7), (2000, 0.6, 0.5))) / k**0.5 * np.exp(-f / (1800 + 2200 * brightness))
    )


def pure(k: Values, f: Values, brightness: float) -> Values:
    """A whistle or a theremin: a sine with a hint of the octave."""
    return np.where(k == 1, 1.0, np.where(k == 2, 0.04 + 0.08 * brightness, 0.0)) * np.exp(-f / 9000)


def _pipes(levels: dict[int, float]) -> Spectrum:
    """Return an organ's spectrum: levels by harmonic of the 16-foot pipe, an octave below the key."""

    def spectrum(k: Values, f: Values, brightness: float) -> Values:
        table = np.zeros(int(k[-1]) + 1)
        for harmonic, level in levels.items():
            if harmonic < len(table):
                table[harmonic] = level * (0.6 + 0.8 * brightness if harmonic > 4 else 1.0)
        return table[1:] * np.exp(-f / 7000)

    return spectrum


def _an_octave_down(
    kind: Held, frequency_hz: float, n: int, velocity: float, rng: np.random.Generator
) -> Signal:
    return held(kind, frequency_hz / 2, n, velocity, rng)


_slow, _voice = Vibrato(5.2, 9.0, 0.2), Vibrato(5.4, 14.0, 0.25)

STRINGS = partial(held, Held(bowed, 0.22, 5, 5.5, Vibrato(5.4, 7.0, 0.1), dull=0.12, reach=0.55, edge=0.05))
VIOLIN = partial(
    held, Held(bowed, 0.09, 1, 0, Vibrato(5.7, 17.0, 0.22), dull=0.35, breath=0.02, breath_hz=4500)
)
CELLO = partial(held, Held(bowed, 0.12, 1, 0, Vibrato(5.1, 14.0, 0.25), dull=0.1, reach=0.4, breath=0.015))
BRASS = partial(held, Held(brassy, 0.08, 3, 6, Vibrato(4.8, 4.0, 0.4), dull=0.1, reach=0.6, edge=0.3))
HORN = partial(held, Held(brassy, 0.12, 2, 5, Vibrato(4.5, 3.0, 0.4), dull=0.0, reach=0.3, edge=0.1))
TRUMPET = partial(
    held, Held(trumpeting, 0.04, 1, 0, Vibrato(5.3, 11.0, 0.35), dull=0.15, reach=0.6, edge=0.35)
)
SAX = partial(
    held, Held(reedy, 0.05, 1, 0, Vibrato(5.0, 15.0, 0.3), dull=0.2, edge=0.25, breath=0.05, breath_hz=2200)
)
FLUTE = partial(
    held, Held(fluted, 0.07, 1, 0, Vibrato(5.2, 10.0, 0.25), dull=0.1, breath=0.10, breath_hz=3200)
)
PAN_FLUTE = partial(
    held, Held(fluted, 0.05, 1, 0, Vibrato(4.8, 6.0, 0.3), dull=0.0, breath=0.28, breath_hz=2400)
)
CLARINET = partial(held, Held(hollow, 0.05, 1, 0, _slow, dull=0.15, breath=0.02))
OBOE = partial(held, Held(nasal, 0.05, 1, 0, _voice, dull=0.2, breath=0.01))
CHOIR = partial(
    held, Held(sung, 0.3, 4, 8, Vibrato(5.0, 12.0, 0.1), dull=0.2, reach=0.6, edge=0, breath=0.02)
)
WHISTLE = partial(held, Held(pure, 0.05, 1, 0, _voice, breath=0.06, breath_hz=4000))
THEREMIN = partial(held, Held(pure, 0.15, 1, 0, Vibrato(5.8, 32.0, 0.05), reach=1.0))
ACCORDION = partial(held, Held(reed_organ, 0.04, 3, 7, Vibrato(), dull=0.3, reach=0.4, edge=0.1))
HARMONICA = partial(held, Held(reed_organ, 0.05, 1, 0, Vibrato(5.5, 12.0, 0.2), dull=0.2, breath=0.04))
BAGPIPE = partial(held, Held(reed_organ, 0.03, 2, 4, Vibrato(), dull=0.8, reach=0.2))
ORGAN = partial(
    _an_octave_down,
    Held(_pipes({1: 0.8, 2: 1.0, 3: 0.7, 4: 0.8, 6: 0.25, 8: 0.35, 12: 0.12}), 0.008, dull=0.2, edge=0.4),
)
CHURCH_ORGAN = partial(
    _an_octave_down,
    Held(_pipes({1: 0.6, 2: 1.0, 4: 0.8, 6: 0.3, 8: 0.55, 12: 0.25, 16: 0.3, 24: 0.1}), 0.05, 2, 3, dull=0.4),
)
