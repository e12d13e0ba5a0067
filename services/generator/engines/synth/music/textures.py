"""Quiet sounds beneath the music: rain, waves, a crackling record."""

from collections.abc import Callable

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
    seamless,
    sine,
)
from services.generator.engines.synth.grains import arch, scattered, slow

TEXTURE_WORDS: dict[str, tuple[str, ...]] = {
    "rain": (
        "rain",
        "rainy",
        "raining",
        "rainfall",
        "drizzle",
        "storm",
        "thunderstorm",
        "regen",
        "lluvia",
        "pluie",
    ),
    "waves": ("ocean", "sea", "waves", "beach", "surf", "seaside", "shore", "meer"),
    "wind": ("wind", "windy", "breeze", "desert", "mountain", "blizzard", "wind noise"),
    "stream": ("river", "stream", "brook", "water", "waterfall", "underwater"),
    "fire": ("fire", "campfire", "fireplace", "fireside"),
    "birds": ("birds", "bird", "birdsong", "forest", "jungle sounds", "spring morning", "meadow"),
    "crickets": ("crickets", "cicadas", "summer night", "night sounds"),
    "vinyl": ("vinyl", "record crackle", "crackle", "crackling", "gramophone", "dusty", "old record"),
    "air": ("tape hiss", "hiss", "space", "drone"),
}

_LEVEL_DB = {"rain": -30.0, "waves": -27.0, "wind": -29.0, "stream": -30.0, "fire": -30.0, "birds": -33.0,
             "crickets": -35.0, "vinyl": -40.0, "air": -44.0}  # fmt: skip
"""RMS beside the music's own, so that the texture is heard in the gaps and never covers a note."""

_RUN_ON_S = 1.0


def texture(name: str, n: int, loop: bool, rng: np.random.Generator) -> Signal:
    """Return shape (2, n) of a texture at its level; for a loop its end runs on into its start."""
    longer = n + frames(_RUN_ON_S)
    sides = np.stack([_MAKERS[name](longer, rng), _MAKERS[name](longer, rng)], axis=1)
    sides = seamless(sides, n) if loop else sides[:n]
    level = float(np.sqrt(np.mean(np.square(sides)))) or 1.0
    return np.asarray(sides.T * np.float32(10 ** (_LEVEL_DB[name] / 20) / level), np.float32)


def _rain(n: int, rng: np.random.Generator) -> Signal:
    hiss = bandpass(noise(rng, n), 2600.0, 0.45) * (0.75 + 0.25 * slow(n, rng, 2.5, 0.0))

    def drop() -> Signal:
        m = frames(0.025)
        return bandpass(noise(rng, m), rng.uniform(1500, 5000), 2.0) * exp_decay(m, 0.004)

    return hiss * 0.5 + scattered(n, rng, 60.0, drop) * 0.9


def _waves(n: int, rng: np.random.Generator) -> Signal:
    swell = slow(n, rng, 3.5, 0.05) ** 2
    body = lowpass(pink(rng, n), 900.0) * (0.5 + 0.5 * swell)
    foam = highpass(lowpass(noise(rng, n), 5000.0), 900.0) * swell * 0.5
    return np.asarray(body + foam, np.float32)


def _wind(n: int, rng: np.random.Generator) -> Signal:
    gust = slow(n, rng, 1.7, 0.15)
    whistle = bandpass(pink(rng, n), 520.0, 3.0) * gust**2
    return lowpass(pink(rng, n), 500.0) * gust * 0.7 + whistle


def _stream(n: int, rng: np.random.Generator) -> Signal:
    def bubble() -> Signal:
        m = frames(rng.uniform(0.02, 0.06))
        rising = rng.uniform(500, 1600) * (1 + 0.5 * np.linspace(0, 1, m))
        return np.asarray(sine(rising, m) * arch(m), np.float32)

    return scattered(n, rng, 45.0, bubble) * 0.35 + bandpass(noise(rng, n), 1400.0, 0.5) * 0.3


def _fire(n: int, rng: np.random.Generator) -> Signal:
    def crack() -> Signal:
        m = frames(0.02)
        return highpass(noise(rng, m), 1500.0) * exp_decay(m, 0.0025)

    return lowpass(pink(rng, n), 350.0) * slow(n, rng, 0.6, 0.4) * 0.7 + scattered(n, rng, 9.0, crack)


def _birds(n: int, rng: np.random.Generator) -> Signal:
    def chirp() -> Signal:
        m = frames(rng.uniform(0.06, 0.2))
        time = np.linspace(0, 1, m)
        pitch = rng.uniform(2600, 4800) * (1 + 0.2 * np.sin(2 * np.pi * time * rng.uniform(1, 5)))
        return np.asarray(sine(pitch, m) * arch(m), np.float32)

    return scattered(n, rng, 2.2, chirp) + lowpass(pink(rng, n), 1200.0) * 0.06


def _crickets(n: int, rng: np.random.Generator) -> Signal:
    time = np.arange(n) / SAMPLE_RATE_HZ
    trill = np.clip(np.sin(2 * np.pi * 31 * time), 0, 1) * (
        np.sin(2 * np.pi * 1.6 * time + rng.uniform(0, 6)) > 0.1
    )
    chirping = sine(4300.0 * rng.uniform(0.98, 1.02), n) * lowpass(np.asarray(trill, np.float32), 200.0)
    return chirping * 0.4 + lowpass(pink(rng, n), 800.0) * 0.15


def _vinyl(n: int, rng: np.random.Generator) -> Signal:
    def tick() -> Signal:
        m = frames(0.004)
        return bandpass(noise(rng, m), rng.uniform(1800, 5500), 1.0) * exp_decay(m, 0.0007)

    hiss = highpass(lowpass(noise(rng, n), 7000.0), 500.0) * 0.05
    return np.asarray(scattered(n, rng, 14.0, tick) + hiss + lowpass(pink(rng, n), 120.0) * 0.04, np.float32)


def _air(n: int, rng: np.random.Generator) -> Signal:
    return bandpass(pink(rng, n), 1200.0, 0.4) * slow(n, rng, 4.0, 0.4)


_MAKERS: dict[str, Callable[[int, np.random.Generator], Signal]] = {
    "rain": _rain, "waves": _waves, "wind": _wind, "stream": _stream, "fire": _fire, "birds": _birds,
    "crickets": _crickets, "vinyl": _vinyl, "air": _air,
}  # fmt: skip
