"""Synthesizers: stacked saws, sweeping filters, frequency modulation, old consoles' square waves."""

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ, Signal, highpass, square, triangle

from .held import pure
from .wavetable import Spectrum, Values, Vibrato, cycles, phase, read, vibrate


def _filtered(levels: str, resonance: float, low_hz: float, high_hz: float) -> Spectrum:
    """Return a saw, pulse or square through a 24 dB low-pass whose cut-off runs from low_hz to high_hz."""

    def spectrum(k: Values, f: Values, brightness: float) -> Values:
        cutoff = low_hz * (high_hz / low_hz) ** brightness
        wave = 1.0 / k
        if levels == "square":
            wave = np.where(k % 2 == 1, wave, 0.0)
        elif levels == "pulse":
            wave = wave * np.abs(np.sin(np.pi * k * 0.3))
        peak = 1.0 + resonance * np.exp(-np.square(np.log2(f / cutoff) / 0.22))
        return np.asarray(wave * peak / np.sqrt(1.0 + (f / cutoff) ** 8), np.float64)

    return spectrum


@dataclass(frozen=True)
class Patch:
    """A subtractive patch: oscillators, a filter sweep from `top` to `rest` in sweep_s, an amplitude shape.

    voices detuned copies lie detune_cents apart; sub is the level of a sine an octave below; fade_s makes
    the note die away like a pluck.
    """

    spectrum: Spectrum
    voices: int = 1
    detune_cents: float = 0.0
    attack_s: float = 0.004
    top: float = 1.0
    rest: float = 0.4
    sweep_s: float = 0.2
    fade_s: float = 0.0
    sub: float = 0.0
    vibrato: Vibrato = field(default_factory=Vibrato)
    steps: int = 8


def patch(kind: Patch, frequency_hz: float, n: int, velocity: float, rng: np.random.Generator) -> Signal:
    """Return a note of a subtractive synthesizer; harder notes open the filter further."""
    tables = cycles(kind.spectrum, frequency_hz, kind.steps)
    time = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)
    rise = np.minimum(time / np.float32(kind.attack_s), 1.0)
    top = kind.rest + (kind.top - kind.rest) * (0.35 + 0.65 * velocity)
    sweep = np.asarray(
        kind.rest + (top - kind.rest) * np.exp(-time / np.float32(kind.sweep_s)) * rise, np.float32
    )
    wobble = vibrate(kind.vibrato, n, rng)
    tone = np.zeros(n, np.float32)
    for voice in range(kind.voices):
        cents = kind.detune_cents * (voice - (kind.voices - 1) / 2)
        tone += read(tables, phase(frequency_hz * 2 ** (cents / 1200), n, rng.uniform(), wobble), sweep)
    tone /= np.float32(np.sqrt(kind.voices))
    if kind.sub:
        low = phase(frequency_hz / 2, n, 0.0, wobble)
        tone += np.float32(kind.sub) * np.sin(2 * np.pi * low).astype(np.float32)
    tone *= rise
    if kind.fade_s:
        tone *= np.exp(-time / np.float32(kind.fade_s))
    return np.asarray(tone, np.float32)


@dataclass(frozen=True)
class Fm:
    """Two-operator frequency modulation: the modulator's ratio, index and decay, the tone's decay, a tine."""

    ratio: float
    index: float
    index_s: float
    decay_s: float
    attack_s: float = 0.002
    tine: float = 0.0
    floor: float = 0.1


def modulated(kind: Fm, frequency_hz: float, n: int, velocity: float, rng: np.random.Generator) -> Signal:
    """Return a frequency-modulated note; the index is held back for high notes, where it would hiss."""
    time = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)
    reach = kind.index * (0.25 + velocity) * min(1.0, (600.0 / frequency_hz) ** 0.5)
    falling = np.exp(-time / np.float32(kind.index_s))
    index = np.asarray(reach * (kind.floor + (1 - kind.floor) * falling), np.float32)
    carrier = (2 * np.pi * phase(frequency_hz, n, 0.0)).astype(np.float32)
    modulator = (2 * np.pi * phase(frequency_hz * kind.ratio * rng.uniform(0.9995, 1.0005), n, 0.0)).astype(
        np.float32
    )
    tone = np.sin(carrier + index * np.sin(modulator))
    if kind.tine and frequency_hz * 7 < 9000:
        chime = (2 * np.pi * phase(frequency_hz * 7.01, n, 0.0)).astype(np.float32)
        tone = tone + np.float32(kind.tine * velocity) * np.sin(chime) * np.exp(-time / np.float32(0.12))
    decay = kind.decay_s * (261.6 / frequency_hz) ** 0.4
    shaped = tone * np.exp(-time / np.float32(decay)) * np.minimum(time / kind.attack_s, 1.0)
    # A modulator that is slightly out of tune with the carrier leaves a side band near 0 Hz.
    return highpass(np.asarray(shaped, np.float32), 20.0, 1)


def chip_pulse(
    frequency_hz: float,
    n: int,
    velocity: float,
    rng: np.random.Generator,
    width: float = 0.5,
    fade_s: float = 0.7,
) -> Signal:
    """Return a console's pulse wave with its stepped volume and late vibrato."""
    wobble = vibrate(Vibrato(6.0, 12.0, 0.3), n, rng)
    pitch = frequency_hz if wobble is None else wobble * np.float32(frequency_hz)
    time = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)
    volume = (
        np.ceil(15 * np.exp(-time / np.float32(fade_s)) * velocity) / 15
    )  # four bits of volume, as it was
    return np.asarray(square(pitch, n, width=width) * volume * np.minimum(time / 0.002, 1.0), np.float32)


def chip_triangle(frequency_hz: float, n: int, velocity: float, rng: np.random.Generator) -> Signal:
    """Return a console's triangle: sixteen steps, no volume control."""
    fine = triangle(frequency_hz * rng.uniform(0.9995, 1.0005), n)
    return np.asarray(0.7 * fine + 0.3 * np.round(fine * 7.5) / 7.5, np.float32) * np.float32(
        0.5 + 0.5 * velocity
    )


def boom(frequency_hz: float, n: int, velocity: float, rng: np.random.Generator) -> Signal:
    """Return the long bass of a drum machine: a sine that falls into its pitch, gently overdriven."""
    time = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)
    bend = 1 + np.float32(1.6) * np.exp(-time / np.float32(0.022))
    cycle = phase(frequency_hz, n, 0.0, np.asarray(bend, np.float32))
    body = np.sin(2 * np.pi * cycle).astype(np.float32) * np.exp(-time / np.float32(0.75))
    drive = np.float32(1.2 + 1.3 * velocity + 0.05 * rng.uniform())
    return np.asarray(np.tanh(drive * body) * np.minimum(time / 0.002, 1.0), np.float32)


_saw = _filtered("saw", 0.3, 500, 7500)
SUPERSAW = partial(patch, Patch(_filtered("saw", 0.1, 1500, 9000), 7, 9.0, 0.01, 1.0, 0.75, 0.5, steps=4))
SAW_LEAD = partial(patch, Patch(_saw, 2, 9.0, 0.008, 0.95, 0.6, 0.3, vibrato=Vibrato(5.5, 12.0, 0.3)))
SQUARE_LEAD = partial(
    patch,
    Patch(_filtered("square", 0.3, 500, 6500), 1, 0, 0.01, 0.9, 0.5, 0.4, vibrato=Vibrato(5.5, 12.0, 0.3)),
)
WARM_PAD = partial(
    patch, Patch(_filtered("saw", 0.2, 350, 3500), 4, 8.0, 0.5, 0.7, 0.35, 1.6, sub=0.15, steps=4)
)
GLASS_PAD = partial(patch, Patch(_filtered("pulse", 0.8, 500, 5000), 3, 6.0, 0.7, 0.9, 0.3, 2.5, steps=6))
SYNTH_PLUCK = partial(
    patch, Patch(_filtered("saw", 0.8, 300, 8000), 2, 8.0, 0.002, 0.95, 0.0, 0.09, fade_s=0.28)
)
SYNTH_STRINGS = partial(patch, Patch(_filtered("saw", 0.1, 900, 5500), 4, 9.0, 0.18, 0.8, 0.6, 1.0, steps=4))
SYNTH_BRASS = partial(patch, Patch(_filtered("saw", 0.3, 300, 5500), 3, 7.0, 0.03, 1.0, 0.45, 0.35))
STAB = partial(patch, Patch(_filtered("saw", 0.9, 250, 6000), 3, 7.0, 0.003, 0.9, 0.1, 0.1, fade_s=0.22))

SYNTH_BASS = partial(patch, Patch(_filtered("saw", 0.6, 90, 3200), 1, 0, 0.003, 0.85, 0.3, 0.14, sub=0.0))
ACID_BASS = partial(patch, Patch(_filtered("saw", 4.0, 150, 4200), 1, 0, 0.003, 0.95, 0.15, 0.11, steps=14))
REESE_BASS = partial(patch, Patch(_filtered("saw", 0.5, 120, 1600), 3, 16.0, 0.02, 0.7, 0.5, 0.8, sub=0.4))
WOBBLE_BASS = partial(
    patch, Patch(_filtered("square", 2.0, 120, 3500), 2, 14.0, 0.01, 1.0, 0.1, 0.25, sub=0.5)
)
SUB_BASS = partial(patch, Patch(pure, 1, 0, 0.012, 1.0, 0.5, 0.3, steps=2))
RETRO_BASS = partial(patch, Patch(_filtered("pulse", 0.5, 110, 3000), 2, 6.0, 0.003, 0.8, 0.3, 0.16))

ELECTRIC_PIANO = partial(modulated, Fm(1.0, 1.35, 0.5, 1.5, tine=0.16))
DX_PIANO = partial(modulated, Fm(1.0, 0.8, 0.8, 1.3, tine=0.4))
FM_BELL = partial(modulated, Fm(3.5, 2.0, 0.6, 1.4, floor=0.05))
FM_PLUCK = partial(modulated, Fm(2.0, 2.4, 0.08, 0.4, floor=0.02))
CLAVINET = partial(modulated, Fm(3.0, 1.9, 0.2, 0.45, floor=0.4))

CHIP_SQUARE = partial(chip_pulse, width=0.5, fade_s=1.2)
CHIP_PULSE = partial(chip_pulse, width=0.25, fade_s=0.35)
