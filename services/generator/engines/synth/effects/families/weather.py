"""Rain, thunder, wind, hail."""

import numpy as np

from services.generator.engines.synth.dsp import (
    SAMPLE_RATE_HZ,
    Signal,
    bandpass,
    exp_decay,
    frames,
    highpass,
    lowpass,
    noise,
    pink,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, bed, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import band, burst, curve, scattered, slow, struck

_Rng = np.random.Generator

_DROPS = {
    "metal": (900.0, 4200.0, 14.0, 0.016),
    "roof": (700.0, 2600.0, 5.0, 0.010),
    "wood": (350.0, 1300.0, 5.0, 0.008),
    "glass": (1600.0, 4200.0, 7.0, 0.006),
    "tent": (220.0, 900.0, 2.0, 0.010),
    "leaves": (900.0, 3200.0, 1.2, 0.006),
    "water": (700.0, 2200.0, 12.0, 0.014),
}
"""What a drop sounds like on a surface: lowest and highest centre in Hz, q, time constant in s."""


def _rain(n: int, how: Manner, rng: _Rng) -> Signal:
    low, high, q, decay = _DROPS.get(how.surface, (1200.0, 5200.0, 2.2, 0.004))

    def drop() -> Signal:
        m = frames(decay * 7)
        return bandpass(noise(rng, m), rng.uniform(low, high), q) * exp_decay(
            m, decay * rng.uniform(0.6, 1.4)
        )

    per_s = 20.0 + 900.0 * how.force**2.2
    breath = 0.8 + 0.2 * slow(n, rng, 2.5, 0.0)
    hiss = band(noise(rng, n), 500.0, 3500.0 + 6000.0 * how.force) * breath
    rumble = lowpass(pink(rng, n), 260.0) * (0.9 * max(how.force - 0.45, 0.0))
    drops = scattered(n, rng, per_s, drop, 48) * 1.6
    surface = 2.2 if how.surface else 1.0
    return np.asarray(hiss * (0.12 + 0.5 * how.force) / surface + drops * surface + rumble, np.float32)


def _hail(n: int, how: Manner, rng: _Rng) -> Signal:
    def stone() -> Signal:
        m = frames(0.03)
        pitch = rng.uniform(1800, 5200)
        hit = struck([pitch, pitch * 1.53, pitch * 2.31], 0.0035, [1.0, 0.6, 0.4], m)
        return hit + highpass(noise(rng, m), 3000.0) * exp_decay(m, 0.0012)

    return scattered(n, rng, 45.0 + 150.0 * how.force, stone, 40) + band(noise(rng, n), 900.0, 6000.0) * 0.05


def _thunder(n: int, how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(5.5 * how.length * rng.uniform(0.85, 1.15)))
    crack_s = rng.uniform(0.0, 0.06)
    rolls = sum(
        rng.uniform(0.35, 1.0)
        * np.exp(-np.square((np.arange(m) / SAMPLE_RATE_HZ - at) / rng.uniform(0.12, 0.4)))
        for at in crack_s + np.cumsum(rng.uniform(0.2, 0.8, 8)) * how.length
    )
    fall = exp_decay(m, 1.5 * how.length)
    rumble = lowpass(noise(rng, m), 110.0, 3) * 9.0 + lowpass(noise(rng, m), 45.0, 2) * 8.0
    body = rumble * np.asarray(0.35 + rolls, np.float32) * fall * curve(m, (0, 0.3), (0.03, 1), (1, 1))
    close = max(0.0, 0.55 - how.distance) + 0.4 * max(how.force - 0.5, 0)
    tearing = scattered(m, rng, 160.0, lambda: highpass(noise(rng, 500), 900.0) * exp_decay(500, 0.003), 24)
    crack = (tearing + band(noise(rng, m), 200.0, 4500.0)) * exp_decay(m, 0.14) * close
    tail = curve(m, (0, 1), (0.6, 1), (1, 0))
    return np.asarray((body + 0.8 * crack) * tail, np.float32)


def _wind(n: int, how: Manner, rng: _Rng) -> Signal:
    """Gusts: each brings a dull body, a rush above it, and a howl that rises in pitch as it grows."""
    gust = slow(n, rng, 0.9 / how.speed, 0.0) ** 1.5 * (0.4 + 0.6 * slow(n, rng, 3.5, 0.0)) + 0.06
    body = band(pink(rng, n), 70.0, 300.0 + 500.0 * how.force) * (0.15 + gust)
    rush = band(noise(rng, n), 450.0, 1800.0 + 1500.0 * how.force) * gust**1.5 * (0.3 + 0.6 * how.force)
    howls = np.zeros(n, np.float32)
    for centre_hz, weight in ((390.0, 0.0), (560.0, 0.5), (800.0, 1.0)):
        nearness = np.exp(-np.square((np.minimum(gust, 1.0) - weight) * 2.5))
        howls += bandpass(pink(rng, n), centre_hz * rng.uniform(0.94, 1.06), 14.0) * nearness
    howling = 6.0 if how.says("howling, howl, howls, whistling, haunting, eerie") else 1.6
    return np.asarray(body * 1.2 + rush + howls * gust * howling, np.float32)


def _rumble(n: int, how: Manner, rng: _Rng) -> Signal:
    """The ground shakes: noise below 80 Hz that heaves, with stones that rattle on it."""
    heave = slow(n, rng, 0.35 / how.speed, 0.25)
    shaking = slow(n, rng, 0.06, 0.4)
    low = lowpass(noise(rng, n), 75.0, 3) * 9.0 * heave * shaking
    stones = scattered(
        n, rng, 12.0 + 30.0 * how.force, lambda: burst(rng, 0.06, rng.uniform(180, 900), 2.5, 0.012), 24
    )
    return np.asarray(low + stones * heave * 0.5 + lowpass(pink(rng, n), 300.0) * 0.25 * heave, np.float32)


FAMILIES: tuple[Family, ...] = (
    bed("rumble",
        "rumble, rumbling, earthquake, tremor, quake, shaking ground, avalanche, rockslide, "
        "erdbeben, terremoto, tremblement de terre, volcano, eruption",
        _rumble, -15.0, wide=True),
    bed("rain",
        "rain, raining, rainy, rainfall, rains, drizzle, drizzling, downpour, rain shower, regen, "
        "es regnet, lluvia, llueve, pluie, pioggia, chuva, 雨, дождь",
        _rain, -21.0, wide=True, lasting=True, surfaces=True),
    bed("hail",
        "hail, hailstorm, hailstones, hagel, granizo, grêle",
        _hail, -20.0, wide=True, lasting=True, surfaces=True),
    event("thunder",
          "thunder, thunderclap, lightning, thunder clap, thundering, thunder rumble, rolling "
          "thunder, donner, blitz, trueno, truenos, tonnerre, tuono, 雷, гром",
          _thunder, Rhythm(3.0, 0.3, 1, 7.0), -13.0),
    bed("wind",
        "wind, windy, winds, breeze, gust, gale, blizzard, howling wind, wind howling, wind "
        "howls, hurricane, tornado, draft, wind noise, sturm, viento, vent, vento, 风, 風, ветер",
        _wind, -20.0, wide=True, lasting=True),
)  # fmt: skip
