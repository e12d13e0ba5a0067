"""Sea, streams, drops, splashes, bubbles."""

import numpy as np

from services.generator.engines.synth.dsp import (
    SAMPLE_RATE_HZ,
    Signal,
    bandpass,
    exp_decay,
    frames,
    lowpass,
    noise,
    pink,
    sine,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, bed, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    band,
    burst,
    curve,
    glide,
    scattered,
    slow,
    swell,
)

_Rng = np.random.Generator


def _sea(n: int, how: Manner, rng: _Rng) -> Signal:
    """Waves: each swells, breaks with a brighter wash, and runs out in foam."""
    crash, foam = np.zeros(n, np.float32), np.zeros(n, np.float32)
    for start_s in _wave_starts(n, how, rng):
        m = frames(rng.uniform(4.5, 6.5))
        height = np.float32(rng.uniform(0.65, 1.0))
        _add_from(crash, start_s, curve(m, (0, 0), (0.3, 0.25), (0.42, 1), (0.6, 0.3), (1, 0)) * height)
        _add_from(foam, start_s, curve(m, (0, 0), (0.4, 0), (0.52, 1), (0.75, 0.4), (1, 0)) * height)
    calm = band(pink(rng, n), 120.0, 700.0) * 0.08
    roar = band(pink(rng, n), 140.0, 2000.0 + 1500.0 * how.force) * crash * (0.8 + how.force)
    wash = band(noise(rng, n), 1500.0, 8000.0) * foam * 0.5
    return np.asarray(calm + roar + wash, np.float32)


def _wave_starts(n: int, how: Manner, rng: _Rng) -> list[float]:
    """Return when waves begin to swell, in seconds; the first is about to break as the sound begins."""
    found = [-float(rng.uniform(1.2, 1.8))]
    while found[-1] < n / SAMPLE_RATE_HZ:
        found.append(found[-1] + float(rng.uniform(3.2, 4.6)) / how.speed)
    return found


def _add_from(out: Signal, start_s: float, piece: Signal) -> None:
    """Add a piece that may begin before the start and end after the end."""
    start = frames(start_s)
    low, high = max(start, 0), min(start + len(piece), len(out))
    if low < high:
        out[low:high] += piece[low - start : high - start]


def _bubble(low_hz: float, high_hz: float, rng: _Rng) -> Signal:
    """Return one bubble: a sine that rises as it nears the surface (Minnaert's resonance)."""
    m = frames(rng.uniform(0.015, 0.07))
    start = rng.uniform(low_hz, high_hz)
    return np.asarray(
        sine(glide(m, (0, start), (1, start * rng.uniform(1.1, 1.9))), m)
        * swell(m, 0.002, m / SAMPLE_RATE_HZ / 3),
        np.float32,
    )


def _stream(n: int, how: Manner, rng: _Rng) -> Signal:
    gurgle = scattered(n, rng, 70.0 + 130.0 * how.force, lambda: _bubble(450.0, 1900.0, rng), 60)
    deep = scattered(n, rng, 14.0, lambda: _bubble(180.0, 420.0, rng), 24)
    flow = bandpass(noise(rng, n), 1500.0, 0.6) * slow(n, rng, 0.5, 0.6)
    return np.asarray(gurgle * 0.5 + deep * 0.5 + flow * (0.1 + 0.4 * how.force), np.float32)


def _waterfall(n: int, how: Manner, rng: _Rng) -> Signal:
    roar = band(pink(rng, n), 130.0, 900.0) * slow(n, rng, 0.4, 0.8)
    spray = band(noise(rng, n), 700.0, 9000.0) * slow(n, rng, 0.15, 0.75)
    return np.asarray(roar * 0.55 + spray * (0.3 + 0.4 * how.force), np.float32)


def _drip(n: int, _how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(0.5))
    pitch = rng.uniform(900.0, 1500.0)
    plop = sine(glide(m, (0, pitch), (0.08, pitch * 0.92), (0.35, pitch * 1.7), (1, pitch * 1.7)), m) * swell(
        m, 0.003, 0.035
    )
    tick = burst(rng, 0.01, 5200.0, 1.0, 0.0012)
    return np.asarray(plop + added(m, [(0.0, tick * 0.5), (0.055, plop * 0.25)]), np.float32)


def _splash(n: int, how: Manner, rng: _Rng) -> Signal:
    m = min(n, frames(1.8 * how.length))
    slap = band(noise(rng, m), 120.0, 2500.0) * exp_decay(m, 0.06) * 1.3
    spray = band(noise(rng, m), 900.0, 9000.0) * swell(m, 0.05, 0.28) * 0.9
    drops = scattered(m, rng, 90.0, lambda: _bubble(500.0, 2400.0, rng), 40) * swell(m, 0.12, 0.4)
    glug = scattered(m, rng, 25.0, lambda: _bubble(140.0, 350.0, rng), 16) * swell(m, 0.08, 0.25)
    return np.asarray(slap + spray + drops * 0.8 + glug, np.float32)


def _bubbles(n: int, how: Manner, rng: _Rng) -> Signal:
    big = scattered(n, rng, (9.0 + 20.0 * how.force) * how.speed, lambda: _bubble(220.0, 700.0, rng), 40)
    small = scattered(n, rng, 14.0 * how.speed, lambda: _bubble(700.0, 1500.0, rng), 30)
    return np.asarray(big + small * 0.5 + lowpass(pink(rng, n), 300.0) * 0.06, np.float32)


def _pouring(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A vessel that fills: the air above the water shortens, and its resonance climbs."""
    level = np.linspace(0.0, 1.0, n, dtype=np.float32)
    gurgle = scattered(n, rng, 120.0, lambda: _bubble(420.0, 1300.0, rng), 50)
    splashing = band(noise(rng, n), 800.0, 6000.0) * slow(n, rng, 0.07, 0.4) * 0.22
    hollow = sum(
        bandpass(noise(rng, n), 330.0 * 2.2**step, 7.0) * np.exp(-np.square((level - step / 2.0) * 3.0))
        for step in (0.0, 1.0, 2.0)
    )
    return np.asarray(gurgle * 0.7 + splashing + hollow * 1.2, np.float32)


def _flush(n: int, how: Manner, rng: _Rng) -> Signal:
    """A cistern empties: a rush that swirls, gurgles, and dies in the pipe."""
    m = min(n, frames(4.0 * how.length))
    rush = band(noise(rng, m), 250.0, 5000.0) * curve(m, (0, 0), (0.06, 1), (0.4, 0.8), (0.62, 0.25), (1, 0))
    swirl = 1.0 + 0.4 * sine(glide(m, (0, 3.0), (1, 9.0)), m)
    gurgle = scattered(m, rng, 110.0, lambda: _bubble(160.0, 700.0, rng), 40)
    drain = curve(m, (0, 0), (0.35, 0.3), (0.6, 1), (0.8, 0.6), (1, 0))
    return np.asarray(rush * swirl + gurgle * drain, np.float32)


FAMILIES: tuple[Family, ...] = (
    event("flush",
          "flush, toilet flush, toilet, flushing, toilette, inodoro, cisterna",
          _flush, Rhythm(4.0, 0.1, 1, 5.0), -16.0, heap=2),
    bed("sea",
        "sea, ocean, waves, wave crashing, waves crashing, beach, surf, seaside, shore, tide, "
        "meer, wellen, ozean, mar, olas, mer, vagues, 海, море",
        _sea, -19.0, wide=True, lasting=True),
    bed("stream",
        "stream, river, brook, creek, water, running water, flowing water, water flowing, "
        "babbling brook, bach, fluss, wasser, agua, río, rivière, ruisseau, eau, fountain, "
        "faucet, shower, 水, 川, running tap, water tap",
        _stream, -21.0, wide=True, lasting=True),
    bed("waterfall",
        "waterfall, rapids, niagara, dam, wasserfall, cascada, cascade, chute d'eau",
        _waterfall, -18.0, wide=True, lasting=True),
    event("drip",
          "drip, dripping, drips, water drop, water droplet, droplet, drop of water, water "
          "dripping, dripping water, leaky faucet, dripping faucet, dripping tap, tropfen, gota, "
          "goutte, drops of water",
          _drip, Rhythm(0.9, 0.5), -17.0),
    event("splash",
          "splash, splashing, water splash, dive, diving, plunge, jumping into water, jump into "
          "water, cannonball, platschen, salpicadura, plouf",
          _splash, Rhythm(1.6, 0.3, 1, 3.5), -14.0),
    bed("bubbles",
        "bubble, bubbles, bubbling, boiling, boiling water, underwater, blub, aquarium, cauldron, "
        "potion bubbling, blubbern, burbujas, bulles",
        _bubbles, -19.0, wide=True),
    bed("pouring",
        "pouring water, pour, pours, pouring, filling a glass, pouring a drink, einschenken, "
        "verter",
        _pouring, -18.0),
)  # fmt: skip
