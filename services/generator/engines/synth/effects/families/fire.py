"""Fire, frying, matches."""

import numpy as np

from services.generator.engines.synth.dsp import (
    Signal,
    bandpass,
    exp_decay,
    frames,
    highpass,
    noise,
    pink,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, bed, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    band,
    burst,
    curve,
    scattered,
    slow,
    struck,
)

_Rng = np.random.Generator


def _fire(n: int, how: Manner, rng: _Rng) -> Signal:
    """A roar that flutters, crackles of very unequal loudness, and now and then a pop of wood."""

    def crack() -> Signal:
        m = frames(0.02)
        loud = float(np.exp(rng.normal(-0.6, 0.9)))
        hit = bandpass(noise(rng, m), rng.uniform(1500, 6500), 1.4) * exp_decay(m, rng.uniform(0.0008, 0.004))
        return np.asarray(hit * min(loud, 6.0), np.float32)

    def pop() -> Signal:
        m = frames(0.08)
        snap = band(noise(rng, m), 300.0, 3500.0) * exp_decay(m, 0.006)
        return np.asarray(2.2 * snap + struck(rng.uniform(180, 420), 0.012, 0.8, m), np.float32)

    flutter = slow(n, rng, 0.12, 0.35) * slow(n, rng, 0.9, 0.5)
    roar = band(pink(rng, n), 60.0, 320.0 + 300.0 * how.force) * flutter * (0.05 + 0.5 * how.force)
    hiss = highpass(noise(rng, n), 3500.0) * slow(n, rng, 0.7, 0.1) * 0.025
    crackles = scattered(n, rng, 14.0 + 22.0 * how.force, crack, 60)
    return np.asarray(roar + hiss + crackles * 2.0 + scattered(n, rng, 1.1, pop, 12) * 1.3, np.float32)


def _frying(n: int, how: Manner, rng: _Rng) -> Signal:
    def spit() -> Signal:
        m = frames(0.012)
        return highpass(noise(rng, m), rng.uniform(2500, 6000)) * exp_decay(m, 0.0015)

    hiss = band(noise(rng, n), 2600.0, 11000.0) * slow(n, rng, 0.08, 0.5) * slow(n, rng, 0.9, 0.6)
    return np.asarray(hiss * 0.25 + scattered(n, rng, 60.0 + 120.0 * how.force, spit, 40) * 0.9, np.float32)


def _match(n: int, _how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(1.9))
    scrape = band(noise(rng, m), 2500.0, 9000.0) * curve(
        m, (0, 0), (0.03, 0.6), (0.1, 0.9), (0.13, 0), (1, 0)
    )
    flare = band(noise(rng, m), 500.0, 6500.0) * curve(
        m, (0, 0), (0.11, 0), (0.16, 1.2), (0.3, 0.35), (0.7, 0.1), (1, 0)
    )
    crackle = scattered(m, rng, 40.0, lambda: burst(rng, 0.01, rng.uniform(1500, 5000), 1.5, 0.002), 20)
    return np.asarray(
        scrape + flare * slow(m, rng, 0.04, 0.5) + crackle * curve(m, (0, 0), (0.12, 0), (0.2, 1), (1, 0.1)),
        np.float32,
    )


FAMILIES: tuple[Family, ...] = (
    bed("fire",
        "fire, campfire, fireplace, bonfire, burning, flames, flame, fire crackling, crackling "
        "fire, crackling, torch, feuer, lagerfeuer, kamin, fuego, hoguera, feu, 火, 火焰, огонь",
        _fire, -20.0, wide=True, lasting=True),
    bed("frying",
        "frying, sizzle, sizzling, bacon, frying pan, cooking, grill, barbecue, brutzeln, freír",
        _frying, -21.0, wide=True),
    event("match",
          "match, match strike, striking a match, lighting a match, lighter, streichholz, "
          "cerilla, allumette",
          _match, Rhythm(2.2, 0.2, 1, 4.0), -17.0),
)  # fmt: skip
