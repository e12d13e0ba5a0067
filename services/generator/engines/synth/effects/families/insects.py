"""Insects and frogs: the sounds of summer nights."""

import numpy as np

from services.generator.engines.synth.dsp import (
    SAMPLE_RATE_HZ,
    Signal,
    bandpass,
    frames,
    lowpass,
    noise,
    pink,
    saw,
    sine,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, bed, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    arch,
    formants,
    glide,
    slow,
)

_Rng = np.random.Generator


def _crickets(n: int, how: Manner, rng: _Rng) -> Signal:
    """Several crickets, each three or four pulses a chirp, each at its own pitch and pace."""
    out = lowpass(pink(rng, n), 700.0) * 0.02
    time = np.arange(n) / SAMPLE_RATE_HZ
    for level in (1.0, 0.5, 0.35):
        rate = how.fitted(1.0 / (rng.uniform(1.7, 2.6) * how.speed))
        phase = (time / rate + rng.uniform(0, 1)) % 1.0
        chirp = np.clip(np.sin(2 * np.pi * phase * 8.0), 0, 1) * (phase < 0.47)
        pitch = rng.uniform(4000, 4900)
        tone = sine(pitch, n) + 0.25 * sine(pitch * 2.0, n)
        out += tone * lowpass(np.asarray(chirp, np.float32), 260.0) * level * 0.5
    return np.asarray(out, np.float32)


def _cicadas(n: int, _how: Manner, rng: _Rng) -> Signal:
    buzz = np.asarray(
        0.5 + 0.5 * np.sin(2 * np.pi * rng.uniform(85, 110) * np.arange(n) / SAMPLE_RATE_HZ), np.float32
    )
    return bandpass(noise(rng, n), 5400.0, 5.0) * buzz * slow(n, rng, 2.5, 0.25) * 2.0


def _bee(n: int, how: Manner, rng: _Rng) -> Signal:
    """Wings at 200 to 250 beats a second, nearer and farther."""
    base = 155.0 if how.says("fly, housefly") else 215.0
    base = 520.0 if how.says("mosquito") else base
    wander = slow(n, rng, 0.35, 0.0)
    nearness = slow(n, rng, 1.1, 0.15) ** 1.5
    pitch = base * (0.94 + 0.14 * wander + 0.05 * nearness)
    wings = saw(pitch, n) + 0.6 * saw(pitch * 1.013, n)
    voice = formants(wings, [(base * 2.2, 2.0, 1.0), (1400.0, 2.0, 0.7), (3300.0, 2.0, 0.35)])
    rough = 1.0 + 0.35 * lowpass(noise(rng, n), 60.0) * 6.0
    return np.asarray(voice * rough * nearness, np.float32)


def _frog(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Rib-bit: two short trains of throat pulses, the second higher."""
    m = min(n, frames(0.46))
    out = np.zeros(m, np.float32)
    base = rng.uniform(0.92, 1.1)
    for start_s, length_s, pitch, pulses in ((0.0, 0.17, 480.0, 62.0), (0.22, 0.16, 640.0, 78.0)):
        k = frames(length_s)
        train = saw(glide(k, (0, pulses), (1, pulses * 1.25)), k)
        throat = formants(
            train, [(pitch * base, 5.0, 1.0), (pitch * base * 2.6, 5.0, 0.8), (2500.0, 3.0, 0.2)]
        )
        out += added(m, [(start_s, np.asarray(throat * arch(k), np.float32))])
    return out


FAMILIES: tuple[Family, ...] = (
    bed("crickets",
        "cricket, crickets, summer night, night sounds, grillen, grille, grillos, grillo, "
        "grillons, 虫",
        _crickets, -24.0, wide=True, lasting=True),
    bed("cicadas",
        "cicada, cicadas, zikaden, cigarras, cigales, 蝉",
        _cicadas, -24.0, wide=True, lasting=True),
    bed("bee",
        "bee, bees, buzzing bee, wasp, hornet, mosquito, housefly, insect, insects, buzzing "
        "insect, bug, biene, mücke, abeja, abeille, moustique, 蜂",
        _bee, -20.0),
    event("frog",
          "frog, frogs, toad, croak, croaking, ribbit, frosch, quaken, rana, grenouille, 蛙",
          _frog, Rhythm(0.75, 0.3, 2, 1.2), -17.0),
)  # fmt: skip
