"""Single drum strokes: skins as falling sines, wires as noise, cymbals as crowds of modes.

Every function returns one mono stroke at full level; the player scales it by velocity.
"""

import numpy as np

from services.generator.engines.synth.dsp import (
    SAMPLE_RATE_HZ,
    Signal,
    bandpass,
    exp_decay,
    fade,
    frames,
    highpass,
    lowpass,
    noise,
    sine,
    square,
)
from services.generator.engines.synth.grains import ring

_HAT_HZ = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)
"""The six square oscillators behind an analogue drum machine's hi-hat."""


def kick(
    rng: np.random.Generator,
    *,
    pitch_hz: float = 50.0,
    sweep_hz: float = 180.0,
    sweep_s: float = 0.03,
    decay_s: float = 0.18,
    click: float = 0.3,
    drive: float = 1.5,
) -> Signal:
    """Return a bass drum: a sine falling from pitch + sweep to pitch, with the beater's click."""
    n = frames(decay_s * 5)
    falling = (
        pitch_hz + sweep_hz * exp_decay(n, sweep_s) + 2 * sweep_hz * exp_decay(n, 0.004) * min(click, 1.0)
    )
    body = np.tanh(sine(falling, n) * exp_decay(n, decay_s) * np.float32(drive)) / np.float32(np.tanh(drive))
    beater = bandpass(noise(rng, n), 2800.0, 0.7) * exp_decay(n, 0.004) * np.float32(click * 1.6)
    return fade(body + beater, 0.0005, decay_s)


def snare(
    rng: np.random.Generator,
    *,
    pitch_hz: float = 185.0,
    tone_s: float = 0.07,
    wire_s: float = 0.12,
    wire: float = 1.0,
    bright_hz: float = 9000.0,
) -> Signal:
    """Return a snare drum: two skin modes and the rattle of the wires."""
    n = frames(max(tone_s, wire_s) * 5)
    bend = 1.0 + 0.35 * exp_decay(n, 0.012)
    skin = sine(pitch_hz * bend, n) + 0.6 * sine(pitch_hz * 1.79 * bend, n)
    rattle = lowpass(highpass(noise(rng, n), 900.0), bright_hz)
    snap = exp_decay(n, wire_s) * 0.7 + exp_decay(n, 0.012) * 0.9
    return fade(0.55 * skin * exp_decay(n, tone_s) + np.float32(wire) * rattle * snap, 0.0005, wire_s)


def brush(rng: np.random.Generator, *, length_s: float = 0.22, centre_hz: float = 3200.0) -> Signal:
    """Return the swish of a wire brush drawn over a skin."""
    n = frames(length_s)
    swell = np.linspace(0, 1, n, dtype=np.float32) * np.linspace(1, 0, n, dtype=np.float32) * np.float32(4.0)
    return np.asarray(bandpass(noise(rng, n), centre_hz, 0.7) * swell * np.float32(0.9), np.float32)


def tap(rng: np.random.Generator, *, length_s: float = 0.09) -> Signal:
    """Return a brush or finger tapped on a skin."""
    n = frames(length_s * 4)
    hiss = lowpass(highpass(noise(rng, n), 700.0), 6000.0) * exp_decay(n, length_s * 0.5)
    return fade(hiss + 0.35 * sine(200.0, n) * exp_decay(n, 0.04), 0.0005, 0.02)


def clap(rng: np.random.Generator, *, tail_s: float = 0.1) -> Signal:
    """Return a hand clap: four bursts within 30 ms, then the room."""
    n = frames(tail_s * 5 + 0.04)
    envelope = np.zeros(n, np.float32)
    for start, level in ((0.0, 0.7), (0.0095, 0.8), (0.0195, 0.9), (0.029, 1.0)):
        at = frames(start)
        envelope[at:] = np.maximum(
            envelope[at:], level * exp_decay(n - at, 0.006 if start < 0.029 else tail_s * 0.55)
        )
    hands = bandpass(noise(rng, n), 1150.0, 0.9) + 0.35 * bandpass(noise(rng, n), 3200.0, 0.7)
    return fade(hands * envelope * np.float32(2.2), 0.001, tail_s)


def rim(rng: np.random.Generator, *, pitch_hz: float = 1700.0) -> Signal:
    """Return a stick across the rim."""
    n = frames(0.12)
    wood = sine(pitch_hz, n) * exp_decay(n, 0.009) + 0.6 * sine(pitch_hz * 0.47, n) * exp_decay(n, 0.014)
    return fade(wood + lowpass(noise(rng, n), 5000.0) * exp_decay(n, 0.003), 0.0003, 0.02)


def hat(
    rng: np.random.Generator, *, decay_s: float = 0.035, metal: float = 0.5, bright_hz: float = 10500.0
) -> Signal:
    """Return a hi-hat stroke; closed for short decays, open for long ones."""
    n = frames(min(decay_s * 5.5, 1.4))
    squares = (
        np.asarray(sum(square(hz * 1.6 * rng.uniform(0.995, 1.005), n) for hz in _HAT_HZ), np.float32) / 6
    )
    source = np.float32(metal) * squares + np.float32(1.0 - 0.6 * metal) * noise(rng, n)
    shaped = lowpass(highpass(source, 5200.0, 3), bright_hz)
    return fade(
        shaped * (exp_decay(n, decay_s) + 0.4 * exp_decay(n, 0.006)) * np.float32(2.7), 0.0003, decay_s
    )


def cymbal(
    rng: np.random.Generator,
    *,
    decay_s: float = 0.9,
    low_hz: float = 380.0,
    bell: float = 0.0,
    wash: float = 0.5,
) -> Signal:
    """Return a crash or, with a strong bell and little wash, a ride: many inharmonic modes and a hiss."""
    n = frames(decay_s * 3.2)
    count = 90
    modes = low_hz * (1.0 + np.sort(rng.uniform(0.0, 1.0, count)) ** 1.2 * 9500.0 / low_hz)
    levels = rng.uniform(0.3, 1.0, count) * np.exp(-modes / 7000.0) * (modes / 3000.0) ** 0.4
    shimmer = ring(modes, decay_s * np.exp(-modes / 9000.0) * rng.uniform(0.6, 1.2, count), levels * 0.13, n)
    hiss = lowpass(highpass(noise(rng, n), 3500.0), 10000.0) * exp_decay(n, decay_s * 0.5) * np.float32(wash)
    cup = sine(low_hz * 2.4, n) + 0.7 * sine(low_hz * 3.94, n) + 0.5 * sine(low_hz * 5.63, n)
    ping = cup * exp_decay(n, 0.22) * np.float32(bell * 0.2)
    stick = bandpass(noise(rng, n), 6000.0, 0.8) * exp_decay(n, 0.004) * np.float32(0.5)
    return fade(shimmer + hiss + ping + stick, 0.001, decay_s)


def tom(
    rng: np.random.Generator,
    *,
    pitch_hz: float = 110.0,
    decay_s: float = 0.2,
    bend: float = 0.5,
    skin: float = 0.2,
) -> Signal:
    """Return a tom, conga, bongo or kettle drum, by pitch, decay, bend and the skin's slap."""
    n = frames(decay_s * 5)
    falling = pitch_hz * (1.0 + bend * exp_decay(n, 0.03))
    body = sine(falling, n) * exp_decay(n, decay_s) + 0.35 * sine(falling * 1.59, n) * exp_decay(
        n, decay_s * 0.5
    )
    slap = bandpass(noise(rng, n), 1600.0, 0.6) * exp_decay(n, 0.012) * np.float32(skin * 2)
    return fade(0.8 * body + slap, 0.0008, decay_s)


def shaker(rng: np.random.Generator, *, length_s: float = 0.07, centre_hz: float = 6000.0) -> Signal:
    """Return a shaker's push: the grains take a moment to land."""
    n = frames(length_s)
    grain = np.linspace(0.0, 1.0, n, dtype=np.float32)
    return bandpass(noise(rng, n), centre_hz, 1.1) * (grain**0.7 * (1 - grain) ** 1.6) * np.float32(3.2)


def tambourine(rng: np.random.Generator) -> Signal:
    """Return a tambourine: jingles that each ring on their own."""
    n = frames(0.32)
    modes = rng.uniform(4200.0, 10500.0, 40)
    jingles = ring(modes, rng.uniform(0.03, 0.1, 40), rng.uniform(0.2, 1.0, 40) * 0.12, n)
    return fade(jingles + 0.5 * bandpass(noise(rng, n), 7500.0, 1.5) * exp_decay(n, 0.04), 0.0005, 0.1)


def cowbell(rng: np.random.Generator) -> Signal:
    """Return a cowbell: two squares a little more than a fifth apart."""
    n = frames(0.35)
    pair = square(562.0 * rng.uniform(0.998, 1.002), n) + square(845.0, n)
    strike = exp_decay(n, 0.09) + 0.8 * exp_decay(n, 0.012)
    return fade(bandpass(np.asarray(pair, np.float32), 900.0, 0.8) * strike * np.float32(0.35), 0.0005, 0.1)


def chip_noise(rng: np.random.Generator, *, rate_hz: float = 9000.0, decay_s: float = 0.06) -> Signal:
    """Return a console's noise: a random bit held for each step of a clock."""
    n = frames(decay_s * 5)
    step = np.arange(n) * (rate_hz / SAMPLE_RATE_HZ)
    bits = rng.integers(0, 2, int(step[-1]) + 1).astype(np.float32) - np.float32(0.5)
    volume = np.asarray(np.ceil(15 * exp_decay(n, decay_s)) / 15, np.float32)
    return fade(lowpass(bits[step.astype(np.int64)], 9500.0) * volume * np.float32(0.9), 0.0002, 0.01)


def chip_kick(rng: np.random.Generator, *, pitch_hz: float = 60.0) -> Signal:
    """Return a console's bass drum: a square that falls."""
    n = frames(0.16)
    falling = pitch_hz + 260.0 * exp_decay(n, 0.02) * np.float32(rng.uniform(0.98, 1.02))
    return fade(lowpass(square(falling, n), 3000.0) * exp_decay(n, 0.06), 0.0005, 0.02)


def snap(rng: np.random.Generator) -> Signal:
    """Return a finger snap."""
    n = frames(0.2)
    click = bandpass(noise(rng, n), 2300.0, 2.2) * (exp_decay(n, 0.018) + 0.2 * exp_decay(n, 0.06))
    return fade(click * np.float32(2.5), 0.0005, 0.05)
