"""Steps, hearts, breath."""

import numpy as np

from services.generator.engines.synth.dsp import (
    Signal,
    exp_decay,
    frames,
    noise,
    saw,
    sine,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    band,
    burst,
    curve,
    formants,
    glide,
    scattered,
    struck,
    swell,
)

_Rng = np.random.Generator


_GROUNDS = {
    "": (190.0, 1.0, 0.25, 0),
    "stone": (260.0, 0.9, 0.45, 0),
    "wood": (120.0, 1.5, 0.2, 0),
    "metal": (330.0, 0.8, 0.4, 0),
    "gravel": (140.0, 0.4, 0.25, 90),
    "snow": (110.0, 0.25, 0.1, 220),
    "leaves": (120.0, 0.25, 0.2, 130),
    "grass": (110.0, 0.5, 0.2, 40),
    "water": (130.0, 0.4, 0.7, 25),
    "roof": (180.0, 0.9, 0.4, 0),
    "glass": (260.0, 0.6, 0.4, 30),
    "tent": (120.0, 0.6, 0.3, 20),
}
"""A ground: its thud's pitch in Hz, the level of thud and of scuff, grains that break under a foot."""

_GRAIN_BANDS_HZ = {"gravel": (1400, 5000), "snow": (600, 2200), "leaves": (2500, 8000), "grass": (1500, 4500),
                   "water": (700, 2600), "glass": (4000, 9000), "tent": (400, 1500)}  # fmt: skip


def _footstep(n: int, how: Manner, rng: _Rng) -> Signal:
    """Heel, then toe: two impacts a tenth of a second apart, on a ground that thuds, rings or crunches."""
    m = min(n, frames(0.32))
    heel, toe = _impact(m, 1.0, how, rng), _impact(m, 0.55, how, rng)
    return added(m, [(0.0, heel), (rng.uniform(0.07, 0.1) / max(how.speed, 0.8), toe)])


def _impact(m: int, level: float, how: Manner, rng: _Rng) -> Signal:
    pitch, thud, scuff, grains = _GROUNDS[how.surface]
    pitch *= rng.uniform(0.93, 1.07)
    hit = struck([pitch, pitch * 1.6, pitch * 2.7], [0.022, 0.014, 0.01], [1.0, 0.5, 0.3], m) * np.float32(
        thud
    )
    sole = (
        band(noise(rng, m), 700.0, 5000.0) * exp_decay(m, 0.012) * np.float32(scuff * (0.6 + 0.8 * how.force))
    )
    out = hit + sole
    if grains:
        low, high = _GRAIN_BANDS_HZ[how.surface]
        crunch = scattered(
            m, rng, grains * 8.0, lambda: burst(rng, 0.012, rng.uniform(low, high), 2.0, 0.0025), 20
        )
        out = out + crunch * swell(m, 0.015, 0.05) * 1.6
    if how.surface == "metal":
        out = out + struck(
            [410.0, 973.0, 1610.0, 2340.0], [0.12, 0.09, 0.07, 0.05], [0.3, 0.25, 0.2, 0.12], m
        )
    if how.says("high heels, heels"):
        out = out + struck([2100.0, 3350.0], 0.006, [0.8, 0.5], m)
    return np.asarray(out * np.float32(level), np.float32)


def _heartbeat(n: int, how: Manner, _rng: _Rng) -> Signal:
    """Lub-dub: the valves close twice, the second time higher and softer, 0.3 s apart."""
    m = min(n, frames(0.62))
    lub, dub = (
        np.asarray(
            sine(glide(frames(0.2), (0, high), (0.3, low), (1, low)), frames(0.2))
            * swell(frames(0.2), 0.006, 0.045),
            np.float32,
        )
        for high, low in ((95.0, 52.0), (125.0, 66.0))
    )
    beat = added(m, [(0.0, lub), (0.3 / how.speed**0.5, dub * 0.7)])
    return np.asarray(beat + 0.25 * np.tanh(beat * 3.0), np.float32)


def _breathing(n: int, how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(3.2 / how.speed))
    air_in = formants(noise(rng, m), [(700.0, 1.5, 0.5), (1900.0, 2.0, 0.9), (3600.0, 2.0, 0.5)])
    air_out = formants(noise(rng, m), [(450.0, 1.5, 1.0), (1300.0, 2.0, 0.7), (2600.0, 2.0, 0.3)])
    drawn = curve(m, (0, 0), (0.1, 0.5), (0.32, 0.9), (0.4, 0), (1, 0))
    let_go = curve(m, (0, 0), (0.46, 0), (0.54, 1), (0.75, 0.4), (0.95, 0), (1, 0))
    return np.asarray(air_in * drawn + air_out * let_go, np.float32)


def _snore(n: int, _how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(3.4))
    flutter = np.asarray(np.maximum(saw(glide(m, (0, 34.0), (0.35, 27.0), (1, 24.0)), m), 0) ** 2, np.float32)
    throat = formants(
        noise(rng, m) * flutter + flutter * 0.3, [(230.0, 3.0, 1.2), (650.0, 3.0, 0.8), (1400.0, 3.0, 0.5)]
    )
    drawn = curve(m, (0, 0), (0.08, 0.5), (0.35, 1), (0.45, 0), (1, 0))
    air = formants(noise(rng, m), [(900.0, 1.0, 0.4)]) * curve(
        m, (0, 0), (0.52, 0), (0.6, 0.35), (0.85, 0), (1, 0)
    )
    return np.asarray(throat * drawn + air, np.float32)


def _eating(n: int, _how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(0.3))
    crunch = scattered(m, rng, 500.0, lambda: burst(rng, 0.015, rng.uniform(900, 5500), 1.5, 0.003), 30)
    return np.asarray(
        crunch * swell(m, 0.01, 0.06) + band(noise(rng, m), 300.0, 1800.0) * exp_decay(m, 0.03) * 0.6,
        np.float32,
    )


FAMILIES: tuple[Family, ...] = (
    event("footsteps",
          "footsteps, footstep, steps, walking, walk, walks, running, runs, person running, "
          "someone running, jogging, high heels, marching, stomping, strolling, tiptoe, schritte, "
          "schritt, pasos, pas, passi, 脚步, 足音, шаги, running footsteps, person walking, footsteps "
          "running",
          _footstep, Rhythm(0.54, 0.05), -16.0, surfaces=True, heap=12),
    event("heartbeat",
          "heartbeat, heart beat, heart, heart beating, heartbeats, pulse, herzschlag, herz, "
          "latido, corazón, coeur, 心跳",
          _heartbeat, Rhythm(0.857, 0.02), -12.0, dry=True, heap=3),
    event("breathing",
          "breathing, breath, breathe, breathes, panting, sigh, gasp, gasping, atmen, atem, "
          "respiración, respiration",
          _breathing, Rhythm(3.4, 0.05), -19.0, dry=True, heap=4),
    event("snoring",
          "snore, snoring, snores, schnarchen, ronquido, ronflement",
          _snore, Rhythm(3.6, 0.05), -17.0, heap=4),
    event("crunching",
          "eating, chewing, crunch, crunching, crunchy, biting, bite, chips, apple bite, kauen, "
          "essen, comer, croquer",
          _eating, Rhythm(0.42, 0.25), -17.0),
)  # fmt: skip
